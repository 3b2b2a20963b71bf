"""MIDI and ABC -> manuscripts, one a part, through music21.

It takes more than a second to load: never in a web request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from tutor.notation.errors import ScoreError
from tutor.notation.left_out import LeftOut
from tutor.notation.manuscript import Event, Manuscript, RawBar
from tutor.notation.score import Key, Metre, Pitch
from tutor.saying import phrase

# Positions on the line of fifths: F is -1, C 0, G 1.
FIFTHS_STEPS = "FCGDAEB"
# Far more than the longest melody needs; music21 reads some 10 kB a second.
LARGEST_BYTES = 300_000
# A book of some thousand tunes; read one by one.
LARGEST_BOOK_BYTES = 3_000_000


def read_midi(data: bytes) -> list[tuple[str, Manuscript]]:
    """Each track with notes and its name, quantised to sixteenths and triplets, spelled by its key."""
    if not data.startswith(b"MThd"):
        raise ScoreError(phrase("This is not a MIDI file: its first bytes are not “MThd”."))
    _check_size(data)
    stream, parts = _parse(data, "midi")
    return [(_part_name(part), _of_track(stream, part)) for part in parts]


def _of_track(stream: Any, part: Any) -> Manuscript:
    manuscript = _without_bars(stream, part)
    metres = _metres(part)
    left_out = LeftOut()
    events = _top_line(part.flatten().notes, left_out, "")
    manuscript.dropped += left_out.sentences()
    key = _key(stream, part)
    spelled = [replace(event, pitch=_spelled(event.pitch.midi, key)) for event in events if event.pitch]
    manuscript.bars = list(_bars_by_metre(spelled, metres, key))
    return manuscript


def read_abc(text: str) -> list[tuple[str, Manuscript]]:
    """Each voice of one tune."""
    _check_size(text)
    if "\nK:" not in f"\n{text}":
        raise ScoreError(phrase("This is not ABC: there is no line that begins with K:, the key."))
    if "\nL:" not in f"\n{text}" and "\nM:" not in f"\n{text}":
        # The standard's default, which music21 knows only where there is a metre.
        text = f"\n{text}".replace("\nK:", "\nL:1/8\nK:", 1)
    stream, parts = _parse(text, "abc")
    return [(_part_name(part), _of_voice(stream, part)) for part in parts]


def _of_voice(stream: Any, part: Any) -> Manuscript:
    manuscript = _without_bars(stream, part)
    key, metre = Key(Fraction(0), 0), Metre(Fraction(0), 4, 4)
    if not part.getElementsByClass("Measure"):  # music21 makes none for a tune of one bar or two
        part = part.makeMeasures().makeTies()
    left_out = LeftOut()
    for measure in part.getElementsByClass("Measure"):
        key, metre = _signatures(measure, key, metre)
        manuscript.bars.append(_bar(measure, key, metre, left_out))
    manuscript.dropped += left_out.sentences()
    return manuscript


def tunes_of(data: bytes) -> list[str]:
    """The tunes of an ABC file, each with what stands before the first one: that holds for all."""
    if len(data) > LARGEST_BOOK_BYTES:
        raise ScoreError(phrase("The file is too large: 3 MB is the most that is read of a book in ABC."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\x00" in text:
        raise ScoreError(phrase("This is not ABC: it is no text."))
    head, *tunes = re.split(r"(?m)^(?=X:)", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not tunes:
        return [head]
    return [_head_for_all(head) + tune for tune in tunes]


def _head_for_all(head: str) -> str:
    """Fields alone: text before the first tune is about the book."""
    return "".join(f"{line}\n" for line in head.splitlines() if re.match("[LMQRCOZ]:", line))


def _check_size(data: bytes | str) -> None:
    if len(data) > LARGEST_BYTES:
        raise ScoreError(phrase("The file is too large: 300 kB is the most that is read of MIDI or ABC."))


def _parse(data: Any, form: str) -> tuple[Any, list[Any]]:
    """music21's stream, and its parts with notes."""
    import music21

    try:
        stream = music21.converter.parseData(data, format=form)
    except Exception as error:  # music21 raises whatever its parser stumbles over
        raise ScoreError(
            phrase("The file can't be read as {format}: {why}.", format=form.upper(), why=_first_line(error))
        ) from error
    if isinstance(stream, music21.stream.Opus):
        stream = stream.scores[0]
    parts = list(stream.parts) if isinstance(stream, music21.stream.Score) else [stream]
    sounding = [part for part in parts if any(_pitches(element) for element in part.flatten().notes)]
    if not sounding:
        raise ScoreError(phrase("The score has no notes."))
    return stream, sounding


def _part_name(part: Any) -> str:
    instrument = part.getInstrument(returnDefault=False)
    named = [
        getattr(part, "partName", ""),
        getattr(instrument, "partName", ""),
        getattr(instrument, "instrumentName", ""),
    ]
    return next((str(name) for name in named if name), "")


def _without_bars(stream: Any, part: Any) -> Manuscript:
    metadata = stream.metadata
    return Manuscript(
        bars=[],
        bpm=_bpm(stream),
        clef=_clef(part),
        title=(metadata.title or "") if metadata else "",
        composer=(metadata.composer or "") if metadata else "",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120].rstrip(".")


def _bpm(stream: Any) -> float | None:
    marks = [mark.getQuarterBPM() for mark in stream.recurse().getElementsByClass("MetronomeMark")]
    return next((float(bpm) for bpm in marks if bpm), None)


