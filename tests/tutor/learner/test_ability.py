"""Laws of the learner, and a small simulated class that it must be honest about."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.learner.ability import NOISE_A_TAKE, VARIANCE_CAP, forget, predict, probability, probability_between, update
from tutor.learner.knowledge import PRIOR_VARIANCE, TARGET, Knowledge, SkillAbility, ability_for, logits
from tutor.learner.syllabus import first_grade

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
SKILL = "interval:3:up"

grades = st.floats(1, 8)
skills = st.builds(SkillAbility, ability=st.floats(-4, 4), variance=st.floats(0.02, VARIANCE_CAP))


def after(skill: SkillAbility, right: int, heard: int, difficulty: float) -> SkillAbility:
    return update(Knowledge(3, {SKILL: skill}), {SKILL: (right, heard)}, difficulty, NOW).skills[SKILL]


@given(skills, st.integers(1, 80), grades)
def test_playing_all_right_never_lowers_an_ability(skill: SkillAbility, heard: int, difficulty: float) -> None:
    assert after(skill, heard, heard, difficulty).ability >= skill.ability


@given(skills, st.integers(0, 60), st.integers(0, 20), grades)
def test_one_more_wrong_note_never_raises_an_ability(
    skill: SkillAbility, right: int, wrong: int, difficulty: float
) -> None:
    if right + wrong:
        fewer = after(skill, right, right + wrong, difficulty).ability
        assert after(skill, right, right + wrong + 1, difficulty).ability <= fewer + 1e-9


@given(skills, st.integers(1, 60), grades)
def test_a_wrong_note_instead_of_a_right_one_lowers_it(skill: SkillAbility, heard: int, difficulty: float) -> None:
    assert after(skill, heard - 1, heard, difficulty).ability < after(skill, heard, heard, difficulty).ability


@given(skills, grades)
def test_what_was_not_heard_moves_nothing(skill: SkillAbility, difficulty: float) -> None:
    known = Knowledge(3, {SKILL: skill})
    assert update(known, {}, difficulty, NOW) == known
    assert update(known, {SKILL: (0, 0), "key:3": (0, 0)}, difficulty, NOW) == known


@given(skills, st.integers(0, 40), st.integers(1, 40), grades)
def test_evidence_makes_us_surer(skill: SkillAbility, right: int, wrong: int, difficulty: float) -> None:
    heard = right + wrong
    assert after(skill, right, heard, difficulty).variance <= skill.variance + NOISE_A_TAKE
    if skill.variance > 0.3:
        assert after(skill, right, 10 * heard, difficulty).variance < skill.variance


def test_more_notes_in_one_take_never_make_us_certain() -> None:
    """A take has its own good or bad day: a thousand notes of it say less than ten takes of ten."""
    ten_takes = Knowledge(3, {SKILL: SkillAbility(0.0, PRIOR_VARIANCE)})
    for _ in range(10):
        ten_takes = update(ten_takes, {SKILL: (8, 10)}, 3, NOW)
    one_take = after(SkillAbility(0.0, PRIOR_VARIANCE), 800, 1000, 3)
    assert one_take.variance > ten_takes.skills[SKILL].variance


@given(skills, st.integers(0, 400), st.integers(0, 400))
def test_days_make_us_less_sure_up_to_a_limit(skill: SkillAbility, days: int, more_days: int) -> None:
    met = SkillAbility(skill.ability, skill.variance, last_met_at=NOW)
    known = Knowledge(3, {SKILL: met})
    sooner = forget(known, NOW + timedelta(days=days)).skills[SKILL]
    later = forget(known, NOW + timedelta(days=days + more_days)).skills[SKILL]
    assert skill.variance <= sooner.variance <= later.variance <= VARIANCE_CAP
    assert later.ability == skill.ability


def test_forgetting_in_two_steps_is_forgetting_in_one() -> None:
    known = Knowledge(3, {SKILL: SkillAbility(0.0, 0.1, last_met_at=NOW)})
    week, fortnight = NOW + timedelta(days=7), NOW + timedelta(days=14)
    twice, once = forget(forget(known, week), fortnight), forget(known, fortnight)
    assert twice.skills[SKILL].variance == pytest.approx(once.skills[SKILL].variance)


def test_the_target_is_met_at_ones_own_level() -> None:
    sure = SkillAbility(ability_for(3), variance=0.0)
    assert probability_between(sure, 3) == pytest.approx((probability(sure, 3),) * 2)  # no doubt, no interval
    assert TARGET - 0.03 < probability(sure, 3) < TARGET


@given(skills, grades, grades)
def test_harder_pieces_go_worse(skill: SkillAbility, one: float, other: float) -> None:
    assert probability(skill, max(one, other)) <= probability(skill, min(one, other))


@given(skills, grades)
def test_the_strength_lies_inside_its_interval(skill: SkillAbility, difficulty: float) -> None:
    low, high = probability_between(skill, difficulty)
    assert low <= high
    assert low - 0.12 <= probability(skill, difficulty) <= high + 0.12


def test_success_in_some_skills_raises_the_guess_for_the_others() -> None:
    known = fresh = Knowledge(2)
    for tag in ("interval:2:up", "interval:3:down", "key:1"):
        known = update(known, {tag: (20, 20)}, 3, NOW)
    assert known.of("rhythm:tie").ability > fresh.of("rhythm:tie").ability
    assert known.of("rhythm:tie").variance < fresh.of("rhythm:tie").variance
    assert known.working_grade > fresh.working_grade == 2


def test_a_skill_from_a_later_grade_is_expected_to_be_harder() -> None:
    known = Knowledge(1)
    assert first_grade("rhythm:triplet") == 5
    assert predict(known, {"rhythm:triplet": 4}, 1) < predict(known, {"interval:2:up": 4}, 1)


def test_a_skill_met_again_after_going_well_is_due_later() -> None:
    poorly = after(SkillAbility(0.0, 0.5), 1, 10, 3)
    well = after(SkillAbility(0.0, 0.5), 10, 10, 3)
    assert poorly.due_at and well.due_at
    assert NOW < poorly.due_at < well.due_at


def test_the_same_takes_give_the_same_days() -> None:
    assert after(SkillAbility(0.0, 0.5), 7, 10, 3) == after(SkillAbility(0.0, 0.5), 7, 10, 3)


def test_predictions_are_honest_about_a_simulated_class(rng: np.random.Generator) -> None:
    """Forty students, six skills, thirty takes, form varying from take to take: of what we expect to go right with
    probability p, about p goes right, and better than their average would tell."""
    tags = ["interval:2:up", "interval:3:up", "interval:5:down", "key:2", "rhythm:tie", "metre:3/4"]
    expected, happened = [], []
    for _ in range(40):
        level = float(rng.integers(1, 6))
        truth = ability_for(level) + rng.normal(0, 0.6) + rng.normal(0, 0.6, len(tags))
        known, now = Knowledge(level), NOW
        for _ in range(30):
            now += timedelta(days=1)
            difficulty = level + rng.normal(0, 1)
            form = rng.normal(0, 0.5)
            played = rng.choice(len(tags), 3, replace=False)
            p = 0.98 / (1 + np.exp(-(truth[played] + form - logits(difficulty))))
            right = rng.binomial(10, p)
            expected += [predict(forget(known, now), {tags[skill]: 10}, difficulty) for skill in played]
            happened += list(right / 10)
            said = {tags[skill]: (int(notes), 10) for skill, notes in zip(played, right, strict=True)}
            known = update(known, said, difficulty, now)
            truth += 0.01
    forecast, outcome = np.array(expected), np.array(happened)
    bins = np.digitize(forecast, [0.5, 0.6, 0.7, 0.8, 0.9])
    gaps = [abs(forecast[bins == b].mean() - outcome[bins == b].mean()) for b in range(6) if (bins == b).sum() > 50]
    assert np.average(gaps) < 0.04
    assert np.mean((forecast - outcome) ** 2) < 0.75 * outcome.var()
