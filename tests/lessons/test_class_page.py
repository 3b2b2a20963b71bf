"""The class page as a teacher walks it: to any take in two clicks, at the same cost for two students and for forty."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.models import (
    Assessment,
    Classroom,
    Comment,
    Contest,
    Exercise,
    PutAside,
    SkillState,
    StudentGroup,
    Submission,
    User,
)
from lessons.pages import classes
from tests.factories import ClassroomFactory, ExerciseFactory, StudentFactory, TeacherFactory, graded, melody

pytestmark = pytest.mark.django_db

TAKE = re.compile(r"/takes/[0-9a-f-]{36}/")


@pytest.fixture
def hers(client: Client, ms_clark: User) -> Client:
    client.force_login(ms_clark)
    return client


@pytest.fixture
def scale(db: None) -> Exercise:
    return ExerciseFactory(music=melody("C4 D4 E4 F4 G4 A4 B4 C5 D5 C5 B4 A4"), title="A scale")


def address(room: Classroom, **asked: Any) -> str:
    return reverse("class", args=[room.pk]) + ("?" + "&".join(f"{key}={value}" for key, value in asked.items()))


def page(client: Client, room: Classroom, **asked: Any) -> str:
    return client.get(address(room, **asked)).content.decode()


def played(student: User, scale: Exercise, days: float = 0.0, **brief: Any) -> Submission:
    done = graded({"n2": "wrong", "n5": "wrong"}, student=student, exercise=scale)
    Submission.objects.filter(pk=done.pk).update(created_at=timezone.now() - timedelta(days=days))
    done.refresh_from_db()
    practice.learn_from(done)
    if brief:
        Assessment.objects.filter(submission=done).update(**brief)
    return done


def section(html: str, name: str) -> str:
    return html.partition(f'id="{name}"')[2].partition("</section>")[0]


def links(html: str) -> list[str]:
    return re.findall(r'href="(/[^"]*)"', html.replace("&amp;", "&"))


# Clicks


def test_every_way_leads_to_a_take_in_two_clicks(hers: Client, classroom: Classroom, ada: User, scale: Any) -> None:
    for days in (3, 2, 1):
        last = played(ada, scale, days, causes=["late"], not_heard=6)
    Contest.objects.create(assessment=last.current_assessment, note_id="n2", why="I did.")
    seen = page(hers, classroom)
    body = seen.partition('id="needs"')[2]
    ways = list(dict.fromkeys(links(body)))
    # Who needs her, the map and the practice list have their own.
    assert all(links(part) for part in (section(seen, "needs"), section(seen, "skills"), seen.rpartition("<table")[2]))
    clicks = {way: 1 if TAKE.search(way) else 2 for way in ways}
    for way in (way for way, needed in clicks.items() if needed == 2):
        assert TAKE.search(hers.get(way).content.decode().partition('id="takes"')[2]), way
    one_click = [link for link in links(section(seen, "needs")) if clicks[link] == 1]
    assert len(one_click) == len(links(section(seen, "needs"))) == 3


def test_a_field_of_the_map_opens_the_takes_that_show_it(
    hers: Client, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    shows = played(ada, scale, 1)
    other = played(ada, ExerciseFactory(music=melody("C4 F4 C4 F4 C4 F4 C4 F4 C4 F4 C4 F4")), 1)
    (steps,) = {link for link in links(section(page(hers, classroom), "skills")) if "interval%3A2%3Aup" in link}
    found = section(hers.get(steps).content.decode(), "takes")
    assert shows.get_absolute_url() in found
    assert other.get_absolute_url() not in found
    # Of seven steps up, those to n2 and n5 went wrong.
    assert "6 of 8 right" in found


def test_the_map_is_a_table_that_can_be_read_aloud(
    hers: Client, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    played(ada, scale)
    table = re.search(r'<table class="heat">.*?</table>', page(hers, classroom), re.DOTALL)
    assert table is not None
    heads = re.findall(r'<th scope="(\w+)"', table[0])
    assert heads.count("row") == 1
    assert heads.count("colgroup") >= 1
    assert "Steps, upwards" in table[0]
    assert re.search(r"<b>\d+</b><span> \d+–\d+</span>", table[0])
    assert 'role="region" aria-label="Students by skills" tabindex="0"' in page(hers, classroom)


# What is shown


def test_an_empty_class_says_how_students_come(hers: Client, classroom: Classroom) -> None:
    assert "Nobody has joined yet" in page(hers, classroom)


def test_a_class_where_all_is_well_is_calm(hers: Client, classroom: Classroom, ada: User) -> None:
    assert "Nobody is waiting for you" in page(hers, classroom)


def test_a_group_is_shown_alone(hers: Client, classroom: Classroom, ada: User, ben: User) -> None:
    first = StudentGroup.objects.create(classroom=classroom, name="First violins")
    first.members.set([ada])
    seen = page(hers, classroom, group=first.pk)
    assert reverse("class-student", args=[classroom.pk, ada.pk]) in seen
    assert reverse("class-student", args=[classroom.pk, ben.pk]) not in seen
    assert reverse("class-student", args=[classroom.pk, ben.pk]) in page(hers, classroom)


@pytest.mark.parametrize("group", ["another class's", "nonsense", "9" * 30])
def test_a_group_that_is_not_of_this_class_shows_everybody(
    hers: Client, classroom: Classroom, ada: User, group: str
) -> None:
    other = StudentGroup.objects.create(classroom=ClassroomFactory(), name="Others")
    asked = other.pk if group == "another class's" else group
    assert reverse("class-student", args=[classroom.pk, ada.pk]) in page(hers, classroom, group=asked)


def test_a_very_large_class_is_shown_in_parts(hers: Client, classroom: Classroom, monkeypatch: Any) -> None:
    monkeypatch.setattr(classes, "STUDENTS_A_PAGE", 2)
    people = [StudentFactory(first_name=name, classroom=classroom) for name in ("Abe", "Bea", "Cy")]
    first, second = page(hers, classroom), page(hers, classroom, page=2)
    pages = [[person.first_name for person in people if f">{person.first_name}</a>" in one] for one in (first, second)]
    assert pages == [["Abe", "Bea"], ["Cy"]]


def test_more_lines_than_a_teacher_can_see_to_are_folded(
    hers: Client, classroom: Classroom, scale: Exercise, monkeypatch: Any
) -> None:
    monkeypatch.setattr(classes, "NEEDS_SHOWN", 2)
    for _ in range(3):
        played(StudentFactory(classroom=classroom), scale, not_heard=6)
    assert "1 more" in section(page(hers, classroom), "needs")


# Putting aside


def aside(client: Client, room: Classroom, student: User, **sent: Any) -> Any:
    return client.post(reverse("class-aside", args=[room.pk]), {"student": student.pk, "kind": "unsure", **sent})


def test_what_is_put_aside_leaves_the_list_and_can_be_brought_back(
    hers: Client, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    played(ada, scale, 0.1, not_heard=6)
    assert "6 of 12 notes not heard" in section(page(hers, classroom), "needs")
    answer = aside(hers, classroom, ada, query="sort=weakest&next=//elsewhere")
    assert answer.url == reverse("class", args=[classroom.pk]) + "?sort=weakest#needs"
    seen = section(page(hers, classroom), "needs")
    assert "1 put aside" in seen
    assert "Nobody is waiting for you" in seen
    aside(hers, classroom, ada, again="1")
    assert not PutAside.objects.exists()


@pytest.mark.parametrize(("kind", "about"), [("nonsense", ""), ("", "")])
def test_only_what_there_is_can_be_put_aside(
    hers: Client, classroom: Classroom, ada: User, kind: str, about: str
) -> None:
    assert aside(hers, classroom, ada, kind=kind, about=about).status_code == 404
    assert not PutAside.objects.exists()


def test_nobody_puts_aside_in_a_class_that_is_not_theirs(
    client: Client, ms_clark: User, classroom: Classroom, ada: User, zoe: User
) -> None:
    for who in (ada, zoe, TeacherFactory(classroom=ClassroomFactory())):
        client.force_login(who)
        assert aside(client, classroom, ada).status_code == 404
    client.force_login(ms_clark)
    assert aside(client, classroom, zoe).status_code == 404
    assert client.get(reverse("class-aside", args=[classroom.pk])).status_code == 405
    client.logout()
    assert aside(client, classroom, ada).url.startswith(reverse("login"))
    assert not PutAside.objects.exists()


# A student's takes


def takes(client: Client, room: Classroom, student: User, **asked: Any) -> str:
    return section(client.get(reverse("class-student", args=[room.pk, student.pk]), asked).content.decode(), "takes")


def test_takes_are_found_by_what_is_asked_for(
    hers: Client, classroom: Classroom, ada: User, ms_clark: User, scale: Exercise
) -> None:
    old, new = played(ada, scale, 40), played(ada, scale, 1)
    other = played(ada, ExerciseFactory(title="Another"), 1)
    Comment.objects.create(submission=new, author=ms_clark, text="Good.")
    today = timezone.localdate()

    def found(**asked: Any) -> set[Submission]:
        seen = takes(hers, classroom, ada, **asked)
        return {one for one in (old, new, other) if one.get_absolute_url() in seen}

    assert found() == {old, new, other}
    assert found(word="on") == {old, other}
    assert found(exercise=scale.pk) == {old, new}
    assert found(first=today - timedelta(days=2)) == {new, other}
    assert found(last=today - timedelta(days=2)) == {old}
    assert found(first=today - timedelta(days=40), last=today - timedelta(days=40)) == {old}
    assert found(word="on", exercise=scale.pk, first=today - timedelta(days=2)) == set()
    assert found(skill="no:such") == set()
    assert found(exercise="nonsense", first="nonsense") == {old, new, other}


def test_what_waits_for_a_word_is_as_many_as_the_class_page_says(
    hers: Client, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    for days in (1, 27, 29, 60):
        played(ada, scale, days)
    (way,) = {link for link in links(page(hers, classroom)) if "word=on" in link}
    assert len(set(TAKE.findall(section(hers.get(way).content.decode(), "takes")))) == 2
    assert ">2 takes</a>" in page(hers, classroom)


def test_many_takes_are_shown_in_parts(hers: Client, classroom: Classroom, ada: User, scale: Exercise) -> None:
    for _ in range(27):
        graded(student=ada, exercise=scale)
    pages = [set(TAKE.findall(takes(hers, classroom, ada, page=number))) for number in (1, 2)]
    assert [len(one) for one in pages] == [25, 2]
    assert not pages[0] & pages[1]


def test_where_no_take_fits_the_page_says_what_to_do(
    hers: Client, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    played(ada, scale)
    assert "No take fits" in takes(hers, classroom, ada, last="2020-01-01")


# Cost


@pytest.mark.parametrize("asked", [{}, {"sort": "weakest", "skills": "all"}])
def test_two_students_cost_as_many_queries_as_forty(
    hers: Client, classroom: Classroom, scale: Exercise, asked: dict[str, str]
) -> None:
    queries = []
    for more in (2, 38):
        for _ in range(more):
            student = StudentFactory(classroom=classroom)
            last = graded(student=student, exercise=scale)
            Assessment.objects.filter(submission=last).update(not_heard=6)
            SkillState.objects.create(
                student=student, skill="interval:2:up", ability=0, variance=0.2, right=9, heard=20
            )
            Contest.objects.create(assessment=last.current_assessment, note_id="n2", why="No.")
            PutAside.objects.create(teacher=classroom.members.get(username="clark"), student=student, kind="stopped")
        hers.get(address(classroom, **asked))
        with CaptureQueriesContext(connection) as found:
            hers.get(address(classroom, **asked))
        queries.append(len(found))
    assert queries[0] == queries[1]


def test_a_students_page_costs_the_same_with_two_takes_or_twenty(
    hers: Client, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    played(ada, scale)
    queries = []
    for more in (1, 18):
        for _ in range(more):
            graded(student=ada, exercise=scale)
        with CaptureQueriesContext(connection) as found:
            takes(hers, classroom, ada, skill="interval:2:up")
        queries.append(len(found))
    assert queries[0] == queries[1]
