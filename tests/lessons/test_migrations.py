"""A school that was there before: what its rows mean after an upgrade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lessons.practice.kept import digest_of


@pytest.fixture
def school_at(django_db_blocker: Any, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """`school_at("0002_…")` is the models of that time, in a database of its own that begins with nothing: from where
    all others stand, the way back takes a quarter of a minute."""

    def migrate(name: str) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate([("lessons", name)])
        return executor.loader.project_state([("lessons", name)]).apps

    with django_db_blocker.unblock():
        connection.close()
        here, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], str(tmp_path / "old.sqlite3")
        try:
            yield migrate
        finally:
            connection.close()
            connection.settings_dict["NAME"] = here


def test_standard_was_nobodys_choice_and_the_newest_hearing_counts(school_at):
    before = school_at("0002_what_others_played")
    for title, rubric in (("Scale", "standard"), ("Exam piece", "strict")):
        before.get_model("lessons", "Exercise").objects.create(title=title, rubric=rubric, score={})
    student = before.get_model("lessons", "User").objects.create(username="old-hand")
    exercise = before.get_model("lessons", "Exercise").objects.get(title="Scale")
    takes = before.get_model("lessons", "Submission").objects
    hearings = before.get_model("lessons", "Assessment").objects
    for key in ("a", "b"):
        take = takes.create(student=student, exercise=exercise, idempotency_key=key, score={}, tempo_bpm=80)
        for engine in ("ear/1", "ear/2")[: 2 if key == "a" else 1]:
            hearings.create(submission=take, engine=engine, rubric={}, rubric_digest="x", result={}, overall=80)

    after = school_at("0009_one_hearing_counts")
    rubrics = dict(after.get_model("lessons", "Exercise").objects.values_list("title", "rubric"))
    assert rubrics == {"Scale": "", "Exam piece": "strict"}
    counting = after.get_model("lessons", "Assessment").objects.filter(counts=True)
    assert sorted(counting.values_list("submission__idempotency_key", "engine")) == [("a", "ear/2"), ("b", "ear/1")]
    assert not after.get_model("lessons", "Submission").objects.filter(clapped=True).exists()

    again = school_at("0002_what_others_played")
    assert again.get_model("lessons", "Exercise").objects.get(title="Scale").rubric == "standard"


def test_old_plans_keep_their_titles_and_old_recipes_are_found_again(school_at):
    before = school_at("0009_one_hearing_counts")
    student = before.get_model("lessons", "User").objects.create(username="old-hand")
    recipe = {"kind": "scale", "instrument": "violin", "fifths": 1}
    exercises = before.get_model("lessons", "Exercise").objects
    common = {"score": {}, "origin": "composed", "instrument": "violin", "recipe": recipe, "composed_for": student}
    drill, twin = (exercises.create(title="Scale of G major", grade=1.5, **common) for _ in range(2))
    plan = before.get_model("lessons", "PracticePlan").objects.create(student=student, made_by="night")
    piece = exercises.create(title="Ode to Joy", grade=2.0, score={})
    for position, one in enumerate((drill, piece)):
        plan.items.create(position=position, exercise=one, reason="Because.")

    after = school_at("0014_one_exercise_an_order")
    items = after.get_model("lessons", "PlanItem").objects.order_by("position")
    assert list(items.values_list("title", "grade", "kind")) == [
        ("Scale of G major", 1.5, "drill"),
        ("Ode to Joy", 2.0, "piece"),
    ]
    digests = dict(after.get_model("lessons", "Exercise").objects.values_list("pk", "recipe_digest"))
    assert digests == {drill.pk: digest_of(recipe, "violin"), twin.pk: "", piece.pk: ""}


def test_what_was_due_on_a_day_is_due_at_the_end_of_it(school_at, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    before = school_at("0026_versions_stand")
    classroom = before.get_model("lessons", "Classroom").objects.create(name="Old hands", join_code="OLD123")
    course = before.get_model("lessons", "Course").objects.create(title="Course")
    lesson = before.get_model("lessons", "Lesson").objects.create(course=course, title="Lesson", status="published")
    assignments = before.get_model("lessons", "Assignment").objects
    given = date(2031, 5, 8), None, date(2020, 1, 1)
    old = [assignments.create(classroom=classroom, lesson=lesson, due_on=day, note=str(day)).pk for day in given]

    after = school_at("0029_due_after_it_opens").get_model("lessons", "Assignment").objects
    coming, endless, over = (after.get(pk=pk) for pk in old)
    assert coming.due_at.isoformat() == "2031-05-08T14:59:59+00:00"
    assert (coming.opens_at, coming.audience, coming.tries, coming.counts) == (coming.created_at, "class", None, "best")
    assert endless.due_at is None
    assert over.opens_at < over.due_at < over.created_at

    again = school_at("0026_versions_stand").get_model("lessons", "Assignment").objects
    assert [again.get(pk=pk).due_on for pk in old] == list(given)
