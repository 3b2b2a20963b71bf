"""Phrases and single notes of real players: one singer against two annotators, and what is said of each note."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peer_matching import PlainNote, note_hits, segment
from benchmarks.people.recordings import RECORDINGS, score_of
from tutor.assess import assess_recording
from tutor.grading.assessment import Assessment
from tutor.grading.rubric import STANDARD
from tutor.listening.decoding import decode
from tutor.listening.errors import RecordingError
from tutor.listening.frames import HOP_S, listen_closely
from tutor.notation.instruments import INSTRUMENTS, get_instrument

FOLDER = RECORDINGS / "phrases"
# The score says when to sing a note to the nearest eighth of a second only: it must not give the onsets away.
GRID_S = 0.125
SINGLE_NOTES = {
    "flute-A4": (69, "flute"),
    "oboe-A4": (69, "oboe"),
    "trumpet-A4": (69, "trumpet"),
    "violin-B3": (59, "violin"),
    "soprano-E4": (64, "soprano"),
    "vibraphone-C6": (84, ""),
    "organ-C3": (60, ""),  # a stop that sounds an octave above its key: there is nothing at 131 Hz
    "Cb-ord-A2-mf-2c-N": (45, "double-bass"),
    "Fl-ord-C4-mf-N-T14d": (60, "flute"),
}
SAX_SCALE = "359628__mtg__sax-tenor-d-minor"
# D3 E3 F3 G3 A3 B flat 3 C sharp 4 D4 and back
SAX_PITCHES = (50, 52, 53, 55, 57, 58, 61, 62, 61, 58, 57, 55, 53, 52)


def run() -> dict[str, Any]:
    """`singer`: note F1 against both annotators. `takes`: the verdicts on what is known of the others."""
    return {"singer": _singer(), "takes": [_single(name) for name in SINGLE_NOTES] + [_sax()]}


def _singer() -> list[dict[str, Any]]:
    first, second = _annotated("A1"), _annotated("A2")
    told = _told(first)
    untold = _untold(first)
    rows = [("annotator A1 against A2", first, second)]
    rows += [(f"told A1's melody, against {name}", told, truth) for name, truth in (("A1", first), ("A2", second))]
    rows += [(f"told nothing, against {name}", untold, truth) for name, truth in (("A1", first), ("A2", second))]
    return [_f1(what, heard, truth) for what, heard, truth in rows]


def _annotated(annotator: str) -> list[PlainNote]:
    """onset s, pitch Hz, duration s."""
    with (FOLDER / f"vocadito_1_notes{annotator}.csv").open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in row] for row in csv.reader(file) if row]
    return [PlainNote(onset, onset + length, 69 + 12 * float(np.log2(hz / 440))) for onset, hz, length in rows]


def _told(melody: list[PlainNote]) -> list[PlainNote]:
    """What the whole ear hears when its score is this melody, rounded to semitones and to the grid."""
    steps = [round(note.onset_s / GRID_S) for note in melody]
    for number in range(1, len(steps)):
        steps[number] = max(steps[number], steps[number - 1] + 1)
    lengths = [*np.diff(steps), 4]
    score = score_of([round(note.pitch) for note in melody], [2 * GRID_S * length for length in lengths], bpm=120)
    heard = assess_recording(FOLDER / "vocadito_1.wav", score, STANDARD, None, instrument=INSTRUMENTS["voice"])
    return _heard_notes(heard)


def _heard_notes(heard: Assessment) -> list[PlainNote]:
    tuning = heard.tuning_cents / 100
    notes = [
        PlainNote(note.onset_s, note.onset_s + 0.1, (note.heard_pitch or note.pitch) + tuning)
        for note in heard.notes
        if note.onset_s is not None
    ]
    notes += [PlainNote(extra.onset_s, extra.offset_s, extra.pitch) for extra in heard.extras]
    return sorted(notes, key=lambda note: note.onset_s)


def _untold(melody: list[PlainNote]) -> list[PlainNote]:
    """The ear's own f0 and onsets, cut into notes without any score: only the range is known."""
    pitches = [round(note.pitch) for note in melody]
    frames = listen_closely(decode(FOLDER / "vocadito_1.wav"), min(pitches), max(pitches))
    return segment(np.where(frames.tonal, frames.f0, np.nan).astype(float), HOP_S)


def _f1(what: str, heard: list[PlainNote], truth: list[PlainNote]) -> dict[str, Any]:
    hits = note_hits(truth, heard)
    return {
        "what": what,
        "f1": 2 * hits / max(len(heard) + len(truth), 1),
        "precision": hits / max(len(heard), 1),
        "recall": hits / max(len(truth), 1),
    }


def _single(name: str) -> dict[str, Any]:
    pitch, player = SINGLE_NOTES[name]
    return _verdicts(name, FOLDER / f"{name}.wav", (pitch,), player)


def _sax() -> dict[str, Any]:
    return _verdicts("tenor sax scale", FOLDER / f"{SAX_SCALE}.wav", SAX_PITCHES, "tenor-sax")


def _verdicts(what: str, path: Path, pitches: tuple[int, ...], player: str) -> dict[str, Any]:
    """The pitches are sounding ones: the score is written as it sounds, whoever plays."""
    score = score_of(pitches, [0.5 if len(pitches) > 1 else 4.0] * len(pitches), bpm=84)
    try:
        heard = assess_recording(path, score, STANDARD, None, instrument=get_instrument(player) if player else None)
    except RecordingError as error:
        return {"what": what, "notes": len(pitches), "right": 0, "said": str(error)}
    verdicts = [note.verdict for note in heard.notes]
    return {
        "what": what,
        "notes": len(pitches),
        "right": verdicts.count("correct"),
        "extras": len(heard.extras),
        "cents": heard.tuning_cents,
        "overall": heard.grade.overall,
        "said": ", ".join(f"{note.id} {note.verdict}" for note in heard.notes if note.verdict != "correct"),
    }
