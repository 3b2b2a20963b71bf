"""MusicXML -> manuscript: a part's upper voice, note ids and all; of several parts the first with notes, or each.

Our own reader rather than music21's, which forgets note ids and says neither bar nor line when it fails;
and an author's upload is read within the request, where music21 would take seconds to load.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from xml.etree.ElementTree import Element

from tutor.notation.durations import DOTTED, NOTE_VALUES
from tutor.notation.errors import ScoreError
from tutor.notation.left_out import LeftOut
from tutor.notation.manuscript import MOST_SYMBOLS, Event, Manuscript, RawBar
from tutor.notation.score import SEMITONES_ABOVE_C, Key, Metre, Pitch
from tutor.notation.xml_tree import LINE, local, parse_xml
from tutor.saying import phrase

# Some programs round a triplet to whole ticks; where the printed value is this near, it is what was meant.
ROUNDING_BEAT = Fraction(1, 24)
DEFAULT_METRE = Metre(Fraction(0), 4, 4)
DEFAULT_KEY = Key(Fraction(0), 0)
ARTICULATIONS = frozenset({"staccato", "tenuto", "accent", "strong-accent", "staccatissimo", "detached-legato"})
TEMPO_RANGE_BPM = (10.0, 400.0)
DOUBLE_BARS = frozenset({"light-light", "light-heavy", "heavy-light", "heavy-heavy"})
# What carries no note: the author is told that it is not on the page.
NOT_SHOWN_ON_NOTES = frozenset({"ornaments", "fermata", "technical", "glissando", "slide", "arpeggiate"})
NOT_SHOWN_DIRECTIONS = frozenset({"dynamics", "wedge", "words", "pedal", "octave-shift"})
TUPLET_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
# In all voices and staves together; of the one that is kept, `lay_out` takes fewer still.
MOST_NOTES = 4 * MOST_SYMBOLS


def read_musicxml(data: bytes) -> Manuscript:
    """The manuscript of an uncompressed MusicXML document."""
    root = _root(data)
    parts = _children(root, "part")
    chosen = next((part for part in parts if _has_pitch(part)), None)
    if chosen is None:
        raise ScoreError(phrase("The score has no notes."))
    manuscript = _read_part(root, chosen, "1")
    manuscript.dropped = [*_other_parts(root, parts, chosen), *manuscript.dropped]
    return manuscript


def read_parts(data: bytes) -> list[RawPart]:
    """Every staff of every part that has notes, to choose from."""
    root = _root(data)
    names = _names(root)
    found = []
    for part in _children(root, "part"):
        staves = _staves_with_notes(part)
        for staff in staves:
            name = names.get(part.get("id", ""), "") or part.get("id", "")
            try:
                read: Manuscript | ScoreError = _read_part(root, part, staff, one_of_several=True)
            except ScoreError as problem:
                read = problem
            found.append(RawPart(name, int(staff) if len(staves) > 1 else 0, read))
    if not found:
        raise ScoreError(phrase("The score has no notes."))
    return found


@dataclass(frozen=True, slots=True)
class RawPart:
    """One staff of a part: its name as the file has it, its number where the part has several (else 0), and what it
    holds or why that can't be read."""

    name: str
    staff: int
    read: Manuscript | ScoreError


def _root(data: bytes) -> Element:
    root = parse_xml(data)
    if local(root) == "score-timewise":
        raise ScoreError(
            phrase("This MusicXML is written timewise; export it as partwise, as nearly every program does.")
        )
    if local(root) != "score-partwise":
        raise ScoreError(
            phrase(
                "Line 1: this XML is not a score: it begins with <{local}>, not <score-partwise>.", local=local(root)
            )
        )
    return root


def _has_pitch(element: Element) -> bool:
    return any(local(inner) == "pitch" for inner in element.iter())


def _staves_with_notes(part: Element) -> list[str]:
    notes = (element for element in part.iter() if local(element) == "note" and _children(element, "pitch"))
    staves = {_text(note, "staff") or "1" for note in notes}
    return sorted((staff for staff in staves if re.fullmatch("[1-9]", staff)), key=int)


def _read_part(root: Element, part: Element, staff: str, *, one_of_several: bool = False) -> Manuscript:
    reader = _PartReader(staff, one_of_several=one_of_several)
    for measure in _children(part, "measure"):
        reader.read_measure(measure)
    return Manuscript(
        bars=reader.bars,
        bpm=reader.bpm,
        clef=reader.clef or _default_clef(reader.bars),
        transposition=reader.transposition or 0,
        title=_text(root, "work-title") or _text(root, "movement-title"),
        composer=_composer(root),
        dropped=reader.dropped(),
    )


