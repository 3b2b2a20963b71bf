"""Causes of which the whole take is full: it was another piece, or all of it was in another key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from tutor.grading import asks
from tutor.grading.assessment import CORRECT
from tutor.grading.findings import FEWEST, MOST, PITCH, Explained, Finding, Take, semitones, tell
from tutor.grading.words import interval
from tutor.saying import phrase

FEWEST_OF_A_PIECE = 6  # notes: of fewer nobody can say which piece they were
FAR_OFF_MS, SCATTERED_MS = 250.0, 150.0
OTHER_TEMPO = 1.6


def another_piece(take: Take, explained: Explained) -> Iterator[Finding]:
    """Hardly a note of it, though much was played."""
    count = len(take.pairs)
    remedy = phrase("Check that it is the one on the stand.")
    if not take.played or (count >= FEWEST_OF_A_PIECE and _is_one_note_in_noise(take)):
        yield tell("different_piece", phrase("Something was heard, but nothing of this piece"), remedy)
    elif count >= FEWEST_OF_A_PIECE and not _shift(take) and any(sign(take) for sign in SIGNS_OF_ANOTHER_PIECE):
        yield tell("different_piece", phrase("This does not sound like this piece"), remedy)


def _is_one_note_in_noise(take: Take) -> bool:
    """All through the piece there was something to hear, and one sound happened to be a note of it."""
    is_long = (take.assessment.duration_s or 0.0) > 0.7 * _piece_s(take)
    return len(take.played) == 1 and is_long and _sounding_share(take) < 0.5


def _is_elsewhere(take: Take) -> bool:
    """As much was played as is written, and it was something else."""
    sounds = len(take.played) + len(take.assessment.extras)
    return _right(take) < 0.3 * len(take.pairs) and sounds >= 0.5 * len(take.pairs)


def _is_nowhere(take: Take) -> bool:
    """There was much sound, and it was no notes, or none that are known."""
    return _right(take) < 0.1 * len(take.pairs) and _sounding_share(take) > 0.3


def _sounding_share(take: Take) -> float:
    """How long somebody played, of the time that the piece takes; 0 if it was not measured."""
    sounding_s = (take.assessment.played_share or 0.0) * (take.assessment.duration_s or 0.0)
    return sounding_s / _piece_s(take)


def _piece_s(take: Take) -> float:
    return max(float(take.score.duration_beat), 1.0) * 60 / (take.asked_bpm or take.score.bpm)


def _is_pieced_together(take: Take) -> bool:
    """In a long scale the notes of any tune are found, in order and far apart, and as many others between them."""
    count = len(take.pairs)
    return _in_place(take) < 0.5 * count and len(take.assessment.extras) >= 0.6 * count


def _is_out_of_place(take: Take) -> bool:
    """A few notes of it, none where it belongs, and the others not at all."""
    off_ms = [abs(verdict.onset_error_ms) for _, verdict in take.played if verdict.onset_error_ms is not None]
    is_scattered = bool(off_ms) and median(off_ms) > SCATTERED_MS
    count = len(take.pairs)
    return is_scattered and _in_place(take) < 0.35 * count and len(take.played) <= 0.7 * count


def _in_place(take: Take) -> int:
    """How many notes were right and near their time."""
    return sum(
        verdict.verdict == CORRECT and abs(verdict.onset_error_ms or 0.0) <= FAR_OFF_MS for _, verdict in take.pairs
    )


def _is_by_chance(take: Take) -> bool:
    """Nearly half the notes are wrong, no two in the same way, and the tempo is another one as well."""
    steps = Counter(semitones(verdict) for _, verdict in take.wrong)
    ratio = (take.assessment.tempo_bpm or 0.0) / (take.asked_bpm or take.score.bpm)
    is_other_tempo = ratio > 0 and not 1 / OTHER_TEMPO < ratio < OTHER_TEMPO
    is_mixed = bool(steps) and max(steps.values()) <= 0.4 * len(take.wrong)
    return is_other_tempo and is_mixed and len(take.wrong) >= 0.4 * len(take.pairs)


def _right(take: Take) -> int:
    return sum(verdict.verdict == CORRECT for _, verdict in take.pairs)


SIGNS_OF_ANOTHER_PIECE = (_is_elsewhere, _is_nowhere, _is_pieced_together, _is_out_of_place, _is_by_chance)


def transposed(take: Take, explained: Explained) -> Iterator[Finding]:
    """All of it in another key."""
    step = _shift(take)
    if step % 12:
        size = interval(step)
        what = phrase("You played {interval} below what is written, from beginning to end", interval=size)
        if step > 0:
            what = phrase("You played {interval} above what is written, from beginning to end", interval=size)
        remedy = phrase("Read the first note and its clef again, and check which key your instrument is in.")
        moved = [note for note, verdict in take.wrong if semitones(verdict) == step]
        yield tell("transposition", what, remedy, moved, asks.scale(take.score), explains=[PITCH])


def _shift(take: Take) -> int:
    """By how many semitones most of the take was moved; 0 if it was not."""
    steps = Counter(semitones(verdict) for _, verdict in take.wrong)
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    return step if count >= FEWEST and count >= MOST * len(take.played) else 0
