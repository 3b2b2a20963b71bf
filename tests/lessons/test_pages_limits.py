"""What they get: set by a teacher for a class or a student, said to both."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lessons.models import PracticeLimits
from lessons.pages.limit_words import grade_words, limit_words, student_words
from lessons.practice.limits import set_for_class, set_for_student
from lessons.practice.planning import choose_next
from tests.factories import ExerciseFactory

grades = st.one_of(st.none(), st.floats(0.5, 9))


@given(grades, grades)
def test_only_what_limits_is_said(floor: float | None, ceiling: float | None) -> None:
    words = grade_words(floor, ceiling)
    assert bool(words) == ((floor or 0.5) > 0.5 or (ceiling or 9) < 9)


def test_limits_in_words() -> None:
    assert limit_words(2, 4, ["rhythm:tie", "accidental"], "dance") == (
        "between grades 2 and 4, working on tied notes and accidentals, dances"
    )
    assert limit_words(None, 3.5, [], "") == "up to grade 3.5"
    assert limit_words(0.5, 9, [], "any") == ""
    assert student_words(2, 4, [], "any") == "Your teacher keeps you between grades 2 and 4."
    assert student_words(1, 2, ["rhythm:tie"], "hymn") == (
        "Your teacher keeps you between grades 1 and 2, working on tied notes, with hymns."
    )
    assert student_words(0.5, 9, ["rhythm:tie"], "hymn") == "Your teacher has you working on tied notes, with hymns."
    assert student_words(0.5, 9, [], "song") == "Your teacher asks for songs."
    assert student_words(0.5, 9, [], "any") == ""


@pytest.fixture
def hers(client: Client, ms_clark: Any) -> Client:
    client.force_login(ms_clark)
    return client


def test_set_for_the_class_it_is_in_force_and_the_student_is_told(
    hers: Client, ada: Any, ms_clark: Any, classroom: Any
) -> None:
    ExerciseFactory(grade=3.0)
    sent = {"floor": "2", "ceiling": "4", "style": "dance", "focus": ["rhythm:tie"]}
    page = hers.post(reverse("class-limits", args=[classroom.pk]), sent, follow=True).content.decode()
    words = "between grades 2 and 4, working on tied notes, dances"
    assert words in page
    assert "set by Joan Clark" in hers.get(reverse("class-limits", args=[classroom.pk])).content.decode()
    assert words in hers.get(reverse("class-student", args=[classroom.pk, ada.pk])).content.decode()
    hers.force_login(ada)
    page = hers.get(reverse("home")).content.decode()
    assert "Your teacher keeps you between grades 2 and 4" in page


def test_what_was_chosen_before_the_limit_was_set_is_said_to_be(
    client: Client, ada: Any, ms_clark: Any, classroom: Any
) -> None:
    ExerciseFactory(grade=3.0)
    client.force_login(ada)
    client.get(reverse("home"))
    set_for_class(classroom, ms_clark, ceiling=2.0)
    assert "After this one, your teacher keeps you up to grade 2." in client.get(reverse("home")).content.decode()
    choose_next(ada)
    assert "Your teacher keeps you up to grade 2." in client.get(reverse("home")).content.decode()


def test_a_students_panel_sums_up_what_holds_for_them(hers: Client, ada: Any, ms_clark: Any, classroom: Any) -> None:
    set_for_class(classroom, ms_clark, floor=1.5, style="hymn")
    set_for_student(ada, ms_clark, ceiling=3.0)
    page = hers.get(reverse("class-student", args=[classroom.pk, ada.pk])).content.decode()
    assert '<span class="soft">between grades 1.5 and 3, hymns</span></summary>' in page


def test_for_one_student_the_form_begins_as_what_is_set(hers: Client, ada: Any, ben: Any, classroom: Any) -> None:
    address = reverse("class-student-limits", args=[classroom.pk, ada.pk])
    hers.post(address, {"floor": "", "ceiling": "2.5", "style": "", "focus": ["interval:5:up"]})
    row = PracticeLimits.objects.get(student=ada)
    assert (row.floor, row.ceiling, row.focus, row.style) == (None, 2.5, ["interval:5:up"], "")
    page = hers.get(address).content.decode()
    assert '<option value="2.5" selected>' in page
    assert 'value="interval:5:up" checked' in page
    hers.post(address, {"floor": "", "ceiling": "", "style": ""})
    assert "Nothing is set" in hers.get(address).content.decode()
    assert not PracticeLimits.objects.filter(student=ben).exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"floor": "4", "ceiling": "2"}, "The easiest grade must not lie above the hardest."),
        ({"focus": [f"key:{fifths}" for fifths in range(1, 7)]}, "more than 5 things at once"),
        ({"focus": ["rhythm:wobble"]}, "Choose among what is offered."),
    ],
)
def test_a_refusal_is_one_sentence(hers: Client, classroom: Any, sent: dict[str, Any], sentence: str) -> None:
    answer = hers.post(reverse("class-limits", args=[classroom.pk]), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not PracticeLimits.objects.exists()


def test_nobody_sets_what_is_not_theirs_to_set(client: Client, ada: Any, ben: Any, zoe: Any, classroom: Any) -> None:
    for who in (ben, zoe):
        client.force_login(who)
        assert client.post(reverse("class-limits", args=[classroom.pk]), {}).status_code == 404
        assert client.post(reverse("class-student-limits", args=[classroom.pk, ada.pk]), {}).status_code == 404


def test_a_student_of_another_class_is_not_there(hers: Client, zoe: Any, classroom: Any) -> None:
    assert hers.get(reverse("class-student-limits", args=[classroom.pk, zoe.pk])).status_code == 404
