"""Who may publish what, and what becomes of it on the way: written, read, sent back, published, retired."""

import pytest
from django.urls import reverse

from lessons.curriculum import publishing
from lessons.curriculum.refusal import NotYours, Refused
from lessons.models import Exercise, Lesson, ReviewNote, SchoolSettings
from tests.factories import CourseFactory, ExerciseFactory, LessonFactory, SubmissionFactory, UserFactory


@pytest.fixture
def writer(db):
    return UserFactory(username="writer", is_author=True)


@pytest.fixture
def reader(db):
    return UserFactory(username="reader", is_author=True)


@pytest.fixture
def office(db):
    return UserFactory(username="office", is_staff=True)


@pytest.fixture
def lesson(db):
    found = LessonFactory(status="draft", course=CourseFactory(status="draft"))
    ExerciseFactory(lesson=found, status="draft")
    return found


@pytest.fixture(autouse=True)
def careful_school(db):
    return SchoolSettings.objects.create(second_reader=True)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_a_school_that_asks_for_no_second_reader_trusts_its_authors(lesson, writer, reader, careful_school):
    careful_school.second_reader = False
    careful_school.save()
    assert publishing.publish(lesson, writer) == 2


def test_a_lesson_goes_past_a_reader_with_all_that_is_in_it(lesson, writer, reader, ada):
    assert publishing.submit(lesson, writer, "Ready?") == 2
    assert fresh(lesson).status == "review"
    assert publishing.waiting_for_review() == [lesson]
    assert not Exercise.objects.visible_to(ada).exists()
    assert publishing.publish(fresh(lesson), reader) == 2
    assert Exercise.objects.visible_to(ada).count() == 1
    assert fresh(lesson.course).status == "published"
    assert [(note.step, note.by) for note in publishing.notes_of(lesson)] == [("published", reader), ("asked", writer)]
    assert lesson.versions.get().published_by == reader
    assert publishing.waiting_for_review() == []


def test_whoever_asked_can_not_publish_it(lesson, writer, reader):
    publishing.submit(lesson, writer)
    with pytest.raises(NotYours):
        publishing.publish(fresh(lesson), writer)
    assert fresh(lesson).status == "review"


def test_what_nobody_asked_to_have_read_can_not_be_published(lesson, writer, reader):
    for author in (writer, reader):
        with pytest.raises(NotYours):
            publishing.publish(lesson, author)


def test_the_only_author_publishes_what_they_wrote(lesson, writer):
    assert publishing.publish(lesson, writer) == 2


def test_an_author_who_left_is_no_second_reader(lesson, writer, reader):
    reader.is_active = False
    reader.save()
    assert publishing.publish(lesson, writer) == 2


def test_the_office_publishes_unasked(lesson, writer, reader, office):
    assert publishing.publish(lesson, office) == 2


def test_a_student_publishes_nothing(lesson, writer, ada, ms_clark):
    publishing.submit(lesson, writer)
    for person in (ada, ms_clark):
        with pytest.raises(NotYours):
            publishing.publish(fresh(lesson), person)
        with pytest.raises(NotYours):
            publishing.retire(LessonFactory(), person)


def test_what_is_sent_back_says_why_and_is_a_draft_again(lesson, writer, reader):
    publishing.submit(lesson, writer)
    with pytest.raises(Refused):
        publishing.send_back(fresh(lesson), reader, "  ")
    publishing.send_back(fresh(lesson), reader, "The second bar is too high.")
    assert (fresh(lesson).status, fresh(lesson).in_review) == ("draft", False)
    assert {one.status for one in Exercise.objects.all()} == {"draft"}
    assert publishing.notes_of(lesson).first().words == "The second bar is too high."


def test_whoever_asked_takes_it_back_without_a_word(client, lesson, writer, reader):
    publishing.submit(lesson, writer)
    address = reverse("desk-lesson", args=[lesson.pk])
    client.force_login(reader)
    assert "Take the request back" not in client.get(address).content.decode()
    client.force_login(writer)
    assert "Take the request back" in client.get(address).content.decode()
    assert "Take the request back" in client.get(reverse("desk-reviews")).content.decode()
    client.post(reverse("desk-step", args=["lessons", lesson.pk]), {"do": "send-back"})
    assert (fresh(lesson).status, fresh(lesson).in_review) == ("draft", False)
    assert [one.status for one in lesson.exercises.all()] == ["draft"]
    assert "Ask for a review" in client.get(address).content.decode()


