"""The office keeps people and classes, and sees of a take only where it stands."""

import pytest
from django.contrib import admin
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.admin import StackedInline as Stacked

from lessons.models import Assignment, Classroom, Submission, Unit
from tests.factories import (
    AssessmentFactory,
    CourseFactory,
    ExerciseFactory,
    LessonFactory,
    SubmissionFactory,
    UserFactory,
    graded,
)


@pytest.fixture
def office(client, db):
    client.force_login(UserFactory(username="office", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", ["course", "lesson", "exercise", "classroom", "user", "assignment", "submission"])
def test_every_desk_opens(office, ada, ms_clark, model):
    LessonFactory(course=CourseFactory())
    graded(student=ada)
    assert office.get(reverse(f"admin:lessons_{model}_changelist")).status_code == 200
    if model != "submission":
        assert office.get(reverse(f"admin:lessons_{model}_add")).status_code == 200


def test_every_desk_and_what_lies_in_it_is_in_the_theme():
    desks = {model: desk for model, desk in admin.site._registry.items() if model._meta.app_label == "lessons"}
    plain = [model.__name__ for model, desk in desks.items() if not isinstance(desk, ModelAdmin)]
    plain += [inline.__name__ for desk in desks.values() for inline in desk.inlines if not issubclass(inline, Stacked)]
    assert plain == []


@pytest.mark.parametrize(
    ("model", "words"), [("exercise", "Upbeats"), ("lesson", "Upbeats"), ("unit", "Upbeats"), ("assignment", "Upbeats")]
)
def test_rows_are_found_by_what_they_stand_in(office, classroom, model, words):
    lesson = LessonFactory(course=CourseFactory(title="Upbeats"), title="Before the bar")
    other = LessonFactory(course=CourseFactory(title="Scales"), title="Up and down")
    rows = []
    for one in (lesson, other):
        exercise = ExerciseFactory(lesson=one, title="Piece")
        unit = Unit.objects.create(course=one.course, title="Part")
        assignment = Assignment(classroom=classroom, exercise=exercise, note=one.course.title)
        assignment.save()
        rows.append({"exercise": exercise, "lesson": one, "unit": unit, "assignment": assignment}[model])
    found = office.get(reverse(f"admin:lessons_{model}_changelist"), {"q": words}).context["cl"].result_list
    assert list(found) == rows[:1]


@pytest.mark.parametrize("model", ["classroom", "user"])
def test_every_row_opens(office, ada, classroom, model):
    row = {"classroom": classroom, "user": ada}[model]
    page = office.get(reverse(f"admin:lessons_{model}_change", args=[row.pk]))
    assert page.status_code == 200 and b"ada" in page.content


def test_a_class_shows_its_code(office, classroom):
    assert classroom.join_code in office.get(reverse("admin:lessons_classroom_changelist")).content.decode()


def test_a_new_class_has_a_code_that_can_be_read_off_a_blackboard(office):
    office.post(
        reverse("admin:lessons_classroom_add"),
        {"name": "Monday brass", "join_code": "ABCDEF", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
    )
    assert Classroom.objects.get().name == "Monday brass"
    assert not set("0O1IL") & set("".join(Classroom(name="x").join_code for _ in range(50)))


def test_the_office_sees_where_a_take_stands_and_never_how_it_sounds(office, ada):
    take = SubmissionFactory(student=ada, state="failed", trouble="The recording is silent.", attempts=2)
    AssessmentFactory(submission=take, overall=73.25)
    page = office.get(reverse("admin:lessons_submission_change", args=[take.pk])).content.decode()
    assert "The recording is silent." in page
    assert "73.25" not in page and take.recording.name not in page
    assert "<audio" not in page and reverse("api-recording", args=[take.pk]) not in page


def test_nobody_writes_a_take_by_hand(office, ada):
    take = SubmissionFactory(student=ada)
    assert office.get(reverse("admin:lessons_submission_add")).status_code == 403
    assert office.post(reverse("admin:lessons_submission_change", args=[take.pk]), {"state": "done"}).status_code == 403
    take.refresh_from_db()
    assert take.state == "received"


def test_a_person_who_asks_to_be_forgotten_takes_their_takes_along(office, ada, django_capture_on_commit_callbacks):
    exercise = ExerciseFactory(composed_for=ada)
    take = graded(student=ada, exercise=exercise)
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post(reverse("admin:lessons_user_delete", args=[ada.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert not Submission.objects.exists()
    assert not take.recording.storage.exists(take.recording.name)


@pytest.mark.parametrize("who", ["ada", "ms_clark"])
def test_students_and_teachers_have_no_key_to_the_office(client, request, who):
    client.force_login(request.getfixturevalue(who))
    for address in (reverse("admin:index"), reverse("admin:lessons_submission_changelist")):
        assert client.get(address).status_code == 302


def test_no_browser_asks_for_an_icon_that_is_not_there(office):
    assert '<link rel="icon" href="data:,"' in office.get(reverse("admin:index")).content.decode()
