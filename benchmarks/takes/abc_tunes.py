"""Old tune books in ABC, read tolerantly: one voice, no repeats played; what can't be read is left out.

The product's own reader takes music21 and a tenth of a second a tune; this one a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from benchmarks.takes.tune import Tune, TuneBar, TuneNote

TOKEN = re.compile(
    r"(?P<bar>:*\|[\]|:]*|::)|\((?P<tuplet>\d)|(?P<sign>\^{1,2}|_{1,2}|=)?(?P<letter>[A-Ga-gzx])(?P<octave>[,']*)"
    r"(?P<times>\d*)(?P<divided>(?:/\d*)*)(?P<tie>-?)|(?P<broken>[<>]+)"
)
ORNAMENT = re.compile(r'"[^"]*"|\{[^}]*\}|![^!]*!|%.*|`|\\$')
CHORD = re.compile(r"\[([^\]|:]+)\](\d*)")
SHARPS = {"C": 0, "D": 2, "E": 4, "F": -1, "G": 1, "A": 3, "B": 5}
MODES = {"": 0, "maj": 0, "m": -3, "min": -3, "mix": -1, "dor": -2, "phr": -4, "lyd": 1, "loc": -5, "aeo": -3, "ion": 0}
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# How many notes in the time of how many.
TUPLETS = {2: Fraction(3, 2), 3: Fraction(2, 3), 4: Fraction(3, 4), 6: Fraction(1, 3)}


def read_tunes(text: str, book: str) -> Iterator[Tune]:
    """The tunes of a book, named `book:number in the file`; those that use more than is read here are left out."""
    for number, block in enumerate(re.split(r"^X:", text, flags=re.MULTILINE)[1:]):
        fields: dict[str, str] = {}
        music: list[str] = []
        is_simple = True
        for line in block.splitlines()[1:]:
            header = re.match(r"([A-Za-z]):(.*)", line)
            if header:
                is_simple &= not (music and header[1] in "MKLV")
                fields.setdefault(header[1], header[2].strip())
            else:
                music.append(ORNAMENT.sub("", line))
        if is_simple and "K" in fields and (tune := _tune(f"{book}:{number}", fields, " ".join(music))):
            yield tune


def _tune(name: str, fields: dict[str, str], music: str) -> Tune | None:
    metre = _metre(fields.get("M", "4/4"))
    fifths = _fifths(fields["K"])
    if metre is None or fifths is None or "[" in re.sub(r"\|\]|\[\||\[\d", "", CHORD.sub("", music)):
        return None
    unit = Fraction(fields["L"].split()[0]) if re.match(r"\d+/\d+", fields.get("L", "")) else Fraction(1, 8)
    music = CHORD.sub(r"\1", re.sub(r"\[\d|\|\]|\[\|", "|", music)) if "[" in music else music
    bars = list(_bars(music, 4 * unit, fifths))
    return Tune(name, tuple(bars), metre, fifths) if len(bars) >= 4 else None


def _metre(text: str) -> tuple[int, int] | None:
    text = {"C": "4/4", "C|": "4/4"}.get(text.split()[0] if text else "C", text)
    found = re.match(r"(\d+)/(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def _fifths(text: str) -> int | None:
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", text)
    if not found:
        return None
    mode = MODES.get(found[3].lower()[:3], 0)
    fifths = SHARPS[found[1]] + 7 * ((found[2] == "#") - (found[2] == "b")) + mode
    return fifths if -7 <= fifths <= 7 else None


def _bars(music: str, unit: Fraction, fifths: int) -> Iterator[TuneBar]:
    key = dict.fromkeys("FCGDAEB"[: max(fifths, 0)], 1) | dict.fromkeys("BEADGCF"[: max(-fifths, 0)], -1)
    notes: list[TuneNote] = []
    signs: dict[str, int] = {}
    in_tuplet, ratio = 0, Fraction(1)
    broken = Fraction(1)
    for token in TOKEN.finditer(music):
        if token["bar"]:
            if notes:
                yield tuple(notes)
            notes, signs = [], {}
        elif token["tuplet"]:
            in_tuplet = int(token["tuplet"])
            ratio = TUPLETS.get(in_tuplet, Fraction(1))
        elif token["broken"] and notes:
            part = Fraction(1, 2 ** len(token["broken"]))
            longer, shorter = 2 - part, part
            first, broken = (longer, shorter) if token["broken"][0] == ">" else (shorter, longer)
            notes[-1] = TuneNote(notes[-1].pitch, notes[-1].beats * first, notes[-1].is_tied)
        elif token["letter"]:
            beats = unit * int(token["times"] or 1) * broken * (ratio if in_tuplet else 1)
            for part_of in re.findall(r"/(\d*)", token["divided"]):
                beats /= int(part_of or 2) or 1
            in_tuplet, broken = max(in_tuplet - 1, 0), Fraction(1)
            notes.append(TuneNote(_pitch(token, key, signs), beats, bool(token["tie"])))
    if notes:
        yield tuple(notes)


def _pitch(token: re.Match[str], key: dict[str, int], signs: dict[str, int]) -> int | None:
    """A MIDI number; None is a rest. A sign holds to the end of the bar."""
    letter = token["letter"]
    if letter in "zx":
        return None
    step = letter.upper()
    octave = (5 if letter.islower() else 4) + token["octave"].count("'") - token["octave"].count(",")
    place = f"{step}{octave}"
    if token["sign"]:
        signs[place] = token["sign"].count("^") - token["sign"].count("_")
    return 12 * (octave + 1) + STEPS[step] + signs.get(place, key.get(step, 0))
