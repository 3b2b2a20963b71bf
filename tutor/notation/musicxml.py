"""Score -> MusicXML 4.0, written by hand: a request can't wait for music21.

Each symbol's id becomes the `id` of its `<note>`, which Verovio keeps, so that the page can colour it.
Accidentals and beams are written out by the rules of the bar, since Verovio prints what it is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from math import lcm
from xml.sax.saxutils import escape

from tutor.notation.beams import beams_of_bar
from tutor.notation.durations import NoteValue, note_value
from tutor.notation.errors import ScoreError
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol
from tutor.saying import phrase

SHARPS_IN_ORDER = "FCGDAEB"
ACCIDENTAL_NAMES = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
# Steps below the written pitch for each number of semitones within an octave.
DIATONIC_STEPS = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 5, 9: 5, 10: 6, 11: 6}
XML_ID = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN"'
    ' "http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def to_musicxml(score: Score, new_systems: Collection[int] = ()) -> str:
    """The score as a MusicXML document of one part; bars at the indices `new_systems` begin a line."""
    bars = bars_of(score)
    values = {symbol.id: _value(symbol, bar) for bar, symbols in bars for symbol in symbols}
    divisions = lcm(*(symbol.duration_beat.denominator for symbol in score.symbols))
    measures = "\n".join(
        _measure(score, bar, symbols, values, divisions, begins_line=index in new_systems)
        for index, (bar, symbols) in enumerate(bars)
    )
    return (
        f'{HEAD}<score-partwise version="4.0">\n{_header(score)}'
        f'<part-list><score-part id="P1"><part-name/></score-part></part-list>\n'
        f'<part id="P1">\n{measures}\n</part>\n</score-partwise>\n'
    )


def bars_of(score: Score) -> list[tuple[Bar, list[Symbol]]]:
    """Each bar with its symbols; a ScoreError where they don't fill it, overlap, or share an id."""
    if not score.bars or not score.symbols:
        raise ScoreError(phrase("The score has no notes."))
    _check_ids(score.symbols)
    filled: list[tuple[Bar, list[Symbol]]] = []
    waiting = iter((*score.symbols, None))
    symbol = next(waiting)
    onset = score.bars[0].onset_beat
    for bar in score.bars:
        here: list[Symbol] = []
        if bar.onset_beat != onset:
            raise ScoreError(phrase("Bar {number}: it does not begin where the bar before it ends.", number=bar.number))
        bar_end = bar.onset_beat + bar.duration_beat
        while symbol is not None and symbol.onset_beat < bar_end:
            if symbol.onset_beat != onset or symbol.duration_beat <= 0:
                raise ScoreError(
                    phrase(
                        "Bar {number}: symbol {id} does not begin where the one before it ends.",
                        number=bar.number,
                        id=symbol.id,
                    )
                )
            onset += symbol.duration_beat
            here.append(symbol)
            symbol = next(waiting)
        if onset != bar_end:
            raise ScoreError(phrase("Bar {number}: its symbols do not fill it.", number=bar.number))
        filled.append((bar, here))
    if symbol is not None:
        raise ScoreError(phrase("Symbol {id} lies after the last bar.", id=symbol.id))
    return filled


def _check_ids(symbols: Sequence[Symbol]) -> None:
    seen: set[str] = set()
    for symbol in symbols:
        if not XML_ID.fullmatch(symbol.id):
            raise ScoreError(
                phrase("“{id}” can't be the id of a note: it must be a letter, then letters or digits.", id=symbol.id)
            )
        if symbol.id in seen:
            raise ScoreError(phrase("Two symbols have the id {id}.", id=symbol.id))
        seen.add(symbol.id)


def _value(symbol: Symbol, bar: Bar) -> NoteValue:
    value = note_value(symbol.duration_beat)
    if value is None and _is_bar_rest(symbol, bar):
        return NoteValue("whole")
    if value is None:
        raise ScoreError(
            phrase(
                "Bar {number}: a length of {length} quarter notes can't be printed as one symbol; "
                "it must be split into tied ones.",
                number=bar.number,
                length=str(symbol.duration_beat),
            )
        )
    return value


def _is_bar_rest(symbol: Symbol, bar: Bar) -> bool:
    return symbol.pitch is None and symbol.duration_beat == bar.duration_beat and bar.number != 0


