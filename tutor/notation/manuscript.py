"""A **manuscript**: the bars of one line as a file tells them, before they are laid out as a Score.

Every reader ends here. Laying out plays the repeats, fills gaps with rests, cuts lengths that no symbol can
print into tied ones, mends ties and slurs that lead nowhere, and makes the ids unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import zip_longest
from typing import TypeVar

from tutor.notation.durations import split
from tutor.notation.errors import ScoreError
from tutor.notation.musicxml import XML_ID
from tutor.notation.repeats import in_playing_order
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol
from tutor.saying import phrase

Change = TypeVar("Change", Key, Metre)

# About half an hour of eighths: what a grader can hear in ten minutes is well below.
MOST_SYMBOLS = 5000
LONGEST_BAR_BEAT = 64


@dataclass(frozen=True, slots=True)
class Event:
    """A note or rest as the file has it; its onset counts from the barline."""

    onset_beat: Fraction
    duration_beat: Fraction
    pitch: Pitch | None
    id: str = ""
    tied_on: bool = False
    articulations: tuple[str, ...] = ()
    slur: tuple[str, ...] = ()
    lyric: str = ""

    @property
    def offset_beat(self) -> Fraction:
        """Where it ends, from the barline."""
        return self.onset_beat + self.duration_beat


@dataclass(frozen=True, slots=True)
class RawBar:
    """One measure: its events in order, its length, and the signatures in force in it."""

    label: str
    events: tuple[Event, ...]
    duration_beat: Fraction
    key: Key
    metre: Metre
    opens_repeat: bool = False
    closes_repeat: int = 0  # how often the passage is played in all; 0 for no repeat
    endings: frozenset[int] = frozenset()
    ends_section: bool = False  # a double barline, or a repeat sign

    @property
    def is_short(self) -> bool:
        """Less than its metre asks for: a pickup, or cut in two by a repeat sign."""
        return self.duration_beat < self.metre.bar_beats


@dataclass
class Manuscript:
    """One line of music, as read."""

    bars: list[RawBar]
    bpm: float | None = None
    clef: str = "G2"
    transposition: int = 0
    title: str = ""
    composer: str = ""
    dropped: list[str] = field(default_factory=list)


# What is played where a file names no tempo.
DEFAULT_BPM = 84.0


def lay_out(manuscript: Manuscript) -> Score:
    """The manuscript as a Score: one line, in playing order."""
    return lay_out_in_sections(manuscript)[0]


def lay_out_in_sections(manuscript: Manuscript) -> tuple[Score, tuple[int, ...]]:
    """The same, and the places in `Score.bars` after which a section ends: by a double barline or a repeat sign."""
    bars = _join_halves(in_playing_order(manuscript.bars, MOST_SYMBOLS))
    ends = tuple(index for index, bar in enumerate(bars) if bar.ends_section or bar.closes_repeat)
    return _lay_out(manuscript, bars), ends


def _lay_out(manuscript: Manuscript, bars: Sequence[RawBar]) -> Score:
    if sum(len(bar.events) for bar in bars) > MOST_SYMBOLS:
        raise ScoreError(
            phrase(
                "The score is too long: {most} notes and rests are the most that is read.",
                most=MOST_SYMBOLS,
            )
        )
    symbols: list[Symbol] = []
    laid: list[Bar] = []
    onset = Fraction(0)
    first_number = 0 if len(bars) > 1 and bars[0].is_short else 1
    for number, bar in enumerate(bars, first_number):
        if bar.duration_beat > LONGEST_BAR_BEAT:
            raise ScoreError(
                phrase(
                    "Bar {label}: it is too long, {quarters:g} quarter notes.",
                    label=bar.label,
                    quarters=float(bar.duration_beat),
                )
            )
        laid.append(Bar(number, onset, bar.duration_beat))
        symbols += _symbols_of(bar, onset)
        onset += bar.duration_beat
    if not any(symbol.pitch for symbol in symbols):
        raise ScoreError(phrase("The score has no notes."))
    return Score(
        symbols=tuple(mend_slurs(_mend_ties(_with_unique_ids(symbols)))),
        bars=tuple(laid),
        keys=tuple(
            _changes([replace(bar.key, onset_beat=place.onset_beat) for bar, place in zip(bars, laid, strict=True)])
        ),
        metres=tuple(
            _changes([replace(bar.metre, onset_beat=place.onset_beat) for bar, place in zip(bars, laid, strict=True)])
        ),
        bpm=manuscript.bpm or DEFAULT_BPM,
        clef=manuscript.clef,
        transposition=manuscript.transposition,
        title=manuscript.title,
        composer=manuscript.composer,
        dropped=tuple(manuscript.dropped),
    )


def _join_halves(bars: Sequence[RawBar]) -> list[RawBar]:
    """A bar that a repeat sign cut in two becomes one again: the short end of a passage and the pickup after it."""
    joined: list[RawBar] = []
    for bar in bars:
        before = joined[-1] if len(joined) > 1 else None
        if before and before.is_short and bar.is_short and _fit_one_bar(before, bar):
            shift = before.duration_beat
            moved = tuple(replace(event, onset_beat=event.onset_beat + shift) for event in bar.events)
            # With a section's end inside it, the next one begins with the upbeat: it ends with this bar.
            joined[-1] = replace(
                before,
                events=before.events + moved,
                duration_beat=shift + bar.duration_beat,
                ends_section=before.ends_section or bar.ends_section or bool(bar.closes_repeat),
            )
        else:
            joined.append(bar)
    return joined


def _fit_one_bar(first: RawBar, second: RawBar) -> bool:
    return first.metre.bar_beats == second.metre.bar_beats == first.duration_beat + second.duration_beat


def _symbols_of(bar: RawBar, bar_onset: Fraction) -> Iterable[Symbol]:
    for event in _without_gaps(bar):
        pieces = split(event.onset_beat, event.duration_beat, bar.metre)
        if event.pitch is None and event.duration_beat == bar.duration_beat:
            pieces = [event.duration_beat]  # a rest of a whole bar is one symbol in every metre
        if not pieces:
            raise ScoreError(
                phrase(
                    "Bar {label}: a length of {length} of a quarter note is none that can be printed.",
                    label=bar.label,
                    length=str(event.duration_beat),
                )
            )
        yield from _pieces_of(event, pieces, bar_onset + event.onset_beat)


def _without_gaps(bar: RawBar) -> Iterable[Event]:
    """The bar's events end to end: later ones cut earlier ones short, and silence becomes rests."""
    filled = Fraction(0)
    events = [event for event in bar.events if event.onset_beat < bar.duration_beat]
    for event, after in zip_longest(events, events[1:]):
        end = after.onset_beat if after else bar.duration_beat
        if event.onset_beat > filled:
            yield Event(filled, event.onset_beat - filled, None)
        offset = min(event.offset_beat, end)
        if offset > event.onset_beat:
            yield replace(event, duration_beat=offset - event.onset_beat)
            filled = offset
    if filled < bar.duration_beat:
        yield Event(filled, bar.duration_beat - filled, None)


