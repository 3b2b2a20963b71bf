"""Work that was sent and could not be heard: it is neither missing nor a zero, its teacher hears of it until somebody
decides, and of a test nobody sees or hears more by sending silence."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import aside, dashboards, my_data, practice
from lessons.assigning import examining, sittings
from lessons.assigning.marks import State, marks_of
from lessons.gradebook import export, writing
from lessons.gradebook.book import Filters, book_of
from lessons.models import Assignment, Classroom, Exercise, Submission, TestSitting, User
from tests.factories import (
    AssessmentFactory,
    AssignmentFactory,
    ExerciseFactory,
    LessonFactory,
    StudentFactory,
    graded,
    melody,
)
from tests.lessons.test_assigned_takes import send

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SILENT = "The recording is silent: move closer to the microphone or turn it up, then record again."
WAYS = pytest.mark.parametrize("way", ["failed", "too little"])


def not_heard(student: User, exercise: Exercise, assignment: Assignment | None, way: str = "failed") -> Submission:
    """Sent two days ago: it failed, or was graded with too little heard for a grade."""
    take = graded(student=student, exercise=exercise, assignment=assignment)
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now() - 2 * DAY)
    in_vain(take, way)
    return take


def in_vain(take: Submission, way: str = "failed") -> None:
    if way == "failed":
        take.assessments.all().delete()
        Submission.objects.filter(pk=take.pk).update(state="failed", trouble=SILENT)
    else:
        Submission.objects.filter(pk=take.pk).update(state="done")
        take.assessments.update(overall=None)


def over(classroom: Classroom, **fields: Any) -> Assignment:
    now = timezone.now()
    return AssignmentFactory(classroom=classroom, opens_at=now - 9 * DAY, due_at=now - DAY, **fields)


def cell_of(classroom: Classroom, student: User) -> Any:
    row = next(row for row in book_of(classroom).rows if row.student == student)
    return row, row.cells[0]


def needs(teacher: User, classroom: Classroom) -> list[dashboards.Need]:
    found = dashboards.needs_of(teacher, dashboards.class_overview(classroom)).open
    return [need for need in found if need.kind == dashboards.NeedKind.NOT_HEARD]


# The mark


@WAYS
def test_it_is_neither_missing_nor_a_zero(way: str, ada: User, ben: User, classroom: Classroom) -> None:
    work = over(classroom)
    take = not_heard(ada, work.exercise, work, way)
    row, cell = cell_of(classroom, ada)
    assert (cell.state, cell.mark, cell.counts, cell.missing, cell.not_heard_ids) == (
        State.NOT_HEARD, None, False, False, (take.pk,),
    )  # fmt: skip
    assert (row.mark, row.missing, row.not_heard) == (None, 0, 1)
    assert cell_of(classroom, ben)[1].mark == 0, "who sent nothing misses it"
    book = book_of(classroom, Filters(shown="not_heard"))
    assert [row.student for row in book.rows] == [ada]
    assert book.columns[0].not_heard == 1


@WAYS
def test_heard_again_it_counts(way: str, ada: User, classroom: Classroom) -> None:
    work = over(classroom, tries=1)
    not_heard(ada, work.exercise, work, way)
    take = graded(student=ada, exercise=work.exercise, assignment=work)
    row, cell = cell_of(classroom, ada)
    assert (cell.mark, cell.take_ids, row.not_heard) == (100, (take.pk,), 0)


def test_a_take_of_it_from_anywhere_is_as_good_where_each_counts(ada: User, classroom: Classroom) -> None:
    free, twice = over(classroom), over(classroom, tries=2)
    for work in (free, twice):
        not_heard(ada, work.exercise, None)
    marks = marks_of([free, twice], [ada])
    assert [marks[work.pk, ada.pk].state for work in (free, twice)] == [State.NOT_HEARD, State.MISSING]


def test_what_was_sent_for_something_else_is_not_sent_for_this(ada: User, ms_clark: User, classroom: Classroom) -> None:
    test = over(classroom, mode="test")
    free = over(classroom, exercise=test.exercise)
    not_heard(ada, test.exercise, test)
    marks = marks_of([test, free], [ada])
    assert [marks[work.pk, ada.pk].state for work in (test, free)] == [State.NOT_HEARD, State.MISSING]
    assert [need.assignment for need in needs(ms_clark, classroom)] == [test.pk]


def test_a_lesson_is_not_marked_by_the_rest_of_it(ada: User, classroom: Classroom) -> None:
    lesson = LessonFactory()
    easy, hard = (ExerciseFactory(lesson=lesson, position=place) for place in (1, 2))
    work = over(classroom, lesson=lesson)
    not_heard(ada, hard, work)
    Submission.objects.filter(pk=graded(student=ada, exercise=easy, assignment=work).pk).update(
        created_at=timezone.now() - 2 * DAY
    )
    row, cell = cell_of(classroom, ada)
    assert (cell.mark, cell.counts, row.mark) == (100, False, None)


@WAYS
def test_every_list_says_so(way: str, api: Any, client: Any, ada: User, ms_clark: User, classroom: Classroom) -> None:
    work = over(classroom)
    take = not_heard(ada, work.exercise, work, way)
    client.force_login(ada)
    for name, args in (("assignments", []), ("assignment", [work.pk]), ("home", [])):
        assert "Sent, not heard" in client.get(reverse(name, args=args)).content.decode(), name
    api.force_login(ada)
    assert api.get(reverse("api-assignment", args=[work.pk])).json()["mark"]["state"] == "not heard"
    client.force_login(ms_clark)
    for name, args in (
        ("class-gradebook", []), ("assignment-of-class", [work.pk]), ("class-mark", [work.pk, ada.pk]),
        ("class-report", [ada.pk]), ("student-assignments", [ada.pk]),
    ):  # fmt: skip
        page = client.get(reverse(name, args=[classroom.pk, *args])).content.decode()
        assert "not heard" in page, name
    mark_page = client.get(reverse("class-mark", args=[classroom.pk, work.pk, ada.pk])).content.decode()
    assert take.get_absolute_url() in mark_page
    page = client.get(take.get_absolute_url()).content.decode()
    assert reverse("class-mark", args=[classroom.pk, work.pk, ada.pk]) in page
    sheet = list(csv.reader(io.StringIO(export.as_csv(book_of(classroom)).decode("utf-8-sig"))))
    assert sheet[2][2:] == ["", "0", "0", "sent, not heard"]


# The teacher's list


@WAYS
def test_its_teacher_hears_of_it_until_somebody_decides(
    way: str, ada: User, ms_clark: User, classroom: Classroom
) -> None:
    work = over(classroom)
    take = not_heard(ada, work.exercise, work, way)
    long_ago = timezone.now() - 90 * DAY
    Assignment.objects.update(opens_at=long_ago - DAY, due_at=long_ago + DAY)
    Submission.objects.filter(pk=take.pk).update(created_at=long_ago)
    (need,) = needs(ms_clark, classroom)
    assert (need.take, need.url, need.assignment) == (take.pk, take.get_absolute_url(), work.pk)
    writing.set_mark(work, ada, ms_clark, 70, "I listened.")
    assert needs(ms_clark, classroom) == []
    assert cell_of(classroom, ada)[1].mark == 70
    writing.undo(work, ada, ms_clark)
    assert len(needs(ms_clark, classroom)) == 1
    graded(student=ada, exercise=work.exercise, assignment=work)
    assert needs(ms_clark, classroom) == []


def test_it_is_one_line_and_can_not_be_put_aside(client: Any, ada: User, ms_clark: User, classroom: Classroom) -> None:
    work = AssignmentFactory(classroom=classroom, opens_at=timezone.now() - 9 * DAY)
    not_heard(ada, work.exercise, work)
    newest = not_heard(ada, work.exercise, work)
    found = dashboards.needs_of(ms_clark, dashboards.class_overview(classroom)).open
    assert [(need.kind, need.take) for need in found] == [("not-heard", newest.pk)], "nor is the ear unsure of it"
    client.force_login(ms_clark)
    page = client.get(reverse("class", args=[classroom.pk])).content.decode()
    assert reverse("class-mark", args=[classroom.pk, work.pk, ada.pk]) in page
    sent = {"student": ada.pk, "kind": "not-heard"}
    assert client.post(reverse("class-aside", args=[classroom.pk]), sent).status_code == 404
    aside.put_aside(ms_clark, ada, "not-heard")
    assert len(needs(ms_clark, classroom)) == 1


def test_of_another_class_or_withdrawn_it_is_nobodys(ada: User, ms_clark: User, classroom: Classroom) -> None:
    work = over(classroom)
    not_heard(ada, work.exercise, work)
    not_heard(ada, ExerciseFactory(), None)
    Assignment.objects.update(withdrawn_at=timezone.now())
    assert needs(ms_clark, classroom) == []


@pytest.mark.parametrize("students", [2, 12])
def test_it_costs_the_same_for_any_class(
    students: int, ms_clark: User, classroom: Classroom, django_assert_num_queries: Any
) -> None:
    lesson = LessonFactory()
    piece = ExerciseFactory(lesson=lesson)
    works = [over(classroom, lesson=lesson), over(classroom), over(classroom, tries=2), over(classroom, mode="test")]
    for _ in range(students):
        student = StudentFactory(classroom=classroom)
        for work in works:
            not_heard(student, work.exercise or piece, work)
    overview = dashboards.class_overview(classroom)
    with django_assert_num_queries(12):
        assert len(dashboards.needs_of(ms_clark, overview).open) == students * len(works)


# Of a test


@pytest.fixture
def tune() -> Exercise:
    return ExerciseFactory(music=melody("G4 A4 B4 D5 C5 A4 F#4 G4", fifths=1, title="A tune for the test"))


@pytest.fixture
def test(classroom: Classroom, tune: Exercise) -> Assignment:
    return AssignmentFactory(classroom=classroom, exercise=tune, mode="test", look_s=30)


def begun(test: Assignment, student: User, ago: timedelta = timedelta(seconds=50)) -> TestSitting:
    sitting = examining.begin(test, student, test.exercise)
    TestSitting.objects.filter(pk=sitting.pk).update(opened_at=timezone.now() - ago)
    return TestSitting.objects.get(pk=sitting.pk)


def sent_in_vain(api: Any, student: User, test: Assignment, way: str = "failed", key: str = "first") -> Submission:
    answer = send(api, student, test.exercise, test, key=key)
    assert answer.status_code == 201, answer.data
    take = Submission.objects.get(pk=answer.data["id"])
    AssessmentFactory(submission=take)
    in_vain(take, way)
    return take


@WAYS
def test_its_try_is_given_back_and_no_time(way: str, api: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    sitting = begun(test, ada)
    first = sent_in_vain(api, ada, test, way)
    assert marks_of([test], [ada])[test.pk, ada.pk].state == State.NOT_HEARD
    assert not tune.score_hidden_from(ada), "the time to play it is still on"
    second = send(api, ada, tune, test, key="second")
    assert (second.status_code, second.data["assignment"]) == (201, test.pk)
    again = TestSitting.objects.get()
    assert (again.opened_at, str(again.submission_id)) == (sitting.opened_at, second.data["id"])
    assert send(api, ada, tune, test, key="third").status_code == 409, "one is being heard"
    assert Submission.objects.filter(pk=first.pk, assignment=test).exists(), "the first is kept"


@WAYS
def test_silence_shows_and_sounds_no_more_than_sending_nothing(
    way: str, api: Any, client: Any, ada: User, ben: User, test: Assignment, tune: Exercise
) -> None:
    """Whoever sends silence on purpose stands where those stand who have sent nothing."""
    for who in (ada, ben):
        begun(test, who, timedelta(minutes=20))
    take = sent_in_vain(api, ada, test, way)
    for who in (ada, ben):
        assert tune.score_hidden_from(who) and sittings.mutes(tune, who)
        api.force_login(who)
        assert api.get(reverse("api-exercise", args=[tune.pk])).data["notes"] == []
        assert api.get(reverse("api-exercise-sound", args=[tune.pk])).status_code == 403
    api.force_login(ada)
    client.force_login(ada)
    assert api.get(reverse("api-assessment", args=[take.pk])).status_code == 404
    drawn = api.get(reverse("api-submission-score-svg", args=[take.pk])).content.decode()
    assert 'id="n1"' not in drawn
    page = client.get(take.get_absolute_url())
    assert "could not be heard" in page.content.decode()
    assert 'id="n1"' not in page.content.decode()


def test_while_it_is_heard_it_shows_no_more_either(api: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    begun(test, ada, timedelta(minutes=20))
    send(api, ada, tune, test)
    assert tune.score_hidden_from(ada) and sittings.mutes(tune, ada)


def test_the_student_is_told_and_finds_the_way_back(
    api: Any, client: Any, ada: User, test: Assignment, tune: Exercise
) -> None:
    begun(test, ada)
    take = sent_in_vain(api, ada, test)
    client.force_login(ada)
    stand = f"{reverse('practice', args=[tune.pk])}?for={test.pk}"
    page = client.get(take.get_absolute_url()).content.decode()
    assert "The recording is silent" in page and stand in page
    assert client.get(reverse("assignment-test", args=[test.pk, tune.pk])).url == stand
    assert "Go on with the test" in client.get(test.get_absolute_url()).content.decode()
    page = client.get(stand)
    assert page.context["desk"]["exam"] == {"look_s": 30, "left_s": 0.0}
    assert page.context["desk"]["assignment"] == test.pk
    assert "play it once more" in page.content.decode()


@pytest.mark.parametrize("decided", ["over", "set by hand", "excused"])
def test_decided_or_over_the_try_is_the_teachers_to_give(
    decided: str, api: Any, ada: User, ms_clark: User, test: Assignment, tune: Exercise
) -> None:
    sitting = begun(test, ada)
    sent_in_vain(api, ada, test)
    if decided == "over":
        Assignment.objects.update(opens_at=timezone.now() - 2 * DAY, due_at=timezone.now() - DAY)
    elif decided == "excused":
        writing.excuse(test, ada, ms_clark, "The microphone.")
    else:
        writing.set_mark(test, ada, ms_clark, 70, "I listened.")
    assert not sittings.awaits_take(TestSitting.objects.select_related("submission").get(pk=sitting.pk))
    assert send(api, ada, tune, test, key="second").status_code == 409
    assert not tune.score_hidden_from(ada)


def test_another_try_is_a_click_from_the_take(
    api: Any, client: Any, ada: User, ms_clark: User, classroom: Classroom, test: Assignment
) -> None:
    sitting = begun(test, ada)
    sent_in_vain(api, ada, test)
    client.force_login(ms_clark)
    again = reverse("assignment-again", args=[classroom.pk, test.pk, sitting.pk])
    page = client.get(reverse("class-mark", args=[classroom.pk, test.pk, ada.pk])).content.decode()
    assert again in page
    client.post(again)
    assert needs(ms_clark, classroom) == [], "now it is the student's turn"
    assert marks_of([test], [ada])[test.pk, ada.pk].state == State.NOT_HEARD, "and still no missing work"


def test_of_a_result_told_later_that_much_is_told(api: Any, client: Any, ada: User, test: Assignment) -> None:
    Assignment.objects.update(told="after due", due_at=timezone.now() + DAY)
    test.refresh_from_db()
    begun(test, ada)
    take = sent_in_vain(api, ada, test)
    client.force_login(ada)
    assert "could not be heard" in client.get(take.get_absolute_url()).content.decode()
    (line,) = json.loads(client.get(reverse("api-assignment-list")).content)
    assert line["mark"]["state"] == "not heard"


def test_no_plan_has_its_music_meanwhile(api: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    begun(test, ada)
    sent_in_vain(api, ada, test)
    ExerciseFactory(music=melody("C4 D4 E4 F4", title="Another"))
    practice.choose_next(ada)
    assert tune.pk not in {item.exercise_id for item in practice.open_items(ada)}


# What a test hides stays hidden, once it was sent in vain


def nothing_is_told_of(take: Submission, api: Any, client: Any, ada: User) -> None:
    assert take.exercise.score_hidden_from(ada)
    api.force_login(ada)
    client.force_login(ada)
    assert api.get(reverse("api-assessment", args=[take.pk])).status_code == 404
    assert 'id="n1"' not in client.get(take.get_absolute_url()).content.decode()
    words = {"note_id": "n1", "why": "I played it"}
    answer = api.post(reverse("api-contest-list", args=[take.pk]), words, content_type="application/json")
    assert answer.status_code == 409 and "G4" not in answer.content.decode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        my_data.write(archive, ada)
    archive = zipfile.ZipFile(file)
    packed = json.loads(archive.read(next(name for name in archive.namelist() if name.endswith("take.json"))))
    assert (packed["score"], packed["hearings"]) == (None, [])


@WAYS
def test_when_its_time_is_over(way: str, api: Any, client: Any, ada: User, test: Assignment) -> None:
    begun(test, ada, timedelta(minutes=20))
    nothing_is_told_of(sent_in_vain(api, ada, test, way), api, client, ada)


@WAYS
def test_when_another_try_was_given(
    way: str, api: Any, client: Any, ada: User, ms_clark: User, test: Assignment
) -> None:
    sitting = begun(test, ada)
    take = sent_in_vain(api, ada, test, way)
    examining.give_again(ms_clark, sitting)
    nothing_is_told_of(take, api, client, ada)


@WAYS
def test_when_it_was_sent_as_practice_before(
    way: str, api: Any, client: Any, ada: User, test: Assignment, tune: Exercise
) -> None:
    nothing_is_told_of(not_heard(ada, tune, None, way), api, client, ada)


def test_what_is_composed_for_a_test_is_taken_along_once_it_may_be_read(ada: User, classroom: Classroom) -> None:
    order = {"kind": "sight-reading", "grade": 1.0, "bars": 4, "style": "", "skills": [], "same": False, "seed": 5}
    test = AssignmentFactory(classroom=classroom, order=order, mode="test", look_s=30)
    sitting = examining.begin(test, ada)

    def taken_along() -> Any:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            my_data.write(archive, ada)
        return json.loads(zipfile.ZipFile(file).read("exercises-written-for-you.json"))

    assert [one["title"] for one in taken_along()] == [sitting.exercise.title]
    TestSitting.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    assert sitting.exercise.score_hidden_from(ada)
    assert taken_along() == []
    assert not Exercise.objects.filter(pk=sitting.exercise_id).readable_by(ada).exists()


@pytest.mark.parametrize("wanted", [True, False])
def test_begun_and_never_sent_it_is_music_like_any_other_once_the_test_is_closed(
    wanted: bool, api: Any, ada: User, ben: User, test: Assignment, tune: Exercise
) -> None:
    """As for Ben, who has not begun it."""
    begun(test, ada, timedelta(days=1))
    now = timezone.now()
    Assignment.objects.update(opens_at=now - 2 * DAY, due_at=now - timedelta(hours=1), late="refuse")
    test.refresh_from_db()
    for who in (ada, ben):
        assert not tune.score_hidden_from(who) and not sittings.mutes(tune, who)
    answer = send(api, ada, tune, test if wanted else None)
    assert (answer.status_code, answer.data["assignment"]) == (201, test.pk if wanted else None)
    assert (TestSitting.objects.get().submission is not None) == wanted
    assert marks_of([test], [ada])[test.pk, ada.pk].state == State.MISSING, "it came too late either way"
