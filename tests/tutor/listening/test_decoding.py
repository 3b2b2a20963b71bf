from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.synthesis import SAMPLE_RATE_HZ, Samples, silence, tone
from tutor.listening import decoding
from tutor.listening.decoding import decode
from tutor.listening.errors import Empty, TooLong, Truncated, Unreadable

SHAPES = [
    ("wav", "pcm_s16le"),
    ("flac", "flac"),
    ("ogg", "libopus"),
    ("webm", "libopus"),
    ("mp4", "aac"),
    ("mp3", "libmp3lame"),
]


def encode(samples: Samples, path: Path, codec: str) -> Path:
    rate = 48_000 if codec == "libopus" else SAMPLE_RATE_HZ
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size or 1024
        )
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE_HZ, 0, Fraction(1, SAMPLE_RATE_HZ)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("kind", "codec"), SHAPES)
def test_every_browsers_recording_is_read_to_its_end(tmp_path, kind, codec):
    path = encode(tone(440, 2.0), tmp_path / f"take.{kind}", codec)
    sound = decode(path)
    assert sound.duration_s == pytest.approx(2.0, abs=0.1)
    assert sound.samples.dtype == np.float32
    assert -16 < sound.peak_dbfs < -4


@pytest.mark.parametrize(("kind", "codec"), SHAPES[:4])
def test_a_recording_is_decoded_straight_to_the_rate_asked_for(tmp_path, kind, codec):
    path = encode(tone(440, 2.0), tmp_path / f"take.{kind}", codec)
    whole, half = decode(path), decode(path, rate_hz=22_050)
    assert (whole.rate_hz, half.rate_hz) == (44_100, 22_050)
    assert half.duration_s == pytest.approx(whole.duration_s, abs=0.01)
    assert len(half.samples) == pytest.approx(len(whole.samples) / 2, abs=100)
    assert half.peak_dbfs == pytest.approx(whole.peak_dbfs, abs=1.0)


def test_bytes_are_read_like_a_file(tmp_path):
    path = encode(tone(440, 1.0), tmp_path / "take.wav", "pcm_s16le")
    assert np.array_equal(decode(path.read_bytes()).samples, decode(path).samples)


@pytest.mark.parametrize(
    "content", [b"not sound at all", b"RIFF\x00\x00\x00\x00WAVE", b"\x00" * 5000, b"<html></html>"]
)
def test_what_is_not_sound_is_unreadable(content):
    with pytest.raises((Unreadable, Empty)):
        decode(content)


def test_a_text_that_names_other_files_is_not_followed(tmp_path):
    secret = encode(tone(440, 1.0), tmp_path / "secret.wav", "pcm_s16le")
    with pytest.raises(Unreadable):
        decode(f"ffconcat version 1.0\nfile {secret}\n".encode())


def test_a_video_without_sound_is_unreadable(tmp_path):
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for part in [*stream.encode(av.VideoFrame(32, 32, "yuv420p")), *stream.encode(None)]:
            container.mux(part)
    with pytest.raises(Unreadable):
        decode(path)


def test_nothing_is_empty(tmp_path):
    with pytest.raises(Empty):
        decode(b"")
    with pytest.raises(Empty):
        decode(encode(silence(0.02), tmp_path / "blip.wav", "pcm_s16le"))


def test_samples_are_counted_not_believed(tmp_path, monkeypatch):
    path = encode(tone(440, 3.0), tmp_path / "take.wav", "pcm_s16le")
    monkeypatch.setattr(decoding, "LONGEST_S", 2.0)
    for rate_hz in (44_100, 22_050):
        with pytest.raises(TooLong):
            decode(path, rate_hz=rate_hz)


def test_a_lost_end_is_noticed(tmp_path):
    path = encode(tone(440, 6.0), tmp_path / "take.flac", "flac")
    whole = path.read_bytes()
    assert decode(whole, claimed_duration_s=6.2).duration_s == pytest.approx(6.0, abs=0.1)
    with pytest.raises(Truncated, match="of 6 seconds"):
        decode(whole[: len(whole) // 3], claimed_duration_s=6.0)


def test_every_error_is_one_sentence():
    errors = [Unreadable(), Empty(), TooLong(600), Truncated(1, 60)]
    assert all(str(error)[0].isupper() and str(error).endswith(".") and "\n" not in str(error) for error in errors)
