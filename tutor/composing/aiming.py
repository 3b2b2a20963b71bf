"""Aiming at a difficulty before anything is drawn: how many bars and notes, and how much of what is hard.

What a melody will be like is guessed from what the specification allows; the grade that the guess is off by once
lines are drawn is handed back as `shift`, and the next aim is the better for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.composing.candidates import RhythmFigures
from tutor.composing.difficulty import weigh
from tutor.composing.ordering import Count, count_of
from tutor.composing.pitch.order import LocalKey
from tutor.composing.specifying import Specification
from tutor.composing.tempi import counted_beat
from tutor.composing.validating import interval_size
from tutor.composing.windows import ROOM

# Notes a counted quarter that sound natural, fewest and most, by grade.
DENSITIES = ((0.5, 1.15), (0.6, 1.4), (0.7, 1.7), (0.75, 1.9), (0.8, 2.1), (0.85, 2.2), (0.9, 2.4), (1.0, 2.6))
OTHER_BARS = (4, 6, 8, 10, 12, 16, 20, 24, 32)
NEAR = 0.3  # grades that tempo and the choice among many lines make good
FEWEST_IN_MIND, MOST_IN_MIND = 5, 32  # notes: three are no tune, and nobody repeats forty
LONGEST_CLAPPED = 16  # bars: what has no tune soon tires
MOST_CLAPPED = 12  # syncopated notes: a clapped rhythm has no other spice
FEWEST_TICKS_A_NOTE = 7.5  # on average, or nobody could play it
FEWEST_SEMITONES, SEMITONES_A_GRADE = 9, 9.3  # of a line that is kept narrow; 12 semitones weigh 1.29 grades
# Shares of notes that come unasked where they are allowed, as drawn melodies have them.
UNASKED = {"syncopated": 0.005, "tuplet": 0.03, "dotted": 0.07, "chromatic": 0.005, "minor": 0.02}
SHARE_OF_LEAPS, SHARE_OF_WIDE_LEAPS = 0.09, 0.015
# Semitones that drawn lines span: by the room there is, the root of the number of notes, and that number.
REACH = (-4.2, 0.448, 1.44, -0.0346)
MORE_WHEN_REFUSED, PAIRS_WHEN_REFUSED = 1.25, 2  # times the notes, and pairs of notes
BAREST_WHEN_REFUSED = 3  # times
SPICE, MOST_SPICE, MOST_OF_A_SPICE = 0.06, 0.15, 6  # share of notes made hard only to reach a grade


@dataclass(frozen=True, slots=True)
class Aim:
    """What to draw. `pairs` are the fewest neighbours with no rest between;
    `rhythm_counts` and `line_counts` with what was added to reach the grade; `bpm` is the tempo reckoned with."""

    bars: int
    fewest_notes: int
    notes_a_bar: float
    bpm: float
    rhythm_counts: tuple[Count, ...]
    line_counts: tuple[Count, ...]
    pairs: int
    low: int
    high: int
    chromatic: bool
    missing: float = 0.0  # grades that it is off by, as far as can be told


def aim(spec: Specification, shift: float = 0.0, refused: int = 0, thinned: float = 1.0) -> Aim:
    """The length and density whose guessed difficulty is nearest to the grade ordered, plus `shift`. Where so many
    aims were `refused`, nothing that nobody ordered is asked for, and there is more to draw from. Rhythms came out
    with `thinned` times the notes that were asked."""
    aimed = _aim(spec, shift, refused)
    return replace(aimed, notes_a_bar=aimed.notes_a_bar / thinned)


def _aim(spec: Specification, shift: float, refused: int) -> Aim:
    if not spec.kind.aims:
        return _plain(spec, _for_memory(spec), refused)
    target = spec.order.grade + shift
    guesses = [_nearest(spec, bars, target, natural=True) for bars in spec.bars]
    found = next((guess for guess in guesses if guess.off <= NEAR), None)
    if found is None:
        found = min((_nearest(spec, bars, target, natural=True) for bars in _lengths(spec)), key=_too_far)
    if found.off > NEAR and found.is_too_easy and not refused:
        aimed, missing = _with_spice(spec, found, _plain(spec, found, refused), SPICE)
        if missing <= NEAR:
            return aimed
    if found.off > NEAR and not spec.kind.is_clapped:  # hands are slower than fingers
        found = _nearest(spec, found.bars, target, natural=False, fewest=found.notes if found.is_too_easy else 0)
    plain = _plain(spec, found, refused)
    if found.off <= NEAR or refused:
        return plain
    return _with_spice(spec, found, plain, MOST_SPICE)[0] if found.is_too_easy else _with_less_reach(spec, found, plain)


def _lengths(spec: Specification) -> Sequence[int]:
    """The usual lengths first, then those near them, where they are open."""
    if spec.order.bars or spec.kind.bars or len(spec.bars) == 1:
        return spec.bars
    longest = min(2 * max(spec.bars), LONGEST_CLAPPED) if spec.kind.is_clapped else 2 * max(spec.bars)
    return (*spec.bars, *(bars for bars in OTHER_BARS if bars <= longest))


def _too_far(guess: _Guess) -> float:
    return round(max(guess.off - NEAR, 0.0), 6)


def _for_memory(spec: Specification) -> _Guess:
    """As near to the grade as can be kept in mind: for a harder one longer and fuller, never crowded or spiced."""
    target = spec.order.grade
    within = {"fewest": FEWEST_IN_MIND, "most": MOST_IN_MIND}
    guesses = [_nearest(spec, bars, target, natural=True, **within) for bars in spec.bars]
    return next((guess for guess in guesses if guess.off <= NEAR), min(guesses, key=_too_far))


@dataclass(frozen=True, slots=True)
class _Guess:
    """What is nearest to the grade for some number of bars; `off` in grades."""

    bars: int
    notes: int
    off: float
    is_too_easy: bool
    bpm: float


def _nearest(
    spec: Specification, bars: int, target: float, *, natural: bool, fewest: int = 0, most: int | None = None
) -> _Guess:
    least, end = _fewest_and_most(spec, bars, natural=natural)
    end = min(end, max(most, least) + 1) if most else end
    notes = np.arange(max(least, fewest), max(end, fewest + 1))
    bpm = spec.tempi[len(spec.tempi) // 2]
    guessed = _guessed(spec, notes, bars, bpm)
    # Fractions of a grade are rounded off, so that no machine's last digit decides.
    best = int(np.argmin(np.round(np.abs(guessed - target), 6)))
    off = float(guessed[best] - target)
    if off < -NEAR:  # too easy: rather by many notes than by few of which most are hard
        best = len(notes) - 1
        off = float(guessed[best] - target)
    return _Guess(bars, int(notes[best]), abs(off), off < 0, bpm)


def _fewest_and_most(spec: Specification, bars: int, *, natural: bool) -> tuple[int, int]:
    """How many notes sound natural in so many bars, or else how many there can be; the end is one beyond."""
    ticks = bars * spec.bar_ticks
    shortest = min(spec.values)
    most = ticks / max(1.2 * shortest, FEWEST_TICKS_A_NOTE)
    fewest = bars * max(1.0, spec.bar_ticks / max(spec.values))
    wished = _notes_wished(spec)
    if natural:
        low, high = DENSITIES[spec.held.grade - 1]
        # In metres of eighths the eighth moves the line on.
        quicker = 1.25 if counted_beat(spec.metre) in (12, 36) else 1.0
        fewest, most = max(fewest, ticks / 24 * low), min(most, ticks / 24 * high * quicker)
    fewest = max(fewest, wished)
    return ceil(fewest), max(int(most), ceil(fewest)) + 1


def _notes_wished(spec: Specification) -> int:
    """How many notes the wishes take at least: leaps in one direction must be come back from."""
    ways = {
        way: sum(
            count.least * (interval_size(count.tag) - 1) for count in spec.line_counts if count.tag.endswith(f":{way}")
        )
        for way in ("up", "down")
    }
    leaps = _leaps(spec)
    room = (spec.high - spec.low) * 7 / 12
    back = max(0.0, abs(ways["up"] - ways["down"]) - room) / max(max(spec.sizes) - 1, 1)
    accidentals = count_of(spec.line_counts, "accidental")
    return max(leaps + ceil(1.3 * back) + 1 + (leaps > 0), 2 * accidentals.least + 1 if accidentals else 0)


def _leaps(spec: Specification) -> int:
    """How many intervals are wished for at least."""
    return sum(count.least for count in spec.line_counts if interval_size(count.tag))


def _guessed(spec: Specification, notes: NDArray[np.int64], bars: int, bpm: float) -> NDArray[np.float64]:
    """The difficulty that melodies of so many notes will have, about."""
    is_compound = _is_compound(spec)
    return np.asarray(
        weigh(
            notes=notes,
            notes_a_second=notes / (bars * spec.bar_ticks / 24 * 60 / bpm),
            syncopated=_share(spec, notes, "rhythm:syncopation", UNASKED["syncopated"]),
            tuplet=_share(spec, notes, "rhythm:triplet", UNASKED["tuplet"] * (8 in spec.values and not is_compound)),
            dotted=_share(spec, notes, "rhythm:dotted-quarter-eighth", UNASKED["dotted"]) * (not is_compound),
            compound=is_compound,
            **_line_figures(spec, notes, spec.line_counts),
        )
    )


def guess_over(spec: Specification, aimed: Aim, rhythm: RhythmFigures) -> float:
    """The difficulty that lines over a drawn rhythm will have, about."""
    guessed = weigh(
        notes=rhythm.notes,
        notes_a_second=rhythm.notes * aimed.bpm / (60 * rhythm.quarters),
        syncopated=rhythm.syncopated,
        tuplet=rhythm.tuplet,
        dotted=rhythm.dotted,
        compound=rhythm.compound,
        **_line_figures(spec, np.array([rhythm.notes]), aimed.line_counts),
    )
    return float(np.asarray(guessed).reshape(-1)[0])


def _line_figures(spec: Specification, notes: NDArray[np.int64], counts: Sequence[Count]) -> dict[str, Any]:
    """What the difficulty needs to know of lines that are not drawn yet."""
    if spec.kind.is_clapped:
        return {"semitones": 0, "chromatic": 0, "wide_leaps": 0, "leaps": 0, "fifths": spec.fifths}
    wide = sum(count.least for count in counts if interval_size(count.tag) >= 6)
    leaps = wide + sum(count.least for count in counts if interval_size(count.tag) in (4, 5))
    accidentals = count_of(counts, "accidental")
    chromatic = UNASKED["chromatic"] * spec.chromatic + UNASKED["minor"] * (spec.mode == "minor")
    return {
        "semitones": _semitones(spec, notes),
        "chromatic": _within(notes, accidentals, chromatic),
        "wide_leaps": np.maximum(wide / notes, SHARE_OF_WIDE_LEAPS * (max(spec.sizes) > 5)),
        "leaps": np.maximum(leaps / notes, SHARE_OF_LEAPS * (max(spec.sizes) > 3)),
        "fifths": spec.fifths,
    }


def _semitones(spec: Specification, notes: NDArray[np.int64]) -> NDArray[np.float64]:
    room, (plain, by_room, by_root, by_notes) = spec.high - spec.low, REACH
    return np.asarray(np.clip(plain + by_room * room + by_root * np.sqrt(notes) + by_notes * notes, 0, room))


def _asks_for_register(spec: Specification) -> bool:
    return any(count.tag.startswith("range:") for count in spec.line_counts)


def _is_compound(spec: Specification) -> bool:
    return spec.metre[1] == 8 and spec.metre[0] % 3 == 0


def _share(spec: Specification, notes: NDArray[np.int64], tag: str, unasked: float) -> NDArray[np.float64]:
    return _within(notes, count_of(spec.rhythm_counts, tag), unasked)


def _within(notes: NDArray[np.int64], count: Count | None, share: float) -> NDArray[np.float64]:
    """A share of the notes, but no less and no more than was ordered."""
    if count is None:
        return np.full(len(notes), share)
    most = np.inf if count.most is None else count.most
    return np.asarray(np.clip(np.full(len(notes), share), count.least / notes, most / notes))


def _plain(spec: Specification, found: _Guess, refused: int) -> Aim:
    leaps = _leaps(spec)
    # At last with not one note more than the wishes need.
    wished = leaps + 1 if refused >= BAREST_WHEN_REFUSED else _notes_wished(spec)
    pairs = leaps if refused >= BAREST_WHEN_REFUSED else wished - 1 + PAIRS_WHEN_REFUSED * refused
    return Aim(
        bars=found.bars,
        fewest_notes=wished,
        notes_a_bar=max(wished, found.notes) * MORE_WHEN_REFUSED**refused / found.bars,
        bpm=found.bpm,
        rhythm_counts=spec.rhythm_counts,
        line_counts=spec.line_counts,
        pairs=pairs if leaps else 0,
        low=spec.low,
        high=spec.high,
        chromatic=spec.chromatic,
        missing=found.off,
    )


def _with_spice(spec: Specification, found: _Guess, aimed: Aim, share: float) -> tuple[Aim, float]:
    """What is short and shall be hard has more accidentals and more syncopation, where nobody spoke of them; and how
    many grades are missing then."""
    most = min(int(share * found.notes), MOST_CLAPPED if spec.kind.is_clapped else MOST_OF_A_SPICE)
    missing = found.off
    rhythm, line, ordered = aimed.rhythm_counts, aimed.line_counts, spec.order.counts
    if "syncopation" in spec.held.figures and count_of(ordered, "rhythm:syncopation") is None:
        alone = 1 if spec.kind.is_clapped else 2
        wanted = min(most, round(missing / alone * found.notes / 16.4))
        rhythm = _raised(rhythm, "rhythm:syncopation", wanted)
        missing -= 16.4 * wanted / found.notes
    chromatic = spec.chromatic or (spec.order.chromatic is None and spec.held.accidentals and spec.kind.accidentals)
    if chromatic and not spec.kind.is_clapped and count_of(ordered, "accidental") is None:
        wanted = min(most, round(missing * found.notes / 14.2))
        line = _raised(line, "accidental", wanted)
        missing -= 14.2 * wanted / found.notes
    aimed = replace(aimed, rhythm_counts=rhythm, line_counts=line, chromatic=chromatic, missing=abs(missing))
    return aimed, missing


def _raised(counts: tuple[Count, ...], tag: str, least: int) -> tuple[Count, ...]:
    before = count_of(counts, tag)
    others = tuple(count for count in counts if count.tag != tag)
    return (*others, Count(tag, max(least, before.least if before else 0), None))


def _with_less_reach(spec: Specification, found: _Guess, aimed: Aim) -> Aim:
    """What is long and shall be easy keeps to fewer notes of the instrument, where nobody ordered them."""
    if spec.order.low is not None or spec.order.high is not None or _asks_for_register(spec):
        return aimed
    widest = max((interval_size(count.tag) for count in spec.line_counts if count.least), default=0)
    span = max(FEWEST_SEMITONES, ROOM[widest], int(spec.high - spec.low - found.off * SEMITONES_A_GRADE))
    if span >= spec.high - spec.low:
        return aimed
    tonic = LocalKey(spec.fifths, spec.mode).tonic_class
    # The tonic at the bottom if it can be, or else as low as it comes: it is in the window either way.
    low = min(range(spec.low, spec.high - span + 1), key=lambda bottom: (tonic - bottom) % 12)
    narrowed = (spec.high - spec.low - span) / SEMITONES_A_GRADE
    return replace(aimed, low=low, high=low + span, missing=max(found.off - narrowed, 0.0))