def _names(root: Element) -> dict[str, str]:
    return {part.get("id", ""): _text(part, "part-name") for part in root.iter() if local(part) == "score-part"}


def _other_parts(root: Element, parts: Sequence[Element], chosen: Element) -> list[str]:
    if len(parts) == 1:
        return []
    name = _names(root).get(chosen.get("id", "")) or "the first with notes"
    others = len(parts) - 1
    return [f"Only one part is kept, {name}; {others} other{' was' if others == 1 else 's were'} left out."]


def _composer(root: Element) -> str:
    creators = (element for element in root.iter() if local(element) == "creator")
    return next((_clean(element.text) for element in creators if element.get("type") == "composer"), "")


def _default_clef(bars: Sequence[RawBar]) -> str:
    pitches = [event.pitch.midi for bar in bars for event in bar.events if event.pitch]
    return "F4" if pitches and sum(pitches) / len(pitches) < 57 else "G2"


@dataclass
class _Measure:
    """One measure while it is read: a cursor that notes, backup and forward move, in quarter notes."""

    label: str
    cursor: Fraction = Fraction(0)
    end: Fraction = Fraction(0)
    previous_onset: Fraction = Fraction(0)
    voices: dict[str, list[Event]] = field(default_factory=dict)
    opens_repeat: bool = False
    closes_repeat: int = 0
    ends_section: bool = False

    def move_to(self, place: Fraction) -> None:
        self.cursor = max(place, Fraction(0))
        self.end = max(self.end, self.cursor)


