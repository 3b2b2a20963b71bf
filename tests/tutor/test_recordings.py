"""Real instruments, where the recordings lie beside the project."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.scores import score_of
from tutor.assess import assess_recording
from tutor.grading.rubric import STANDARD
from tutor.listening.decoding import decode
from tutor.listening.frames import listen_closely

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "recordings"

pytestmark = [
    pytest.mark.recordings,
    pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the real recordings do not lie beside the project"),
]

PHRASES = [("flute-A4", 69), ("oboe-A4", 69), ("trumpet-A4", 69), ("violin-B3", 59), ("soprano-E4", 64)]


def sustained_pitch(path, pitch):
    """The tracked pitch of the frames that sound, in the middle."""
    frames = listen_closely(decode(path), pitch - 6, pitch + 6)
    return float(np.nanmedian(np.where(frames.tonal, frames.f0, np.nan)))


@pytest.mark.parametrize(("name", "pitch"), PHRASES)
def test_a_single_note_has_its_pitch(name, pitch):
    assert abs(sustained_pitch(RECORDINGS / "phrases" / f"{name}.wav", pitch) - pitch) < 0.5


def test_recorded_notes_lie_within_half_a_semitone_of_their_labels():
    """A sample of all instruments and registers; players sit up to 50 cents off, so a few may fall outside."""
    with (RECORDINGS / "single_notes" / "notes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::12]
    off = [
        abs(sustained_pitch(RECORDINGS / "single_notes" / row["file"], int(row["midi"])) - int(row["midi"]))
        for row in rows
    ]
    assert len(off) > 40
    assert np.mean(np.array(off) < 0.6) > 0.95


def test_a_saxophonists_scale_is_recognised():
    score = score_of(
        "D3/0.5 E3/0.5 F3/0.5 G3/0.5 A3/0.5 Bb3/0.5 C#4/0.5 D4/0.5 C#4/0.5 Bb3/0.5 A3/0.5 G3/0.5 F3/0.5 E3/0.5"
    )
    path = RECORDINGS / "phrases" / "359628__mtg__sax-tenor-d-minor.wav"
    assessment = assess_recording(path, score, STANDARD, None)
    assert sum(note.verdict == "correct" for note in assessment.notes) >= 13