def _clef(part: Any) -> str:
    pitches = [pitch.midi for element in part.flatten().notes for pitch in _pitches(element)]
    return "F4" if sum(pitches) / len(pitches) < 57 else "G2"


def _pitches(element: Any) -> Sequence[Any]:
    """The pitches of a note or chord; none for chord symbols and drums."""
    if "ChordSymbol" in element.classes or "PercussionChord" in element.classes:
        return ()
    return element.pitches if hasattr(element, "pitches") else ()


def _top_line(elements: Iterable[Any], left_out: LeftOut, bar: str) -> list[Event]:
    """The highest note at each onset; what it covers is left out and said."""
    events: list[Event] = []
    notes = [element for element in elements if _pitches(element)]
    for _, together in groupby(sorted(notes, key=lambda note: note.offset), key=lambda note: Fraction(note.offset)):
        sounding = []
        for element in together:
            if element.duration.isGrace or not element.quarterLength:
                left_out.add("grace", bar)
            else:
                sounding += [(pitch, element) for pitch in _pitches(element)]
        left_out.add("chord", bar, max(len(sounding) - 1, 0))
        if sounding:
            pitch, element = max(sounding, key=lambda pair: pair[0].midi)
            events.append(_event(pitch, element))
    return events


def _event(pitch: Any, element: Any) -> Event:
    alter = round(pitch.alter)
    return Event(
        onset_beat=Fraction(element.offset).limit_denominator(96),
        duration_beat=Fraction(element.quarterLength).limit_denominator(96),
        pitch=Pitch(pitch.implicitOctave, pitch.step, alter)
        if -2 <= alter <= 2
        else _spelled(pitch.midi, Key(Fraction(0), 0)),
        tied_on=element.tie is not None and element.tie.type in ("start", "continue"),
        lyric=element.lyric or "",
    )


def _signatures(measure: Any, key: Key, metre: Metre) -> tuple[Key, Metre]:
    for signature in measure.getElementsByClass("KeySignature"):
        mode = getattr(signature, "mode", None) or "major"
        key = Key(
            Fraction(0),
            max(-7, min(7, signature.sharps)),
            "minor" if mode in ("minor", "dorian", "phrygian", "aeolian") else "major",
        )
    for signature in measure.getElementsByClass("TimeSignature"):
        metre = Metre(Fraction(0), signature.numerator, signature.denominator)
    return key, metre


def _bar(measure: Any, key: Key, metre: Metre, left_out: LeftOut) -> RawBar:
    left, right = measure.leftBarline, measure.rightBarline
    brackets = [site for site in measure.getSpannerSites() if "RepeatBracket" in site.classes]
    return RawBar(
        label=str(measure.number),
        events=tuple(_top_line(measure.flatten().notes, left_out, str(measure.number))),
        duration_beat=Fraction(measure.highestTime).limit_denominator(96) or metre.bar_beats,
        key=key,
        metre=metre,
        opens_repeat=getattr(left, "direction", "") == "start",
        closes_repeat=(right.times or 2) if getattr(right, "direction", "") == "end" else 0,
        endings=frozenset(number for bracket in brackets for number in bracket.numberRange),
        ends_section=getattr(right, "type", "") in ("double", "final"),
    )


def _metres(part: Any) -> list[Metre]:
    signatures = part.flatten().getElementsByClass("TimeSignature")
    metres = [Metre(Fraction(item.offset), item.numerator, item.denominator) for item in signatures]
    return metres or [Metre(Fraction(0), 4, 4)]


def _key(stream: Any, part: Any) -> Key:
    """The file's key signature; where it has none, the key that its notes suggest."""
    signature = next(iter(stream.recurse().getElementsByClass("KeySignature")), None) or part.analyze("key")
    mode = getattr(signature, "mode", None) or "major"
    return Key(Fraction(0), max(-7, min(7, signature.sharps)), "minor" if mode == "minor" else "major")


def _spelled(midi: int, key: Key) -> Pitch:
    """A key on the keyboard as its key signature spells it: three fifths to the flat side, eight to the sharp."""
    for fifths in range(key.fifths - 3, key.fifths + 9):
        if (7 * fifths - midi) % 12 == 0:
            step = FIFTHS_STEPS[(fifths + 1) % 7]
            alter = (fifths + 1) // 7
            if abs(alter) <= 2:
                octave = (midi - alter) // 12 - 1
                return Pitch(octave, step, alter)
    raise ScoreError(phrase("MIDI note {midi} can't be spelled in this key.", midi=midi))


def _bars_by_metre(events: Sequence[Event], metres: Sequence[Metre], key: Key) -> Iterable[RawBar]:
    """Bars of the metre from the beginning to the last note; a note over a barline is tied across it."""
    end = max(event.offset_beat for event in events)
    onset = Fraction(0)
    number = 1
    while onset < end:
        metre = next((metre for metre in reversed(metres) if metre.onset_beat <= onset), metres[0])
        offset = onset + metre.bar_beats
        here = [
            _within(event, onset, offset) for event in events if event.onset_beat < offset and event.offset_beat > onset
        ]
        yield RawBar(str(number), tuple(here), metre.bar_beats, key, replace(metre, onset_beat=Fraction(0)))
        onset, number = offset, number + 1


def _within(event: Event, onset: Fraction, offset: Fraction) -> Event:
    begins, ends = max(event.onset_beat, onset), min(event.offset_beat, offset)
    return replace(event, onset_beat=begins - onset, duration_beat=ends - begins, tied_on=event.offset_beat > offset)