class _PartReader:
    """What carries over from bar to bar: divisions, signatures, the open ending, and what was left out."""

    def __init__(self, staff: str, *, one_of_several: bool) -> None:
        """`one_of_several`: the other staves are read too, so that their notes are not lost."""
        self.bars: list[RawBar] = []
        self._staff = staff
        self._one_of_several = one_of_several
        self._label = ""
        self.bpm: float | None = None
        self.clef = ""
        self.transposition: int | None = None
        self._divisions = 1
        self._key = DEFAULT_KEY
        self._metre = DEFAULT_METRE
        self._endings: frozenset[int] = frozenset()
        self._main_voice = ""
        self._left_out = LeftOut()
        self._notes = 0

    def read_measure(self, measure: Element) -> None:
        """One `<measure>`: the bar is added to `bars`."""
        here = _Measure(label=_clean(measure.get("number"))[:12] or str(len(self.bars) + 1))
        self._label = here.label
        try:
            endings = self._endings
            for element in measure:
                self._read(element, here)
                endings |= self._endings
        except _Trouble as trouble:
            raise ScoreError(
                phrase("Bar {label} (line {line}): {text}", label=here.label, line=trouble.line, text=trouble.text)
            ) from trouble
        self._add_bar(here, endings)

    def dropped(self) -> list[str]:
        """What was left out, in sentences."""
        return list(self._left_out.sentences())

    def _leave_out(self, what: str, count: int = 1) -> None:
        self._left_out.add(what, self._label, count)

    def _read(self, element: Element, here: _Measure) -> None:
        match local(element):
            case "note":
                self._note(element, here)
            case "attributes":
                self._attributes(element)
            case "backup":
                here.move_to(here.cursor - self._duration(element))
            case "forward":
                here.move_to(here.cursor + self._duration(element))
            case "direction" | "sound":
                self._direction(element)
            case "barline":
                self._barline(element, here)
            case "harmony":
                self._leave_out("harmony")

    def _add_bar(self, here: _Measure, endings: frozenset[int]) -> None:
        self.bars.append(
            RawBar(
                label=here.label,
                events=tuple(self._upper_voice(here)),
                duration_beat=here.end or self._metre.bar_beats,
                key=self._key,
                metre=self._metre,
                opens_repeat=here.opens_repeat,
                closes_repeat=here.closes_repeat,
                ends_section=here.ends_section,
                endings=endings,
            )
        )

    def _upper_voice(self, here: _Measure) -> list[Event]:
        """The part's first voice; in a bar where it is silent, whichever sings."""
        sounding = {name: events for name, events in here.voices.items() if any(event.pitch for event in events)}
        if not sounding:
            return next(iter(here.voices.values()), [])
        self._main_voice = self._main_voice or next(iter(sounding))
        chosen = self._main_voice if self._main_voice in sounding else next(iter(sounding))
        self._leave_out(
            "voice",
            sum(event.pitch is not None for name, events in sounding.items() if name != chosen for event in events),
        )
        return sorted(here.voices[chosen], key=lambda event: event.onset_beat)

    def _note(self, note: Element, here: _Measure) -> None:
        self._notes += 1
        if self._notes > MOST_NOTES:
            raise _Trouble(note, f"the score is too long: {MOST_NOTES} notes and rests are the most that is read.")
        tags = {local(child) for child in note}
        elsewhere = (_text(note, "staff") or "1") != self._staff
        if tags & {"grace", "cue"}:
            self._leave_out("grace" if "grace" in tags else "cue", not elsewhere)
            return
        duration = self._note_duration(note)
        if duration <= 0:
            raise _Trouble(note, "a note has no length.")
        in_chord = "chord" in tags
        onset = here.previous_onset if in_chord else here.cursor
        if not in_chord:
            here.previous_onset = onset
            here.move_to(onset + duration)
        if elsewhere:
            self._leave_out("staff", "pitch" in tags and not self._one_of_several)
            return
        if "unpitched" in tags:
            self._leave_out("unpitched")
            return
        inner = {local(element) for element in note.iter()}
        for what in NOT_SHOWN_ON_NOTES & inner:
            self._leave_out(what)
        self._leave_out("verse", max(len(_children(note, "lyric")) - 1, 0))
        event = _event(note, onset, duration, self._pitch(note) if "pitch" in tags else None)
        events = here.voices.setdefault(_text(note, "voice"), [])
        if not in_chord or not events:
            events.append(event)
            return
        self._leave_out("chord")
        if event.pitch and (events[-1].pitch is None or event.pitch.midi > events[-1].pitch.midi):
            events[-1] = event

    def _pitch(self, note: Element) -> Pitch:
        pitch = _children(note, "pitch")[0]
        step, octave, alter = _text(pitch, "step"), _text(pitch, "octave"), _text(pitch, "alter") or "0"
        if step not in SEMITONES_ABOVE_C:
            raise _Trouble(pitch, f"“{step}” is not a note name.")
        if not (octave.isascii() and octave.isdigit() and len(octave) == 1):
            raise _Trouble(pitch, f"“{octave}” is not an octave from 0 to 9.")
        semitones = _number(pitch, alter, "an accidental")
        if not -2 <= semitones <= 2:
            raise _Trouble(pitch, f"“{alter}” is no accidental from double flat to double sharp.")
        self._leave_out("microtone", semitones != round(semitones))
        return Pitch(int(octave), step, round(semitones))

    def _note_duration(self, note: Element) -> Fraction:
        duration = self._duration(note)
        printed = _printed_duration(note)
        return printed if printed and abs(printed - duration) <= ROUNDING_BEAT else duration

    def _duration(self, element: Element) -> Fraction:
        text = _text(element, "duration")
        ticks = _number(element, text, "a duration")
        if ticks < 0 or ticks > 1_000_000:
            raise _Trouble(element, f"“{text}” is not a duration.")
        return (Fraction(ticks).limit_denominator(100_000) / self._divisions).limit_denominator(100_000)

    def _attributes(self, attributes: Element) -> None:
        for element in attributes:
            match local(element):
                case "divisions":
                    self._divisions = _integer(element, element.text, 1, 1_000_000, "a number of divisions")
                case "key" if _text(element, "fifths"):
                    fifths = _integer(element, _text(element, "fifths"), -7, 7, "a key signature")
                    self._key = Key(Fraction(0), fifths, "minor" if _text(element, "mode") == "minor" else "major")
                case "time" if _text(element, "beats"):
                    self._metre = _metre(element)
                case "clef" if element.get("number", "1") == self._staff:
                    self._clef(element)
                case "transpose":
                    self._transpose(element)

    def _clef(self, element: Element) -> None:
        sign, line = _text(element, "sign"), _text(element, "line")
        defaults = {"G": "2", "F": "4", "C": "3"}
        if sign not in defaults:
            return
        octave = {"-1": "_8vb", "1": "_8va", "-2": "_15mb", "2": "_15ma"}.get(_text(element, "clef-octave-change"), "")
        clef = f"{sign}{line if line in ('1', '2', '3', '4', '5') else defaults[sign]}{octave}"
        self._leave_out("clef", bool(self.clef) and clef != self.clef)
        self.clef = self.clef or clef

    def _transpose(self, element: Element) -> None:
        chromatic = _integer(element, _text(element, "chromatic") or "0", -36, 36, "a transposition")
        octaves = _integer(element, _text(element, "octave-change") or "0", -3, 3, "an octave change")
        semitones = chromatic + 12 * octaves
        self._leave_out("transposition", self.transposition not in (None, semitones))
        if self.transposition is None:
            self.transposition = semitones

    def _direction(self, direction: Element) -> None:
        here = (_text(direction, "staff") or "1") == self._staff
        for element in direction.iter():
            bpm = None
            if local(element) in NOT_SHOWN_DIRECTIONS and element.get("type") not in ("stop", "continue"):
                self._leave_out(local(element), here)
            if local(element) == "sound":
                self._leave_out("jump", any(element.get(name) for name in ("dacapo", "dalsegno", "tocoda")))
                bpm = _tempo(element.get("tempo", ""))
            elif local(element) == "metronome" and _text(element, "per-minute"):
                bpm = _metronome_bpm(element)
            if bpm:
                self._leave_out("tempo", self.bpm is not None and abs(bpm - self.bpm) > 0.5)
                self.bpm = self.bpm or bpm

    def _barline(self, barline: Element, here: _Measure) -> None:
        for element in barline:
            if local(element) == "repeat" and element.get("direction") == "forward":
                here.opens_repeat = True
            elif local(element) == "repeat":
                here.closes_repeat = _integer(element, element.get("times") or "2", 1, 99, "a number of repeats")
            elif local(element) == "bar-style" and _clean(element.text) in DOUBLE_BARS:
                here.ends_section |= barline.get("location", "right") == "right"
            elif local(element) == "ending" and element.get("type") == "start":
                numbers = element.get("number", "").replace(",", " ").split()
                self._endings = frozenset(int(number) for number in numbers if number in set("123456789"))
            elif local(element) == "ending":
                # Taken off after this bar: read_measure has already noted that this one lies under it.
                self._endings = frozenset()


