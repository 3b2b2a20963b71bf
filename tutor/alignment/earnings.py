"""What the sound between two onset candidates earns for a note, over being "some other sound".

Everything is relative to that other sound, so silence, room and a stranger's noise weigh nothing by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.frames import Frames

Array = NDArray[np.float32]
Indices = NDArray[np.int64]

# A note of a pitch that nobody listened for: what a frame of any sound costs it.
UNHEARD = -0.4

# What is heard an octave off speaks neither for the note nor against it: many an attack begins in another partial, and
# a note an octave off still has its place.
OCTAVE_OFF = 0.14

# A strong candidate that is not the beginning of a note wants an explanation: this much for what it has over .35.
PASSED_OVER, PASSED_FROM = 0.9, 0.35
# And one that is, deserves some.
STRUCK, STRUCK_FROM = 1.2, 0.3
# Most of all one after which the note's pitch sounds that did not before, or that is struck again.
CHANGED, CHANGED_FROM = 3.0, 0.4
# A note that doesn't sound then costs a little more than one that is left out.
ABSENT = 3.0
BEFORE_FRAMES, AFTER_FRAMES = 8, 9

# A candidate with nothing but silence for so long behind it begins no note (fine frames).
SOUNDS_WITHIN = 16

# Of candidates nearer to each other than this only the strongest is used where a rough reading will do (fine frames).
ROUGH_SPACING = 22
# ... unless it is as strong as this.
STRONG = 0.5


@dataclass(frozen=True)
class Earnings:
    """Row k holds sums up to candidate k, and one last row up to the end of the take."""

    onsets_fine: Indices  # [candidates]
    indices: Indices  # [candidates]: where they stand among all candidates of the frames
    by_pitch: Array  # [candidates + 1, pitches + 1]; the last column is a pitch that was not listened for
    voiced: Array  # [candidates + 1], frames in which somebody plays
    strengths: Array  # [candidates]: how sure each is the beginning of something, 0 to 1
    struck: Array  # [candidates, pitches + 1]: what beginning a note of that pitch there earns
    passed: Array  # [candidates + 1]: what the candidates before this one cost if they begin no note

    def __len__(self) -> int:
        return len(self.onsets_fine)

    def first(self, count: int) -> Earnings:
        """As if the take ended at this candidate."""
        return Earnings(
            self.onsets_fine[:count],
            self.indices[:count],
            self.by_pitch[: count + 1],
            self.voiced[: count + 1],
            self.strengths[:count],
            self.struck[:count],
            self.passed[: count + 1],
        )

    def only(self, chosen: NDArray[np.bool_] | Indices) -> Earnings:
        """With these candidates alone."""
        kept = np.arange(len(self))[chosen]
        rows = np.append(kept, len(self))
        each = np.diff(self.passed)[kept]
        return Earnings(
            self.onsets_fine[kept],
            self.indices[kept],
            self.by_pitch[rows],
            self.voiced[rows],
            self.strengths[kept],
            self.struck[kept],
            np.concatenate([[0], np.cumsum(each)]).astype(np.float32),
        )


def earnings(frames: Frames) -> Earnings:
    """Of all candidates in which something sounds."""
    count = len(frames.voiced)
    coarse = np.minimum(frames.onsets_fine // 2, count)
    voiced = np.concatenate([[0], np.cumsum(frames.voiced)])
    soon = np.minimum(coarse + SOUNDS_WITHIN // 2, count)
    before = np.maximum(coarse - 1, 0)
    sounding = np.flatnonzero(voiced[soon] > voiced[before])
    coarse = coarse[sounding]
    strengths = frames.onset_strengths[sounding].astype(np.float64)
    over = _sums_up_to(_in_any_octave(frames), coarse) - _sums_up_to(frames.garbage[:, None], coarse)
    heard = np.append(voiced[coarse], voiced[-1])
    return Earnings(
        onsets_fine=frames.onsets_fine[sounding].astype(np.int64),
        indices=sounding.astype(np.int64),
        by_pitch=np.concatenate([over, UNHEARD * heard[:, None]], axis=1).astype(np.float32),
        voiced=heard.astype(np.float32),
        strengths=strengths.astype(np.float32),
        struck=_struck(frames, frames.onsets_fine[sounding], strengths),
        passed=np.concatenate([[0], np.cumsum(PASSED_OVER * np.maximum(strengths - PASSED_FROM, 0))]).astype(
            np.float32
        ),
    )


def outstanding(every: Earnings) -> Earnings:
    """About half of the candidates, for a rough reading: the strongest of each cluster, and all strong ones."""
    strength, onsets = every.strengths, every.onsets_fine
    beaten = np.zeros(len(every), np.bool_)
    for apart in (1, 2):
        near = onsets[apart:] - onsets[:-apart] < ROUGH_SPACING
        louder_later = strength[apart:] > strength[:-apart]
        beaten[:-apart] |= near & louder_later
        beaten[apart:] |= near & ~louder_later
    return every.only(~beaten | (strength >= STRONG))


def _struck(frames: Frames, onsets_fine: Indices, strengths: NDArray[np.float64]) -> Array:
    """[candidates, pitches + 1]: what each earns as the beginning of a note of each pitch (octaves count the same)."""
    here, last = onsets_fine // 2, len(frames.voiced) - 1
    after, before = np.zeros((2, len(here), frames.reward.shape[1]), np.float32)
    for step in range(1, AFTER_FRAMES + 1):
        after += frames.posterior[np.minimum(here + step, last)] / np.float32(AFTER_FRAMES)
    for step in range(1, BEFORE_FRAMES + 1):
        before += frames.posterior[np.maximum(here - step, 0)] / np.float32(BEFORE_FRAMES)
    sure = strengths.astype(np.float32)[:, None]
    after = _octaves_together(after)
    change = np.maximum(after - _octaves_together(before), after * sure)
    change = np.concatenate([change, np.zeros_like(sure)], axis=1)
    absent = np.concatenate([np.maximum(1 - after, 0), np.ones_like(sure)], axis=1)
    changed = CHANGED * (change - np.float32(CHANGED_FROM)) - np.float32(ABSENT) * absent
    return np.asarray(changed + STRUCK * (sure - STRUCK_FROM), np.float32)


def _octaves_together(values: Array) -> Array:
    out = values.copy()
    out[:, 12:] += values[:, :-12]
    out[:, :-12] += values[:, 12:]
    return out


def _in_any_octave(frames: Frames) -> Array:
    """The reward of each pitch, or of its octaves less `OCTAVE_OFF`."""
    out = frames.reward.copy()
    less = frames.reward - np.float32(OCTAVE_OFF) * frames.voiced[:, None]
    np.maximum(out[:, 12:], less[:, :-12], out=out[:, 12:])
    np.maximum(out[:, :-12], less[:, 12:], out=out[:, :-12])
    return out


def _sums_up_to(values: Array, rows: Indices) -> NDArray[np.float64]:
    """[len(rows) + 1, columns]: the sum of all rows of `values` before each of `rows` (increasing), and of all."""
    edges, back = np.unique(np.concatenate([[0], rows, [len(values)]]), return_inverse=True)
    pieces = np.zeros((len(edges), values.shape[1]))
    if len(edges) > 1:
        pieces[1:] = np.add.reduceat(values, edges[:-1], axis=0)
    return np.cumsum(pieces, axis=0)[back[1:]]
