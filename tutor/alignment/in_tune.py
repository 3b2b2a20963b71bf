"""Following a take that may lie anywhere between two semitones: by the melody, and not modulo a semitone.

The first estimate of the tuning wraps at half a semitone: a take 60 cents sharp looks 40 cents flat, with every note
a semitone too high. Which of the two it is, only the melody tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.alignment.following import Following, follow
from tutor.listening.frames import Frames
from tutor.notation.score import Note

# Tuned this far off or more, the nearest semitone may be the wrong one: the one beyond is tried as well.
DOUBTFUL = 0.2
# Further off, an instrument is in another key; voices take what note they like to begin with.
FURTHEST, FURTHEST_SUNG = 0.75, 1.0
# So much better must the melody fit in the further tuning.
MARGIN = 2.0


def follow_in_tune(
    notes: Sequence[Note], frames: Frames, *, bpm: float, is_sung: bool = False
) -> tuple[Frames, Following]:
    """The frames, named anew if the take is tuned beyond half a semitone, and what was followed in them."""
    furthest = FURTHEST_SUNG if is_sung else FURTHEST
    plain = follow(notes, frames, bpm=bpm)
    if abs(plain.shift) == 1 and abs(frames.tuning + plain.shift) <= furthest:
        return retuned(frames, plain.shift), replace(plain, shift=0)
    step = -1 if frames.tuning > 0 else 1
    if abs(frames.tuning) > DOUBTFUL and abs(frames.tuning + step) <= furthest and not plain.shift:
        beyond = retuned(frames, step)
        other = follow(notes, beyond, bpm=bpm)
        if not other.shift and other.score > plain.score + MARGIN:
            return beyond, other
    return frames, plain


def retuned(frames: Frames, semitones: int) -> Frames:
    """The same sound by other names: every pitch so many semitones lower, and the tuning as much sharper."""
    return replace(frames, tuning=frames.tuning + semitones, lowest_pitch=frames.lowest_pitch - semitones)
