"""Causes of notes out of tune that lie in a trend: with the height of the notes, with their loudness, with time.

Each trend is a robust line (medians of slopes, after Theil 1950 and Sen 1968) through the cents of the notes, and is
only believed where the notes keep to it in rank (Kendall 1938). One take may have several: the strongest is taken
away before the next is looked for, so that the flat end of a take that climbs and sinks is not told twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.tempo import median_line
from tutor.grading import asks
from tutor.grading.assessment import CORRECT, Ask, NoteVerdict
from tutor.grading.findings import OFFSET, PITCH, TUNING, Explained, Finding, Pair, Take, semitones, tell
from tutor.grading.tone_causes import SHARP_THROUGHOUT_CENTS
from tutor.notation.score import Note
from tutor.saying import Phrase, phrase

Array = NDArray[np.float64]

FEWEST_NOTES = 8
# In semitones, decibels and seconds: less of a spread shows no trend.
LEAST_SPREAD = {"height": 7.0, "level": 6.0, "time": 5.0}
# From one end to the other: a listener in the room hears it, and a tuner's needle is seen to go there.
LEAST_CENTS = {"height": 20.0, "level": 18.0, "time": 25.0}
LEAST_TAU, LEAST_Z = 0.4, 2.6  # one chance in a hundred that notes in no order would keep to it so well
# A note further off than this was another note, and no tuning.
FURTHEST_CENTS = 150.0
FEW_WRONG = 0.3  # more notes a semitone off than this are no drift
MOST_COMPARED = 400  # notes: each is held against every other
END = 1 / 3  # of the spread: the notes that show it


@dataclass(frozen=True)
class Tuned:
    """The notes whose cents are known. `cents` are against A4 = 440, the take's own tuning added again."""

    pairs: tuple[Pair, ...]
    cents: Array


@dataclass(frozen=True)
class Trend:
    """What part of the cents goes with one thing: `fitted` at each note, `at` where it lies from 0 to 1."""

    of: str
    tau: float
    fitted: Array
    at: Array

    @property
    def rise_cents(self) -> float:
        """From the low end to the high one."""
        return float(self.fitted[np.argmax(self.at)] - self.fitted[np.argmin(self.at)])


def tuning_trends(take: Take, explained: Explained) -> Iterator[Finding]:
    """Flat on high notes, sharp when loud, drifting: the strongest first."""
    tuned = _tuned(take, explained)
    if not take.is_pitched_by_player or len(tuned.pairs) < FEWEST_NOTES:
        return
    left = tuned.cents
    found: list[Trend] = []
    while strongest := _strongest(tuned, left, {trend.of for trend in found}):
        found.append(strongest)
        left = left - strongest.fitted + float(np.median(strongest.fitted))
    for trend in found:
        yield TELLERS[trend.of](take, tuned, trend, left)


def _tuned(take: Take, explained: Explained) -> Tuned:
    """Right notes, and a few that are a semitone off: whoever drifts on and on ends on another note."""
    measured = [pair for pair in take.played if pair[1].cents is not None and abs(pair[1].cents) <= FURTHEST_CENTS]
    right = [pair for pair in measured if pair[1].verdict == CORRECT]
    near = [pair for pair in measured if abs(semitones(pair[1])) == 1 and pair[0].id not in explained[PITCH]]
    is_few = len(near) <= FEW_WRONG * len(right)
    used = {note.id for note, _ in (*right, *(near if is_few else ()))}
    pairs = tuple(pair for pair in measured if pair[0].id in used)
    cents = [verdict.cents + take.assessment.tuning_cents for _, verdict in pairs if verdict.cents is not None]
    return Tuned(pairs, np.array(cents))


def _strongest(tuned: Tuned, cents: Array, told: set[str]) -> Trend | None:
    trends = [_trend(name, tuned, cents) for name in MEASURES if name not in told]
    return max((trend for trend in trends if trend), key=lambda trend: abs(trend.tau), default=None)


