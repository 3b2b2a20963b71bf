"""Assignments over the API: the teacher assigns, changes, withdraws; the student lists and opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons.gradebook.writing import excuse, set_mark
from lessons.models import Assignment, Exercise, Gradebook, StudentGroup, TestSitting, User
from tests.factories import AssignmentFactory, ClassroomFactory, ExerciseFactory, TeacherFactory, graded

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def scale() -> Exercise:
    return ExerciseFactory(title="G major")


def assign(api: Any, who: User, classroom: Any, **fields: Any) -> Any:
    api.force_login(who)
    return api.post(reverse("api-class-assignment-list", args=[classroom.pk]), fields, format="json")


def test_a_teacher_assigns_and_reads_the_marks(
    api: Any, ada: User, ben: User, ms_clark: User, classroom: Any, scale: Exercise
) -> None:
    due = (timezone.now() + DAY).isoformat()
    answer = assign(api, ms_clark, classroom, exercise=scale.pk, students=[ada.pk], due_at=due, tries=3, goal=90)
    assert answer.status_code == 201, answer.data
    made = Assignment.objects.get()
    assert (made.exercise, list(made.students.all()), made.tries, made.goal) == (scale, [ada], 3, 90)
    graded(student=ada, exercise=scale, assignment=made)
    (line,) = api.get(answer.data["api_url"]).json()["students"]
    assert (line["student"], line["mark"]["state"], line["mark"]["overall"]) == ("Ada", "goal reached", 100)
    (listed,) = api.get(reverse("api-class-assignment-list", args=[classroom.pk])).json()["results"]
    assert (listed["title"], listed["audience"], listed["students"]) == ("G major", "students", [ada.pk])


def test_a_change_leaves_the_rest_and_deleting_withdraws(
    api: Any, ada: User, ms_clark: User, classroom: Any, scale: Exercise
) -> None:
    made = AssignmentFactory(classroom=classroom, exercise=scale, tries=2, note="Slowly", look_s=45)
    address = reverse("api-class-assignment", args=[classroom.pk, made.pk])
    api.force_login(ms_clark)
    assert api.patch(address, {"goal": 80}, format="json").status_code == 200
    made.refresh_from_db()
    assert (made.goal, made.tries, made.note, made.look_s, made.audience) == (80, 2, "Slowly", 45, "class")
    assert api.delete(address).status_code == 204
    made.refresh_from_db()
    assert made.withdrawn_at


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 400, "Choose one"),
        ({"exercise": 999_999}, 404, ""),
        ({"exercise": True, "tries": 0}, 400, "tries"),
        ({"exercise": True, "mode": "exam"}, 400, "mode"),
        ({"exercise": True, "late": "refuse"}, 400, "only be refused"),
        ({"exercise": True, "goal": 1000}, 400, "goal"),
        ({"exercise": True, "students": [999_999]}, 404, "not in this class"),
        ({"exercise": True, "group": "other"}, 404, ""),
        ({"order": {"kind": "opera"}}, 400, "opera"),
        ({"order": {"kind": "sight-reading", "same": True}}, 400, "needs a grade"),
        ({"exercise": True, "opens_at": "2030-01-02T00:00Z", "due_at": "2030-01-01T00:00Z"}, 400, "due after"),
    ],
)
def test_what_cannot_be_assigned_is_one_sentence(
    fields: dict[str, Any], status: int, words: str, api: Any, ada: User, ms_clark: User, classroom: Any, scale: Any
) -> None:
    other = StudentGroup.objects.create(classroom=ClassroomFactory(), name="Elsewhere")
    sent = {**fields, **({"exercise": scale.pk} if fields.get("exercise") is True else {})}
    answer = assign(api, ms_clark, classroom, **(sent | ({"group": other.pk} if "group" in sent else {})))
    assert answer.status_code == status, answer.data
    assert words in answer.json()["detail"]
    assert not Assignment.objects.exists()


def test_a_class_is_its_teachers(api: Any, ada: User, zoe: User, classroom: Any, scale: Exercise) -> None:
    made = AssignmentFactory(classroom=classroom, exercise=scale)
    for somebody in (ada, zoe, TeacherFactory(classroom=ClassroomFactory())):
        assert assign(api, somebody, classroom, exercise=scale.pk).status_code == 404
        for method in ("get", "patch", "delete"):
            address = reverse("api-class-assignment", args=[classroom.pk, made.pk])
            assert getattr(api, method)(address).status_code == 404
    api.logout()
    assert api.get(reverse("api-class-assignment-list", args=[classroom.pk])).status_code in (401, 403)


def test_a_student_lists_their_own(api: Any, ada: User, ben: User, zoe: User, classroom: Any, scale: Any) -> None:
    made = AssignmentFactory(classroom=classroom, exercise=scale, students=[ada], due_at=timezone.now() + DAY)
    seen = []
    for who in (ada, ben, zoe):
        api.force_login(who)
        seen.append([one["assignment"]["title"] for one in api.get(reverse("api-assignment-list")).json()])
        one = api.get(reverse("api-assignment", args=[made.pk]))
        assert one.status_code == (200 if who == ada else 404)
        assert api.post(reverse("api-assignment-open", args=[made.pk])).status_code == (200 if who == ada else 404)
    assert seen == [["G major"], [], []]


def test_a_kind_is_composed_and_a_test_begun_by_opening_it(api: Any, ada: User, classroom: Any, scale: Any) -> None:
    order = {"kind": "rhythm", "grade": 1.0, "bars": 4, "style": "", "skills": [], "same": False, "seed": 3}
    kind = AssignmentFactory(classroom=classroom, order=order)
    test = AssignmentFactory(classroom=classroom, exercise=scale, mode="test", look_s=40)
    api.force_login(ada)
    pieces = {api.post(reverse("api-assignment-open", args=[kind.pk])).json()["exercise"] for _ in range(2)}
    assert pieces == {Exercise.objects.get(composed_for=ada).pk}
    opened = api.post(reverse("api-assignment-open", args=[test.pk])).json()
    assert 35 < opened["look_s"] <= 40
    assert TestSitting.objects.get().exercise == scale


def test_a_result_that_is_not_told_yet_is_not_in_the_list(api: Any, ada: User, classroom: Any, scale: Any) -> None:
    due = timezone.now() + DAY
    test = AssignmentFactory(classroom=classroom, exercise=scale, mode="test", told="after due", due_at=due, goal=50)
    graded(student=ada, exercise=scale, assignment=test)
    api.force_login(ada)
    (line,) = api.get(reverse("api-assignment-list")).json()
    assert (line["mark"]["state"], line["mark"]["overall"]) == ("done", None)
    Assignment.objects.update(due_at=timezone.now() - timedelta(hours=1))
    (line,) = api.get(reverse("api-assignment-list")).json()
    assert line["mark"]["overall"] == 100


@pytest.mark.parametrize("told", ["weighed", "by hand", "excused"])
def test_it_says_the_mark_that_the_pages_say(
    told: str, api: Any, client: Any, ada: User, ms_clark: User, classroom: Any, scale: Exercise
) -> None:
    """As the class weighs it and the teacher set it, in the list, in the detail, and for the teacher."""
    work = AssignmentFactory(classroom=classroom, exercise=scale)
    take = graded({"n1": "wrong"}, student=ada, exercise=scale, assignment=work)
    Gradebook.objects.create(classroom=classroom, part_weights={"rhythm": 1})
    if told == "by hand":
        set_mark(work, ada, ms_clark, 40, "Another bowing was asked for.")
    elif told == "excused":
        excuse(work, ada, ms_clark, "Ill.")
    said = []
    api.force_login(ada)
    said += [one["mark"] for one in api.get(reverse("api-assignment-list")).json()]
    said.append(api.get(reverse("api-assignment", args=[work.pk])).json()["mark"])
    api.force_login(ms_clark)
    address = reverse("api-class-assignment", args=[classroom.pk, work.pk])
    said += [one["mark"] for one in api.get(address).json()["students"]]
    mark, settled = {"weighed": (100, ""), "by hand": (40, "by hand"), "excused": (None, "excused")}[told]
    assert take.current_assessment.overall == 87.5
    assert [(one["overall"], one["settled"]) for one in said] == [(mark, settled)] * 3
    client.force_login(ada)
    assert client.get(reverse("assignment", args=[work.pk])).context["line"].overall == mark
    client.force_login(ms_clark)
    page = client.get(reverse("assignment-of-class", args=[classroom.pk, work.pk]))
    assert [line.overall for line in page.context["lines"]] == [mark]


@pytest.mark.parametrize("many", [1, 9])
def test_a_list_of_marks_costs_the_same_however_long(
    many: int, api: Any, ada: User, ms_clark: User, classroom: Any, scale: Exercise, django_assert_num_queries: Any
) -> None:
    Gradebook.objects.create(classroom=classroom, part_weights={"rhythm": 1})
    for _ in range(many):
        work = AssignmentFactory(classroom=classroom, exercise=scale, tries=2)
        graded(student=ada, exercise=scale, assignment=work)
        set_mark(work, ada, ms_clark, 40, "So.")
    api.force_login(ada)
    with django_assert_num_queries(10):
        assert len(api.get(reverse("api-assignment-list")).json()) == many
