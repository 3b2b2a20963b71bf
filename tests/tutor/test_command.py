"""`python -m tutor assess`: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scores import score_of
from tests.synthesis import play, silence
from tests.tutor.test_assess import sound_of
from tutor.__main__ import main
from tutor.notation.musicxml import to_musicxml

TUNE = score_of("C4 D4 E4 F4 G4 A4 B4 C5", bpm=100)
NOTE_KEYS = {
    "id",
    "pitch",
    "onset_beat",
    "duration_beat",
    "verdict",
    "faults",
    "heard_pitch",
    "cents",
    "onset_s",
    "onset_error_ms",
    "duration_ratio",
    "confidence",
}


@pytest.fixture
def score(tmp_path) -> Path:
    path = tmp_path / "tune.musicxml"
    path.write_text(to_musicxml(TUNE), encoding="utf-8")
    return path


@pytest.fixture
def take(tmp_path) -> Path:
    return play(TUNE, wrong={"n3": 1}, skip=["n6"]).write_wav(tmp_path / "take.wav")


def run(capsys, *arguments):
    try:
        status = main(["assess", *map(str, arguments)])
    except SystemExit as end:  # argparse's own refusals
        status = int(end.code)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_json_has_everything_that_was_promised(capsys, score, take):
    status, out, err = run(capsys, score, take, "--json")
    said = json.loads(out)
    assert status == 0 and err == ""
    promised = {"engine", "grade", "tuning_cents", "tempo_bpm", "notes", "extras", "restarts", "causes"}
    assert promised <= set(said)
    assert set(said["grade"]) == {"overall", "pitch", "intonation", "rhythm", "tempo", "completeness"}
    assert all(set(note) >= NOTE_KEYS for note in said["notes"])
    assert [note["id"] for note in said["notes"]] == [note.id for note in TUNE.notes]
    assert [note["verdict"] for note in said["notes"]].count("correct") == 6
    assert said["notes"][2]["faults"] == [{"kind": "pitch", "amount": 1.0}]
    assert set(said["causes"][0]) == {"code", "text", "notes"}


def test_the_table_names_the_mistakes(capsys, score, take):
    status, out, _ = run(capsys, score, take)
    assert status == 0
    assert "overall" in out and "Bar 1: E, you played F." in out
    assert "+1 semitones" in out and "missing" in out


def test_options_are_heeded(capsys, score, take, tmp_path):
    clock = tmp_path / "clock.json"
    clock.write_text(json.dumps({"bpm": 60, "beat0_s": 0.5}), encoding="utf-8")
    _, out, _ = run(capsys, score, take, "--json", "--rubric", "strict", "--clock", clock, "--instrument", "flute")
    said = json.loads(out)
    assert said["rubric"] == "strict" and said["grade"]["tempo"] == 0
    _, out, _ = run(capsys, score, take, "--json", "--bpm", "100")
    assert json.loads(out)["grade"]["tempo"] == 100


def test_the_instrument_transposes_nothing(capsys, score, take):
    _, out, _ = run(capsys, score, take, "--json", "--instrument", "clarinet")
    assert [note["pitch"] for note in json.loads(out)["notes"]] == [note.pitch for note in TUNE.notes]


@pytest.mark.parametrize(
    ("name", "content"), [("tune.musicxml", b"<score"), ("tune.xyz", b"what"), ("tune.mid", b""), (None, b"")]
)
def test_a_bad_score_ends_with_two(capsys, take, tmp_path, name, content):
    path = tmp_path / (name or "nowhere.musicxml")
    if name:
        path.write_bytes(content)
    status, out, err = run(capsys, path, take)
    assert status == 2 and out == ""
    assert len(err.strip().splitlines()) == 1 and err.strip().endswith(".")


@pytest.mark.parametrize(
    "option", [("--instrument", "kazoo"), ("--rubric", "harsh"), ("--bpm", "-3"), ("--clock", "none.json")]
)
def test_a_bad_option_ends_with_two(capsys, score, take, option):
    status, out, err = run(capsys, score, take, *option)
    assert status == 2 and out == "" and err


@pytest.mark.parametrize("content", [b"", b"not sound", None])
def test_a_bad_recording_ends_with_three(capsys, score, tmp_path, content):
    path = tmp_path / "take.wav"
    if content is not None:
        path.write_bytes(content)
    status, out, err = run(capsys, score, path)
    assert status == 3 and out == ""
    assert len(err.strip().splitlines()) == 1 and err.strip().endswith(".")


def test_silence_ends_with_four(capsys, score, tmp_path):
    path = tmp_path / "silence.wav"
    path.write_bytes(sound_of(silence(4.0)))
    status, out, err = run(capsys, score, path, "--json")
    assert (status, out) == (4, "") and "silent" in err


def test_it_runs_where_django_cannot_be_imported(score, take):
    check = (
        "import sys\n"
        "class Wall:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in ('django', 'celery', 'lessons'): raise ImportError(name)\n"
        "sys.meta_path.insert(0, Wall())\n"
        "from tutor.__main__ import main\n"
        f"sys.exit(main(['assess', {str(score)!r}, {str(take)!r}, '--json']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": ""}
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["engine"]