def test_an_edit_of_a_published_lesson_is_read_before_it_is_seen(writer, reader):
    lesson = LessonFactory(title="Thirds", text="Old.")
    publishing.save_draft(lesson, {"text": "New."}, writer)
    publishing.submit(fresh(lesson), writer)
    assert (fresh(lesson).status, fresh(lesson).text) == ("published", "Old.")
    publishing.publish(fresh(lesson), reader, "Clearer words")
    assert (fresh(lesson).text, fresh(lesson).draft) == ("New.", {})
    assert lesson.versions.first().words == "Clearer words"


def test_an_edit_can_be_thrown_away(writer):
    lesson = LessonFactory(text="Old.")
    publishing.save_draft(lesson, {"text": "New."}, writer)
    publishing.discard(fresh(lesson), writer)
    assert (fresh(lesson).text, fresh(lesson).draft) == ("Old.", {})
    with pytest.raises(Refused):
        publishing.discard(fresh(lesson), writer)


def test_nobody_writes_over_somebody_elses_edit(writer, reader):
    lesson = LessonFactory(text="Old.")
    seen = publishing.state_of(lesson)
    publishing.save_draft(lesson, {"text": "Hers."}, writer, seen=seen)
    with pytest.raises(Refused, match="writer changed this"):
        publishing.save_draft(lesson, {"text": "His."}, reader, seen=seen)
    assert fresh(lesson).draft == {"text": "Hers."}


def test_what_was_changed_after_it_was_read_is_not_published(writer, reader):
    lesson = LessonFactory(text="Old.")
    publishing.save_draft(lesson, {"text": "Read."}, writer)
    publishing.submit(fresh(lesson), writer)
    read = publishing.state_of(fresh(lesson))
    publishing.save_draft(lesson, {"text": "Slipped in."}, writer)
    with pytest.raises(Refused):
        publishing.publish(fresh(lesson), reader, seen=read)
    assert fresh(lesson).text == "Old."


def test_a_retired_lesson_is_off_the_shelf_and_comes_back(writer, reader, ada):
    exercise = ExerciseFactory(lesson=LessonFactory())
    publishing.retire(exercise.lesson, writer, "For the next term")
    assert not Exercise.objects.visible_to(ada).exists()
    assert publishing.publish(fresh(exercise.lesson), reader) == 1
    assert Exercise.objects.visible_to(ada).get() == exercise
    assert exercise.lesson.versions.count() == 1 or exercise.lesson.versions.first().exercises


def test_a_retired_course_takes_its_lessons_along(writer):
    lesson = LessonFactory()
    publishing.retire(lesson.course, writer)
    assert (fresh(lesson).status, fresh(lesson.course).status) == ("retired", "retired")


def test_a_retired_row_with_an_edit_needs_a_reader(writer, reader):
    lesson = LessonFactory(text="Old.")
    publishing.retire(lesson, writer)
    publishing.save_draft(fresh(lesson), {"text": "New."}, writer)
    with pytest.raises(NotYours):
        publishing.publish(fresh(lesson), writer)


def test_a_whole_course_is_published_in_one_step(office):
    course = CourseFactory(status="draft")
    for _ in range(2):
        ExerciseFactory(lesson=LessonFactory(course=course, status="draft"), status="draft")
    assert publishing.publish(course, office) == 5
    assert not Lesson.objects.exclude(status="published").exists()


def test_only_drafts_can_be_deleted(writer, lesson):
    with pytest.raises(Refused):
        publishing.delete_draft(LessonFactory(), writer)
    played = SubmissionFactory(exercise=ExerciseFactory(status="draft")).exercise
    with pytest.raises(Refused):
        publishing.delete_draft(played, writer)
    publishing.delete_draft(fresh(lesson), writer)
    assert lesson not in Lesson.objects.all()
    assert list(Exercise.objects.all()) == [played]


def test_every_refusal_leaves_no_note(lesson, writer, reader):
    for does in (publishing.publish, publishing.discard, publishing.retire):
        with pytest.raises(Refused):
            does(lesson, writer)
    assert not ReviewNote.objects.exists()


def test_what_is_not_content_is_no_edit(writer):
    with pytest.raises(KeyError):
        publishing.save_draft(ExerciseFactory(), {"status": "published"}, writer)
