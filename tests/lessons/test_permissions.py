"""Every address of the API as everybody: what is Ada's, Ms Clark may see, and to all others it does not exist."""

import re

import pytest
from django.urls import reverse

from lessons.api.urls import urlpatterns
from lessons.comments import comment
from lessons.models import Exercise, Membership, Submission
from lessons.verdicts import rule
from tests.factories import ExerciseFactory, SubmissionFactory, TeacherFactory, UserFactory, graded

# Open to everyone: the shape of the API is no secret, and a token is asked for before one has one.
OPEN = {"api-schema", "api-docs", "api-token"}
# About oneself or in common: no object of anybody's.
COMMON = {
    *("api-next", "api-exercise-list", "api-submission-list", "api-me", "api-join", "api-compose", "api-feedback"),
    *("api-plan", "api-skills", "api-placement", "api-contest-queue"),
    "api-assignment-list",
}
# To write to, not to read.
POST_ONLY = {"api-join", "api-compose", "api-feedback", "api-plan-item-open"} | {
    *("api-comment", "api-contest-answer", "api-contest-withdraw", "api-assignment-open"),
}
OF_A_TAKE = {
    *("api-submission", "api-assessment", "api-recording", "api-submission-score-svg"),
    *("api-comment-list", "api-ruling-list", "api-contest-list", "api-waveform"),
}
# tests/lessons/test_contests.py and test_comments.py ask these as everybody.
OF_WHAT_WAS_SAID = {
    *("api-comment", "api-comment-voice", "api-contest-answer", "api-contest-withdraw"),
}
# As everybody in tests/lessons/test_assignment_api.py.
OF_AN_ASSIGNMENT = {
    *("api-assignment", "api-assignment-open", "api-class-assignment-list", "api-class-assignment"),
}
OF_AN_EXERCISE = {"api-exercise", "api-exercise-score-svg", "api-exercise-score-musicxml", "api-exercise-sound"}
OF_A_CLASS, OF_A_STUDENT, OF_A_PLAN = (
    {"api-class-limits"},
    {"api-student-limits", "api-student-skills"},
    {"api-plan-item-open"},
)


@pytest.fixture
def take(ada):
    return graded(student=ada)


@pytest.fixture
def composed(ada):
    return ExerciseFactory(title="For Ada", composed_for=ada, origin=Exercise.Origin.COMPOSED, instrument="violin")


def names():
    return [pattern.name for pattern in urlpatterns]


def test_every_address_has_its_place_in_this_test():
    of_somebody = OF_A_TAKE | OF_AN_EXERCISE | OF_A_CLASS | OF_A_STUDENT | OF_A_PLAN | OF_WHAT_WAS_SAID
    of_somebody |= OF_AN_ASSIGNMENT
    assert set(names()) <= OPEN | COMMON | of_somebody


@pytest.mark.parametrize("name", [name for name in names() if name not in OPEN])
def test_nobody_without_a_login(api, take, name):
    address = reverse(name, args=arguments(name, take.pk, take.exercise_id))
    for method in (api.get, api.post, api.patch, api.delete):
        assert method(address).status_code in (401, 403, 405)
    assert api.get(address).status_code in (401, 403) or name in POST_ONLY


@pytest.mark.parametrize("name", sorted(OF_A_TAKE))
@pytest.mark.parametrize(
    ("who", "status"), [("ada", 200), ("ms_clark", 200), ("ben", 404), ("zoe", 404), ("staff", 404), ("other", 404)]
)
def test_a_take_is_for_its_student_and_their_teacher(api, request, take, name, who, status, ms_clark):
    api.force_login(person(request, who))
    answer = api.get(reverse(name, args=[take.pk]))
    assert answer.status_code == status
    if status == 404:
        assert b"Ada" not in answer.content and b"scale" not in answer.content


@pytest.mark.parametrize("name", sorted(OF_AN_EXERCISE))
@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("ms_clark", 200), ("ben", 404), ("zoe", 404)])
def test_what_was_composed_for_ada_is_for_ada(api, request, composed, name, who, status, ms_clark):
    api.force_login(person(request, who))
    assert api.get(reverse(name, args=[composed.pk])).status_code == status


@pytest.mark.parametrize("name", sorted(OF_A_STUDENT))
@pytest.mark.parametrize(
    ("who", "status"), [("ms_clark", 200), ("ada", 404), ("ben", 404), ("zoe", 404), ("staff", 404)]
)
def test_what_is_known_of_ada_and_set_for_her_is_her_teachers(api, request, ada, name, who, status, ms_clark):
    api.force_login(person(request, who))
    assert api.get(reverse(name, args=[ada.pk])).status_code == status


@pytest.mark.parametrize("name", sorted(OF_AN_EXERCISE))
def test_a_draft_is_for_authors(api, ada, name):
    draft = ExerciseFactory(status="draft")
    api.force_login(ada)
    assert api.get(reverse(name, args=[draft.pk])).status_code == 404
    api.force_login(UserFactory(is_staff=True))
    assert api.get(reverse(name, args=[draft.pk])).status_code == 200