def _header(score: Score) -> str:
    title = f"<work><work-title>{escape(score.title)}</work-title></work>\n" if score.title else ""
    composer = escape(score.composer)
    credit = f'<identification><creator type="composer">{composer}</creator></identification>\n' if composer else ""
    return title + credit


def _measure(
    score: Score,
    bar: Bar,
    symbols: Sequence[Symbol],
    values: dict[str, NoteValue],
    divisions: int,
    *,
    begins_line: bool,
) -> str:
    metre = score.metre_at(float(bar.onset_beat))
    beams = beams_of_bar(bar, symbols, values, metre)
    tuplets = _tuplets(symbols, values, beams)
    accidentals = _accidentals(score, symbols)
    is_first = bar is score.bars[0]
    implicit = ' implicit="yes"' if bar.number == 0 else ""
    lines = [f'<measure number="{bar.number}"{implicit}>', '<print new-system="yes"/>' if begins_line else ""]
    for symbol in symbols:
        lines.append(_attributes(score, symbol.onset_beat, divisions, is_first=is_first and symbol is symbols[0]))
        if is_first and symbol is symbols[0]:
            lines.append(f'<sound tempo="{score.bpm:g}"/>')
        extras = _Extras(accidentals.get(symbol.id, ""), beams.get(symbol.id, ()), tuplets.get(symbol.id, ""))
        lines.append(_note(symbol, bar, values[symbol.id], divisions, extras))
    if bar is score.bars[-1]:
        lines.append('<barline location="right"><bar-style>light-heavy</bar-style></barline>')
    lines.append("</measure>")
    return "\n".join(line for line in lines if line)


class _Extras:
    """What a note carries by its place in the bar rather than by itself."""

    def __init__(self, accidental: str, beams: Sequence[str], tuplet: str) -> None:
        self.accidental = accidental
        self.beams = beams
        self.tuplet = tuplet


def _attributes(score: Score, onset_beat: Fraction, divisions: int, *, is_first: bool) -> str:
    """Key, metre and, at the very beginning, clef and transposition, where one of them changes."""
    key = next((key for key in score.keys if key.onset_beat == onset_beat), None)
    metre = next((metre for metre in score.metres if metre.onset_beat == onset_beat), None)
    if is_first:
        key, metre = key or score.key_at(float(onset_beat)), metre or score.metre_at(float(onset_beat))
    if key is None and metre is None:
        return ""
    parts = [f"<divisions>{divisions}</divisions>"] if is_first else []
    if key:
        parts.append(f"<key><fifths>{key.fifths}</fifths><mode>{escape(key.mode)}</mode></key>")
    if metre:
        parts.append(f"<time{_sign(metre)}><beats>{metre.beats}</beats><beat-type>{metre.beat_type}</beat-type></time>")
    if is_first:
        parts += [_clef(score.clef), _transpose(score.transposition)]
    return f"<attributes>{''.join(parts)}</attributes>"


def _sign(metre: Metre) -> str:
    return ' symbol="cut"' if (metre.beats, metre.beat_type) == (2, 2) else ""


def _clef(clef: str) -> str:
    sign, _, octave = clef.partition("_")
    change = {"8vb": "-1", "8va": "1", "15mb": "-2", "15ma": "2"}.get(octave)
    octave_change = f"<clef-octave-change>{change}</clef-octave-change>" if change else ""
    return f"<clef><sign>{sign[0]}</sign><line>{sign[1]}</line>{octave_change}</clef>"


def _transpose(semitones: int) -> str:
    if not semitones:
        return ""
    sign = 1 if semitones > 0 else -1
    octaves, within = divmod(abs(semitones), 12)
    octave_change = f"<octave-change>{sign * octaves}</octave-change>" if octaves else ""
    return (
        f"<transpose><diatonic>{sign * DIATONIC_STEPS[within]}</diatonic>"
        f"<chromatic>{sign * within}</chromatic>{octave_change}</transpose>"
    )


def altered_by_key(key: Key, step: str) -> int:
    """What the key signature does to a step: 1 sharp, -1 flat, 0 nothing."""
    if key.fifths >= 0:
        return int(step in SHARPS_IN_ORDER[: key.fifths])
    return -int(step in SHARPS_IN_ORDER[key.fifths :])


