"""Old tune books in ABC, read in a millisecond a tune: one voice, as it is written, repeats not played.

Of a chord the highest note is kept; grace notes, slurs, ornaments and chord names are left out, and so is a
first ending (the second follows the same bars). A tune that uses more than this (several voices, a change of
key or metre, quintuplets) is not read: there are tunes enough.
Notation: the ABC standard, version 2.1 (2011).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tutor.composing.corpus.written import LETTERS, SEMITONES, TICKS_A_WHOLE, WrittenBar, WrittenNote, WrittenTune

# The longest alternatives first; what matches none (slurs, ornaments, spaces) is skipped.
TOKEN = re.compile(
    r"(?P<inline>\[[A-Za-z]:[^\]]*\])"
    r"|(?P<grace>\{[^}]*\})|(?P<text>\"[^\"]*\")|(?P<decoration>![^!]*!)"
    r"|(?P<bar>:*\|[\]|:]*(?:\[?(?P<ending>\d))?|::(?:\[?(?P<ending2>\d))?|\[\|(?!\w)|\[(?P<ending3>\d))"
    r"|\((?P<tuplet>\d)(?::(?P<in_time_of>\d?))?(?::(?P<of_notes>\d?))?"
    r"|(?P<sign>\^{1,2}|_{1,2}|=)?(?P<letter>[A-Ga-gzxZ])(?P<octave>[,']*)(?P<times>\d*)(?P<divided>(?:/\d*)*)"
    r"|(?P<broken>>+|<+)|(?P<tie>-)|(?P<chord>\[)|(?P<chord_end>\])"
)
SHARPS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
# By the first three letters: the mode, and how many sharps its signature has more than the major's.
MODES = {
    **dict.fromkeys(("", "maj", "ion"), ("major", 0)),
    **dict.fromkeys(("m", "min", "aeo"), ("minor", -3)),
    "mix": ("mixolydian", -1),
    "dor": ("dorian", -2),
    "phr": ("phrygian", -4),
    "lyd": ("lydian", 1),
}
# How many notes are played in the time of how many; 5, 7 and 9 depend on the metre and are not read.
TUPLETS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


class _NotRead(Exception):
    """The tune uses more than is read here."""


def read_abc_tunes(text: str) -> Iterator[WrittenTune]:
    """The tunes of a book that can be read, in order."""
    for block in re.split(r"^X:", text, flags=re.MULTILINE)[1:]:
        try:
            yield _read_tune(block)
        except _NotRead:
            continue


def _read_tune(block: str) -> WrittenTune:
    fields, body = _fields_and_body(block)
    tonic_letter, tonic, mode, fifths = _key(fields.get("K", ""))
    metre = _metre(fields.get("M", ""))
    unit = _unit(fields.get("L", ""), metre)
    bars = _BodyReader(unit, fifths, metre).read(body)
    kind = fields.get("R", "").lower()
    return WrittenTune(fields["X"], fields.get("T", ""), kind, metre, tonic_letter, tonic, mode, fifths, tuple(bars))


def _fields_and_body(block: str) -> tuple[dict[str, str], str]:
    first, *lines = block.splitlines()
    fields = {"X": first.strip()}
    body: list[str] = []
    for line in lines:
        header = re.match(r"([A-Za-z]):(.*)", line)
        if not header:
            body += [line.split("%")[0].replace("\\", " ")] if "K" in fields else []
            continue
        letter, value = header[1], header[2].split("%")[0].strip()
        if body and letter in "KMLV" and value != fields.get(letter):
            raise _NotRead
        if value:
            fields.setdefault(letter, value)
    return fields, " ".join(body)


def _key(text: str) -> tuple[int, int, str, int]:
    """Tonic letter and pitch class, mode, signature."""
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", text)
    if not found:
        raise _NotRead
    name = found[3].lower()
    short = next((short for short in (name[:3], name[:1]) if short in MODES), "")
    mode, sharper = MODES[short if name != "m" else "m"]
    sign = (found[2] == "#") - (found[2] == "b")
    fifths = SHARPS[found[1]] + 7 * sign + sharper
    if not -7 <= fifths <= 7:
        raise _NotRead
    letter = LETTERS.index(found[1])
    return letter, (SEMITONES[letter] + sign) % 12, mode, fifths


def _metre(text: str) -> tuple[int, int]:
    text = {"C": "4/4", "C|": "2/2"}.get(text, text)
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not int(found[2]):
        raise _NotRead
    return int(found[1]), int(found[2])


def _unit(text: str, metre: tuple[int, int]) -> Fraction:
    """The length of a bare letter, of a whole note."""
    if re.fullmatch(r"\d+/\d+", text):
        return Fraction(text)
    return Fraction(1, 16) if Fraction(*metre) < Fraction(3, 4) else Fraction(1, 8)


class _BodyReader:
    """What carries over from token to token: signs within the bar, an open tuplet, tie or broken rhythm."""

    def __init__(self, unit: Fraction, fifths: int, metre: tuple[int, int]) -> None:
        self._unit = unit * TICKS_A_WHOLE
        self._bar_ticks = Fraction(*metre) * TICKS_A_WHOLE
        self._signature = dict.fromkeys("FCGDAEB"[: max(fifths, 0)], 1) | dict.fromkeys(
            "BEADGCF"[: max(-fifths, 0)], -1
        )
        self._bars: list[WrittenBar] = []
        self._notes: list[WrittenNote] = []
        self._signs: dict[tuple[str, int], int] = {}
        self._tuplet_notes, self._tuplet_ratio = 0, Fraction(1)
        self._next_ratio = Fraction(1)
        self._is_tied = False
        self._in_chord = self._has_chord_note = False
        self._in_first_ending = False

    def read(self, body: str) -> Sequence[WrittenBar]:
        for token in TOKEN.finditer(body):
            self._read_token(token)
        self._end_bar(closes=True)
        return self._bars

    def _read_token(self, token: re.Match[str]) -> None:
        if token["inline"]:
            raise _NotRead
        if token["bar"]:
            self._end_bar(closes=token["bar"].rstrip("0123456789[") not in ("|", ""))
            ending = token["ending"] or token["ending2"] or token["ending3"]
            self._in_first_ending = ending == "1" or (
                self._in_first_ending and not ending and ":" not in token["bar"] and "||" not in token["bar"]
            )
        elif token["tuplet"]:
            self._open_tuplet(token)
        elif token["letter"]:
            self._read_note(token)
        elif token["broken"]:
            self._break_rhythm(token["broken"])
        elif token["tie"]:
            self._is_tied = True
        elif token["chord"]:
            self._in_chord, self._has_chord_note = True, False
        elif token["chord_end"]:
            self._in_chord = False

    def _end_bar(self, *, closes: bool) -> None:
        if self._notes and not self._in_first_ending:
            self._bars.append(WrittenBar(tuple(self._notes), closes))
        elif closes and self._bars and not self._in_first_ending:
            self._bars[-1] = WrittenBar(self._bars[-1].notes, closes=True)
        self._notes = []
        self._signs = {}

    def _open_tuplet(self, token: re.Match[str]) -> None:
        notes = int(token["tuplet"])
        in_time_of = int(token["in_time_of"] or TUPLETS.get(notes, 0))
        if not in_time_of:
            raise _NotRead
        self._tuplet_notes = int(token["of_notes"] or notes)
        self._tuplet_ratio = Fraction(in_time_of, notes)

    def _read_note(self, token: re.Match[str]) -> None:
        note = WrittenNote(*self._pitch(token), self._ticks(token) if not self._is_lower_chord_note() else 0)
        if self._is_lower_chord_note():
            last = self._notes[-1]
            if note.pitch is not None and last.pitch is not None and note.pitch > last.pitch:
                self._notes[-1] = WrittenNote(note.pitch, note.step, last.ticks, last.tied)
            return
        self._has_chord_note = True
        before = self._notes[-1] if self._notes else self._bars[-1].notes[-1] if self._bars else None
        # A slur is often written with the sign of the tie: only one between equal pitches is a tie.
        is_tied = self._is_tied and note.pitch is not None and before is not None and before.pitch == note.pitch
        self._is_tied = False
        self._notes.append(WrittenNote(note.pitch, note.step, note.ticks, is_tied))

    def _is_lower_chord_note(self) -> bool:
        return self._in_chord and self._has_chord_note and bool(self._notes)

    def _ticks(self, token: re.Match[str]) -> int:
        unit = self._bar_ticks if token["letter"] == "Z" else self._unit
        ticks = unit * int(token["times"] or 1) * self._next_ratio
        self._next_ratio = Fraction(1)
        for part_of in re.findall(r"/(\d*)", token["divided"]):
            ticks /= int(part_of or 2) or 1
        if self._tuplet_notes:
            ticks *= self._tuplet_ratio
            self._tuplet_notes -= 1
        return _whole(ticks)

    def _pitch(self, token: re.Match[str]) -> tuple[int | None, int]:
        """A sign holds to the end of the bar, in its octave."""
        letter = token["letter"]
        if letter in "zxZ":
            return None, 0
        name = letter.upper()
        octave = (5 if letter.islower() else 4) + token["octave"].count("'") - token["octave"].count(",")
        if token["sign"]:
            self._signs[name, octave] = token["sign"].count("^") - token["sign"].count("_")
        place = LETTERS.index(name)
        altered = self._signs.get((name, octave), self._signature.get(name, 0))
        return 12 * (octave + 1) + SEMITONES[place] + altered, 7 * (octave + 1) + place

    def _break_rhythm(self, signs: str) -> None:
        """`a>b`: the first is dotted, the second makes up for it."""
        if not self._notes:
            return
        part = Fraction(1, 2 ** len(signs))
        first, self._next_ratio = (2 - part, part) if signs[0] == ">" else (part, 2 - part)
        last = self._notes[-1]
        self._notes[-1] = WrittenNote(last.pitch, last.step, _whole(last.ticks * first), last.tied)


def _whole(ticks: Fraction) -> int:
    if ticks.denominator != 1 or ticks <= 0:
        raise _NotRead
    return int(ticks)