def _pieces_of(event: Event, pieces: Sequence[Fraction], onset: Fraction) -> Iterable[Symbol]:
    """One event as one or more tied symbols; slurs begin on the first and end on the last."""
    last = len(pieces) - 1
    for index, duration in enumerate(pieces):
        tied_on = event.pitch is not None and (index < last or event.tied_on)
        slurs = [kind for kind in event.slur if (kind == "start") == (index == 0) or last == 0]
        yield Symbol(
            id=event.id if index == 0 else "",
            onset_beat=onset,
            duration_beat=duration,
            pitch=event.pitch,
            tie="start" if tied_on else "",
            articulations=event.articulations if index == 0 else (),
            slur=" ".join(kind for kind in ("stop", "start") if kind in slurs),
            lyric=event.lyric if index == 0 else "",
        )
        onset += duration


def _with_unique_ids(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Ids that the file gave are kept; a passage played twice gets -2, -3; the rest are n1, n2, …"""
    taken = {symbol.id for symbol in symbols}
    used: set[str] = set()
    named = []
    for index, symbol in enumerate(symbols, 1):
        given = bool(XML_ID.fullmatch(symbol.id))
        wanted = symbol.id if given else f"n{index}"
        name = wanted
        time = 1
        while name in used or (name in taken and not (given and time == 1)):
            time += 1
            name = f"{wanted}-{time}"
        used.add(name)
        named.append(replace(symbol, id=name))
    return named


def _mend_ties(symbols: Sequence[Symbol]) -> list[Symbol]:
    """A tie leads to the next symbol at the same pitch, or it is none."""
    mended = []
    arriving = False
    for symbol, after in zip(symbols, [*symbols[1:], None], strict=True):
        leaving = bool(symbol.tie) and after is not None and symbol.pitch is not None and symbol.pitch == after.pitch
        kind = {(True, True): "continue", (True, False): "stop", (False, True): "start"}.get((arriving, leaving), "")
        mended.append(replace(symbol, tie=kind))
        arriving = leaving
    return mended


def mend_slurs(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Slurs that begin and end, one at a time; those left open or never opened are taken out."""
    mended = list(symbols)
    opened_at: int | None = None
    for index, symbol in enumerate(symbols):
        kept = []
        if "stop" in symbol.slur and opened_at is not None:
            kept.append("stop")
            opened_at = None
        if "start" in symbol.slur and opened_at is None and symbol.pitch is not None:
            kept.append("start")
            opened_at = index
        mended[index] = replace(symbol, slur=" ".join(kept))
    if opened_at is not None:
        mended[opened_at] = replace(mended[opened_at], slur=mended[opened_at].slur.replace("start", "").strip())
    return mended


def _changes(signatures: Sequence[Change]) -> list[Change]:
    """Only the signatures that differ from the one before."""
    kept: list[Change] = []
    for signature in signatures:
        if not kept or replace(signature, onset_beat=kept[-1].onset_beat) != kept[-1]:
            kept.append(signature)
    return kept
