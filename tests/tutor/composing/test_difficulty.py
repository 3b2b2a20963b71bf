"""Harder music never measures easier: one thing changed at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.scores import score_of
from tests.strategies import scores
from tutor.composing.difficulty import difficulty

EASY = "C4 D4 E4 F4 G4 F4 E4 D4 " * 3 + "C4/4"


@pytest.mark.parametrize(
    "harder",
    [
        score_of(EASY + " C4 D4 E4 F4 G4/4"),
        score_of(EASY, bpm=140),
        score_of(EASY, fifths=4),
        score_of(EASY.replace("F4", "F#4", 2)),
        score_of(EASY.replace("C4 D4", "C4/1/2 D4 C4/1/2", 1)),
        score_of(EASY.replace("G4 F4", "G5 F4")),
        score_of(EASY.replace("E4 F4", "E4/3/2 F4/1/2")),
        score_of(EASY.replace("G4", "G4/1/3 A4/1/3 G4/1/3", 2)),
    ],
    ids=["longer", "faster", "more sharps", "accidentals", "syncopation", "leaps", "dots", "triplets"],
)
def test_each_of_these_makes_it_harder(harder):
    assert difficulty(harder) > difficulty(score_of(EASY))


@settings(max_examples=50, deadline=None)
@given(scores())
def test_it_stays_on_the_scale_and_tempo_never_makes_it_easier(score):
    assert 0.5 <= difficulty(score) <= difficulty(replace(score, bpm=score.bpm * 1.5)) <= 9
