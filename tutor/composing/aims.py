"""Melodies that could be ordered: for each of the neediest skills one, at the grade where it should go as aimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tutor.composing.pieces import Aim, Candidate
from tutor.composing.wishes import Wishes
from tutor.learner.filtering import Floats, chance
from tutor.learner.knowledge import HIGHEST_GRADE, LOWEST_GRADE, Knowledge
from tutor.learner.syllabus import first_grade

AIMS = 6  # skills that an order is thought of for
GRADES = np.arange(LOWEST_GRADE, HIGHEST_GRADE + 0.05, 0.1)
# What a melody for a skill shows, before it is composed: the skill often enough, and what the student has met.
AIMED_NOTES, OTHER_NOTES = 12, 12
OTHERS = 6


def aims(known: Knowledge, needs: Mapping[str, float], target: float, wishes: Wishes) -> list[Candidate]:
    """Orders for the neediest skills, the neediest first. `known` as of now; `needs` as of `needs_to_order`; `target`
    the share of skill events that is to go right."""
    tags = sorted(needs, key=lambda tag: (-needs[tag], tag))[:AIMS]
    if not tags:
        return []
    others = _others(known)
    shares = _shares(known, tags, others)
    grades = GRADES[np.abs(shares - target).argmin(axis=1)]
    return [
        _order(Aim(tag, round(wishes.clamp(float(grade)), 1), needs[tag]), others, wishes)
        for tag, grade in zip(tags, grades, strict=True)
    ]


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
