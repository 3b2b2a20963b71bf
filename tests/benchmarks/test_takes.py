"""The takes that teach and test the ear: their truth is exact, or every figure made of them is worth nothing."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.takes import FOLDS, PLAYERS, SAMPLE_RATE_HZ, Order, is_here, make, orders
from benchmarks.takes.abc_tunes import read_tunes
from benchmarks.takes.conditions import apply, opus_round_trip
from benchmarks.takes.drawn_tunes import STYLES, draw_tune
from benchmarks.takes.plan import CONDITIONS, SOURCE_SHARES, STORIES
from benchmarks.takes.sheet import spelled
from benchmarks.takes.soundfont import midi_file
from benchmarks.takes.take import LENGTHS, TRUTHS
from benchmarks.takes.tunes import SHARED_RUN, real_tunes, tune

SOURCES = [
    pytest.param(source, marks=pytest.mark.skipif(not is_here(source), reason=f"this machine has no {source} sounds"))
    for source in SOURCE_SHARES
]


def order(story="errors", condition="clean", player="synthesis/synthetic-reed", tune="drawn/walk:7", seed=3):
    return Order("a take", player, condition, story, tune, (9, seed))


def a_player(source):
    return next(key for key in PLAYERS if key.startswith(source))


@pytest.mark.parametrize("story", STORIES)
def test_every_score_note_has_one_truth_and_every_stroke_its_place(story):
    for seed in range(3):
        take = make(order(story, seed=seed))
        notes = take.score.notes
        assert len(take.truth) == len(take.lengths) == len(notes)
        assert set(take.truth) <= set(TRUTHS)
        assert set(take.lengths) <= set(LENGTHS)
        onsets = [one.onset_s for one in take.sounded]
        assert onsets == sorted(onsets)
        assert all(one.offset_s > one.onset_s >= 0 for one in take.sounded)
        assert take.sounded[-1].offset_s < take.duration_s
        assert all((one.note is None) == bool(one.kind) for one in take.sounded)
        sounded = {one.note for one in take.sounded}
        for index, truth in enumerate(take.truth):
            assert (truth in ("missing", "not struck")) == (index not in sounded)


@pytest.mark.parametrize("seed", range(6))
def test_pitches_are_as_the_truth_says(seed):
    take = make(order(seed=seed))
    for one in take.sounded:
        if one.note is None:
            continue
        off = one.pitch - take.score.notes[one.note].pitch
        truth = take.truth[one.note]
        if truth == "octave":
            assert abs(abs(off) - 12) < 0.3
        elif truth == "pitch":
            assert 0.7 < abs(off) < 5.3
        else:
            assert abs(off) < 0.3


@pytest.mark.parametrize("seed", range(6))
def test_late_and_early_notes_lie_off_the_line_and_right_ones_on_it(seed):
    take = make(replace(order(seed=seed), story="errors"))
    beats = np.array([note.onset_beat for note in take.score.notes])
    heard = [(one.note, one.onset_s) for one in take.sounded if one.note is not None]
    index, onset_s = np.array([note for note, _ in heard]), np.array([at_s for _, at_s in heard])
    off_s = onset_s - beats[index] * 60 / take.bpm
    right = np.array([take.truth[note] == "right" for note in index])
    # The player's own wander and unsteadiness, and no more.
    trend = np.polyval(np.polyfit(beats[index][right], off_s[right], 5), beats[index])
    off_s = off_s - trend
    assert np.max(np.abs(off_s[right])) < 0.09
    for note, moved_s in zip(index, off_s, strict=True):
        if take.truth[note] in ("late", "early"):
            assert 0.08 < (moved_s if take.truth[note] == "late" else -moved_s) < 0.32


def test_an_error_free_story_is_free_of_errors():
    for story in ("ok", "late-start", "rubato"):
        takes = [make(order(story, seed=seed)) for seed in range(4)]
        assert any(set(take.truth) == {"right"} and len(take.sounded) == len(take.truth) for take in takes)
    assert set(make(order("ok")).truth) == {"right"}


def test_a_restart_plays_notes_again_from_an_earlier_one():
    take = make(order("restart"))
    played = [one.note for one in take.sounded if one.note is not None]
    back = [place for place in range(1, len(played)) if played[place] < played[place - 1]]
    assert len(back) == 1
    assert take.restart_s == pytest.approx([one for one in take.sounded if one.note is not None][back[0]].onset_s)


def test_stopping_half_way_leaves_the_rest_out():
    take = make(order("half"))
    last = max(one.note for one in take.sounded if one.note is not None)
    assert 0.3 < last / len(take.truth) < 0.7
    assert set(take.truth[last + 1 :]) == {"missing"}


def test_another_key_makes_every_note_wrong_by_as_much():
    take = make(order("transposed"))
    offs = {round(one.pitch - take.score.notes[one.note].pitch) for one in take.sounded}
    assert len(offs) == 1
    assert offs != {0}
    assert set(take.truth) <= {"pitch", "octave"}


def test_clipped_notes_are_short_and_staccato_ones_all_are():
    take = make(order("staccato"))
    written_s = [note.duration_beat * 60 / take.bpm for note in take.score.notes]
    slow = [length for length, one_s in zip(take.lengths, written_s, strict=True) if one_s > 0.31]
    assert slow.count("short") > 0.8 * len(slow) > 5
    for seed in range(5):
        take = make(order(seed=seed))
        written_s = [note.duration_beat * 60 / take.bpm for note in take.score.notes]
        ratios = {one.note: (one.offset_s - one.onset_s) / written_s[one.note] for one in take.sounded if not one.kind}
        for note, length in enumerate(take.lengths):
            assert length != "short" or ratios[note] < 0.55
            assert length != "long" or ratios[note] > 1.5


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_order_makes_the_same_take(source):
    one = order(player=a_player(source), condition="reverb+noise")
    first, second = make(one), make(one)
    assert np.array_equal(first.samples, second.samples)
    assert (first.sounded, first.truth, first.score) == (second.sounded, second.truth, second.score)
    assert not np.array_equal(first.samples[:1000], make(replace(one, seed=(9, 4))).samples[:1000])


@pytest.mark.parametrize("source", SOURCES)
def test_sound_begins_where_the_truth_says(source):
    take = make(order("ok", player=a_player(source), tune="drawn/scale:1"))
    first_s = take.sounded[0].onset_s
    level = np.sqrt(np.convolve(take.samples.astype(float) ** 2, np.ones(441) / 441, "same"))
    loud = 0.2 * np.percentile(level, 90)
    before = level[: int((first_s - 0.05) * SAMPLE_RATE_HZ)]
    after = level[int(first_s * SAMPLE_RATE_HZ) : int((first_s + 0.15) * SAMPLE_RATE_HZ)]
    assert before.max() < loud < after.max()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_changes_the_sound_and_not_its_length(condition, rng):
    samples = make(order("ok")).samples
    changed = apply(samples, condition, rng)
    assert changed.shape == samples.shape
    assert changed.dtype == np.float32
    assert np.isfinite(changed).all()
    assert 0.005 < np.abs(changed).max() <= 1.0


def test_opus_moves_nothing():
    samples = make(order("ok")).samples
    back = opus_round_trip(samples, 32_000)
    lags = range(-300, 301, 20)
    middle = slice(50_000, 150_000)
    agreement = [float(np.dot(samples[middle], np.roll(back, lag)[middle])) for lag in lags]
    assert lags[int(np.argmax(agreement))] == 0


def test_no_melody_and_no_seed_serves_two_purposes():
    tunes, seeds = {}, {}
    for purpose in ("train", "test", "fresh"):
        made = orders(purpose, count=60, sources=["synthesis"])
        tunes[purpose] = {one.tune for one in made}
        seeds[purpose] = {one.seed for one in made}
        assert len(seeds[purpose]) == len(made)
    for first, second in (("train", "test"), ("train", "fresh"), ("test", "fresh")):
        assert not tunes[first] & tunes[second]
        assert not seeds[first] & seeds[second]


def test_no_test_tune_is_a_training_tune_by_another_name():
    trained = {run for name in real_tunes("train") for run in tune(name).runs(SHARED_RUN)}
    for name in real_tunes("test")[::7]:
        assert trained.isdisjoint(tune(name).runs(SHARED_RUN))


def test_every_player_has_a_fold_and_every_source_plays_in_each():
    for source in SOURCE_SHARES:
        mine = [player.instrument for player in PLAYERS.values() if player.source == source]
        assert {FOLDS[instrument] for instrument in mine} == {0, 1, 2, 3}


def test_sources_that_are_not_here_are_left_out(monkeypatch):
    monkeypatch.setattr("benchmarks.takes.soundfont.shutil.which", lambda name: None)
    monkeypatch.setattr("benchmarks.takes.joined.RECORDINGS", type("Nowhere", (), {"__truediv__": _nowhere})())
    made = orders("test", count=12)
    assert {one.player.split("/")[0] for one in made} == {"synthesis"}
    assert len(made) == 12


def _nowhere(self, name):
    from pathlib import Path

    return Path("/nowhere") / name


def test_abc_is_read_with_its_key_signs_lengths_and_ties():
    text = 'X:1\nT:Test\nM:2/4\nL:1/8\nK:D\nF>c ^e/e/z|(3ABc d2-|d4|{g}"Em"=F2 f\'2|\n'
    (read,) = read_tunes(text, "book/file")
    bars = [[(note.pitch, float(note.beats)) for note in bar] for bar in read.bars]
    assert bars[0] == [(66, 0.75), (73, 0.25), (77, 0.25), (77, 0.25), (None, 0.5)]
    assert [pitch for pitch, _ in bars[1]] == [69, 71, 73, 74]
    assert sum(beats for _, beats in bars[1]) == pytest.approx(2.0)
    assert read.bars[1][-1].is_tied
    assert bars[3] == [(65, 1.0), (90, 1.0)]
    assert read.fifths == 2


@pytest.mark.parametrize("style", STYLES)
def test_drawn_tunes_are_whole_bars_of_what_their_name_says(style):
    drawn = draw_tune(style, 5)
    assert drawn == draw_tune(style, 5)
    assert drawn != draw_tune(style, 6) or style == "chromatic"
    assert {sum(note.beats for note in bar) for bar in drawn.bars} == {4}
    assert len(drawn.pitches) >= 40


@pytest.mark.parametrize("fifths", range(-6, 7))
def test_spelling_keeps_the_pitch_and_the_scale_needs_no_signs(fifths):
    for midi in range(21, 109):
        assert spelled(midi, fifths).midi == midi
    tonic = 60 + 7 * fifths % 12
    steps = [spelled(tonic + degree, fifths).step for degree in (0, 2, 4, 5, 7, 9, 11)]
    assert len(set(steps)) == 7


def test_a_midi_file_holds_each_stroke_once():
    take_strokes = make(order("ok")).sounded
    from benchmarks.takes.performance import Stroke

    data = midi_file([Stroke(one.note, round(one.pitch), one.onset_s, one.offset_s) for one in take_strokes], 40)
    assert data.startswith(b"MThd")
    ons = sum(data.count(bytes([0x90 | channel])) for channel in range(6))
    assert ons >= len(take_strokes)
    assert data.endswith(b"\xff\x2f\x00")


@pytest.mark.skipif(not is_here("soundfont"), reason="this machine has no soundfont sounds")
@pytest.mark.parametrize("key", [key for key in PLAYERS if key.startswith("soundfont/")])
def test_a_player_sounds_wherever_a_take_may_go(key):
    from benchmarks.takes.performance import Stroke
    from benchmarks.takes.soundfont import render

    player = PLAYERS[key]
    pitches = [pitch for pitch in range(player.lowest - 2, player.highest + 3) if player.can_play(pitch)]
    strokes = [Stroke(None, pitch, 0.1 + 0.3 * place, 0.35 + 0.3 * place) for place, pitch in enumerate(pitches)]
    samples = render(strokes, player.program)
    for stroke in strokes:
        sound = samples[int(stroke.onset_s * SAMPLE_RATE_HZ) : int(stroke.offset_s * SAMPLE_RATE_HZ)]
        assert 20 * np.log10(np.sqrt(np.mean(sound**2)) + 1e-9) > -62, stroke.pitch
