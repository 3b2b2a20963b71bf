"""`python -m tutor assess`: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import av
import numpy as np
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
    assert set(said["causes"][0]) == {"code", "text", "notes", "showed", "remedy", "asks_for", "said"}


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
    "option",
    [
        ("--instrument", "kazoo"),
        ("--rubric", "harsh"),
        ("--bpm", "-3"),
        ("--bpm", "fast"),
        ("--clock", "none.json"),
        ("--frequency", "440"),
    ],
)
def test_a_bad_option_ends_with_two(capsys, score, take, option):
    status, out, err = run(capsys, score, take, *option)
    assert status == 2 and out == ""
    assert len(err.strip().splitlines()) == 1 and err.strip().endswith(".")


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


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"bpm": 0, "beat0_s": 0}', '{"bpm": -5, "beat0_s": 0}', '{"bpm": 96, "beat0_s": NaN}', '{"bpm": 96}'],
)
def test_a_clock_that_keeps_no_time_ends_with_two(capsys, score, take, tmp_path, content):
    clock = tmp_path / "clock.json"
    clock.write_text(content, encoding="utf-8")
    status, out, err = run(capsys, score, take, "--clock", clock)
    assert status == 2 and out == ""
    assert len(err.strip().splitlines()) == 1 and "clock" in err


def test_a_clock_that_starts_after_the_end_silences_nobody(capsys, score, take, tmp_path):
    clock = tmp_path / "clock.json"
    clock.write_text('{"bpm": 100, "beat0_s": 900}', encoding="utf-8")
    status, out, _ = run(capsys, score, take, "--json", "--clock", clock)
    assert status == 0 and json.loads(out)["grade"]["completeness"] > 80


@pytest.mark.parametrize("music", ["r r r r", "r/4 r/4"])
def test_a_score_without_notes_ends_with_two(capsys, take, tmp_path, music):
    path = tmp_path / "rests.musicxml"
    path.write_text(to_musicxml(score_of(music)), encoding="utf-8")
    status, out, err = run(capsys, path, take)
    assert status == 2 and out == "" and "no notes" in err


def test_whoever_stops_reading_gets_no_traceback(score, take):
    command = [sys.executable, "-m", "tutor", "assess", str(score), str(take), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.parametrize("kind", ["mp3", "m4a", "ogg", "webm", "flac"])
def test_every_kind_of_recording_that_is_promised_is_heard(capsys, score, tmp_path, kind):
    path = encoded(play(TUNE, wrong={"n3": 1}).samples, tmp_path / f"take.{kind}")
    status, out, _ = run(capsys, score, path, "--json")
    verdicts = [note["verdict"] for note in json.loads(out)["notes"]]
    assert status == 0 and verdicts == ["correct", "correct", "wrong", *["correct"] * 5]


def encoded(samples, path) -> Path:
    """Written by the codec that phones and browsers use for a file of this name."""
    codec, rate = {
        "mp3": ("libmp3lame", 44_100),
        "m4a": ("aac", 44_100),
        "ogg": ("libopus", 48_000),
        "webm": ("libopus", 48_000),
        "flac": ("flac", 44_100),
    }[path.suffix[1:]]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype("<i2").reshape(1, -1), format="s16", layout="mono")
        frame.rate = 44_100
        resampler = av.AudioResampler(stream.codec_context.format.name, "mono", rate, stream.frame_size or 1024)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def as_it_is(samples):
    return np.stack([samples, samples], axis=1)


DAMAGES = {
    "left only": lambda samples: np.stack([samples, 0 * samples], axis=1),
    "right only": lambda samples: np.stack([0 * samples, samples], axis=1),
    "one channel upside down": lambda samples: np.stack([samples, -samples], axis=1),
    "direct current": lambda samples: as_it_is(samples + 0.3),
    "very quiet": lambda samples: as_it_is(samples / np.abs(samples).max() * 10 ** (-50 / 20)),
    "clipped": lambda samples: as_it_is(np.clip(12 * samples, -0.9, 0.9)),
}


@pytest.mark.parametrize("rate", [44_100, 8_000, 48_000])
@pytest.mark.parametrize("damage", DAMAGES)
def test_bad_microphones_change_no_verdict(capsys, score, tmp_path, damage, rate):
    samples = DAMAGES[damage](play(TUNE, wrong={"n3": 1}, timbre="clarinet", noise_db=None).samples)
    path = tmp_path / "take.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(at_rate(samples, rate).astype("<i2").tobytes())
    status, out, _ = run(capsys, score, path, "--json")
    verdicts = [note["verdict"] for note in json.loads(out)["notes"]]
    assert status == 0 and verdicts == ["correct", "correct", "wrong", *["correct"] * 5]


def at_rate(samples, rate):
    """16-bit numbers at another sample rate, without what is too high for it."""
    length = round(len(samples) * rate / 44_100)
    spectrum = np.fft.rfft(samples, axis=0)
    kept = np.zeros((length // 2 + 1, samples.shape[1]), complex)
    common = min(len(kept), len(spectrum))
    kept[:common] = spectrum[:common]
    return np.clip(np.fft.irfft(kept, length, axis=0) * length / len(samples), -1, 1) * 32767
