"""Eleven notes in a row from a training tune are found, in any key; ten are nobody's."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.composing.corpus import copying
from tutor.composing.corpus.copying import MOST_COPIED_NOTES, learn_runs, longest_copy
from tutor.composing.corpus.tunes import Event, Tune


def tune(seed: int, notes: int = 40) -> Tune:
    rng = np.random.default_rng(seed)
    pitches = 67 + np.cumsum(rng.integers(-4, 5, notes))
    ticks = rng.choice([6, 12, 24, 36], notes)
    events = tuple(Event(int(p), 0, int(t), 1, tied=False) for p, t in zip(pitches, ticks, strict=True))
    return Tune(f"t:{seed}", "t", str(seed), "", (4, 4), 0, "major", 0, "song", events, 1)


@pytest.fixture
def learned(monkeypatch):
    learned = [tune(seed) for seed in range(20)]
    table = learn_runs(learned)
    copying._training_runs.cache_clear()
    monkeypatch.setattr(copying, "tables", lambda prefix: table)
    yield learned
    copying._training_runs.cache_clear()


def line(source: Tune, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    notes = source.sounding()[first : first + count]
    return np.diff([note[0] for note in notes]), np.array([note[2] for note in notes])


@pytest.mark.parametrize("count", [11, 12, 25, 40])
def test_what_was_copied_is_found_with_its_length(learned, count):
    intervals, durations = line(learned[3], 0, count)
    assert longest_copy(intervals, durations).tolist() == [count]


def test_ten_notes_are_not_a_quotation(learned):
    own, durations = line(tune(900), 0, 40)
    intervals, copied_durations = line(learned[3], 5, MOST_COPIED_NOTES)
    own[10:19], durations[10:20] = intervals, copied_durations
    own[9] = own[19] = 11
    assert longest_copy(own, durations).tolist() == [0]


def test_the_middle_of_a_line_counts_too(learned):
    own, durations = line(tune(900), 0, 40)
    intervals, copied_durations = line(learned[7], 5, 14)
    own[12:25], durations[12:26] = intervals, copied_durations
    own[11] = own[25] = 11
    assert longest_copy(own, durations).tolist() == [14]


def test_other_lengths_or_one_other_interval_make_another_melody(learned):
    intervals, durations = line(learned[3], 0, 12)
    assert longest_copy(intervals, durations * 2).tolist() == [0]
    intervals[5] += 1
    assert longest_copy(intervals, durations).tolist() == [0]


def test_the_length_after_which_the_run_ends_counts_but_not_the_interval(learned):
    intervals, durations = line(learned[3], 0, 12)
    intervals[10] += 1
    assert longest_copy(intervals, durations).tolist() == [11]
    durations[10] += 1
    assert longest_copy(intervals, durations).tolist() == [0]


def test_many_lines_on_one_rhythm_are_judged_each_alone(learned):
    intervals, durations = line(learned[3], 0, 30)
    strange = intervals.copy()
    strange[::5] += 1
    assert longest_copy(np.array([strange, intervals, strange]), durations).tolist() == [0, 30, 0]


def test_a_short_line_copies_nothing(learned):
    assert longest_copy([2, 2], [24, 24, 24]).tolist() == [0]
    assert longest_copy(np.zeros((3, 0)), [24]).tolist() == [0, 0, 0]
