"""Ms Clark's ten minutes before class."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import ClassroomFactory, StudentFactory, TeacherFactory, graded


def test_she_begins_at_her_class(client: Client, ms_clark: Any, classroom: Any) -> None:
    client.force_login(ms_clark)
    assert client.get(reverse("welcome")).url == reverse("class", args=[classroom.pk])


def test_with_two_classes_she_chooses(client: Client, ms_clark: Any) -> None:
    TeacherFactory._meta.model.objects.get(pk=ms_clark.pk).memberships.create(
        classroom=ClassroomFactory(name="Friday winds"), role="teacher"
    )
    client.force_login(ms_clark)
    assert client.get(reverse("welcome")).url == reverse("classes")
    assert "Friday winds" in client.get(reverse("classes")).content.decode()


def test_the_class_shows_who_has_played_and_who_has_not(client: Client, ms_clark: Any, ada: Any, ben: Any) -> None:
    graded(student=ada)
    client.force_login(ms_clark)
    page = client.get(reverse("class", args=[ms_clark.classrooms.get().pk])).content.decode()
    assert "Ada" in page
    assert "Last grades, oldest first" in page
    assert "not yet" in page


def test_a_class_costs_the_same_with_one_student_or_twenty(
    client: Client, ms_clark: Any, ada: Any, classroom: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(ms_clark)
    address = reverse("class", args=[classroom.pk])
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as small:
        client.get(address)
    for _ in range(20):
        StudentFactory(classroom=classroom)
    with django_assert_num_queries(len(small)):
        client.get(address)


def test_a_students_page_lists_the_takes(client: Client, ms_clark: Any, ada: Any, classroom: Any) -> None:
    take = graded(student=ada)
    client.force_login(ms_clark)
    page = client.get(reverse("class-student", args=[classroom.pk, ada.pk])).content.decode()
    assert take.get_absolute_url() in page


def test_the_tools_for_ruling_are_hers_alone(client: Client, ms_clark: Any, ada: Any) -> None:
    take = graded(student=ada)
    own = {}
    for who in (ada, ms_clark):
        client.force_login(who)
        own[who.username] = client.get(take.get_absolute_url()).context["own"]
    assert own == {ada.username: True, ms_clark.username: False}


@pytest.mark.parametrize("who", ["ada", "zoe", "a teacher of another class"])
def test_nobody_else_sees_the_class(client: Client, ada: Any, zoe: Any, classroom: Any, who: str) -> None:
    stranger = TeacherFactory(classroom=ClassroomFactory())
    client.force_login({"ada": ada, "zoe": zoe}.get(who, stranger))
    assert client.get(reverse("class", args=[classroom.pk])).status_code == 404
    assert client.get(reverse("class-student", args=[classroom.pk, ada.pk])).status_code == 404


def test_a_student_of_another_class_is_not_in_this_one(client: Client, ms_clark: Any, zoe: Any, classroom: Any) -> None:
    client.force_login(ms_clark)
    assert client.get(reverse("class-student", args=[classroom.pk, zoe.pk])).status_code == 404


def test_who_teaches_two_classes_has_one_way_to_both(client: Client, ms_clark: Any) -> None:
    second = ClassroomFactory(name="Wind band on Saturdays")
    ms_clark.memberships.create(classroom=second, role="teacher")
    client.force_login(ms_clark)
    page = client.get(reverse("class", args=[second.pk])).content.decode()
    masthead = page.partition("<header")[2].partition("</header>")[0]
    assert reverse("classes") in masthead
    assert second.name not in masthead
