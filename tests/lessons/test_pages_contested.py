"""The teacher's queue of contested notes: heard and answered where they stand, over all classes."""

import pytest
from django.urls import reverse

from lessons import contests
from lessons.models import Contest, Membership, Ruling
from tests.factories import ClassroomFactory, StudentFactory, TeacherFactory, UserFactory, graded


@pytest.fixture
def take(ada, ms_clark):
    return graded(student=ada, faulty={"n3": "wrong", "n5": "missing"})


@pytest.fixture
def other_class(ms_clark):
    """Ms Clark's second class, and Cleo in it."""
    other = ClassroomFactory(name="Friday brass")
    Membership.objects.create(classroom=other, user=ms_clark, role="teacher")
    return other


def page(client, who, **asked):
    client.force_login(who)
    return client.get(reverse("contested"), asked)


def test_it_says_what_was_heard_what_the_student_says_and_where(client, take, ada, ms_clark):
    contests.contest(take, ada, "n3", "I played an E & held it.")
    said = page(client, ms_clark).content.decode()
    for words in ("Ada", "wrong note", "Bar 1, E4", "I played an E &amp; held it.", take.exercise.title):
        assert words in said
    assert f"{take.get_absolute_url()}#note=n3" in said
    assert f"{reverse('api-recording', args=[take.pk])}#t=" in said


@pytest.mark.parametrize(("pressed", "state"), [("right", "granted"), ("stands", "kept")])
def test_it_is_answered_where_it_stands(client, take, ada, ms_clark, pressed, state):
    made = contests.contest(take, ada, "n3", "No.")
    client.force_login(ms_clark)
    answer = client.post(reverse("contested-answer", args=[made.pk]), {pressed: "1", "answer": "I hear an\x00 E."})
    assert answer.status_code == 302 and answer.url == reverse("contested")
    made.refresh_from_db()
    assert (made.state, made.answer, made.answered_by) == (state, "I hear an E.", ms_clark)
    assert Ruling.objects.get().verdict == ("correct" if pressed == "right" else "wrong")
    assert "Nothing waits" in client.get(answer.url).content.decode()
    said = page(client, ms_clark, shown="answered").content.decode()
    assert "I hear an E." in said and "Joan Clark" in said


def test_who_owns_up_to_a_mistake_is_believed_too(client, take, ada, ms_clark):
    made = contests.contest(take, ada, "n1", "I played a D, honestly.")
    assert "It was wrong" in page(client, ms_clark).content.decode()
    client.post(reverse("contested-answer", args=[made.pk]), {"right": "1"})
    made.refresh_from_db()
    assert made.state == "granted" and Ruling.objects.get().verdict == "wrong"


def test_what_somebody_else_answered_meanwhile_is_said(client, take, ada, ms_clark):
    made = contests.contest(take, ada, "n3", "No.")
    client.force_login(ms_clark)
    for _ in range(2):
        answer = client.post(reverse("contested-answer", args=[made.pk]), {"stands": "1"}, follow=True)
    assert "closed already" in answer.content.decode() and Ruling.objects.count() == 1


def test_by_class(client, take, ada, ms_clark, classroom, other_class):
    cleo = StudentFactory(first_name="Cleo", classroom=other_class)
    contests.contest(take, ada, "n3", "No.")
    contests.contest(graded(student=cleo), cleo, "n3", "No.")
    everybody = page(client, ms_clark).content.decode()
    assert "Ada" in everybody and "Cleo" in everybody
    one = page(client, ms_clark, **{"class": other_class.pk}).content.decode()
    assert "Cleo" in one and "Ada</a>" not in one
    assert page(client, ms_clark, **{"class": ClassroomFactory().pk}).status_code == 404
    assert page(client, ms_clark, **{"class": "x"}).status_code == 404


def test_back_to_the_same_place_in_the_list(client, take, ada, ms_clark, classroom):
    made = contests.contest(take, ada, "n3", "No.")
    client.force_login(ms_clark)
    sent = {"stands": "1", "class": str(classroom.pk), "page": "2"}
    answer = client.post(reverse("contested-answer", args=[made.pk]), sent)
    assert answer.url == f"{reverse('contested')}?class={classroom.pk}&page=2"
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("who", ["ada", "ben", "zoe", "author", "office"])
def test_it_is_for_teachers(client, take, ada, request, who):
    people = {"author": UserFactory(is_author=True), "office": UserFactory(is_staff=True, is_superuser=True)}
    person = people.get(who) or request.getfixturevalue(who)
    made = contests.contest(take, ada, "n3", "No.")
    assert page(client, person).status_code == 404
    status = 403 if who == "ada" else 404
    assert client.post(reverse("contested-answer", args=[made.pk]), {"stands": "1"}).status_code == status
    assert Contest.objects.get().state == "open"


def test_another_teacher_sees_none_of_it(client, take, ada):
    made = contests.contest(take, ada, "n3", "Mine alone.")
    stranger = TeacherFactory(classroom=ClassroomFactory())
    assert "Mine alone." not in page(client, stranger).content.decode()
    assert client.post(reverse("contested-answer", args=[made.pk]), {"stands": "1"}).status_code == 404


def test_nobody_without_a_login(client, db):
    assert client.get(reverse("contested")).status_code == 302


def test_forty_students_cost_no_more_than_two(client, ms_clark, classroom, django_assert_max_num_queries):
    def more(count):
        for _ in range(count):
            student = StudentFactory(classroom=classroom)
            contests.contest(graded(student=student), student, "n3", "No.")

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    more(2)
    page(client, ms_clark)
    with CaptureQueriesContext(connection) as few:
        page(client, ms_clark)
    more(28)
    with CaptureQueriesContext(connection) as many:
        shown = page(client, ms_clark)
    assert len(many) == len(few)
    assert shown.context["page"].paginator.count == 30 and len(shown.context["lines"]) == 25
