"""A page as a reader with a pencil sees it: MusicXML text to bars, symbols and sounding notes.

Nothing of `tutor/` is used here, so that a mistake there is not made twice. Lengths are exact fractions of a quarter
note, as the `<duration>` elements say.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

STEPS = "CDEFGAB"
SEMITONES = (0, 2, 4, 5, 7, 9, 11)
SHARPS = "FCGDAEB"
LINE_OF_FIFTHS = "FCGDAEB"


@dataclass(frozen=True)
class Mark:
    """One printed note or rest; `place` is its distance from the barline that its bar would have if it were full."""

    id: str
    bar: int  # index of the measure element
    onset: Fraction  # from the beginning of the piece
    place: Fraction
    length: Fraction
    step: str  # "" is a rest
    alter: int
    octave: int
    ties: frozenset[str]
    printed: str  # the accidental in front of it
    type: str
    dots: int
    tuplet: tuple[int, int]
    is_bar_rest: bool

    @property
    def staff(self) -> int:
        return 7 * self.octave + STEPS.index(self.step)

    @property
    def pitch(self) -> int:
        return 12 * (self.octave + 1) + SEMITONES[STEPS.index(self.step)] + self.alter

    @property
    def fifths(self) -> int:
        """Its name's place in F C G D A E B F♯ …, where C is 0."""
        return LINE_OF_FIFTHS.index(self.step) - 1 + 7 * self.alter


@dataclass(frozen=True)
class Sounding:
    """What is heard of one or several tied marks."""

    marks: tuple[Mark, ...]
    rest_before: bool

    @property
    def head(self) -> Mark:
        return self.marks[0]

    @property
    def length(self) -> Fraction:
        return sum((mark.length for mark in self.marks), Fraction(0))


@dataclass(frozen=True)
class Measure:
    """What one `<measure>` holds."""

    number: str
    is_implicit: bool
    onset: Fraction
    length: Fraction


@dataclass(frozen=True)
class Sheet:
    """One part of one voice, in written pitch. `transposes` is sounding minus written, in semitones."""

    marks: tuple[Mark, ...]
    measures: tuple[Measure, ...]
    fifths: int
    mode: str
    beats: int
    beat_type: int
    clef: str  # as "G2", "G2-1" with its octave
    transposes: int
    bpm: float
    changes: int  # of key, metre or clef on the way

    @property
    def bar_length(self) -> Fraction:
        return Fraction(4 * self.beats, self.beat_type)

    @property
    def beat(self) -> Fraction:
        """What the foot taps: a dotted note where the metre counts threes of eighths."""
        threes = self.beat_type >= 8 and self.beats % 3 == 0
        return Fraction(4, self.beat_type) * (3 if threes else 1)

    @property
    def is_compound(self) -> bool:
        return self.beat_type >= 8 and self.beats % 3 == 0

    @property
    def tonic(self) -> int:
        """On the line of fifths, where C is 0."""
        return self.fifths + (3 if self.mode == "minor" else 0)

    @property
    def upbeat(self) -> Fraction:
        return self.measures[0].length if self.measures[0].is_implicit else Fraction(0)

    @property
    def length(self) -> Fraction:
        return sum((measure.length for measure in self.measures), Fraction(0))

    @cached_property
    def notes(self) -> tuple[Sounding, ...]:
        return tuple(_soundings(self.marks))

    def key_alter(self, step: str) -> int:
        if self.fifths >= 0:
            return int(step in SHARPS[: self.fifths])
        return -int(step in SHARPS[self.fifths :])


