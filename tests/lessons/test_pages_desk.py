"""The author's desk: what authors see and do there, and that nobody else does."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.curriculum import order, publishing
from lessons.models import Course, Exercise, ImportDraft, Lesson, SchoolSettings, Submission, Unit
from tests.factories import CourseFactory, ExerciseFactory, LessonFactory, UserFactory, graded, melody


@pytest.fixture
def author(client, db):
    author = UserFactory(username="cy", is_author=True, instrument="flute")
    client.force_login(author)
    return author


@pytest.fixture
def other(db):
    return UserFactory(username="dee", is_author=True)


@pytest.fixture
def exercise(db):
    return ExerciseFactory(title="Gavotte", lesson=LessonFactory(title="Open strings"))


def pages(exercise):
    lesson = exercise.lesson
    unit = Unit.objects.create(course=lesson.course, title="One")
    return [
        reverse("desk"),
        reverse("desk-reviews"),
        reverse("desk-archive"),
        reverse("desk-course", args=[lesson.course_id]),
        reverse("desk-course-words", args=[lesson.course_id]),
        reverse("desk-unit", args=[unit.pk]),
        reverse("desk-lesson", args=[lesson.pk]),
        reverse("desk-versions", args=["lessons", lesson.pk]),
        reverse("desk-versions", args=["exercises", exercise.pk]),
        reverse("desk-preview-lesson", args=[lesson.pk]),
        reverse("desk-preview-exercise", args=[exercise.pk]),
        reverse("desk-preview-exercise-svg", args=[exercise.pk]),
        reverse("desk-preview-exercise-notes", args=[exercise.pk]),
    ]


def test_every_page_opens_for_an_author(client, author, exercise):
    for url in pages(exercise):
        assert client.get(url).status_code == 200, url


def test_no_page_is_there_for_students_teachers_and_strangers(client, exercise, ada, ms_clark, zoe):
    for person in (ada, ms_clark, zoe):
        client.force_login(person)
        for url in pages(exercise):
            assert client.get(url).status_code == 404, url
    client.logout()
    assert client.get(reverse("desk")).status_code == 302


@pytest.mark.parametrize("do", ["publish", "retire", "delete", "ask", "discard", "send-back", "go-back"])
def test_no_step_is_there_for_a_student(client, exercise, ada, do):
    client.force_login(ada)
    for kind, piece in (("lessons", exercise.lesson), ("exercises", exercise), ("courses", exercise.lesson.course)):
        assert client.post(reverse("desk-step", args=[kind, piece.pk]), {"do": do}).status_code == 404
    exercise.refresh_from_db()
    assert exercise.status == "published"


def test_a_course_a_unit_and_a_lesson_are_added_where_they_belong(client, author):
    client.post(reverse("desk"), {"course-title": "Strings"})
    course = Course.objects.get()
    url = reverse("desk-course", args=[course.pk])
    client.post(url, {"unit-title": "Open strings"})
    client.post(url, {"lesson-title": "G and D", "in_unit": course.units.get().pk})
    lesson = Lesson.objects.get()
    assert (lesson.unit.title, lesson.status, course.status) == ("Open strings", "draft", "draft")
    assert "G and D" in client.get(url).content.decode()


def test_the_lesson_page_keeps_words_unit_and_needs(client, author):
    lesson, other = LessonFactory(status="draft"), LessonFactory(title="First notes")
    unit = Unit.objects.create(course=lesson.course, title="One")
    sent = {
        "title": "Thirds", "text": "Sing them.\r\n\r\nThen play.", "unit": unit.pk, "strength": 55,
        "need_lesson": f"First notes ({other.course.title})", "need_skill": "key:0",
    }  # fmt: skip
    url = reverse("desk-lesson", args=[lesson.pk])
    assert client.post(url, sent).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.title, lesson.text, lesson.unit) == ("Thirds", "Sing them.\n\nThen play.", unit)
    assert [need.as_dict() for need in lesson.needs.all()] == [
        {"lesson": str(other.uid)},
        {"skill": "key:0", "strength": 55},
    ]
    client.post(url, {"title": "Thirds", "need": ["key:0"]})
    assert [need.skill for need in lesson.needs.all()] == ["key:0"]


@pytest.mark.parametrize("wrong", [{"need_lesson": "No such"}, {"need_skill": "whistling"}, {"title": ""}])
def test_what_can_not_be_kept_is_said_and_what_was_typed_stays(client, author, wrong):
    lesson = LessonFactory(title="Thirds")
    answer = client.post(reverse("desk-lesson", args=[lesson.pk]), {"title": "Thirds", "text": "Typed.", **wrong})
    assert answer.status_code == 400 and "Typed." in answer.content.decode()
    lesson.refresh_from_db()
    assert lesson.draft == {}


def test_two_authors_at_once_are_told(client, author, other):
    lesson = LessonFactory(title="Thirds")
    seen = publishing.state_of(lesson)
    publishing.save_draft(lesson, {"text": "Theirs."}, other)
    answer = client.post(reverse("desk-lesson", args=[lesson.pk]), {"title": "Mine", "seen": seen})
    assert answer.status_code == 400 and "dee changed this" in answer.content.decode()


def test_unsafe_words_are_shown_as_words(client, author, ada):
    lesson = LessonFactory(text="<script>alert(1)</script>", title="<b>Bold</b>")
    for person, url in ((author, "desk-lesson"), (author, "desk-preview-lesson"), (ada, "lesson")):
        client.force_login(person)
        page = client.get(reverse(url, args=[lesson.pk])).content.decode()
        assert "<script>alert(1)" not in page and "<b>Bold" not in page


def test_arrows_move_and_the_page_says_where(client, author):
    course = CourseFactory()
    first, second = (LessonFactory(course=course, title=title, position=n) for n, title in enumerate("ab"))
    answer = client.post(reverse("desk-course", args=[course.pk]), {"move": f"lesson:{second.pk}:up"})
    assert answer.url.endswith(f"?moved=lesson:{second.pk}:up#lesson-{second.pk}")
    assert list(course.lessons.all()) == [second, first]


@pytest.mark.parametrize(
    "move", ["", "lesson", "lesson:x:up", "unit:1:sideways", "a\nb:1:up", "lesson:99999999999999999999:up"]
)
def test_nonsense_moves_nothing(client, author, move):
    course = LessonFactory().course
    assert client.post(reverse("desk-course", args=[course.pk]), {"move": move}).status_code in (302, 404)


def test_a_dragged_tree_is_kept_or_refused(client, author):
    course = CourseFactory()
    unit = Unit.objects.create(course=course, title="One")
    lesson = LessonFactory(course=course)
    url = reverse("desk-course-order", args=[course.pk])
    wanted = [{"unit": None, "lessons": []}, {"unit": unit.pk, "lessons": [lesson.pk]}]
    assert client.post(url, json.dumps(wanted), content_type="application/json").status_code == 200
    lesson.refresh_from_db()
    assert lesson.unit == unit
    assert client.post(url, json.dumps(wanted[:1]), content_type="application/json").status_code == 409
    for nonsense in ("[", "5", '[{"unit": "x"}]', '[{"lessons": 5, "unit": 1}]', "null"):
        assert client.post(url, nonsense, content_type="application/json").status_code == 400


def test_ticked_lessons_are_published_and_refusals_said(client, author, other):
    SchoolSettings.objects.create(second_reader=True)
    ready, mine = LessonFactory(status="draft"), None
    publishing.submit(ready, other)
    mine = LessonFactory(status="draft", course=ready.course, title="Mine")
    answer = client.post(
        reverse("desk-course", args=[ready.course_id]), {"do": "publish", "lesson": [ready.pk, mine.pk]}, follow=True
    ).content.decode()
    assert "1 lesson published." in answer and "Mine: Ask for a review first" in answer
    assert dict(Lesson.objects.values_list("pk", "status")) == {ready.pk: "published", mine.pk: "draft"}


def test_the_queue_asks_the_same_however_much_waits(client, author, other):
    SchoolSettings.objects.create(second_reader=True)

    def queries(count):
        for number in range(count):
            lesson = LessonFactory(status="draft", title=f"Thirds {number}")
            publishing.submit(lesson, other, f"Words {number}")
            publishing.submit(LessonFactory(status="draft").course, other)
            publishing.submit(ExerciseFactory(status="draft"), other)
        with CaptureQueriesContext(connection) as asked:
            assert "Words 0" in client.get(reverse("desk-reviews")).content.decode()
        return len(asked)

    queries(1)
    assert queries(1) == queries(5)


def test_a_review_goes_its_way_by_the_pages(client, author, other):
    SchoolSettings.objects.create(second_reader=True)
    lesson = LessonFactory(status="draft", title="Thirds")
    step = reverse("desk-step", args=["lessons", lesson.pk])
    client.post(step, {"do": "ask", "words": "Please read"})
    assert client.post(step, {"do": "publish"}).status_code == 403
    page = client.get(reverse("desk-reviews")).content.decode()
    assert "Thirds" in page and "Please read" in page
    client.force_login(other)
    client.post(step, {"do": "send-back", "words": "Too long"})
    client.force_login(author)
    assert "Too long" in client.get(reverse("desk-lesson", args=[lesson.pk])).content.decode()
    client.post(step, {"do": "ask"})
    client.force_login(other)
    client.post(step, {"do": "publish"})
    lesson.refresh_from_db()
    assert lesson.status == "published"


def test_a_step_never_leads_to_another_site(client, author):
    lesson = LessonFactory()
    step = reverse("desk-step", args=["lessons", lesson.pk])
    for bad in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert client.post(step, {"do": "ask", "next": bad}).url == reverse("desk-lesson", args=[lesson.pk])


def test_versions_are_compared_side_by_side(client, author, exercise):
    office = UserFactory(is_staff=True)
    publishing.save_draft(exercise, {"score": melody("C4 D4 E4 F4 G4 A4 B4 D5").to_dict(), "hints": "New hint"}, office)
    publishing.publish(exercise, office)
    page = client.get(reverse("desk-versions", args=["exercises", exercise.pk])).content.decode()
    assert "New or changed bars: 2." in page and "<ins>New hint</ins>" in page
    assert page.count("<svg") >= 2 and '<script id="marks"' in page
    assert (
        client.get(reverse("desk-versions", args=["exercises", exercise.pk]), {"old": "9", "new": "1"}).status_code
        == 404
    )


def test_figures_without_names(client, author, exercise, ada):
    for overall in (95, 41):
        graded(student=ada, exercise=exercise).assessments.update(overall=overall)
    for url in (reverse("desk"), reverse("desk-course", args=[exercise.lesson.course_id])):
        page = client.get(url).content.decode()
        assert "2 takes, 68 on average" in page and "50 % go well" in page
        assert ada.username not in page and ada.display_name not in page


@pytest.mark.parametrize("where", ["desk", "desk-course", "desk-lesson", "lessons"])
def test_the_cost_does_not_grow(client, author, ada, where):
    def cost(count):
        course = CourseFactory()
        for number in range(count):
            unit = Unit.objects.create(course=course, title=f"Unit {number}")
            lesson = LessonFactory(course=course, unit=unit)
            graded(student=ada, exercise=ExerciseFactory(lesson=lesson))
        lesson = LessonFactory(course=course)
        for _ in range(count):
            ExerciseFactory(lesson=lesson)
        order.settle(course)
        args = {"desk-course": [course.pk], "desk-lesson": [lesson.pk]}.get(where, [])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(where, args=args)).status_code == 200
        return len(queries)

    client.get(reverse(where)) if where in ("desk", "lessons") else None
    assert cost(2) == cost(12)


# Preview


def test_a_preview_is_what_that_player_would_see(client, author, exercise):
    url = reverse("desk-preview-exercise-notes", args=[exercise.pk])
    read = {name: client.get(url, {"as": name}).json() for name in ("violin", "clarinet", "cello")}
    assert read["clarinet"]["transposition"] == -2 and read["violin"]["transposition"] == 0
    assert read["cello"]["clef"] != read["violin"]["clef"]


def test_a_preview_shows_the_edit_that_waits_or_what_stands(client, author, exercise):
    publishing.save_draft(exercise, {"title": "Waits"}, author)
    url = reverse("desk-preview-exercise", args=[exercise.pk])
    assert "<h1>Waits" in client.get(url).content.decode()
    assert "<h1>Gavotte" in client.get(url, {"published": "1"}).content.decode()


def test_a_preview_keeps_nothing(client, author, exercise):
    for url in pages(exercise)[-4:]:
        client.get(url, {"as": "clarinet", "level": "7"})
    author.refresh_from_db()
    assert author.instrument == "flute"
    assert not Submission.objects.exists()
    assert Exercise.objects.get().versions.count() == 1


@pytest.mark.parametrize("asked", [{"as": "kazoo"}, {"level": "99"}, {"level": "x"}, {"as": "", "level": ""}])
def test_a_preview_for_nobody_is_for_somebody(client, author, exercise, asked):
    assert client.get(reverse("desk-preview-exercise", args=[exercise.pk]), asked).status_code == 200


def test_what_does_not_suit_is_said(client, author, exercise):
    exercise.instruments = ["violin"]
    exercise.save()
    page = client.get(reverse("desk-preview-exercise", args=[exercise.pk]), {"as": "tuba"}).content.decode()
    assert "It is not for tuba" in page


def test_a_students_own_exercise_is_not_on_the_desk(client, author, ada):
    own = ExerciseFactory(composed_for=ada)
    for name in ("desk-preview-exercise", "desk-preview-exercise-svg"):
        assert client.get(reverse(name, args=[own.pk])).status_code == 404
    assert client.get(reverse("desk-versions", args=["exercises", own.pk])).status_code == 404


# The student's library


def test_the_library_says_what_is_locked_and_why(client, ada, exercise):
    from lessons.curriculum.prerequisites import set_needs

    locked = ExerciseFactory(lesson=LessonFactory(title="Thirds"), title="Minuet").lesson
    set_needs(locked, [{"lesson": str(exercise.lesson.uid)}])
    client.force_login(ada)
    page = client.get(reverse("lessons")).content.decode()
    assert "Locked" in page and "“Open strings” done (0 of 1 so far)" in page and "go on here" in page
    page = client.get(reverse("lesson", args=[locked.pk])).content.decode()
    assert "Minuet" in page and reverse("practice", args=[locked.exercises.get().pk]) not in page
    # What opens it is one click away.
    assert f'href="{reverse("lesson", args=[exercise.lesson.pk])}"' in page
    graded(student=ada, exercise=exercise).assessments.update(overall=90)
    page = client.get(reverse("lessons")).content.decode()
    assert "Locked" not in page and "Done" in page


def test_the_library_is_paginated_by_course(client, ada):
    for _ in range(12):
        ExerciseFactory(lesson=LessonFactory())
    client.force_login(ada)
    first, second = (client.get(reverse("lessons"), {"page": page}).content.decode() for page in (1, 2))
    assert first.count("<h2 id=") == 10 and second.count("<h2 id=") == 2


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '[{"unit": Infinity, "lessons": []}]', '[{"unit": null, "lessons": [1e400]}]']
)
def test_an_order_that_is_none_is_refused_in_a_sentence(client, author, body):
    address = reverse("desk-course-order", args=[CourseFactory().pk])
    assert client.post(address, body, content_type="application/json").status_code == 400


def test_numbers_that_are_none_find_nothing(client, author):
    draft = ImportDraft.objects.create(owner=author, title="A book", troubles=[])
    sent = {"piece": ["9" * 40], "place": "none", "licence": "own"}
    assert client.post(reverse("import-draft", args=[draft.pk]), sent).status_code < 400
    assert client.get(reverse("exercise-desk"), {"search": "a\x00b", "skill": "\x00"}).status_code == 200
