"""Technique against a weak skill: it shows the skill, suits the player, and is just hard enough."""

import contextlib
from dataclasses import replace
from fractions import Fraction

import pytest

from tutor.composing.difficulty import difficulty
from tutor.composing.remedy import ENOUGH_NOTES, remedy
from tutor.composing.rhythm_patterns import figures_for
from tutor.composing.skills import skill_counts
from tutor.composing.technique import KINDS, CannotCompose, TechniqueOrder, compose
from tutor.learner.knowledge import TARGET, Knowledge, SkillAbility, ability_for
from tutor.notation.instruments import INSTRUMENTS, get_instrument
from tutor.notation.score import Metre

SKILLS = (
    *(f"interval:{size}:{way}" for size in (2, 3, 4, 5, 6, 7, 8) for way in ("up", "down")),
    *(f"rhythm:{name}" for name in ("eighths", "rest", "tie", "dotted-quarter-eighth", "sixteenths")),
    *("key:1", "key:-3", "metre:3/4", "metre:6/8"),
)


@pytest.mark.parametrize("tag", SKILLS)
def test_the_exercise_shows_the_skill(tag: str) -> None:
    made = remedy(tag, get_instrument("violin"), Knowledge(3))
    assert made is not None
    assert made.skills == skill_counts(made.technique.score)
    assert made.skills[tag] >= ENOUGH_NOTES
    assert made.grade == difficulty(made.technique.score)
    assert made.technique.score.bpm == made.bpm


def shown_by_technique() -> list[str]:
    """The intervals and figures of all that can be ordered for a violin, met often enough to practise them."""
    plain = TechniqueOrder(kind="scale", instrument="violin", grade=5.0)
    orders = [replace(plain, kind=kind) for kind in KINDS if kind != "rhythm"]
    for metre in ("2/4", "3/4", "4/4", "6/8"):
        beats, beat_type = map(int, metre.split("/"))
        figures = figures_for(Metre(Fraction(0), beats, beat_type))
        orders += [replace(plain, kind="rhythm", metre=metre, figure=figure, bars=8) for figure in figures]
    found: set[str] = set()
    for order in orders:
        with contextlib.suppress(CannotCompose):
            counts = skill_counts(compose(order).score)
            found |= {tag for tag, notes in counts.items() if notes >= ENOUGH_NOTES}
    return sorted(tag for tag in found if tag.startswith(("interval:", "rhythm:")))


def test_whatever_interval_or_rhythm_technique_can_show_it_can_remedy() -> None:
    tags = shown_by_technique()
    assert {"interval:7:up", "interval:8:down", "rhythm:triplet", "rhythm:snap", "rhythm:long-notes"} <= set(tags)
    assert [tag for tag in tags if remedy(tag, get_instrument("violin"), Knowledge(5)) is None] == []


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_can_practise_thirds_within_its_range(name: str) -> None:
    instrument = get_instrument(name)
    made = remedy("interval:3:up", instrument, Knowledge(2))
    assert made is not None
    written = [note.written.midi for note in made.technique.score.notes]
    assert instrument.written_low <= min(written) <= max(written) <= instrument.written_high


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_it_is_just_hard_enough_and_easier_for_who_is_weak_at_it(level: int) -> None:
    violin = get_instrument("violin")
    at_level = remedy("interval:3:up", violin, Knowledge(level))
    assert at_level is not None
    weak = {tag: SkillAbility(ability_for(level) - 1, 0.1, 2, 10) for tag in at_level.skills}
    easier = remedy("interval:3:up", violin, Knowledge(level, weak))
    assert easier is not None
    assert abs(at_level.expected - TARGET) < 0.15
    # A tenth of a grade: there is no exercise of every difficulty, and a beginner gets the easiest there is.
    assert easier.grade <= at_level.grade + 0.1
    assert easier.expected < at_level.expected + 0.05


def test_the_recipe_makes_the_same_exercise_again() -> None:
    made = remedy("rhythm:tie", get_instrument("flute"), Knowledge(3))
    assert made is not None
    assert compose(TechniqueOrder(**made.technique.recipe)) == made.technique


def test_a_new_leap_comes_in_the_key_that_goes_best() -> None:
    keys = {"key:0": SkillAbility(-1.0, 0.1), "key:1": SkillAbility(1.0, 0.1)}
    made = remedy("interval:4:up", get_instrument("cello"), Knowledge(2, keys))
    assert made is not None
    assert "key:1" in made.skills


def test_what_technique_cannot_teach_is_left_alone() -> None:
    assert remedy("rhythm:no-such-figure", get_instrument("violin"), Knowledge(3)) is None
    assert remedy("articulation", get_instrument("violin"), Knowledge(3)) is None
