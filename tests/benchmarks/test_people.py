"""The ear beside real people: how agreement is measured, and a fixed part that may not fall where the sets are here."""

import numpy as np
import pytest

from benchmarks import people
from benchmarks.people import phrases, sung, tapped
from benchmarks.people.jurors import agreement, among_themselves, auc, fit_cuts, majority_of
from benchmarks.people.recordings import are_here
from benchmarks.people.voices import SAMPLE_RATE_HZ, sing, voiced_stretches

on_real_people = [
    pytest.mark.recordings,
    pytest.mark.skipif(not are_here(), reason="the real recordings do not lie beside the project"),
]


def test_marks_in_the_jurys_order_agree_wholly():
    marks = np.tile([10.0, 20, 30, 40], 6)
    found = agreement(marks, marks / 10, marks > 25, np.repeat(["a", "b", "c"], 8))
    assert (found.mean_error, found.accuracy, found.auc) == (0, 1, 1)


def test_a_group_is_never_fitted_on_itself():
    """Alone in having high marks for bad grades, it is graded by the others' cuts, and wrongly."""
    marks = np.array([10.0, 20, 30, 40] * 6 + [90, 90])
    found = agreement(marks, [1, 2, 3, 4] * 6 + [1, 1], marks > 25, ["a"] * 12 + ["b"] * 12 + ["c"] * 2)
    assert found.mean_error == pytest.approx(2 * 3 / 26)


def test_cuts_have_the_least_sum_of_errors():
    rng = np.random.default_rng(1)
    grades = rng.integers(1, 5, 60).astype(float)
    marks = 20 * grades + rng.normal(0, 15, 60)
    best = np.abs(1 + (marks[:, None] > fit_cuts(marks, grades)).sum(1) - grades).sum()
    for _ in range(200):
        other = np.sort(rng.uniform(0, 100, 3))
        assert best <= np.abs(1 + (marks[:, None] > other).sum(1) - grades).sum()


def test_chance_is_a_half():
    assert auc(np.array([1.0, 1, 1, 1]), np.array([True, False, True, False])) == 0.5


@pytest.mark.parametrize(("grades", "majority"), [((4, 4, 3), 4), ((2, 1, 3), 2), ((1, 1, 4), 1), ((3, 1, 4), 3)])
def test_the_majority_or_the_middle(grades, majority):
    assert majority_of(grades) == majority


def test_jurors_are_compared_where_both_gave_a_grade():
    assert among_themselves([[1, 2], [3, 3], [4, float("nan")]]) == (0.5, 0.5)


def test_the_voice_follows_its_f0_and_is_silent_between():
    hop_s = 0.0058
    f0_hz = np.concatenate([np.full(100, 220.0), np.zeros(60), np.full(100, 330.0)])
    samples = sing(f0_hz, hop_s, lead_s=0.0)
    assert voiced_stretches(f0_hz, hop_s) == [(0, 100), (160, 260)]

    def part(first, last):
        return samples[int(first * hop_s * SAMPLE_RATE_HZ) : int(last * hop_s * SAMPLE_RATE_HZ)]

    for first, last, expected_hz in ((20, 80, 220), (180, 240, 330)):
        sound = part(first, last)
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 17))
        strongest_hz = int(spectrum.argmax()) * SAMPLE_RATE_HZ / (1 << 17)
        assert strongest_hz / expected_hz == pytest.approx(round(strongest_hz / expected_hz), abs=0.02)
    assert np.abs(part(105, 155)).max() < 0.02 * np.abs(samples).max()


def test_without_the_recordings_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(people, "are_here", lambda: False)
    assert people.table(people.run()).endswith("left out.")


class TestRealPeople:
    pytestmark = on_real_people

    def test_tapped_rhythms_are_graded_as_by_a_jury(self):
        rows = {row["what"]: row for row in tapped.run(every=30)["rows"]}
        assert rows["onsets as given"]["mean_error"] <= 0.28
        assert rows["onsets as given"]["auc"] > 0.92
        assert min(row["onset_f1"] for row in rows.values() if "onset_f1" in row) > 0.98

    def test_sung_melodies_are_graded_as_by_a_jury(self):
        """One take in twenty: good and bad ones are told apart, by the line of the voice."""
        rows = {row["what"]: row for row in sung.run(every=20)["rows"]}
        assert rows["the jury's formula on the line of the voice"]["auc"] > 0.9

    @pytest.fixture(scope="class")
    def heard(self):
        return phrases.run()

    def test_single_notes_and_a_scale_are_recognised(self, heard):
        wrong = [row["what"] for row in heard["takes"] if row["right"] < row["notes"]]
        assert not wrong
        assert sum(row["extras"] for row in heard["takes"]) <= 2

    def test_a_singer_is_heard_nearly_as_by_another_annotator(self, heard):
        found = {row["what"]: row["f1"] for row in heard["singer"]}
        assert found["annotator A1 against A2"] == pytest.approx(0.862, abs=0.001)
        assert found["told A1's melody, against A2"] > 0.68
