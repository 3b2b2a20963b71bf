"""How much a skill wants practice: those that are weak, due, asked for by the teacher, or new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import numpy as np

from tutor.composing.reasons import SHAKY_BELOW, SHAKY_UNDER_USUAL, counted, is_due, is_shaky, share_of_intervals
from tutor.learner.filtering import chance
from tutor.learner.knowledge import Knowledge
from tutor.learner.syllabus import first_grade

UNLOCKED_ABOVE = 1.0  # grades over the working grade: generous, since choosing skills matters more than estimating them

# What a score has when nothing is asked of it: no aim for anybody.
PLAIN = frozenset({"key:0", "metre:4/4"})

# In shares of notes right, so that the parts add up.
COMFORT = 0.82  # at the student's own grade all skills are near the target: only those that lag behind it are weak
DUE_NEED = 0.25
FOCUS_NEED = 0.3  # what the teacher asks for goes before what the calendar does
NEW_NEED = 0.06  # of a skill not met yet: after what is weak or due, before what goes well
# Melodies are ordered for whatever is least sure, a weakness or not: so far from this share.
SURE = 0.95
NEW_SHARE = 0.6  # of what was never heard we are unsure for want of hearing it: what was heard to go wrong comes first


def needs_of(
    known: Knowledge,
    tags: Iterable[str],
    now: datetime,
    lately: Mapping[str, tuple[int, int]] | None = None,
    focus: Collection[str] = (),
) -> dict[str, float]:
    """How much each of these skills wants practice, from 0: locked skills, and those that go well and aren't due.
    `known` as of now; `lately`: (right, heard) by skill over the last week."""
    lately, tags = lately or {}, list(tags)
    limit = known.working_grade + UNLOCKED_ABOVE
    shaky_interval = min(SHAKY_BELOW, share_of_intervals(known, lately) - SHAKY_UNDER_USUAL)
    weakness = dict(zip(tags, _under(COMFORT, known, tags), strict=True))
    needs = {}
    for tag in tags:
        if tag in PLAIN or (first_grade(tag) > limit and tag not in focus):
            needs[tag] = 0.0
            continue
        need = FOCUS_NEED if tag in focus else 0.0
        tally = known.tallies.get(tag)
        if tally is None:
            needs[tag] = need + NEW_NEED
            continue
        shaky_below = shaky_interval if tag.startswith("interval:") else SHAKY_BELOW
        shaky = is_shaky(*counted(tally, tag, lately), shaky_below)
        needs[tag] = need + (weakness[tag] if shaky else 0.0) + (DUE_NEED if is_due(tally, now) else 0.0)
    return needs


def needs_to_order(
    known: Knowledge, tags: Iterable[str], now: datetime, focus: Collection[str] = ()
) -> dict[str, float]:
    """The same for melodies to order, which can be had for any skill: the less sure the sooner, met or not, and what
    is due or asked for before it. Locked skills: left out."""
    limit = known.working_grade + UNLOCKED_ABOVE
    tags = [tag for tag in tags if tag not in PLAIN and (first_grade(tag) <= limit or tag in focus)]
    needs = {}
    for tag, unsure in zip(tags, _under(SURE, known, tags), strict=True):
        tally = known.tallies.get(tag)
        need = NEW_NEED + NEW_SHARE * unsure if tally is None else unsure + DUE_NEED * is_due(tally, now)
        needs[tag] = need + FOCUS_NEED * (tag in focus)
    return needs


def _under(share: float, known: Knowledge, tags: list[str]) -> list[float]:
    """How far each falls short of that share, at the student's own grade."""
    mean, variance = known.marginals(tags)
    own = known.parameters.logits(known.working_grade)
    short: list[float] = np.maximum(0.0, share - chance(mean, variance, own, known.parameters)).tolist()
    return short
