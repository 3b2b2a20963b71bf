"""What is measured of a take, frame by frame: pitch, loudness, and where notes may begin."""

import numpy as np
import pytest

from tests.scores import score_of
from tests.synthesis import SAMPLE_RATE_HZ, TIMBRES, Samples, hum, play, silence, speech, tone
from tutor.listening.decoding import Sound
from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames, any_octave, listen_closely
from tutor.listening.half_rate import at_working_rate

MELODY = score_of("C4 E4 G4/0.5 G4/0.5 A4 r F4 D4 C4/2", bpm=90)
BY_PITCH = ("salience", "posterior", "logits", "reward")


def hz(pitch: float) -> float:
    return 440 * 2 ** ((pitch - 69) / 12)


def hear(samples: Samples, lowest: int = 60, highest: int = 72) -> Frames:
    return listen_closely(Sound(samples.astype(np.float32)), lowest, highest)


def strongest(frames: Frames) -> np.ndarray:
    return frames.lowest_pitch + frames.posterior.argmax(axis=1)


def sustained(frames: Frames, onset_s: float, offset_s: float, margin_s: float = 0.08) -> slice:
    return slice(round((onset_s + margin_s) / HOP_S), round((offset_s - margin_s) / HOP_S))


@pytest.mark.parametrize("length", [0, 1, 127, 128, 300, 511, 513, 2205, 9000])
@pytest.mark.parametrize("rate_hz", [22_050, 44_100])
def test_however_short_a_take_all_its_measures_fit_together(length, rate_hz):
    sound = Sound(tone(440, 0.3)[:length], rate_hz)
    frames = any_octave(listen_closely(sound, 60, 72))
    halved = len(at_working_rate(sound))
    count, fine = halved // 256, halved // 128
    for name in (*BY_PITCH, "f0", "level_dbfs", "voiced", "tonal", "garbage"):
        assert len(getattr(frames, name)) == count, name
    for name in ("fine_level_db", "flux", "pitch_flux", "rise", "pitch_change"):
        assert len(getattr(frames, name)) == fine, name
    assert {getattr(frames, name).shape[1] for name in (*BY_PITCH, "pitch_flux")} == {72 - 60 + 1 + 26}
    assert len(frames.onsets_fine) == len(frames.onset_strengths)
    for name in (*BY_PITCH, "level_dbfs", "flux", "pitch_flux", "rise", "pitch_change", "onset_strengths"):
        assert np.isfinite(getattr(frames, name)).all(), name


@pytest.mark.parametrize("timbre", ["reed", "clarinet", "brass"])
@pytest.mark.parametrize("pitch", [28, 31, 35, 40, 45, 50, 56, 62, 69, 71.9, 74, 79, 84, 88, 93, 96, 101, 105])
def test_a_tone_comes_back_within_three_cents_from_a_double_bass_to_a_piccolo(timbre, pitch):
    for sharp in (0.0, 0.37, -0.2):
        frames = hear(tone(hz(pitch + sharp), 0.5, timbre=timbre), round(pitch) - 5, round(pitch) + 5)
        steady = frames.f0[12:-9]
        assert np.isfinite(steady).mean() > 0.95
        assert np.percentile(np.abs(steady - pitch - sharp), 90) < 0.03
        assert frames.tuning == pytest.approx(pitch + sharp - round(pitch + sharp), abs=0.03)


@pytest.mark.parametrize("timbre", TIMBRES)
def test_the_strongest_pitch_is_the_one_played_in_every_timbre_and_register(timbre):
    right = []
    for pitch in range(36, 97, 5):
        frames = hear(tone(hz(pitch), 0.4, timbre=timbre), pitch - 7, pitch + 7)
        right.append(np.mean(strongest(frames)[12:-10] == pitch))
    assert np.mean(right) >= 0.98
    assert min(right) > 0.9


@pytest.mark.parametrize("cents", [-42, -15, 0, 8, 31])
@pytest.mark.parametrize("timbre", ["string", "voice", "piano"])
def test_the_tuning_is_what_the_whole_take_is_sharp_by(timbre, cents):
    frames = hear(play(MELODY, timbre=timbre, cents=cents).samples, 60, 69)
    assert frames.tuning == pytest.approx(cents / 100, abs=0.05)


@pytest.mark.parametrize(
    "nobody_plays",
    [silence(2), silence(2, -70), silence(2, -40), silence(2, -20), hum(2, 50), hum(2, 60, 0.005), 0.3 + silence(2)],
    ids=["silence", "hush", "hiss", "roar", "hum", "soft hum", "offset"],
)
def test_where_nobody_plays_nothing_has_a_pitch(nobody_plays):
    frames = hear(nobody_plays, 60, 72)
    assert frames.tonal.mean() < 0.02
    assert frames.tuning == 0.0


def test_a_take_too_soft_to_be_anybody_is_not_voiced():
    soft = hear(play(MELODY, level=0.0002, noise_db=None).samples)
    assert soft.peak_dbfs < -60
    assert not soft.voiced.any()
    assert not soft.posterior.any()
    assert hear(play(MELODY, level=0.004, noise_db=-80).samples).voiced.mean() > 0.5


