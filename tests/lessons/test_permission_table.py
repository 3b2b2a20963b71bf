"""Every cell of the table of permissions (permission_table.py), tried at the real address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lessons import practice
from lessons.contests import contest
from lessons.models import (
    Assignment,
    Comment,
    Exercise,
    ImportDraft,
    ImportedPiece,
    Job,
    Membership,
    Notice,
    Submission,
    TestSitting,
    Unit,
)
from lessons.roster import classes, importing, reading, students
from lessons.rulings import effective_assessment
from tests.factories import (
    ClassroomFactory,
    CourseFactory,
    ExerciseFactory,
    LessonFactory,
    StudentFactory,
    TeacherFactory,
    c_major_scale,
    graded,
    tone_wav,
)
from tests.lessons.permission_table import FORBIDDEN, HIDDEN, IN, LOGIN, ROLES, TABLE, TOKEN, Line, document, lines
from tutor.grading import asks
from tutor.grading.assessment import Cause

ROOT = Path(__file__).resolve().parents[2]
# What they say is tried by their own tests, door by door; here only that they are for staff.
OF_THE_ADMIN = {"admin"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(autouse=True)
def _refusals_in_a_word(monkeypatch):
    """The page that says so is tried elsewhere; drawn two thousand times it takes longer than all the rest."""
    import tutor.urls

    for status in (403, 404):
        plain = lambda request, exception, status=status: HttpResponse(status=status)  # noqa: E731
        monkeypatch.setattr(tutor.urls, f"handler{status}", plain, raising=False)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


def test_every_address_of_the_school_is_in_the_table():
    """Nobody adds a door without saying who may open it."""
    there_are = set(_names(get_resolver().url_patterns))
    in_table = {line.name for line in lines()}
    assert there_are - in_table == set(), "not in tests/lessons/permission_table.py"
    assert in_table - there_are == set(), "in the table, and no address any more"


def test_a_door_is_in_the_table_once():
    ways = [(line.name, line.method, line.of) for line in lines()]
    assert sorted(ways) == sorted(set(ways))
    assert {line.method for line in lines()} <= METHODS


def test_each_method_that_an_api_address_takes_is_in_the_table():
    said: dict[str, set[str]] = {}
    for line in lines():
        said.setdefault(line.name, set()).add(line.method)
    missing = {
        pattern.name: theirs - said[pattern.name]
        for pattern in _patterns(get_resolver().url_patterns)
        if (theirs := _methods(pattern.callback)) - said.get(pattern.name or "", set())
    }
    assert missing == {}


def test_the_document_says_what_the_table_says():
    """`python -m tests.lessons.permission_table > docs/permissions.md` makes it anew."""
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("part", list(TABLE))
def test_every_cell(db, part):
    school = _School()
    wrong = [
        f"{line.method} {line.name} of {line.of or 'one’s own'} as {role}: {line.answer(role)} in the table, {given}"
        for line in TABLE[part]
        for role in ROLES
        if (given := school.tried(line, role)) != line.answer(role)
    ]
    assert wrong == []


def test_the_admin_is_for_staff_alone(db):
    school = _School()
    for name, address in _admin_addresses():
        for role in ROLES:
            given = school.asked(role, "GET", address)
            is_open = given.status_code != 302 or "/admin/login/" not in given.url
            assert is_open == (role == "office") or name == "admin:logout", (name, role, given.status_code)


class _School:
    """The cast of the table, and one of each object in it."""

    def __init__(self) -> None:
        self.people: dict[str, Any] = {}
        self._seat()
        self._play()
        self._assign()
        self._write()
        self.client = Client()
        self.sessions = {role: self._session(person) for role, person in self.people.items()}
        self.places: dict[str, Callable[[Line], list[Any]]] = self._places()

    def tried(self, line: Line, role: str) -> str:
        """The table's word for what comes back; nothing that was done stays done."""
        address = reverse(line.name, args=self.places[line.of](line))
        before = transaction.savepoint()
        try:
            return _word(self.asked(role, line.method, address, self._filled(line)))
        finally:
            transaction.savepoint_rollback(before)

    def asked(self, role: str, method: str, address: str, sent: Any = None) -> Any:
        cache.clear()  # Nobody is made to wait for what another line tried.
        # One for all: each of its own would look through all static files first.
        client = self.client
        client.cookies.clear()
        if role in self.sessions:
            client.cookies["sessionid"] = self.sessions[role]
        as_json = {"content_type": "application/json"} if address.startswith("/api/") else {}
        return getattr(client, method.lower())(address, sent or {}, **(as_json if method != "GET" else {}))

    def _filled(self, line: Line) -> dict[str, Any]:
        keys = {"ADA": self.people["owner"].pk, "THURSDAY": self.thursday.pk}
        return {key: keys.get(value, value) for key, value in line.sent.items()}

    def _session(self, person: Any) -> str:
        self.client.cookies.clear()
        self.client.force_login(person)
        return self.client.cookies["sessionid"].value

    def _seat(self) -> None:
        """Ada comes from Monday to Thursday, and is still in a class of last year's."""
        self.thursday, self.monday, self.elsewhere = (ClassroomFactory() for _ in range(3))
        self.last_year = ClassroomFactory()
        plays = {"instrument": "violin"}
        self.people = {
            "owner": StudentFactory(username="ada", classroom=self.monday, **plays),
            "classmate": StudentFactory(classroom=self.thursday, **plays),
            "stranger": StudentFactory(classroom=self.elsewhere, **plays),
            "teacher": TeacherFactory(classroom=self.thursday, **plays),
            "co-teacher": TeacherFactory(classroom=self.thursday, **plays),
            "other": TeacherFactory(classroom=self.elsewhere, **plays),
            "former": TeacherFactory(classroom=self.monday, **plays),
            "archive": TeacherFactory(classroom=self.last_year, **plays),
            "author": StudentFactory(is_author=True, **plays),
            "office": StudentFactory(is_staff=True, is_superuser=True, **plays),
        }
        mover = self.people["teacher"]
        helps = Membership.objects.create(classroom=self.monday, user=mover, role="teacher")
        students.move(self.monday, [self.people["owner"].pk], self.thursday, mover)
        helps.delete()
        Membership.objects.create(classroom=self.last_year, user=self.people["owner"])
        students.save_group(self.thursday, "Solo", [self.people["owner"].pk])
        self.roster = importing.keep_list(self.thursday, mover, reading.read_text("Nina Okonkwo"), "list.csv")

    def _play(self) -> None:
        ada = self.people["owner"]
        self.exercise = ExerciseFactory(lesson=LessonFactory())
        self.exercise.reference.save("reference.wav", ContentFile(tone_wav()))
        self.composed = ExerciseFactory(composed_for=ada, origin=Exercise.Origin.COMPOSED, instrument="violin")
        self.draft = ExerciseFactory(status="draft")
        self.old_take = graded({"n2": "wrong"}, student=ada, exercise=self.exercise)
        Submission.objects.filter(pk=self.old_take.pk).update(created_at=timezone.now() - timedelta(days=9))
        classes.archive(self.last_year)
        self.take = graded({"n2": "wrong", "n3": "wrong", "n4": "wrong"}, student=ada, exercise=self.exercise)
        hearing = self.take.current_assessment
        cause = Cause("tempo", "Too fast.", asks_for=asks.scale(self.take.as_score()))
        hearing.result = replace(effective_assessment(hearing), causes=(cause,)).to_dict()
        hearing.save()
        self.contest = contest(self.take, ada, "n4", "I played it.")
        self.comment = Comment(submission=self.take, author=self.people["teacher"], voice_type="audio/wav", voice_s=1)
        self.comment.voice.save("voice.wav", ContentFile(tone_wav()))
        self.item = practice.next_item(ada)
        self.notice = Notice.objects.create(reader=ada, kind=Notice.Kind.RULED, url="/home/")
        self.job = Job(kind="my-data", owner=ada, title="All", state=Job.State.DONE)
        self.job.keep_output("all.zip", b"PK")
        self.job.save()

    def _assign(self) -> None:
        by = {"classroom": self.thursday, "assigned_by": self.people["teacher"]}
        self.assignment = Assignment.objects.create(exercise=self.exercise, **by)
        self.last_years = Assignment.objects.create(exercise=self.exercise, classroom=self.last_year)
        tested = ExerciseFactory(lesson=LessonFactory())
        self.test = Assignment.objects.create(exercise=tested, mode=Assignment.Mode.TEST, **by)
        sat = Assignment.objects.create(exercise=ExerciseFactory(), mode=Assignment.Mode.TEST, **by)
        self.sitting = TestSitting.objects.create(
            assignment=sat, student=self.people["owner"], exercise=sat.exercise, look_s=30, submission=self.old_take
        )

    def _write(self) -> None:
        author = self.people["author"]
        self.course = CourseFactory()
        self.unit = Unit.objects.create(course=self.course, title="Unit")
        self.lesson = LessonFactory(course=self.course)
        self.written = ExerciseFactory(lesson=self.lesson)
        self.imported = ImportDraft.objects.create(owner=author, title="A file")
        self.piece = ImportedPiece.objects.create(draft=self.imported, position=0, **_a_piece())
        self.archive_job = Job.objects.create(
            kind="course-archive",
            owner=author,
            title="A course",
            state="done",
            result={"lines": [], "title": "A course"},
        )

    def _places(self) -> dict[str, Callable[[Line], list[Any]]]:
        """Object -> what stands in the address. Without an object: what the address asks of everybody."""
        ada = self.people["owner"].pk
        free = {"demo-login": ["student"], "grading-preset": ["standard"]}
        at_desk = {"desk-step": ["lessons", self.lesson.pk], "desk-versions": ["lessons", self.lesson.pk]}
        fixed: dict[str, list[Any]] = {
            "Ada's notice": [self.notice.pk],
            "Ada's job": [self.job.pk],
            "a link by e-mail": ["MQ", "set-password"],
            "a published lesson": [self.exercise.lesson_id],
            "a published exercise": [self.exercise.pk],
            "an exercise composed for Ada": [self.composed.pk],
            "a draft": [self.draft.pk],
            "an item of Ada's plan": [self.item.pk],
            "Ada's take": [self.take.pk],
            "Ada's take from before the class went to the archive": [self.old_take.pk],
            "the teacher's comment on Ada's take": [self.comment.pk],
            "Ada's contest": [self.contest.pk],
            "Ada's class": [self.thursday.pk],
            "a group of Ada's class": [self.thursday.pk, self.thursday.groups.get().pk],
            "the teacher's class list": [self.thursday.pk, self.roster.pk],
            "Ada in her class": [self.thursday.pk, ada],
            "Ada": [ada],
            "a class in the archive": [self.last_year.pk],
            "Ada in a class in the archive": [self.last_year.pk, ada],
            "Ada's mark in a class in the archive": [self.last_year.pk, self.last_years.pk, ada],
            "a test for Ada's class": [self.test.pk, self.test.exercise_id],
            "an assignment to Ada's class, as its teacher": [self.thursday.pk, self.assignment.pk],
            "Ada's mark": [self.thursday.pk, self.assignment.pk, ada],
            "Ada's sitting of a test": [self.thursday.pk, self.sitting.assignment_id, self.sitting.pk],
            "a course": [self.course.pk],
            "a unit": [self.unit.pk],
            "a lesson": [self.lesson.pk],
            "an exercise": [self.written.pk],
            "the author's course archive": [self.archive_job.pk],
            "the author's import": [self.imported.pk],
            "a piece of the author's import": [self.imported.pk, self.piece.position],
        }
        places: dict[str, Callable[[Line], list[Any]]] = {of: lambda _, args=args: args for of, args in fixed.items()}
        places[""] = lambda line: free.get(line.name, [])
        places["a piece of the desk"] = lambda line: at_desk[line.name]
        places["an assignment to Ada's class"] = lambda line: [
            self.assignment.pk,
            *([self.exercise.pk] if line.name == "assignment-play" else []),
        ]
        return places


