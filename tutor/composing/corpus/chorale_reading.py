"""The soprano of a chorale in MusicXML, with its fermatas: they close the lines of the verse.

Not the product's own reader, which keeps the first part whichever it is (in some chorales a horn's) and has no
use for fermatas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from tutor.composing.corpus.written import (
    LETTERS,
    SEMITONES,
    TICKS_A_QUARTER,
    WrittenBar,
    WrittenNote,
    WrittenTune,
)
from tutor.notation.xml_tree import local, parse_xml, unzip_mxl

SOPRANO_NAMES = ("soprano", "s.", "sop")


def read_chorale(data: bytes, number: str) -> WrittenTune | None:
    """The soprano of a compressed MusicXML file; None where it changes metre or key, or has no soprano part."""
    root = parse_xml(unzip_mxl(data))
    part = _soprano(root)
    if part is None:
        return None
    metres = {(_number(time, "beats"), _number(time, "beat-type")) for time in _all(part, "time")}
    keys = {_number(key, "fifths") for key in _all(part, "key")}
    if len(metres) != 1 or len(keys) != 1 or not all(number > 0 for number in next(iter(metres))):
        return None
    return _Reader().read(root, part, number, metres.pop(), keys.pop())


def _soprano(root: Element) -> Element | None:
    names = {
        part.get("id"): (_text(part, "part-name") or "").lower() for part in root.iter() if local(part) == "score-part"
    }
    return next((part for part in _all(root, "part") if names.get(part.get("id"), "").startswith(SOPRANO_NAMES)), None)


class _Reader:
    """The divisions in force and the ties that are open."""

    def __init__(self) -> None:
        self._divisions = 1
        self._tied_pitch: int | None = None

    def read(
        self, root: Element, part: Element, number: str, metre: tuple[int, int], fifths: int
    ) -> WrittenTune | None:
        bars = [self._bar(measure) for measure in _all(part, "measure")]
        if any(bar is None for bar in bars):
            return None
        title = (_text(root, "movement-title") or _text(root, "work-title") or number).removesuffix(".mxl")
        kept = tuple(bar for bar in bars if bar and bar.notes)
        letter, tonic, mode = _tonic(kept, fifths)
        return WrittenTune(number, title, "chorale", metre, letter, tonic, mode, fifths, kept)

    def _bar(self, measure: Element) -> WrittenBar | None:
        """None where a length is no whole number of ticks."""
        notes: list[WrittenNote] = []
        for element in measure:
            if local(element) == "attributes":
                self._divisions = _number(element, "divisions") or self._divisions
            if local(element) != "note" or _has(element, "grace") or _has(element, "chord"):
                continue
            ticks = Fraction(_number(element, "duration") * TICKS_A_QUARTER, self._divisions)
            if ticks.denominator != 1 or ticks <= 0:
                return None
            notes.append(self._note(element, int(ticks)))
        return WrittenBar(tuple(notes), any(local(element) == "repeat" for element in measure.iter()))

    def _note(self, element: Element, ticks: int) -> WrittenNote:
        name = _text(element, "step")
        has_fermata = _has(element, "fermata")
        if not name:
            self._tied_pitch = None
            return WrittenNote(None, 0, ticks, fermata=has_fermata)
        octave, place = _number(element, "octave"), LETTERS.index(name)
        pitch = 12 * (octave + 1) + SEMITONES[place] + _number(element, "alter")
        is_tied = pitch == self._tied_pitch
        goes_on = any(tie.get("type") == "start" for tie in _all(element, "tie"))
        self._tied_pitch = pitch if goes_on else None
        return WrittenNote(pitch, 7 * (octave + 1) + place, ticks, is_tied, has_fermata)


def _tonic(bars: Sequence[WrittenBar], fifths: int) -> tuple[int, int, str]:
    """Letter, pitch class and mode: the major or the minor of the signature, by where the melody ends.

    A chorale tune ends on its tonic, or on the third or fifth of its chord; old modal ones end where they like
    and are taken for the nearer of the two.
    """
    tonic = 7 * fifths % 12
    major = (4 * fifths % 7, tonic, "major")
    minor = ((4 * fifths - 2) % 7, (tonic - 3) % 12, "minor")
    last = next((note.pitch for bar in reversed(bars) for note in reversed(bar.notes) if note.pitch is not None), tonic)
    above = (last - tonic) % 12
    return minor if above == 9 else major if above in (0, 7) else _by_leading_note(bars, major, minor)


def _by_leading_note(bars: Sequence[WrittenBar], *keys: tuple[int, int, str]) -> tuple[int, int, str]:
    """For an end on the third of the major, which is the fifth of the minor: is the fifth raised to lead?"""
    pitches = [note.pitch for bar in bars for note in bar.notes if note.pitch is not None]
    raised = sum((pitch - keys[0][1]) % 12 == 8 for pitch in pitches)
    return keys[1] if raised else keys[0]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if local(child) == name)


def _has(element: Element, name: str) -> bool:
    return any(True for _ in _all(element, name))


def _text(element: Element, name: str) -> str | None:
    return next((child.text for child in _all(element, name)), None)


def _number(element: Element, name: str) -> int:
    """0 where there is none, as for an alteration."""
    try:
        return int(float(_text(element, name) or 0))
    except ValueError:
        return 0
