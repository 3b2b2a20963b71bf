"""A score rendered plainly: as long as it is, silent where it rests, at the pitch that sounds."""

import io
import wave

import numpy as np
import pytest

from tests.factories import melody
from tutor.notation.sounding import RATE_HZ, TAIL_S, render_wav


def samples(data):
    with wave.open(io.BytesIO(data)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE_HZ)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768


def f0_hz(part):
    """The strongest partial of a tone, which is its fundamental here."""
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    return float(spectrum.argmax()) * RATE_HZ / (1 << 17)


@pytest.mark.parametrize(("bpm", "beat_s"), [(60, 1.0), (120, 0.5), (None, 60 / 84)])
def test_it_lasts_as_long_as_it_is_written(bpm, beat_s):
    assert len(samples(render_wav(melody("C4 D4 E4 F4"), bpm))) / RATE_HZ == pytest.approx(
        4 * beat_s + TAIL_S, abs=0.01
    )


@pytest.mark.parametrize(("name", "hz"), [("E2", 82.41), ("A4", 440.0), ("C6", 1046.5), ("C7", 2093.0)])
def test_each_note_sounds_at_its_pitch(name, hz):
    sound = samples(render_wav(melody(f"{name} r r r"), 60))
    assert f0_hz(sound[: RATE_HZ * 9 // 10]) == pytest.approx(hz, rel=0.005)
    assert np.abs(sound[RATE_HZ + 400 :]).max() == 0  # Rests are silent.


def test_it_never_clips():
    sound = samples(render_wav(melody("C4 E4 G4 C5 " * 4), 200))
    assert 0.1 < np.abs(sound).max() < 0.99


def test_nothing_written_is_silence():
    assert not samples(render_wav(melody("r r r r"), 60)).any()