def _a_piece() -> dict[str, Any]:
    from lessons.importing.facts import as_json
    from tutor.notation.reading import Part, Piece

    read = as_json(Piece("A scale", "", (Part("Violin", 0, c_major_scale()),)))
    return {"file": "scale.abc", **{name: read[name] for name in ("title", "parts", "scores", "text")}}


def _word(response: Any) -> str:
    """An invitation to log in is none to come in; a form that is filled in wrong is an open door."""
    if response.status_code == 302:
        return LOGIN if urlsplit(response.url).path == reverse("login") else IN
    refusals = {401: TOKEN, 403: FORBIDDEN, 404: HIDDEN}
    if response.status_code == 405 or response.status_code >= 500:
        return f"answers {response.status_code}"
    return refusals.get(response.status_code, IN)


def _patterns(patterns: Any) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            if one.app_name not in OF_THE_ADMIN:
                yield from _patterns(one.url_patterns)
        else:
            yield one


def _names(patterns: Any) -> Iterator[str]:
    for one in _patterns(patterns):
        assert one.name, f"{one.pattern} has no name"
        yield one.name


def _methods(view: Any) -> set[str]:
    """Of an API view; a page says nothing of its own."""
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is None or not kind.__module__.startswith("lessons.api"):
        return set()
    allowed = {name.upper() for name in kind.http_method_names}
    return {method for method in METHODS if hasattr(kind, method.lower()) and method in allowed}


def _admin_addresses() -> Iterator[tuple[str, str]]:
    from django.contrib import admin

    for name in ("index", "password_change"):
        yield f"admin:{name}", reverse(f"admin:{name}")
    for model in admin.site._registry:
        kind = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        yield kind, reverse(kind)
