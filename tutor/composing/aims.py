"""Melodies that could be ordered: for each of the neediest skills one, at the grade where it should go as aimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tutor.composing.pieces import Aim, Candidate
from tutor.composing.wishes import Wishes
from tutor.learner.filtering import Floats, chance
from tutor.learner.knowledge import LOWEST_GRADE, Knowledge
from tutor.learner.syllabus import first_grade

AIMS = 6  # skills that an order is thought of for
HARDEST_MELODY = 8.0
GRADES = np.arange(LOWEST_GRADE, HARDEST_MELODY + 0.05, 0.1)
# What a share of notes under the target, and more than near it, costs of the need.
OUT_OF_REACH_COST, NEAR = 4.0, 0.05
PLAYABLE = 0.45
# Melodies are of grades 1 to 8, and one full of these is harder, however simple all else is.
EASIEST_MELODY = 1.0
EASIEST = {"accidental": 3.8, "rhythm:syncopation": 4.3, "rhythm:triplet": 2.4}
EASIEST_LEAP = {"6": 2.8, "7": 3.2, "8": 3.3}
# What a melody for a skill shows, before it is composed: the skill often enough, and what the student has met.
AIMED_NOTES, OTHER_NOTES = 12, 12
OTHERS = 6


def aims(
    known: Knowledge, needs: Mapping[str, float], target: float, wishes: Wishes, easiest: Mapping[str, float]
) -> list[Candidate]:
    """Orders for the skills that want practice most and can go about as well as they should, those first. `known` as
    of now; `needs` as of `needs_to_order`; `target` the share of skill events that is to go right; `easiest`: skill ->
    the lowest grade that a melody for it can be had at (`easiest_for`). Outside the wishes only where all else is."""
    tags = [tag for tag in needs if easiest[tag] <= wishes.clamp(easiest[tag])]
    tags = tags or [tag for tag in needs if easiest[tag] <= min(easiest[one] for one in needs)]
    if not tags:
        return []
    others, lowest = _others(known), np.array([easiest[tag] for tag in tags])
    shares = _shares(known, tags, others)
    wished = [wishes.clamp(round(float(grade), 1)) for grade in GRADES[np.abs(shares - target).argmin(axis=1)]]
    grades = np.clip(wished, lowest, HARDEST_MELODY)
    reached = shares[np.arange(len(tags)), np.abs(GRADES - grades[:, None]).argmin(axis=1)]
    cost = OUT_OF_REACH_COST * np.maximum(0.0, target - NEAR - reached)
    # What the teacher asks for is not put off for being hard, while it can be played at all.
    asked = np.array([tag in wishes.focus for tag in tags]) & (reached >= PLAYABLE)
    need = np.array([needs[tag] for tag in tags]) + cost * asked
    best = sorted(range(len(tags)), key=lambda row: (cost[row] - need[row], tags[row]))[:AIMS]
    return [_order(Aim(tags[row], float(grades[row]), float(need[row])), others, wishes) for row in best]


def easiest_for(tag: str) -> float:
    """The lowest grade that a melody full of this skill can be had at."""
    kind, _, rest = tag.partition(":")
    return EASIEST_LEAP.get(rest[:1], EASIEST_MELODY) if kind == "interval" else EASIEST.get(tag, EASIEST_MELODY)


def _others(known: Knowledge) -> list[str]:
    """The skills that are in everything: those heard most."""
    return sorted(known.tallies, key=lambda tag: -known.tallies[tag].heard)[:OTHERS]


def _shares(known: Knowledge, tags: Sequence[str], others: Sequence[str]) -> Floats:
    """What share should go right [tags, GRADES] in a melody for each of these skills at each grade."""
    numbers = known.parameters
    mean, variance = known.marginals([*tags, *others])
    difficulty = numbers.logits_a_grade * (GRADES - numbers.middle_grade)
    chances = chance(mean[:, None], variance[:, None], difficulty, numbers)
    aimed, background = chances[: len(tags)], chances[len(tags) :]
    if not others:
        return aimed
    mixed: Floats = (AIMED_NOTES * aimed + OTHER_NOTES * background.mean(axis=0)) / (AIMED_NOTES + OTHER_NOTES)
    return mixed


def _order(aim: Aim, others: Sequence[str], wishes: Wishes) -> Candidate:
    each = OTHER_NOTES // max(1, len(others))
    return Candidate(
        key=("order", aim.tag, aim.grade),
        grade=aim.grade,
        skills={other: each for other in others if first_grade(other) <= aim.grade + 1} | {aim.tag: AIMED_NOTES},
        kind=wishes.kind,
        style=wishes.style,
        bars=wishes.bars,
        order=aim,
    )