def _trend(of: str, tuned: Tuned, cents: Array) -> Trend | None:
    """The trend of these cents with one measure, if there is one to speak of."""
    measured = [MEASURES[of](note, verdict) for note, verdict in tuned.pairs]
    known = np.array([value is not None for value in measured])
    against = np.array([np.nan if value is None else value for value in measured])
    if known.sum() < FEWEST_NOTES or np.ptp(against[known]) < LEAST_SPREAD[of]:
        return None
    some = np.flatnonzero(known)[:: 1 + int(known.sum()) // MOST_COMPARED]
    count, tau = len(some), _kendall(against[some], cents[some])
    by_chance = math.sqrt(2 * (2 * count + 5) / (9 * count * (count - 1)))
    start, slope = median_line(against[some], cents[some])
    # Where a note's place is unknown, it is taken for the middle one.
    against = np.where(known, against, np.median(against[known]))
    fitted = start + slope * against
    if abs(tau) < max(LEAST_TAU, LEAST_Z * by_chance) or np.ptp(fitted) < LEAST_CENTS[of]:
        return None
    return Trend(of, tau, fitted, (against - against.min()) / np.ptp(against))


def _kendall(one: Array, other: Array) -> float:
    """Kendall's tau-b, -1 to 1: whether two things grow together, in rank, ties allowed for."""
    pairs = np.triu_indices(len(one), 1)
    first, second = (np.sign(values[:, None] - values[None, :])[pairs] for values in (one, other))
    size = math.sqrt(float(np.sum(first != 0)) * float(np.sum(second != 0)))
    return float(first @ second) / size if size else 0.0


MEASURES: Mapping[str, Callable[[Note, NoteVerdict], float | None]] = {
    "height": lambda note, verdict: float(note.pitch),
    "level": lambda note, verdict: verdict.level_db,
    "time": lambda note, verdict: verdict.onset_s,
}


def _height(take: Take, tuned: Tuned, trend: Trend, left: Array) -> Finding:
    """Which end is the false one: that which lies further from A4 = 440."""
    top, bottom = (float(np.median(trend.fitted[_end(trend, high)])) for high in (True, False))
    high = abs(top) >= abs(bottom)
    way = "sharp" if (trend.rise_cents > 0) == high else "flat"
    which = "high" if high else "low"
    cents = abs(trend.rise_cents)
    what = _height_words(high, way, round(cents))
    remedy = phrase("Play each one, then the same note an octave higher, and bring the two together before you go on.")
    if high:
        remedy = phrase(
            "Play each one, then the same note an octave lower, and bring the two together before you go on."
        )
    asked = asks.long_tones(take.score, register=which)
    return _tell(f"{way}_on_{which}", what, remedy, take, tuned, trend, left, high, asked)


def _height_words(high: bool, way: str, cents: int) -> Phrase:
    if high and way == "sharp":
        return phrase(
            "Your high notes were sharp: the highest lay about {cents} cents above the lowest, each against what is "
            "written.",
            cents=cents,
        )
    if high:
        return phrase(
            "Your high notes were flat: the highest lay about {cents} cents below the lowest, each against what is "
            "written.",
            cents=cents,
        )
    if way == "sharp":
        return phrase(
            "Your low notes were sharp: the lowest lay about {cents} cents above the highest, each against what is "
            "written.",
            cents=cents,
        )
    return phrase(
        "Your low notes were flat: the lowest lay about {cents} cents below the highest, each against what is written.",
        cents=cents,
    )


def _level(take: Take, tuned: Tuned, trend: Trend, left: Array) -> Finding:
    way, cents = "sharp" if trend.rise_cents > 0 else "flat", round(abs(trend.rise_cents))
    what = phrase("The louder, the flatter: your loud notes lay about {cents} cents below your soft ones.", cents=cents)
    if way == "sharp":
        what = phrase(
            "The louder, the sharper: your loud notes lay about {cents} cents above your soft ones.", cents=cents
        )
    remedy = phrase("Swell and fade on one long note before a tuner, and keep its needle still.")
    return _tell(f"{way}_when_loud", what, remedy, take, tuned, trend, left, True, asks.long_tones(take.score))


def _time(take: Take, tuned: Tuned, trend: Trend, left: Array) -> Finding:
    way, cents = "sharp" if trend.rise_cents > 0 else "flat", round(abs(trend.rise_cents))
    what = phrase("Your tuning sank as you went on: the end lay about {cents} cents below the beginning.", cents=cents)
    if way == "sharp":
        what = phrase(
            "Your tuning climbed as you went on: the end lay about {cents} cents above the beginning.", cents=cents
        )
    remedy = phrase("Sound the first note again after every line, and hold it against your tuner.")
    return _tell(f"drifted_{way}", what, remedy, take, tuned, trend, left, True, asks.long_tones(take.score))


TELLERS: Mapping[str, Callable[[Take, Tuned, Trend, Array], Finding]] = {
    "height": _height,
    "level": _level,
    "time": _time,
}


def _end(trend: Trend, high: bool) -> NDArray[np.bool_]:
    return trend.at >= 1 - END if high else trend.at <= END


def _tell(
    code: str, what: str, remedy: str, take: Take, tuned: Tuned, trend: Trend, left: Array, high: bool, asked: Ask
) -> Finding:
    """The notes of the false end show it. Explained are all that are in tune once the trends are taken away."""
    off = np.abs(left - np.median(left))
    in_tune = {note.id for (note, _), cents in zip(tuned.pairs, off, strict=True) if cents <= take.rubric.cents_in_tune}
    shown = [note for (note, _), is_there in zip(tuned.pairs, _end(trend, high), strict=True) if is_there]
    shown = [note for note in shown if note.id in in_tune] or shown
    other_end = trend.fitted[_end(trend, not high)]
    # In tune at its other end, the take is not sharp or flat throughout.
    is_whole = abs(float(np.median(other_end))) < SHARP_THROUGHOUT_CENTS
    explains = [TUNING, PITCH, OFFSET] if is_whole else [TUNING, PITCH]
    return tell(code, what, remedy, shown, asked, explains=explains, also=in_tune)
