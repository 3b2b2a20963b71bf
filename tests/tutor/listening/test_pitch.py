from itertools import pairwise

import numpy as np
import pytest

from tests.scores import score_of
from tests.synthesis import TIMBRES, play, silence, tone
from tutor.listening.decoding import Sound
from tutor.listening.evidence import circular_tuning, listen
from tutor.listening.pitch_tracking import track_pitch
from tutor.listening.segmentation import rings_on, segment


@pytest.mark.parametrize("f0_hz", [41.2, 65.4, 82.4, 110.0, 196.0, 440.0, 987.8, 1567.0, 2093.0])
def test_a_tone_comes_back_within_three_cents(f0_hz):
    pitch = 69 + 12 * np.log2(f0_hz / 440)
    track = track_pitch(Sound(tone(f0_hz, 1.0, timbre="reed")), round(pitch) - 7, round(pitch) + 7)
    steady = track[15:-20]
    assert np.isfinite(steady).mean() > 0.95
    assert abs(np.nanmedian(steady) - pitch) < 0.03


@pytest.mark.parametrize("timbre", TIMBRES)
@pytest.mark.parametrize("lowest", [36, 55, 72])
def test_octaves_are_told_apart_in_every_timbre_and_register(timbre, lowest):
    for pitch in (lowest, lowest + 7, lowest + 12):
        sound = Sound(tone(440 * 2 ** ((pitch - 69) / 12), 0.8, timbre=timbre))
        heard = segment(listen(sound, lowest, lowest + 12))
        longest = max(heard, key=lambda note: note.duration_s)
        assert round(longest.pitch) == pitch


@pytest.mark.parametrize("noise_db", [None, -50, -20])
def test_silence_and_hiss_have_no_notes(noise_db):
    assert segment(listen(Sound(silence(3.0, noise_db)), 60, 72)) == []


def test_notes_come_in_order_and_never_overlap():
    heard = segment(listen(Sound(play(score_of("C4 D4/0.5 D4/0.5 G4 E4 C4/2"), timbre="reed").samples), 60, 67))
    assert [round(note.pitch) for note in heard] == [60, 62, 62, 67, 64, 60]
    assert all(before.offset_s <= after.onset_s + 1e-6 for before, after in pairwise(heard))


def test_loudness_changes_nothing():
    score = score_of("C4 D4 E4 F4")
    loud = segment(listen(Sound(play(score, level=0.4, noise_db=None).samples), 60, 65))
    soft = segment(listen(Sound(play(score, level=0.02, noise_db=None).samples), 60, 65))
    assert [round(note.pitch, 1) for note in loud] == [round(note.pitch, 1) for note in soft]


@pytest.mark.parametrize("sharp", [-0.4, -0.1, 0.0, 0.25, 0.49])
def test_tuning_is_the_common_offset(sharp):
    pitches = np.array([60, 62, 67, 72], np.float32) + np.float32(sharp)
    assert circular_tuning(pitches) == pytest.approx(sharp, abs=1e-3)
    assert circular_tuning(np.array([np.nan], np.float32)) == 0.0


def test_strings_that_ring_are_known_by_their_decay():
    score = score_of("C4/2 D4/2 E4/2 F4/2")
    ringing = {
        timbre: rings_on(segment(listen(Sound(play(score, timbre=timbre).samples), 60, 65))) for timbre in TIMBRES
    }
    assert {timbre for timbre, rings in ringing.items() if rings} == {"plucked", "piano"}