def read_sheet(text: str) -> Sheet:
    """Raises ValueError or AttributeError where the text is no score of one voice."""
    root = ET.fromstring(text)
    parts = root.findall("part")
    if len(parts) != 1:
        raise ValueError(f"{len(parts)} parts")
    first = parts[0].find("measure/attributes")
    if first is None:
        raise ValueError("no attributes in the first measure")
    beats, beat_type = int(_text(first, "time/beats")), int(_text(first, "time/beat-type"))
    divisions = int(_text(first, "divisions"))
    marks, measures = _measures(parts[0], divisions, Fraction(4 * beats, beat_type))
    clef = _text(first, "clef/sign") + _text(first, "clef/line") + _text(first, "clef/clef-octave-change", "")
    sound = root.find(".//sound[@tempo]")
    return Sheet(
        marks=tuple(marks),
        measures=tuple(measures),
        fifths=int(_text(first, "key/fifths")),
        mode=_text(first, "key/mode", "major"),
        beats=beats,
        beat_type=beat_type,
        clef=clef,
        transposes=int(_text(first, "transpose/chromatic", "0"))
        + 12 * int(_text(first, "transpose/octave-change", "0")),
        bpm=float(sound.get("tempo", "0")) if sound is not None else 0.0,
        changes=len(parts[0].findall(".//attributes")) - 1,
    )


def _measures(part: ET.Element, divisions: int, full: Fraction) -> tuple[list[Mark], list[Measure]]:
    marks: list[Mark] = []
    measures: list[Measure] = []
    onset = Fraction(0)
    for index, measure in enumerate(part.findall("measure")):
        if measure.find("backup") is not None or measure.find("forward") is not None:
            raise ValueError("more than one voice")
        notes = measure.findall("note")
        lengths = [Fraction(int(_text(note, "duration")), divisions) for note in notes]
        is_upbeat = measure.get("implicit") == "yes" and index == 0
        before = full - sum(lengths, Fraction(0)) if is_upbeat else Fraction(0)
        within = Fraction(0)
        for note, length in zip(notes, lengths, strict=True):
            marks.append(_mark(note, index, onset + within, before + within, length))
            within += length
        measures.append(Measure(measure.get("number", ""), measure.get("implicit") == "yes", onset, within))
        onset += within
    return marks, measures


def _mark(note: ET.Element, bar: int, onset: Fraction, place: Fraction, length: Fraction) -> Mark:
    rest = note.find("rest")
    if (rest is None) == (note.find("pitch") is None) or note.find("chord") is not None:
        raise ValueError("neither one pitch nor a rest")
    return Mark(
        id=note.get("id", ""),
        bar=bar,
        onset=onset,
        place=place,
        length=length,
        step="" if rest is not None else _text(note, "pitch/step"),
        alter=int(_text(note, "pitch/alter", "0")),
        octave=int(_text(note, "pitch/octave", "0")),
        ties=frozenset(tie.get("type", "") for tie in note.findall("tie")),
        printed=_text(note, "accidental", ""),
        type=_text(note, "type", ""),
        dots=len(note.findall("dot")),
        tuplet=(
            int(_text(note, "time-modification/actual-notes", "1")),
            int(_text(note, "time-modification/normal-notes", "1")),
        ),
        is_bar_rest=rest is not None and rest.get("measure") == "yes",
    )


def _soundings(marks: tuple[Mark, ...]) -> Iterator[Sounding]:
    """Tied marks of one pitch as one; a tie that leads nowhere is the checker's to find."""
    chain: list[Mark] = []
    rested = rest_before = False
    for mark in marks:
        if not mark.step:
            rested = True
            continue
        if chain and not (_is_tied(chain[-1], mark) and not rested):
            yield Sounding(tuple(chain), rest_before)
            chain = []
        if not chain:
            rest_before = rested
        rested = False
        chain.append(mark)
    if chain:
        yield Sounding(tuple(chain), rest_before)


def _is_tied(before: Mark, mark: Mark) -> bool:
    return "start" in before.ties and "stop" in mark.ties and before.pitch == mark.pitch


def _text(element: ET.Element, path: str, default: str | None = None) -> str:
    found = element.findtext(path)
    if found is None:
        if default is None:
            raise ValueError(f"no {path}")
        return default
    return found.strip()