@pytest.mark.parametrize(
    "spoil",
    [lambda x: 0.02 * x, lambda x: x + 0.2, lambda x: np.clip(8 * x, -0.9, 0.9), lambda x: -x],
    ids=["soft", "offset", "clipped", "upside down"],
)
def test_what_a_microphone_does_changes_no_pitch(spoil):
    wave = play(MELODY, timbre="reed", noise_db=-90)
    frames = hear(spoil(wave.samples), 60, 69)
    for note in wave.truth:
        span = sustained(frames, note.onset_s, note.offset_s)
        assert frames.voiced[span].all()
        assert np.mean(strongest(frames)[span] == round(note.pitch)) > 0.95
        assert abs(np.nanmedian(frames.f0[span]) - note.pitch) < 0.05


@pytest.mark.parametrize("mains_hz", [50, 60])
def test_a_melody_is_heard_above_an_amplifiers_hum(mains_hz):
    wave = play(score_of("C3 E3 G3 C4 r/2 G3 E3 C3/2"), timbre="reed", noise_db=-60)
    frames = hear(wave.samples + hum(wave.duration_s + 0.1, mains_hz, 0.05)[: len(wave.samples)], 48, 60)
    right = [
        np.mean(strongest(frames)[sustained(frames, note.onset_s, note.offset_s)] == round(note.pitch))
        for note in wave.truth
    ]
    assert min(right) > 0.9


def test_a_frame_stands_for_its_time():
    low, high = tone(hz(60), 1.0, timbre="reed"), tone(hz(67), 1.0, timbre="reed")
    frames = hear(np.concatenate([silence(0.5), low[:-2000], high[2000:]]), 60, 67)
    change_s = 0.5 + (len(low) - 2000) / SAMPLE_RATE_HZ
    first_s = np.flatnonzero(frames.voiced)[0] * HOP_S
    assert first_s == pytest.approx(0.5, abs=0.02)
    higher_s = np.flatnonzero(frames.f0 > 65)[0] * HOP_S
    assert higher_s == pytest.approx(change_s, abs=0.025)
    higher_s = np.flatnonzero(strongest(frames) == 67)[0] * HOP_S
    assert higher_s == pytest.approx(change_s, abs=0.025)


@pytest.mark.parametrize("timbre", TIMBRES)
@pytest.mark.parametrize("reverb_s", [0.0, 0.8])
def test_every_note_has_a_candidate_where_it_begins(timbre, reverb_s):
    wave = play(MELODY, timbre=timbre, reverb_s=reverb_s, seed=3)
    frames = hear(wave.samples, 60, 69)
    candidates_s = frames.onsets_fine * FINE_HOP_S
    assert all(np.min(np.abs(candidates_s - note.onset_s)) < 0.06 for note in wave.truth)
    assert (np.diff(frames.onsets_fine) > 0).all()
    assert 0 <= frames.onsets_fine[0] <= frames.onsets_fine[-1] < len(frames.flux)
    assert len(candidates_s) < 14 * frames.duration_s
    assert frames.onset_strengths.min() >= 0
    assert frames.onset_strengths.max() <= 1


def test_a_note_earns_most_under_its_own_pitch_and_other_sounds_earn_little():
    wave = play(MELODY, timbre="brass")
    frames = hear(wave.samples, 60, 69)
    for note in wave.truth:
        span = sustained(frames, note.onset_s, note.offset_s)
        earned = frames.reward[span].mean(axis=0)
        assert frames.lowest_pitch + earned.argmax() == round(note.pitch)
        assert earned.max() > frames.garbage[span].mean() > np.sort(earned)[-2]
    assert frames.reward[~frames.voiced].max() < 0


def test_both_rates_say_the_same():
    wave = play(MELODY, timbre="string")
    halved = Sound(at_working_rate(Sound(wave.samples)), 22_050)
    first, second = listen_closely(Sound(wave.samples), 60, 69), listen_closely(halved, 60, 69)
    assert np.array_equal(first.posterior, second.posterior)
    assert first.duration_s == pytest.approx(second.duration_s, abs=1e-3)
    with pytest.raises(ValueError, match="48000"):
        listen_closely(Sound(wave.samples, 48_000), 60, 69)


@pytest.mark.parametrize("octaves", [-1, 0, 1])
def test_the_octave_sung_is_free(octaves):
    wave = play(MELODY, timbre="voice", transpose=12 * octaves)
    frames = any_octave(hear(wave.samples, 60, 69))
    for note in wave.truth:
        span = sustained(frames, note.onset_s, note.offset_s, 0.1)
        written = round(note.pitch) - 12 * octaves - frames.lowest_pitch
        assert frames.reward[span, written].mean() > frames.garbage[span].mean()
        assert frames.posterior[span, written].mean() > 0.9


def test_with_any_octave_octaves_are_one_and_nothing_is_lost():
    plain = hear(np.concatenate([play(MELODY, timbre="voice").samples, speech(2.0)]), 60, 69)
    folded = any_octave(plain)
    for name in (*BY_PITCH, "pitch_flux"):
        before, after = getattr(plain, name), getattr(folded, name)
        assert np.array_equal(after[:, :-12], after[:, 12:]), name
        assert (after >= before - 1e-6).all(), name
    assert folded.posterior.max() <= 1
    assert np.array_equal(folded.f0, plain.f0, equal_nan=True)
    assert np.array_equal(folded.onsets_fine, plain.onsets_fine)
