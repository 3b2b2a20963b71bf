"""A tune that variations are made on, in ticks: its bars, and what sounds at each place of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tutor.composing.ordering import TICKS_A_QUARTER, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.validating import FEWEST_BARS, METRE_NAMES, MOST_BARS
from tutor.notation.arranging import arrange
from tutor.notation.errors import CannotArrange
from tutor.notation.score import Pitch, Score, Symbol
from tutor.saying import phrase, sentence_in

BESIDE = 4  # semitones beyond the theme that its ornaments may take


@dataclass(frozen=True, slots=True)
class ThemeNote:
    """One sounding note: from `onset` ticks after the barline of `bar` (0 the upbeat, counted as a full bar's end)."""

    bar: int
    onset: int
    ticks: int
    pitch: Pitch


@dataclass(frozen=True, slots=True)
class Theme:
    """`bars` are the symbols of each bar by its number."""

    score: Score
    bars: Mapping[int, BarSymbols]
    notes: tuple[ThemeNote, ...]
    bar_ticks: int

    def sounding(self, bar: int, onset: int) -> Pitch | None:
        """What sounds at a place; None in a rest."""
        place = bar * self.bar_ticks + onset
        for note in self.notes:
            begin = note.bar * self.bar_ticks + note.onset
            if begin <= place < begin + note.ticks:
                return note.pitch
        return None

    @property
    def values(self) -> frozenset[int]:
        """The printed lengths."""
        return frozenset(ticks for bar in self.bars.values() for ticks, kind in bar if kind != REST)


def theme_of(order: MelodyOrder) -> Theme:
    """The order's tune as this player reads it. Raises CannotCompose where no variations can be made on it."""
    assert order.theme is not None
    score = order.theme
    if not score.notes:
        raise _unfit(phrase("it has no notes"))
    try:
        score = arrange(score, order.player, order.grade)
    except CannotArrange as error:
        raise CannotCompose(sentence_in(error), ("another tune", "another instrument")) from error
    metre, full = score.metre_at(0), [bar for bar in score.bars if bar.number]
    if len(score.keys) > 1 or len(score.metres) > 1:
        raise _unfit(phrase("its key or its metre changes on the way"))
    if f"{metre.beats}/{metre.beat_type}" not in METRE_NAMES or score.keys[0].mode not in ("major", "minor"):
        raise _unfit(phrase("its key or its metre is none that melodies are made in"))
    if not FEWEST_BARS <= len(full) <= MOST_BARS or any(bar.duration_beat != metre.bar_beats for bar in full[:-1]):
        raise _unfit(phrase("it must have {fewest} to {most} full bars", fewest=FEWEST_BARS, most=MOST_BARS))
    if any((symbol.duration_beat * TICKS_A_QUARTER).denominator > 1 for symbol in score.symbols):
        raise _unfit(phrase("its rhythm is too intricate"))
    return Theme(score, _bars(score), tuple(_notes(score)), int(metre.bar_beats * TICKS_A_QUARTER))


def _unfit(why: str) -> CannotCompose:
    return CannotCompose(phrase("No variation can be made on this tune: {why}.", why=why), ("another tune",))


def order_on(theme: Theme, order: MelodyOrder) -> MelodyOrder:
    """The order with the tune's key, metre, length and range in it, where it leaves them open or not."""
    key, metre = theme.score.keys[0], theme.score.metres[0]
    midis = [note.pitch.midi for note in theme.notes]
    player = order.player
    upbeat = theme.score.bars[0].duration_beat * TICKS_A_QUARTER if theme.score.bars[0].number == 0 else 0
    return replace(
        order,
        fifths=key.fifths,
        mode=key.mode,
        metre=f"{metre.beats}/{metre.beat_type}",
        bars=max(theme.bars),
        upbeat=int(upbeat),
        low=order.low if order.low is not None else max(min(midis) - BESIDE, player.written_low),
        high=order.high if order.high is not None else min(max(midis) + BESIDE, player.written_high),
        sizes=order.sizes or tuple(range(1, 9)),
        start=tuple(range(1, 8)),
        end=tuple(range(1, 8)),
    )


def _bars(score: Score) -> dict[int, BarSymbols]:
    bars: dict[int, list[tuple[int, int]]] = {}
    for symbol in score.symbols:
        bars.setdefault(score.bar_at(symbol.onset_beat).number, []).append((_ticks(symbol), _kind(symbol)))
    return {number: tuple(symbols) for number, symbols in bars.items()}


def _kind(symbol: Symbol) -> int:
    if symbol.pitch is None:
        return REST
    return TIED if symbol.tie in ("continue", "stop") else NOTE


def _ticks(symbol: Symbol) -> int:
    return int(symbol.duration_beat * TICKS_A_QUARTER)


def _notes(score: Score) -> Iterator[ThemeNote]:
    symbols = {symbol.id: symbol for symbol in score.symbols}
    full = score.metres[0].bar_beats
    for note in score.notes:
        first = symbols[note.symbol_ids[0]]
        bar = score.bar_at(first.onset_beat)
        onset = first.onset_beat - bar.onset_beat + (full - bar.duration_beat if bar.number == 0 else 0)
        ticks = sum(_ticks(symbols[symbol_id]) for symbol_id in note.symbol_ids)
        yield ThemeNote(bar.number, int(onset * TICKS_A_QUARTER), ticks, note.written)
