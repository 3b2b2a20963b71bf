"""The little ABC that the demo ladder is written in: one voice, no chords, and every bar must be full.

Standard ABC, so that any ABC program shows and plays the files; `%%course`, `%%unit`, `%%lesson`, `%%text`,
`%%grade` and `%%summary` are ours. Whole ABC goes through `tutor.notation.reading`, which takes music21 and seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from tutor.notation.errors import ScoreError
from tutor.notation.manuscript import Event, Manuscript, RawBar, lay_out
from tutor.notation.musicxml import altered_by_key
from tutor.notation.score import Key, Metre, Pitch, Score

TOKEN = re.compile(
    r"(?P<triplet>\(3)?(?P<sign>[_^=]?)(?P<letter>[A-Ga-gz])(?P<octave>[,']*)"
    r"(?P<times>\d*)(?P<divided>/\d*)?(?P<tie>-?)\s*"
)
MAJOR_KEYS = dict(
    zip(("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B"), range(-7, 6), strict=True)
)
MINOR_KEYS = dict(zip(("Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m"), range(-5, 5), strict=True))
SIGNS = {"^": 1, "_": -1, "=": 0}


@dataclass
class Tune:
    """One tune: its header fields by letter, its music, and the `%%` lines in force where it stands."""

    fields: dict[str, str] = field(default_factory=dict)
    music: str = ""
    notes: dict[str, str] = field(default_factory=dict)


def tunes(text: str) -> Iterator[Tune]:
    """The tunes of a file in order; a tune ends at an empty line."""
    notes: dict[str, str] = {}
    tune = Tune()
    for line in [*text.splitlines(), ""]:
        if line.startswith("%%"):
            name, _, value = line[2:].partition(" ")
            notes[name] = value.strip()
        elif re.match(r"[A-Z]:", line):
            tune.fields[line[0]] = line[2:].strip()
        elif line.strip():
            tune.music += line
        elif tune.music:
            tune.notes = dict(notes)
            yield tune
            tune = Tune()


def score_of(tune: Tune) -> Score:
    """The tune as a score; a ScoreError names the bar that is not full or can't be read."""
    beats, beat_type = map(int, tune.fields["M"].split("/"))
    metre, key = Metre(Fraction(0), beats, beat_type), _key(tune.fields["K"])
    unit = 4 * Fraction(tune.fields["L"])
    printed = [bar for bar in re.split(r"[|\]]+", tune.music) if bar.strip()]
    bars = [_bar(bar, number, key, metre, unit) for number, bar in enumerate(printed)]
    for bar in bars[1:-1]:
        if bar.duration_beat != metre.bar_beats:
            raise ScoreError(f"{tune.fields['T']}, bar {bar.label}: it holds {bar.duration_beat} beats.")
    if bars[0].duration_beat + bars[-1].duration_beat not in (metre.bar_beats, 2 * metre.bar_beats):
        raise ScoreError(f"{tune.fields['T']}: the upbeat and the last bar don't make one.")
    return lay_out(
        Manuscript(bars=bars, bpm=float(tune.fields["Q"]), title=tune.fields["T"], composer=tune.fields.get("C", ""))
    )


def _key(name: str) -> Key:
    if name in MINOR_KEYS:
        return Key(Fraction(0), MINOR_KEYS[name], "minor")
    return Key(Fraction(0), MAJOR_KEYS[name])


def _bar(text: str, number: int, key: Key, metre: Metre, unit: Fraction) -> RawBar:
    events: list[Event] = []
    signs: dict[tuple[str, int], int] = {}
    onset = Fraction(0)
    place = triplet = 0
    while place < len(text):
        token = TOKEN.match(text, place)
        if token is None:
            raise ScoreError(f"Bar {number}: “{text[place:]}” is not in the little ABC that is read here.")
        place = token.end()
        triplet = 3 if token["triplet"] else max(triplet - 1, 0)
        duration = unit * _length(token) * (Fraction(2, 3) if triplet else 1)
        events.append(Event(onset, duration, _pitch(token, key, signs), tied_on=bool(token["tie"])))
        onset += duration
    return RawBar(str(number), tuple(events), onset, key, metre)


def _length(token: re.Match[str]) -> Fraction:
    divided = token["divided"]
    return Fraction(int(token["times"] or 1), int(divided[1:] or 2) if divided else 1)


def _pitch(token: re.Match[str], key: Key, signs: dict[tuple[str, int], int]) -> Pitch | None:
    """A sign holds to the end of the bar, as in print."""
    letter = token["letter"]
    if letter == "z":
        return None
    step = letter.upper()
    octave = (5 if letter.islower() else 4) + token["octave"].count("'") - token["octave"].count(",")
    if token["sign"]:
        signs[step, octave] = SIGNS[token["sign"]]
    return Pitch(octave, step, signs.get((step, octave), altered_by_key(key, step)))
