"""Long takes are heard in pieces, and the seams between the pieces can't be heard."""

import tracemalloc

import numpy as np
import pytest

from tutor.listening.combs import comb, partials_of
from tutor.listening.decoding import Sound
from tutor.listening.frames import listen_closely
from tutor.listening.half_rate import PIECE, at_working_rate
from tutor.listening.spectra import Spectra


def noise(length: int) -> np.ndarray:
    return np.random.default_rng(5).normal(0, 0.1, length).astype(np.float32)


@pytest.mark.parametrize("length", [1, 100, PIECE - 1, PIECE + 3, 2 * PIECE + 500])
def test_halving_a_slow_sine_gives_the_same_sine(length):
    sine = np.sin(2 * np.pi * 440 * np.arange(length) / 44_100).astype(np.float32)
    halved = at_working_rate(Sound(sine))
    assert len(halved) == (length + 1) // 2
    if length > 1000:  # A shorter piece of a sine has an offset, which is taken away.
        assert np.abs(halved[10:-10] - sine[::2][10:-10]).max() < 4e-3


@pytest.mark.parametrize("window", [512, 2048, 4096])
def test_a_frame_is_the_same_alone_and_in_its_block(window):
    spectra = Spectra(noise(160_000), window, 256, 620)
    whole = np.concatenate([block.copy() for _, block in spectra.blocks()])
    assert whole.shape == (620, spectra.bins)
    for number in (0, 1, spectra.block - 1, spectra.block, 619):
        assert np.allclose(spectra.between(number, number + 1)[0], whole[number], atol=1e-4)
    inner = np.arange(20, 300, 40)
    assert np.allclose(spectra.some(inner), whole[inner], atol=1e-4)


def test_the_strongest_partial_of_a_full_sine_is_known():
    sine = np.sin(2 * np.pi * 1000 * np.arange(50_000) / 22_050).astype(np.float32)
    assert Spectra(sine, 2048, 256, 190).loudest() == pytest.approx(512, rel=0.1)


def test_combs_hear_nothing_in_an_even_spectrum():
    teeth = comb(48, 84, 0.2, 840, 22_050 / 2048)
    assert np.abs(teeth.sum(axis=0)).max() < 1e-4
    assert partials_of(48, 84, 210, 22_050 / 512).sum(axis=0) == pytest.approx(np.ones(37), abs=1e-4)


def test_ten_times_as_long_needs_little_more_than_what_is_kept():
    def peak_and_kept(seconds: int) -> tuple[int, int]:
        sound = Sound(noise(seconds * 22_050), 22_050)
        tracemalloc.start()
        frames = listen_closely(sound, 60, 72)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak, sum(part.nbytes for part in vars(frames).values() if isinstance(part, np.ndarray))

    (short_peak, short_kept), (long_peak, long_kept) = peak_and_kept(6), peak_and_kept(60)
    assert long_peak - short_peak < 2.0 * (long_kept - short_kept)
