"""The judge is less surprised by real tunes than by dice, and a quotation is found note for note."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.composing.judge import Judge, Line, bits_a_note, comparable, line_of, random_walk
from benchmarks.composing.verbatim import longest_runs, summary
from tutor.composing.corpus.tunes import Event, Tune

FIGURES = ((0, 2, 4, 5, 7, 5, 4, 2), (7, 5, 4, 2, 0, 2, 4, 0), (4, 5, 7, 9, 7, 5, 4, 2))


def tune(seed: int, fold: int = 1, mode: str = "major", bars: int = 12) -> Tune:
    """Bars of a few figures in eighths, each tune in an order and a key of its own."""
    rng = np.random.default_rng(seed)
    tonic = int(rng.integers(0, 12))
    events = [
        Event(60 + tonic + pitch, 12 * place, 12, bar, tied=False)
        for bar in range(1, bars + 1)
        for place, pitch in enumerate(FIGURES[rng.integers(0, len(FIGURES))])
    ]
    return Tune(f"t:{seed}", "t", str(seed), "", (4, 4), tonic, mode, 0, "song", tuple(events), fold)


@pytest.fixture(scope="module")
def tunes() -> list[Tune]:
    return [tune(seed, fold=seed % 10) for seed in range(100)]


@pytest.fixture(scope="module")
def judge(tunes) -> Judge:
    return Judge(tunes)


def moved(line: Line, semitones: int) -> Line:
    notes = tuple((pitch + semitones, *rest) for pitch, *rest in line.notes)
    return Line(notes, (line.tonic + semitones) % 12, line.mode, line.metre)


def test_real_tunes_surprise_far_less_than_a_random_walk(judge, tunes):
    real = comparable(tunes, (4, 4), "major")
    rng = np.random.default_rng(1)
    walks = [random_walk(rng, (4, 4)) for _ in range(10)]
    assert bits_a_note([judge.pitch_bits(line) for line in real]) < 1.5
    assert bits_a_note([judge.pitch_bits(line) for line in walks]) > 3
    assert bits_a_note([judge.rhythm_bits(line) for line in real]) < 0.5
    assert bits_a_note([judge.rhythm_bits(line) for line in walks]) > 2


def test_the_key_makes_no_difference(judge):
    line = line_of(tune(500))
    assert np.allclose(judge.pitch_bits(line), judge.pitch_bits(moved(line, 5)))


def test_every_interval_and_every_length_is_judged(judge):
    line = line_of(tune(500))
    assert len(judge.pitch_bits(line)) == len(line.notes) - 1
    assert len(judge.rhythm_bits(line)) == len(line.notes)


def test_probabilities_of_all_intervals_add_up_to_one(judge):
    start = line_of(tune(500, bars=1))
    last = start.notes[-1]
    bits = []
    for interval in range(-14, 15):
        line = Line((*start.notes, (last[0] + interval, 0, 12, 2)), start.tonic, start.mode, start.metre)
        bits.append(judge.pitch_bits(line)[-1])
    assert sum(2.0 ** -np.array(bits)) == pytest.approx(1)


def test_the_judge_has_not_read_what_is_held_out(tunes):
    strange = [tune(900 + seed, fold=0, mode="minor") for seed in range(50)]
    line = line_of(strange[0])
    assert np.allclose(Judge(tunes).pitch_bits(line), Judge([*tunes, *strange]).pitch_bits(line))


def test_comparable_are_the_beginnings_of_held_out_tunes_of_the_same_kind(tunes):
    lines = comparable([*tunes, tune(7, fold=0, mode="minor")], (4, 4), "major")
    assert len(lines) == 10
    assert {line.notes[-1][3] for line in lines} == {8}
    assert not comparable(tunes, (3, 4), "major")
    assert not comparable(tunes, (4, 4), "major", style="hymn")


@pytest.mark.parametrize("count", [1, 5, 17, 40])
def test_a_quotation_is_found_whole_in_another_key(count):
    training = [tune(seed) for seed in range(5)]
    notes = moved(line_of(training[3]), 4).notes
    quoted = Line(((99, 0, 96, 1), *notes[10 : 10 + count], (20, 0, 96, 1)), 0, "major", (4, 4))
    assert longest_runs([quoted], training) == [max(count, 1)]


def test_a_row_ends_where_the_tune_ends_and_lengths_must_agree():
    training = [tune(0, bars=1), tune(1, bars=1)]
    both = Line((*line_of(training[0]).notes, *line_of(training[1]).notes), 0, "major", (4, 4))
    slower = Line(tuple((p, o, 2 * t, b) for p, o, t, b in both.notes), 0, "major", (4, 4))
    assert longest_runs([both, slower], training) == [8, 0]


def test_what_is_held_out_is_not_a_source():
    held_out = tune(3, fold=0)
    assert longest_runs([line_of(held_out)], [held_out, tune(4, bars=1)])[0] < len(held_out.events)


def test_the_summary_says_median_tails_and_longest():
    assert summary([*range(100), 200]) == {"median": 50, "p95": 95, "p99": 99, "max": 200}
