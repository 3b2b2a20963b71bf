"""An echo is heard, then played: until it was graded no page gives a note of it away."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import ExerciseFactory, SubmissionFactory, graded, melody


@pytest.fixture
def echo(ada: Any) -> Any:
    music = melody("F#4 A4 D5 A4 G4 B4 E4 r", fifths=2)
    return ExerciseFactory(
        music=music,
        title="Echo in D major",
        composed_for=ada,
        origin="composed",
        instrument="violin",
        recipe={"kind": "echo"},
    )


def shows_notes(page: str) -> bool:
    """As engraved, as a symbol's id, or as data. Bars are no secret."""
    return bool(re.search(r'class="note"|"n[1-8]"|"duration_beat": 1\.0|"written"|"midi"', page))


def test_before_it_was_graded_the_stand_shows_bars_and_no_note(client: Client, ada: Any, echo: Any) -> None:
    client.force_login(ada)
    page = client.get(reverse("practice", args=[echo.pk])).content.decode()
    assert not shows_notes(page)
    assert page.count('class="measure') == 2
    assert "Hear it" in page
    assert reverse("api-exercise-sound", args=[echo.pk]) in page


def test_home_shows_no_picture_of_it(client: Client, ada: Any, echo: Any) -> None:
    from lessons.models import PlanItem, PracticePlan

    plan = PracticePlan.objects.create(student=ada, made_by="take")
    PlanItem.objects.create(plan=plan, position=0, exercise=echo, title=echo.title, reason="To hear it.", kind="echo")
    client.force_login(ada)
    page = client.get(reverse("home")).content.decode()
    assert "Echo in D major" in page
    assert reverse("api-exercise-score-svg", args=[echo.pk]) not in page


@pytest.mark.parametrize("state", ["received", "failed"])
def test_a_take_that_was_not_graded_gives_nothing_away(client: Client, ada: Any, echo: Any, state: str) -> None:
    take = SubmissionFactory(student=ada, exercise=echo, state=state)
    client.force_login(ada)
    assert not shows_notes(client.get(reverse("take", args=[take.pk])).content.decode())
    assert not shows_notes(client.get(reverse("practice", args=[echo.pk])).content.decode())


def test_once_graded_it_is_a_page_as_any(client: Client, ada: Any, echo: Any) -> None:
    take = graded(student=ada, exercise=echo)
    client.force_login(ada)
    assert 'class="note"' in client.get(reverse("take", args=[take.pk])).content.decode()
    page = client.get(reverse("practice", args=[echo.pk])).content.decode()
    assert 'class="note"' in page
    assert "sound_url&quot;: null" in page or '"sound_url": null' in page


def test_her_teacher_may_read_it(client: Client, ada: Any, ms_clark: Any, echo: Any) -> None:
    client.force_login(ms_clark)
    ms_clark.instrument = "flute"
    ms_clark.save()
    assert 'class="note"' in client.get(reverse("practice", args=[echo.pk])).content.decode()


@pytest.mark.parametrize(
    ("kind", "offers"),
    [("sight-singing", {"first", "look"}), ("sight-reading", {"look"}), ("intervals", set())],
)
def test_each_kind_offers_what_helps_with_it(client: Client, ada: Any, kind: str, offers: set[str]) -> None:
    exercise = ExerciseFactory(composed_for=ada, origin="composed", instrument="violin", recipe={"kind": kind})
    client.force_login(ada)
    page = client.get(reverse("practice", args=[exercise.pk])).content.decode()
    assert {name for name in ("first", "look") if f'data-do="{name}"' in page} == offers