@pytest.mark.parametrize(("who", "count"), [("ada", 1), ("ms_clark", 2), ("ben", 1), ("zoe", 0), ("staff", 0)])
def test_a_list_holds_ones_own(api, request, take, ben, who, count, ms_clark):
    SubmissionFactory(student=ben)
    api.force_login(person(request, who))
    assert api.get(reverse("api-submission-list")).data["count"] == count


def test_asking_for_another_student_finds_nothing(api, take, ben, ada):
    api.force_login(ben)
    assert api.get(reverse("api-submission-list"), {"student": ada.pk}).data["count"] == 0


def test_a_list_of_exercises_holds_no_one_elses(api, composed, ben):
    api.force_login(ben)
    assert api.get(reverse("api-exercise-list")).data["count"] == 0


def test_a_teacher_of_another_class_is_a_stranger(api, take, ben):
    """Ben teaches a class of his own: that does not make him Ada's teacher."""
    TeacherFactory(username="mr_grey")
    Membership.objects.filter(user=ben).update(role="student")
    api.force_login(person_of_other_class())
    assert api.get(reverse("api-submission", args=[take.pk])).status_code == 404


def test_a_student_who_left_is_no_longer_heard(api, take, ada, ms_clark):
    api.force_login(ms_clark)
    assert api.get(reverse("api-recording", args=[take.pk])).status_code == 200
    ada.memberships.all().delete()
    assert api.get(reverse("api-recording", args=[take.pk])).status_code == 404


@pytest.mark.parametrize("who", ["ben", "zoe", "staff"])
def test_a_stranger_can_neither_comment_nor_rule(api, request, take, who):
    api.force_login(person(request, who))
    said = api.post(reverse("api-comment-list", args=[take.pk]), {"text": "Ha."})
    ruled = api.post(reverse("api-ruling-list", args=[take.pk]), {"note_id": "n1", "verdict": "wrong"})
    assert (said.status_code, ruled.status_code) == (404, 404)
    assert not take.comments.exists() and not take.assessments.get().rulings.exists()


def test_a_student_cannot_rule_on_their_own_take(api, ada, take):
    api.force_login(ada)
    assert (
        api.post(reverse("api-ruling-list", args=[take.pk]), {"note_id": "n1", "verdict": "wrong"}).status_code == 403
    )
    assert not take.assessments.get().rulings.exists()


@pytest.mark.parametrize(
    "do", [lambda take, who: comment(take, who, 0, "Ha."), lambda take, who: rule(take, who, "n1", "wrong")]
)
def test_nor_is_there_a_way_around_the_address(take, ben, do):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        do(take, ben)


def test_a_refusal_is_one_sentence(api, ben, take):
    api.force_login(ben)
    answer = api.get(reverse("api-submission", args=[take.pk]))
    assert list(answer.data) == ["detail"]
    assert re.match(r"^[A-Z].*\.$", answer.data["detail"])


def test_a_token_opens_the_same_doors(api, ada, take):
    ada.set_password("a long enough one")
    ada.save()
    token = api.post(reverse("api-token"), {"username": "ada", "password": "a long enough one"}).data["token"]
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert api.get(reverse("api-submission", args=[take.pk])).status_code == 200
    assert api.get(reverse("api-submission", args=[SubmissionFactory().pk])).status_code == 404


def test_a_session_without_the_csrf_token_changes_nothing(ada, take):
    from rest_framework.test import APIClient

    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(ada)
    assert browser.post(reverse("api-comment-list", args=[take.pk]), {"text": "From elsewhere."}).status_code == 403
    assert not take.comments.exists()


def test_a_page_of_takes_costs_the_same_for_many(api, ada, django_assert_max_num_queries):
    for _ in range(12):
        graded(student=ada)
    api.force_login(ada)
    with django_assert_max_num_queries(8):
        assert api.get(reverse("api-submission-list")).data["count"] == Submission.objects.count()


@pytest.mark.parametrize("name", ["api-submission-list", "api-exercise-list"])
def test_a_big_school_costs_a_page_no_more_queries(api, ada, ms_clark, classroom, django_assert_max_num_queries, name):
    """Forty students of one teacher, and pages of their takes."""
    from tests.factories import StudentFactory

    for _ in range(40):
        student = StudentFactory(classroom=classroom)
        for _ in range(2):
            graded(student=student, exercise=ExerciseFactory())
    api.force_login(ms_clark)
    with django_assert_max_num_queries(7):
        assert api.get(reverse(name), {"limit": 200}).data["count"] == 80


def person(request, who):
    if who == "staff":
        return UserFactory(is_staff=True, is_superuser=True)
    if who == "other":
        return person_of_other_class()
    return request.getfixturevalue(who)


def person_of_other_class():
    from tests.factories import ClassroomFactory

    return TeacherFactory(classroom=ClassroomFactory())


def arguments(name, take, exercise):
    if name in OF_A_TAKE:
        return [take]
    if name == "api-class-assignment":
        return [exercise, exercise]
    # Of the others any number is somebody's.
    numbered = OF_AN_EXERCISE | OF_A_CLASS | OF_A_STUDENT | OF_A_PLAN | OF_WHAT_WAS_SAID | OF_AN_ASSIGNMENT
    return [exercise] if name in numbered else []
