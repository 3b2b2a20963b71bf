"""What lists read of a hearing follows the hearing that counts, a teacher's word over it."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from lessons import submissions
from lessons.hearing_brief import brief_of
from lessons.models import Assessment, Submission, User
from lessons.pages.cause_words import CAUSE_WORDS, cause_in_words
from lessons.rulings import effective_assessment
from lessons.verdicts import rule
from tests.factories import SubmissionFactory, c_major_scale, graded, heard_as
from tutor.grading.rubric import get_rubric

BRIEF = ("overall", "note_count", "not_heard", "confidence", "causes")


def brief(take: Submission) -> dict[str, Any]:
    return Assessment.objects.filter(submission=take, counts=True).values(*BRIEF).get()


def test_a_hearing_is_kept_with_its_brief(ada: User) -> None:
    take = SubmissionFactory(student=ada)
    heard = heard_as(take.as_score(), {"n1": "not_heard", "n2": "not_heard", "n3": "wrong"})
    submissions.keep_hearing(take, heard, get_rubric("standard"))
    assert brief(take) == {"overall": 83.3, "note_count": 8, "not_heard": 2, "confidence": 0.9, "causes": []}


def test_silence_after_the_player_stopped_is_no_doubt_of_the_ear() -> None:
    heard = heard_as(c_major_scale(), {"n7": "not_heard", "n8": "not_heard"})
    notes = tuple(replace(note, reason="not reached") if note.id == "n8" else note for note in heard.notes)
    assert brief_of(replace(heard, notes=notes))["not_heard"] == 1


def test_nothing_judged_is_no_confidence() -> None:
    score = c_major_scale()
    told = brief_of(heard_as(score, {note.id: "not_heard" for note in score.notes}))
    assert (told["confidence"], told["overall"]) == (None, None)


def test_a_ruling_moves_the_brief_with_the_grade(ada: User, ms_clark: User) -> None:
    take = graded({"n1": "not_heard", "n2": "wrong"}, student=ada)
    rule(take, ms_clark, "n1", "correct")
    rule(take, ms_clark, "n2", "correct")
    told = brief(take)
    assert told["not_heard"] == 0
    follows = brief_of(effective_assessment(take.current_assessment))
    assert told == {name: follows[name] for name in BRIEF}


@pytest.mark.django_db
def test_hearings_of_before_are_told_in_brief(ada: User, ms_clark: User) -> None:
    take = graded({"n1": "not_heard", "n2": "not_heard", "n3": "wrong"}, student=ada)
    rule(take, ms_clark, "n1", "missing")
    told = brief(take)
    bare = graded(student=ada)
    Assessment.objects.filter(submission=bare).update(result={})
    Assessment.objects.update(**dict.fromkeys(BRIEF[1:]))
    migration = importlib.import_module("lessons.migrations.0035_hearings_told_in_brief")
    migration.tell(apps, SimpleNamespace(connection=connection))
    again = brief(take)
    # What a ruling makes of the causes only the engine knows: the machine's stand until it is heard again.
    assert [again[name] for name in BRIEF[:4]] == [told[name] for name in BRIEF[:4]]
    assert again["causes"] == []
    assert brief(bare)["note_count"] is None


def test_every_cause_that_the_engine_finds_has_a_name() -> None:
    """Codes as the finders write them; those put together from two words are in the list by hand."""
    folder = Path(submissions.__file__).parents[1] / "tutor/grading"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*_causes.py"))
    codes = set(re.findall(r'\b_?tell\(\s*(?:take,\s*)?"([a-z_]+)"', source))
    codes |= {f"{way}_{rest}" for way in ("sharp", "flat") for rest in ("notes", "throughout", "on_high", "when_loud")}
    assert len(codes) > 25
    assert codes <= set(CAUSE_WORDS)
    assert cause_in_words("a_new_one") == "a new one"
