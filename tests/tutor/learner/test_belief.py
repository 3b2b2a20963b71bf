"""One Gaussian over all of a student's skills: laws that hold whatever was played."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.learner.ability import forget, predict, update
from tutor.learner.belief import GENERAL, Belief
from tutor.learner.evidence import Evidence
from tutor.learner.filtering import chance, update_many
from tutor.learner.knowledge import Knowledge
from tutor.learner.parameters import DEFAULTS, Parameters

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TAGS = ("interval:2:up", "interval:3:up", "interval:5:down", "key:2", "rhythm:tie", "rhythm:triplet", "metre:3/4")

counts = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))
said = st.dictionaries(st.sampled_from(TAGS), counts, min_size=1, max_size=len(TAGS))
takes = st.lists(st.tuples(said, st.floats(0.5, 9), st.floats(0, 40)), max_size=6)
levels = st.integers(1, 8)


def after(level: float, history: list[tuple[Evidence, float, float]]) -> Knowledge:
    known, now = Knowledge(level), NOW
    for heard, difficulty, days in history:
        now += timedelta(days=days)
        known = update(known, heard, difficulty, now)
    return known


@given(levels, takes)
@settings(max_examples=60)
def test_a_covariance_stays_one(level: int, history: list[tuple[Evidence, float, float]]) -> None:
    covariance = after(level, history).belief.covariance
    assert np.array_equal(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance).min() > 0


@given(levels, takes, said, st.floats(0.5, 9), st.data())
@settings(max_examples=150)
def test_one_more_wrong_note_never_raises_anything(
    level: int, history: list[tuple[Evidence, float, float]], heard: Evidence, difficulty: float, data: st.DataObject
) -> None:
    """Not the skill itself, no other of the take, none that was not in it and not the working grade."""
    heard = {tag: pair for tag, pair in heard.items() if pair[1]} or {TAGS[0]: (0, 1)}
    known = after(level, history)
    tag = data.draw(st.sampled_from(sorted(heard)))
    right, total = heard[tag]
    better = update(known, heard, difficulty, NOW + timedelta(days=300))
    worse = update(known, heard | {tag: (right, total + 1)}, difficulty, NOW + timedelta(days=300))
    assert (worse.belief.mean <= better.belief.mean + 1e-6).all()
    assert worse.belief.marginal(tag)[0] < better.belief.marginal(tag)[0]
    assert worse.working_grade <= better.working_grade + 1e-6


@given(levels, takes)
@settings(max_examples=40)
def test_a_belief_comes_back_from_its_bytes(level: int, history: list[tuple[Evidence, float, float]]) -> None:
    belief = after(level, history).belief
    back = Belief.from_bytes(belief.to_bytes())
    assert back.skills == belief.skills
    assert back.as_of == belief.as_of
    assert back.version == belief.version
    assert np.allclose(back.mean, belief.mean, atol=1e-5)
    assert np.allclose(back.covariance, belief.covariance, atol=1e-6)
    assert Belief.from_bytes(back.to_bytes()) == back  # Rounded once, it is rounded for good.


@pytest.mark.parametrize(
    "broken", [b"", b"WSB1", b"JSON" + bytes(60), Belief.about_a_newcomer(0, DEFAULTS).to_bytes()[:-1]]
)
def test_other_bytes_are_no_belief(broken: bytes) -> None:
    with pytest.raises(ValueError, match="no belief"):
        Belief.from_bytes(broken)


def test_forty_skills_fit_into_a_row() -> None:
    many = {f"skill:{number}": (4, 5) for number in range(40)}
    assert len(update(Knowledge(3), many, 3, NOW).belief.to_bytes()) < 5000


def test_updating_many_is_updating_each(rng: np.random.Generator) -> None:
    """Students of one length, with takes of different sizes: what is padded changes nothing."""
    histories = [[(dict.fromkeys(TAGS, (6, 9)), 3.0, float(days))] for days in range(8)]
    students = [after(level, history) for level, history in zip(range(1, 9), histories, strict=True)]
    mean = np.array([known.belief.mean for known in students])
    covariance = np.array([known.belief.covariance for known in students])
    width = 5
    columns, right, heard = np.zeros((8, width), int), np.zeros((8, width)), np.zeros((8, width))
    each = []
    for row, known in enumerate(students):
        played = rng.choice(np.arange(1, len(TAGS) + 1), 1 + row % width, replace=False)
        notes = rng.integers(1, 20, len(played))
        well = rng.binomial(notes, 0.7)
        columns[row, : len(played)], right[row, : len(played)], heard[row, : len(played)] = played, well, notes
        alone = (played, well.astype(float), notes.astype(float), row * 0.2, float(row))
        each.append(update_many(known.belief.mean, known.belief.covariance, *alone, DEFAULTS))
    together = update_many(mean, covariance, columns, right, heard, np.arange(8) * 0.2, np.arange(8.0), DEFAULTS)
    assert np.allclose(together[0], [one[0] for one in each], atol=1e-5)
    assert np.allclose(together[1], [one[1] for one in each], atol=1e-5)


@given(said, st.floats(1, 8), st.permutations(TAGS))
def test_the_order_of_skills_in_a_take_does_not_matter(heard: Evidence, difficulty: float, order: list[str]) -> None:
    shuffled = {tag: heard[tag] for tag in order if tag in heard}
    one, other = update(Knowledge(3), heard, difficulty, NOW), update(Knowledge(3), shuffled, difficulty, NOW)
    for tag in one.skills:
        assert one.belief.marginal(tag) == pytest.approx(other.belief.marginal(tag), abs=1e-6)


@given(st.floats(-4, 4), st.floats(0, 1.5), st.floats(0, 1.5), st.floats(-3, 3))
def test_more_doubt_never_makes_a_forecast_more_extreme(
    mean: float, one: float, other: float, difficulty: float
) -> None:
    middle = (1 - DEFAULTS.lapse) / 2
    surer, vaguer = (
        float(chance(np.array(mean), np.array(variance), difficulty, DEFAULTS)) - middle
        for variance in sorted((one, other))
    )
    assert abs(vaguer) <= abs(surer) + 1e-12
    assert surer * vaguer >= 0


def test_what_is_heard_of_one_skill_is_told_of_the_others() -> None:
    known = update(Knowledge(3), {"key:2": (2, 10), "rhythm:tie": (7, 10)}, 3, NOW)
    later = update(known, {"key:2": (10, 10)}, 4, NOW + timedelta(days=1))
    assert later.of("rhythm:tie").ability > known.of("rhythm:tie").ability
    assert later.skills["rhythm:tie"].heard == 10


def test_a_skill_that_joins_is_what_was_guessed_of_it() -> None:
    known = update(Knowledge(3), {"key:2": (9, 10)}, 3, NOW)
    joined = known.belief.joined({"rhythm:tie": known.over_general("rhythm:tie")}, DEFAULTS)
    guessed = known.of("rhythm:tie")
    assert joined.marginal("rhythm:tie") == pytest.approx((guessed.ability, guessed.variance))
    assert joined.marginal(GENERAL) == known.belief.marginal(GENERAL)


def test_knowledge_is_recalled_as_it_was_kept() -> None:
    known = after(3, [({"key:2": (3, 10), "rhythm:tie": (9, 10)}, 3.0, 1.0), ({"key:2": (9, 10)}, 3.0, 2.0)])
    kept = Belief.from_bytes(known.belief.to_bytes())
    back = Knowledge.recalled(3, kept, known.tallies)
    assert set(back.skills) == {"key:2", "rhythm:tie"}
    assert back.skills["key:2"].right == 12
    assert back.skills["key:2"].due_at == known.skills["key:2"].due_at
    later = NOW + timedelta(days=9)
    assert predict(forget(back, later), {"key:2": 3, "rhythm:triplet": 2}, 4) == pytest.approx(
        predict(forget(known, later), {"key:2": 3, "rhythm:triplet": 2}, 4), abs=1e-5
    )


def test_a_skill_harder_than_its_grade_is_expected_to_go_worse() -> None:
    harder = Parameters(offsets={"key:2": 0.5})
    assert predict(Knowledge(3, parameters=harder), {"key:2": 1}, 3) < predict(Knowledge(3), {"key:2": 1}, 3)


def test_parameters_come_back_from_json_and_forgive_what_they_do_not_know() -> None:
    numbers = Parameters(version=3, drift=0.1, offsets={"key:2": 0.5})
    assert Parameters.from_dict(numbers.to_dict() | {"of a later version": 1}) == numbers
    assert Parameters.from_dict({}) == DEFAULTS


def test_a_long_practice_is_tallied_without_running_out_of_stack() -> None:
    known = Knowledge(3)
    for take in range(3000):
        known = update(known, {"key:2": (4, 5)}, 3, NOW + timedelta(hours=take))
    assert known.skills["key:2"].due_at is not None
    assert known.skills["key:2"].heard == 15_000
