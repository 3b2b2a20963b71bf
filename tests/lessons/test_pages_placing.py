"""A newcomer says their level, or has it found: a quiet mark while it runs, and what was found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lessons import practice
from lessons.models import Placement, PracticeFeedback
from tests.factories import ExerciseFactory, graded
from tutor.learner.placement import MOST_TAKES


@pytest.fixture
def hers(client: Client, ada: Any) -> Client:
    ada.instrument = ""
    ada.save()
    client.force_login(ada)
    return client


def test_a_newcomer_is_offered_to_find_it_out(hers: Client) -> None:
    page = hers.get(reverse("setup")).content.decode()
    assert "Find it out with me" in page
    assert 'value="find-out" checked' in page
    assert page.count('name="level"') == 9


def test_while_it_runs_home_counts_quietly(hers: Client, ada: Any) -> None:
    answer = hers.post(reverse("setup"), {"instrument": "violin", "level": "find-out"}, follow=True)
    page = answer.content.decode()
    assert f"take 1 of at most {MOST_TAKES}" in page
    assert page.count('<i class="') == MOST_TAKES
    assert "A few bars at sight" in page or "Melody in" in page
    assert Placement.objects.get(student=ada).is_running


def test_at_the_end_it_says_what_was_found_and_how_sure(hers: Client, ada: Any) -> None:
    hers.post(reverse("setup"), {"instrument": "violin", "level": "find-out"})
    ada.refresh_from_db()
    for _ in range(MOST_TAKES):
        item = practice.next_item(ada)
        assert item is not None and item.exercise is not None
        practice.learn_from(graded(student=ada, exercise=item.exercise, tempo_bpm=item.exercise.tempo_bpm))
        practice.choose_next(ada)
        if not Placement.objects.get(student=ada).is_running:
            break
    found = Placement.objects.get(student=ada)
    page = hers.get(reverse("home")).content.decode()
    assert f"at about grade {found.level:.1f}, give or take" in page
    assert "of at most" not in page


def test_who_knows_their_level_is_asked_nothing(hers: Client, ada: Any) -> None:
    ExerciseFactory(grade=5.0)
    page = hers.post(reverse("setup"), {"instrument": "violin", "level": "5"}, follow=True).content.decode()
    ada.refresh_from_db()
    assert (ada.level, ada.instrument) == (5, "violin")
    assert "of at most" not in page


def test_a_change_of_mind_ends_it(hers: Client, ada: Any) -> None:
    hers.post(reverse("setup"), {"instrument": "violin", "level": "find-out"})
    hers.post(reverse("setup"), {"instrument": "violin", "level": "1"})
    assert not Placement.objects.get(student=ada).is_running


def test_another_instrument_does_not_end_it(hers: Client, ada: Any) -> None:
    hers.post(reverse("setup"), {"instrument": "violin", "level": "find-out"})
    graded(student=ada)
    assert 'value="find-out" checked' in hers.get(reverse("setup")).content.decode()
    hers.post(reverse("setup"), {"instrument": "viola", "level": "find-out"})
    assert Placement.objects.get(student=ada).is_running


def test_who_has_played_is_heard_already(hers: Client, ada: Any) -> None:
    ada.instrument = "violin"
    ada.save()
    graded(student=ada)
    page = hers.get(reverse("setup")).content.decode()
    assert "Find it out with me" not in page
    answer = hers.post(reverse("setup"), {"instrument": "violin", "level": "find-out"}, follow=True)
    assert "You have played already" in answer.content.decode()


@pytest.mark.parametrize("level", ["", "0", "9", "expert"])
def test_a_level_is_one_of_eight(hers: Client, ada: Any, level: str) -> None:
    answer = hers.post(reverse("setup"), {"instrument": "violin", "level": level})
    assert "Choose an instrument or a voice, and a level." in answer.content.decode()


def test_while_the_level_is_being_found_nobody_says_too_easy(client: Client, ada: Any) -> None:
    client.force_login(ada)
    client.post(reverse("setup"), {"instrument": "violin", "level": "find-out"})
    item = practice.next_item(ada)
    assert item is not None
    assert "too easy" not in client.get(reverse("practice", args=[item.exercise_id])).content.decode()
    answer = client.post(reverse("word", args=[item.exercise_id]), {"said": "too-easy"}, follow=True)
    assert "the next ones are harder" not in answer.content.decode()
    assert not PracticeFeedback.objects.exists()
