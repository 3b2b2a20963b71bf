"""Beams: short notes joined so that the eye sees the beats of the bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tutor.notation.durations import NoteValue, beat_length
from tutor.notation.score import Bar, Metre, Symbol

# How the uneven metres are counted, in eighths.
UNEVEN = {(5, 8): (3, 2), (7, 8): (2, 2, 3)}


def beams_of_bar(
    bar: Bar, symbols: Sequence[Symbol], values: Mapping[str, NoteValue], metre: Metre
) -> dict[str, list[str]]:
    """Symbol id -> MusicXML beam kinds from the first beam down; notes that stand alone are left out."""
    beams: dict[str, list[str]] = {}
    for group in _groups(bar, symbols, values, metre):
        beams.update(_beams_of_group(bar, group, [values[symbol.id].beams for symbol in group]))
    return beams


def _groups(
    bar: Bar, symbols: Sequence[Symbol], values: Mapping[str, NoteValue], metre: Metre
) -> Iterable[list[Symbol]]:
    windows = _windows(bar, symbols, values, metre)
    group: list[Symbol] = []
    window = -1
    for symbol in symbols:
        position = position_in_bar(bar, symbol.onset_beat, metre)
        here = sum(position >= edge for edge in windows)
        beamed = symbol.pitch is not None and values[symbol.id].beams > 0
        if group and (here != window or not beamed):
            yield group
            group = []
        if beamed:
            group.append(symbol)
            window = here
    if group:
        yield group


def position_in_bar(bar: Bar, onset_beat: Fraction, metre: Metre) -> Fraction:
    """Beats since the barline; a pickup counts back from the barline it leads to."""
    missing = metre.bar_beats - bar.duration_beat if bar.number == 0 else Fraction(0)
    return onset_beat - bar.onset_beat + max(missing, Fraction(0))


def _windows(bar: Bar, symbols: Sequence[Symbol], values: Mapping[str, NoteValue], metre: Metre) -> list[Fraction]:
    """Where beams must break. In 4/4 four plain eighths of a half bar go together; else each beat by itself."""
    if (metre.beats, metre.beat_type) in UNEVEN:
        lengths = [Fraction(count, 2) for count in UNEVEN[metre.beats, metre.beat_type]]
        return [sum(lengths[:index], Fraction(0)) for index in range(1, len(lengths))]
    beat = beat_length(metre)
    edges = [beat * index for index in range(1, int(metre.bar_beats / beat) + 1)]
    if metre.beat_type == 4 and metre.beats in (2, 4):
        edges = [edge for edge in edges if edge % 2 == 0 or not _plain_eighths(bar, symbols, values, metre, edge)]
    return edges


def _plain_eighths(
    bar: Bar, symbols: Sequence[Symbol], values: Mapping[str, NoteValue], metre: Metre, middle: Fraction
) -> bool:
    """The half bar around this beat holds four eighths and nothing else."""
    half = [symbol for symbol in symbols if middle - 1 <= position_in_bar(bar, symbol.onset_beat, metre) < middle + 1]
    return len(half) == 4 and all(
        symbol.pitch is not None and values[symbol.id] == NoteValue("eighth") for symbol in half
    )


def _beams_of_group(bar: Bar, group: Sequence[Symbol], counts: Sequence[int]) -> dict[str, list[str]]:
    if len(group) < 2:
        return {}
    beams: dict[str, list[str]] = {symbol.id: [] for symbol in group}
    for level in range(1, max(counts) + 1):
        for index, symbol in enumerate(group):
            if counts[index] >= level:
                before = index > 0 and counts[index - 1] >= level
                after = index + 1 < len(group) and counts[index + 1] >= level
                beams[symbol.id].append(_kind(bar, symbol, before=before, after=after, is_first=index == 0))
    return beams


def _kind(bar: Bar, symbol: Symbol, *, before: bool, after: bool, is_first: bool) -> str:
    if before and after:
        return "continue"
    if before or after:
        return "end" if before else "begin"
    # A lone sixteenth points into the eighth that it completes: back, unless it opens that eighth.
    opens = is_first or ((symbol.onset_beat - bar.onset_beat) * 2).denominator == 1
    return "forward hook" if opens else "backward hook"
