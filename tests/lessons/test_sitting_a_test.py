"""A test: no door gives the score before it begins, nor the sound before the take is in; and it takes one take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.assigning import examining, sittings
from lessons.assigning.marks import State, marks_of
from lessons.models import Assignment, Exercise, Submission, TestSitting, User
from lessons.practice.assigned import assigned_to
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
from tutor.composing.refusal import CannotCompose

pytestmark = pytest.mark.django_db

TUNE = melody("G4 A4 B4 D5 C5 A4 F#4 G4", fifths=1, title="A tune for the test")
DAY = timedelta(days=1)


@pytest.fixture
def tune() -> Exercise:
    return ExerciseFactory(music=TUNE, skills={"interval:3:up": 1})


@pytest.fixture
def test(classroom: Any, tune: Exercise) -> Assignment:
    return AssignmentFactory(classroom=classroom, exercise=tune, mode="test", look_s=30)


def fetch(api: Any, who: User, exercise: Exercise, name: str = "api-exercise", **query: Any) -> Any:
    api.force_login(who)
    return api.get(reverse(name, args=[exercise.pk]), query)


def note_ids(page: Any) -> int:
    return sum(page.content.decode().count(f'id="n{number}"') for number in range(1, 9))


def begin_long_ago(test: Assignment, student: User, ago: timedelta) -> TestSitting:
    sitting = examining.begin(test, student, test.exercise)
    TestSitting.objects.filter(pk=sitting.pk).update(opened_at=timezone.now() - ago)
    return TestSitting.objects.get(pk=sitting.pk)


def it_was_heard(take: Submission) -> None:
    Submission.objects.filter(pk=take.pk).update(state="done")
    AssessmentFactory(submission=take)


def test_no_door_gives_the_score_before_it_begins(
    api: Any, client: Any, ada: User, test: Assignment, tune: Exercise
) -> None:
    data = fetch(api, ada, tune).data
    assert data["score_hidden"]
    assert (data["notes"], data["skills"]) == ([], {})
    assert note_ids(fetch(api, ada, tune, "api-exercise-score-svg")) == 0
    assert note_ids(fetch(api, ada, tune, "api-exercise-score-svg", version=1)) == 0
    assert fetch(api, ada, tune, "api-exercise-score-musicxml").status_code == 403
    assert fetch(api, ada, tune, "api-exercise-sound").status_code == 403
    assert fetch(api, ada, tune, "api-exercise-sound", instrument="flute").status_code == 403
    assert api.get(reverse("api-exercise-list"), {"skill": "interval:3:up"}).json()["count"] == 0
    client.force_login(ada)
    page = client.get(reverse("practice", args=[tune.pk]))
    assert page.url == reverse("assignment-test", args=[test.pk, tune.pk])
    for name, args in (("assignment-test", [test.pk, tune.pk]), ("assignment", [test.pk]), ("home", [])):
        assert note_ids(client.get(reverse(name, args=args))) == 0


def test_its_reference_recording_is_silent_too(client: Any, ada: User, ben: User, test: Any, tune: Exercise) -> None:
    Exercise.objects.filter(pk=tune.pk).update(reference="references/tune.wav")
    reference = reverse("exercise-reference", args=[tune.pk])
    Exercise._meta.get_field("reference").storage.save("references/tune.wav", ContentFile(b"RIFF....WAVE"))
    client.force_login(StudentFactory())
    assert client.get(reference).status_code == 200
    client.force_login(ada)
    assert client.get(reference).status_code == 404
    examining.begin(test, ada, tune)
    assert client.get(reference).status_code == 404
    assert sittings.mutes(tune, ada)
    assert not sittings.mutes(tune, StudentFactory())


@pytest.mark.parametrize("opens", [-1, 1], ids=["open", "coming"])
def test_a_lesson_in_a_test_hides_each_of_its_pieces(opens: int, ada: User, classroom: Any) -> None:
    lesson = LessonFactory()
    pieces = [ExerciseFactory(lesson=lesson, music=TUNE) for _ in range(2)]
    AssignmentFactory(classroom=classroom, lesson=lesson, mode="test", opens_at=timezone.now() + opens * DAY)
    assert all(piece.score_hidden_from(ada) for piece in pieces)


def test_it_hides_from_nobody_else(ada: User, zoe: User, ms_clark: User, test: Assignment, tune: Exercise) -> None:
    assert [tune.score_hidden_from(who) for who in (ada, zoe, ms_clark)] == [True, False, False]


def test_more_of_it_would_give_it_away(ada: User, test: Assignment, tune: Exercise) -> None:
    for ask in (practice.vary, practice.more_like):
        with pytest.raises(CannotCompose):
            ask(ada, tune)


def test_a_test_withdrawn_or_over_hides_nothing(ada: User, ms_clark: User, test: Assignment, tune: Exercise) -> None:
    Assignment.objects.filter(pk=test.pk).update(withdrawn_at=timezone.now())
    assert not tune.score_hidden_from(ada)
    Assignment.objects.filter(pk=test.pk).update(
        withdrawn_at=None, late="refuse", opens_at=timezone.now() - 2 * DAY, due_at=timezone.now() - DAY
    )
    assert not tune.score_hidden_from(ada)


def test_what_they_have_played_before_is_no_secret(ada: User, test: Assignment, tune: Exercise) -> None:
    graded(student=ada, exercise=tune)
    assert not tune.score_hidden_from(ada)


def test_begun_it_shows_the_score_and_plays_nothing(api: Any, ada: User, ben: User, test: Any, tune: Any) -> None:
    examining.begin(test, ada, tune)
    assert len(fetch(api, ada, tune).data["notes"]) == 8
    assert note_ids(fetch(api, ada, tune, "api-exercise-score-svg")) == 8
    assert fetch(api, ada, tune, "api-exercise-sound").status_code == 403
    assert tune.score_hidden_from(ben)
    take = Submission.objects.get(pk=send(api, ada, tune, test).data["id"])
    assert fetch(api, ada, tune, "api-exercise-sound").status_code == 403, "it may turn out to be silent"
    it_was_heard(take)
    assert fetch(api, ada, tune, "api-exercise-sound").status_code == 200


def test_a_second_test_of_the_same_piece_hides_nothing_of_the_first(ada: User, classroom: Any, test: Any) -> None:
    AssignmentFactory(classroom=classroom, exercise=test.exercise, mode="test")
    examining.begin(test, ada, test.exercise)
    assert not test.exercise.score_hidden_from(ada)


def test_a_reload_begins_nothing_anew(client: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    client.force_login(ada)
    address = reverse("assignment-test", args=[test.pk, tune.pk])
    assert client.get(address).status_code == 200
    assert not TestSitting.objects.exists(), "to read the rules is not to begin"
    stand = client.post(address).url
    begun = TestSitting.objects.get()
    TestSitting.objects.update(opened_at=begun.opened_at - timedelta(seconds=12))
    for _ in range(2):
        assert client.post(address).url == stand
        left_s = client.get(stand).context["desk"]["exam"]["left_s"]
        assert 15 < left_s <= 18
    assert TestSitting.objects.count() == 1
    assert client.get(address).url == stand


def test_after_its_time_the_score_is_gone_until_the_take_is_in(api: Any, ada: User, test: Any, tune: Any) -> None:
    sitting = begin_long_ago(test, ada, timedelta(minutes=1))
    assert not tune.score_hidden_from(ada), "the time to play it is on"
    sitting = begin_long_ago(test, ada, timedelta(minutes=20))
    assert timezone.now() > sittings.shown_until(sitting)
    assert tune.score_hidden_from(ada)
    answer = send(api, ada, tune, test)
    assert (answer.status_code, tune.score_hidden_from(ada)) == (201, True), "it may turn out to be silent"
    it_was_heard(Submission.objects.get(pk=answer.data["id"]))
    assert not tune.score_hidden_from(ada)


def test_it_is_not_begun_too_early_nor_too_late(client: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    now = timezone.now()
    client.force_login(ada)
    for times in ({"opens_at": now + DAY}, {"opens_at": now - 2 * DAY, "due_at": now - DAY, "late": "refuse"}):
        Assignment.objects.filter(pk=test.pk).update(**times)
        client.post(reverse("assignment-test", args=[test.pk, tune.pk]))
        assert not TestSitting.objects.exists()


def test_no_take_before_it_begins(api: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    for sent_for in (test, None):
        answer = send(api, ada, tune, sent_for)
        assert answer.status_code == 409
        assert "Begin the test" in answer.data["detail"]
    assert not Submission.objects.exists()


def test_one_take_whatever_it_is_sent_for(api: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    examining.begin(test, ada, tune)
    first = send(api, ada, tune, None)
    assert (first.status_code, first.data["assignment"]) == (201, test.pk), "nobody rehearses in a test"
    assert send(api, ada, tune, None).status_code == 200, "sent again, it is the same take"
    assert send(api, ada, tune, test, key="second").status_code == 409
    free = send(api, ada, tune, None, key="third")
    assert (free.status_code, free.data["assignment"]) == (201, None)
    assert marks_of([test], [ada])[test.pk, ada.pk].tries_used == 1


def test_another_try_is_the_teachers_to_give(
    api: Any, ada: User, ben: User, ms_clark: User, test: Assignment, tune: Exercise
) -> None:
    sitting = examining.begin(test, ada, tune)
    Submission.objects.filter(pk=send(api, ada, tune, test).data["id"]).update(state="failed", trouble="Too quiet.")
    for somebody in (ada, ben):
        with pytest.raises(PermissionDenied):
            examining.give_again(somebody, sitting)
    examining.give_again(ms_clark, sitting)
    assert tune.score_hidden_from(ada)
    assert send(api, ada, tune, test, key="again").status_code == 409, "it is begun anew"
    examining.begin(test, ada, tune)
    assert send(api, ada, tune, test, key="again").status_code == 201
    assert TestSitting.objects.count() == 2, "the first is kept"


def test_a_take_set_aside_counts_no_more(ada: User, ms_clark: User, test: Assignment, tune: Exercise) -> None:
    sitting = examining.begin(test, ada, tune)
    take = graded(student=ada, exercise=tune, assignment=test)
    TestSitting.objects.filter(pk=sitting.pk).update(submission=take)
    assert marks_of([test], [ada])[test.pk, ada.pk].state == State.DONE
    examining.give_again(ms_clark, sitting)
    assert marks_of([test], [ada])[test.pk, ada.pk].state == State.OPEN


def test_a_test_is_composed_when_it_begins(client: Any, ada: User, classroom: Any) -> None:
    order = {"kind": "sight-reading", "grade": 1.0, "bars": 4, "style": "", "skills": [], "same": False, "seed": 5}
    test = AssignmentFactory(classroom=classroom, order=order, mode="test")
    client.force_login(ada)
    address = reverse("assignment-test", args=[test.pk, 0])
    assert client.get(address).status_code == 200
    assert not Exercise.objects.filter(composed_for=ada).exists()
    stand = client.get(client.post(address).url)
    piece = Exercise.objects.get(composed_for=ada)
    assert stand.context["desk"]["exam"]["look_s"] == 30
    assert note_ids(stand) > 0 or piece.as_score().notes


def test_its_result_is_told_after_it_is_due(api: Any, client: Any, ada: User, ms_clark: User, test: Any) -> None:
    Assignment.objects.filter(pk=test.pk).update(told="after due", due_at=timezone.now() + DAY)
    test.refresh_from_db()
    take = graded(student=ada, exercise=test.exercise, assignment=test)

    def told(who: User) -> tuple[Any, ...]:
        api.force_login(who)
        client.force_login(who)
        one = api.get(reverse("api-submission", args=[take.pk])).json()["overall"]
        (listed,) = api.get(reverse("api-submission-list")).json()["results"]
        heard = api.get(reverse("api-assessment", args=[take.pk])).status_code
        page = client.get(reverse("take", args=[take.pk]))
        return one, listed["overall"], heard, "take/take.html" in [one.name for one in page.templates]

    assert told(ada) == (None, None, 404, False)
    assert told(ms_clark) == (100, 100, 200, True)
    client.force_login(ada)
    assert "100" not in client.get(reverse("home")).content.decode().partition("Your last takes")[2][:900]
    Assignment.objects.filter(pk=test.pk).update(opens_at=timezone.now() - 2 * DAY, due_at=timezone.now() - DAY)
    assert told(ada) == (100, 100, 200, True)


def test_no_plan_has_it(ada: User, test: Assignment, tune: Exercise) -> None:
    assert assigned_to([ada.pk], timezone.now())[ada.pk] == {}
    others = [ExerciseFactory(music=melody(f"{name}4 D4 E4 F4", title=name)) for name in "CDE"]
    plan = practice.choose_next(ada)
    planned = {item.exercise_id for item in (plan.items.all() if hasattr(plan, "items") else practice.open_items(ada))}
    assert others
    assert tune.pk not in planned


def test_one_that_is_played_is_not_offered_again(client: Any, ada: User, test: Assignment, tune: Exercise) -> None:
    sitting = examining.begin(test, ada, tune)
    take = graded(student=ada, exercise=tune, assignment=test)
    TestSitting.objects.filter(pk=sitting.pk).update(submission=take)
    client.force_login(ada)
    answer = client.get(reverse("assignment-test", args=[test.pk, tune.pk]))
    assert (answer.status_code, answer.url) == (302, test.get_absolute_url())
