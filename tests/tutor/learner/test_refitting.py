"""What is estimated anew from a school's own takes, and when nothing is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tutor.learner.ability import forget, predict, update
from tutor.learner.knowledge import Knowledge
from tutor.learner.parameters import DEFAULTS
from tutor.learner.refitting import ENOUGH_TAKES, refit
from tutor.learner.replaying import GradedTake, TakesInStep, replay

NOW = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
TAGS = ("interval:2:up", "interval:3:up", "key:1", "rhythm:tie")
HARDER, AS_SAID = "harder than said", "as said"


def school(students: int, takes: int, *, off: float = 0.0, seed: int = 1) -> list[GradedTake]:
    """Students who learn a little; of the exercises one is `off` grades harder than the formula says."""
    rng = np.random.default_rng(seed)
    played = []
    for student in range(students):
        level = float(rng.integers(1, 6))
        ability = DEFAULTS.ability_for(level) + rng.normal(0, 0.6) + rng.normal(0, 0.6, len(TAGS))
        for take in range(takes):
            exercise, grade = [(HARDER, 3.0), (AS_SAID, 3.0), ("another", 4.0)][int(rng.integers(3))]
            true_grade = grade + off * (exercise == HARDER)
            chances = 0.98 / (1 + np.exp(DEFAULTS.logits(true_grade) - ability - rng.normal(0, 0.5)))
            right = rng.binomial(10, chances)
            said = {tag: (int(notes), 10) for tag, notes in zip(TAGS, right, strict=True)}
            played.append(GradedTake(student, level, NOW + timedelta(days=take), exercise, grade, said))
            ability = ability + 0.05
    return played


def test_few_takes_change_nothing_and_it_says_so() -> None:
    found = refit(school(8, 10), DEFAULTS)
    assert found.parameters == DEFAULTS
    assert not found.is_taken
    assert "80 takes of 8 students are too few" in found.said
    assert not refit([], DEFAULTS).is_taken


def test_an_exercise_that_is_harder_than_said_is_found_out() -> None:
    found = refit(school(40, 20, off=1.0), DEFAULTS)
    assert found.is_taken
    assert found.parameters.version == DEFAULTS.version + 1
    assert found.harder[HARDER] > 0.4
    assert found.harder[HARDER] > found.harder[AS_SAID] + 0.4
    assert found.before and found.after
    assert found.after.log_loss < found.before.log_loss
    assert sum(notes for _, _, notes in found.after.table) == sum(notes for _, _, notes in found.before.table) > 0


def test_refitting_again_goes_no_farther() -> None:
    """What was learnt is where the next refit begins: the same takes do not move it on and on."""
    takes = school(40, 20, off=1.0)
    once = refit(takes, DEFAULTS)
    again = refit(takes, once.parameters, once.harder)
    assert again.harder[HARDER] == pytest.approx(once.harder[HARDER], abs=0.15)


@pytest.mark.parametrize("right", [10, 0])
def test_where_everybody_is_always_right_or_always_wrong_night_after_night_goes_no_farther(right: int) -> None:
    """What is expected of exercises and students is what was said of them, not what the last refit made of it."""
    takes = [replace(take, level=3.0, difficulty=3.0, said=dict.fromkeys(TAGS, (right, 10))) for take in school(12, 50)]
    found = first = refit(takes, DEFAULTS)
    for _ in range(5):
        found = refit(takes, found.parameters, found.harder)
    assert first.is_taken
    assert all(abs(grades) < 2 for grades in found.harder.values())
    assert found.harder == pytest.approx(first.harder, abs=0.5)
    assert all(abs(found.parameters.offsets[tag]) <= 1.8 for tag in TAGS)
    assert found.parameters.drift < 6 * DEFAULTS.drift


def test_what_does_not_forecast_others_better_is_not_taken() -> None:
    """Right notes drawn by lot: there is nothing to learn from them but what is known already."""
    rng = np.random.default_rng(2)
    takes = [
        replace(take, level=3.0, difficulty=3.0, said={TAGS[0]: (int(rng.binomial(10, 0.75)), 10)})
        for take in school(30, 20)
    ]
    assert len(takes) >= ENOUGH_TAKES
    found = refit(takes, DEFAULTS)
    assert found.is_taken == bool(found.after and found.before and found.after.log_loss < found.before.log_loss)
    if not found.is_taken:
        assert found.parameters == DEFAULTS


def test_replaying_forecasts_what_the_lessons_would_have() -> None:
    """Skill by skill and take by take, the same as `update` and `predict`; but days before a skill is first met."""
    takes = [replace(take, student=0, level=3.0) for take in school(1, 6)]
    replayed = replay(TakesInStep.of(takes, TAGS, (HARDER, AS_SAID, "another")), DEFAULTS, {})
    known, one_by_one = Knowledge(3.0), []
    for take in takes:
        aged = forget(known, take.at)
        one_by_one += [predict(aged, {tag: 1}, take.difficulty) for tag in TAGS]
        known = update(known, take.said, take.difficulty, take.at)
    assert replayed.p == pytest.approx(one_by_one, abs=1e-5)