class _Trouble(Exception):
    """What is wrong at an element; the bar is added where it is caught."""

    def __init__(self, element: Element, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.line = element.get(LINE, "?")


def _event(note: Element, onset: Fraction, duration: Fraction, pitch: Pitch | None) -> Event:
    elements = list(note.iter())
    slurs = [element.get("type", "") for element in elements if local(element) == "slur"]
    return Event(
        onset_beat=onset,
        duration_beat=duration,
        pitch=pitch,
        id=note.get("id", ""),
        tied_on=any(local(child) == "tie" and child.get("type") == "start" for child in note),
        articulations=tuple(local(element) for element in elements if local(element) in ARTICULATIONS) if pitch else (),
        slur=tuple(kind for kind in ("stop", "start") if kind in slurs),
        lyric=next((_text(element, "text") for element in elements if local(element) == "lyric"), "") if pitch else "",
    )


def _printed_duration(note: Element) -> Fraction | None:
    """What the note's type, dots and tuplet say; None where they say nothing."""
    length = NOTE_VALUES.get(_text(note, "type"))
    dots = len(_children(note, "dot"))
    if length is None or dots >= len(DOTTED):
        return None
    ratio = Fraction(1)
    for modification in _children(note, "time-modification"):
        actual, normal = _text(modification, "actual-notes"), _text(modification, "normal-notes")
        if not (TUPLET_NUMBER.fullmatch(actual) and TUPLET_NUMBER.fullmatch(normal)):
            return None
        ratio = Fraction(int(normal), int(actual))
    return length * DOTTED[dots] * ratio


def _metre(element: Element) -> Metre:
    beats = sum(_integer(element, number, 1, 64, "a number of beats") for number in _text(element, "beats").split("+"))
    beat_type = _integer(element, _text(element, "beat-type"), 1, 64, "a beat type")
    if beat_type & (beat_type - 1):
        raise _Trouble(element, f"“{beat_type}” is not a beat type.")
    return Metre(Fraction(0), beats, beat_type)


def _metronome_bpm(element: Element) -> float | None:
    unit = (
        NOTE_VALUES.get(_text(element, "beat-unit"), Fraction(1))
        * DOTTED[min(len(_children(element, "beat-unit-dot")), 2)]
    )
    bpm = _tempo(_text(element, "per-minute"))
    return bpm * float(unit) if bpm else None


def _tempo(text: str) -> float | None:
    try:
        bpm = float(text)
    except ValueError:
        return None
    low, high = TEMPO_RANGE_BPM
    return bpm if low <= bpm <= high else None


def _integer(element: Element, text: str | None, low: int, high: int, what: str) -> int:
    number = _number(element, _clean(text), what)
    if number != int(number) or not low <= number <= high:
        raise _Trouble(element, f"“{_clean(text)}” is not {what}.")
    return int(number)


def _number(element: Element, text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise _Trouble(element, f"“{text[:20]}” is not {what}.")
    return number


def _children(element: Element, tag: str) -> list[Element]:
    return [child for child in element if local(child) == tag]


def _text(element: Element, tag: str) -> str:
    """The text of the first descendant of this tag, "" where there is none."""
    return next((_clean(child.text) for child in element.iter() if local(child) == tag), "")


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())