def _accidentals(score: Score, symbols: Sequence[Symbol]) -> dict[str, str]:
    """Printed where the key signature and the bar so far don't say it; a tie carries its own over the barline."""
    in_force: dict[tuple[str, int], int] = {}
    printed = {}
    for symbol in symbols:
        pitch = symbol.pitch
        if pitch is None or symbol.tie in ("continue", "stop"):
            continue
        place = (pitch.step, pitch.octave)
        expected = in_force.get(place, altered_by_key(score.key_at(float(symbol.onset_beat)), pitch.step))
        if pitch.alter != expected:
            printed[symbol.id] = ACCIDENTAL_NAMES[pitch.alter]
            in_force[place] = pitch.alter
    return printed


def _tuplets(symbols: Sequence[Symbol], values: dict[str, NoteValue], beams: dict[str, list[str]]) -> dict[str, str]:
    """The `<tuplet>` elements of the first and last symbol of each group; a group ends where its sum is even again."""
    marks: dict[str, str] = {}
    for group in _tuplet_groups(symbols, values):
        joined = (
            all(symbol.id in beams for symbol in group) and sum(beams[symbol.id][0] == "begin" for symbol in group) <= 1
        )
        bracket = "no" if joined else "yes"
        marks[group[0].id] = f'<tuplet type="start" bracket="{bracket}"/>'
        marks[group[-1].id] = marks.get(group[-1].id, "") + '<tuplet type="stop"/>'
    return marks


def _tuplet_groups(symbols: Iterable[Symbol], values: dict[str, NoteValue]) -> Iterable[list[Symbol]]:
    group: list[Symbol] = []
    for symbol in symbols:
        ratio = values[symbol.id].tuplet
        if group and ratio != values[group[0].id].tuplet:
            yield group
            group = []
        if ratio == (1, 1):
            continue
        group.append(symbol)
        if sum(member.duration_beat for member in group).denominator % ratio[0]:
            yield group
            group = []
    if group:
        yield group


def _note(symbol: Symbol, bar: Bar, value: NoteValue, divisions: int, extras: _Extras) -> str:
    rest = symbol.pitch is None
    ties = {"start": ("start",), "continue": ("stop", "start"), "stop": ("stop",)}.get(symbol.tie, ())
    parts = [
        _bar_rest(symbol, bar) if symbol.pitch is None else _pitch(symbol.pitch),
        f"<duration>{symbol.duration_beat * divisions}</duration>",
        *(f'<tie type="{kind}"/>' for kind in ties),
        "<voice>1</voice>",
        "" if rest and _is_bar_rest(symbol, bar) else f"<type>{value.name}</type>{'<dot/>' * value.dots}",
        f"<accidental>{extras.accidental}</accidental>" if extras.accidental else "",
        _time_modification(value),
        *(f'<beam number="{level}">{kind}</beam>' for level, kind in enumerate(extras.beams, 1)),
        _notations(symbol, ties, extras.tuplet),
        f"<lyric><syllabic>single</syllabic><text>{escape(symbol.lyric)}</text></lyric>" if symbol.lyric else "",
    ]
    return f'<note id="{symbol.id}">{"".join(parts)}</note>'


def _bar_rest(symbol: Symbol, bar: Bar) -> str:
    return '<rest measure="yes"/>' if _is_bar_rest(symbol, bar) else "<rest/>"


def _pitch(pitch: Pitch) -> str:
    alter = f"<alter>{pitch.alter}</alter>" if pitch.alter else ""
    return f"<pitch><step>{pitch.step}</step>{alter}<octave>{pitch.octave}</octave></pitch>"


def _time_modification(value: NoteValue) -> str:
    actual, normal = value.tuplet
    if actual == normal:
        return ""
    return (
        f"<time-modification><actual-notes>{actual}</actual-notes>"
        f"<normal-notes>{normal}</normal-notes></time-modification>"
    )


def _notations(symbol: Symbol, ties: Sequence[str], tuplet: str) -> str:
    parts = [
        *(f'<tied type="{kind}"/>' for kind in ties),
        *(f'<slur type="{kind}" number="1"/>' for kind in symbol.slur.split()),
        tuplet,
        f"<articulations>{''.join(f'<{name}/>' for name in symbol.articulations)}</articulations>"
        if symbol.articulations
        else "",
    ]
    return f"<notations>{''.join(parts)}</notations>" if any(parts) else ""
