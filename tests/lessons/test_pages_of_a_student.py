"""What Ada sees, page by page; and what of hers nobody else does."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lessons.models import Exercise, Submission
from lessons.pages.stand import facts
from tests.factories import ExerciseFactory, LessonFactory, SubmissionFactory, c_major_scale, graded
from tutor.notation.score import Metre


@pytest.fixture
def exercise(db: None) -> Any:
    return ExerciseFactory(title="Gavotte", lesson=LessonFactory(title="Open strings", status="published"))


@pytest.fixture
def hers(client: Client, ada: Any) -> Client:
    client.force_login(ada)
    return client


def test_home_puts_one_piece_in_front_of_her_and_says_why(hers: Client, exercise: Any) -> None:
    page = hers.get(reverse("home"))
    item = page.context["home"].next
    assert item.reason in page.content.decode()
    assert page.content.decode().count("button primary") == 1
    assert reverse("practice", args=[item.exercise.pk]) in page.content.decode()


def test_home_of_an_empty_school_says_what_to_do(hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons.practice.open_items", lambda student: [])
    assert "Ask your teacher" in hers.get(reverse("home")).content.decode()


@pytest.mark.parametrize("page", ["home", "lessons", "progress"])
def test_a_student_without_instrument_chooses_one_first(client: Client, ada: Any, page: str) -> None:
    ada.instrument = ""
    ada.save()
    client.force_login(ada)
    assert client.get(reverse(page)).url == reverse("setup")


@pytest.mark.parametrize("page", ["home", "lessons", "progress", "setup", "classes"])
def test_a_passer_by_logs_in_first(client: Client, db: None, page: str) -> None:
    assert client.get(reverse(page)).url.startswith(reverse("login"))


def test_the_lesson_lists_what_may_be_played(hers: Client, exercise: Any) -> None:
    ExerciseFactory(title="Not yet", lesson=exercise.lesson, status="draft")
    page = hers.get(reverse("lesson", args=[exercise.lesson.pk])).content.decode()
    assert "Gavotte" in page
    assert "Not yet" not in page


def test_a_lesson_in_the_making_is_not_there(hers: Client) -> None:
    draft = LessonFactory(status="draft")
    assert hers.get(reverse("lesson", args=[draft.pk])).status_code == 404


def test_the_stand_shows_the_score_of_her_instrument(hers: Client, exercise: Any) -> None:
    page = hers.get(reverse("practice", args=[exercise.pk])).content.decode()
    assert 'class="note"' in page
    assert "<script>" not in page


def test_what_was_composed_for_ben_is_not_on_her_stand(hers: Client, ben: Any) -> None:
    his = ExerciseFactory(composed_for=ben, origin="composed")
    assert hers.get(reverse("practice", args=[his.pk])).status_code == 404


def test_progress_draws_her_grades_and_says_them(hers: Client, ada: Any, exercise: Any) -> None:
    take = graded(student=ada, exercise=exercise)
    page = hers.get(reverse("progress")).content.decode()
    overall = Submission.objects.get(pk=take.pk).current_assessment.overall
    assert f"Grade of the last take: {overall:.0f}." in page


def test_her_take_is_hers_and_her_teachers(client: Client, ada: Any, ben: Any, ms_clark: Any, zoe: Any) -> None:
    address = reverse("take", args=[SubmissionFactory(student=ada).pk])
    answers = {}
    for who in (ada, ms_clark, ben, zoe):
        client.force_login(who)
        answers[who.username] = client.get(address).status_code
    assert list(answers.values()) == [200, 200, 404, 404]


def test_the_page_of_a_failed_take_says_the_sentence(hers: Client, ada: Any) -> None:
    take = SubmissionFactory(student=ada, state="failed", trouble="Nothing was heard. Check the microphone.")
    page = hers.get(reverse("take", args=[take.pk])).content.decode()
    assert "Nothing was heard. Check the microphone." in page
    assert reverse("practice", args=[take.exercise.pk]) in page


def test_before_the_first_take_her_progress_says_how_to_begin(hers: Client, exercise: Any) -> None:
    page = hers.get(reverse("progress")).content.decode()
    assert "Play the first exercise" in page
    assert "0 takes" not in page
    assert 'class="bar' not in page


def test_compound_time_is_counted_as_it_is_felt() -> None:
    jig = replace(c_major_scale(), metres=(Metre(Fraction(0), 6, 8),))
    assert facts(jig, 112).endswith("at 75 dotted quarters")
    assert facts(c_major_scale(), 112).endswith("at 112")


def test_an_upbeat_is_no_bar() -> None:
    whole = c_major_scale()
    upbeat = replace(whole, bars=(replace(whole.bars[0], number=0), *whole.bars[1:]))
    assert facts(whole, 84) == "C major, 2 bars at 84"
    assert facts(upbeat, 84) == "C major, 1 bar at 84"


# The exercise that a cause asks for


def _asking(take: Any, **asks: Any) -> None:
    hearing = take.assessments.get()
    ask = {"skill": "rhythm:quarters", "kind": "rhythm", "figure": "quarters", "tempo": 0.6, **asks}
    hearing.result["causes"] = [{"code": "rushing", "text": "You rushed.", "notes": [], "asks_for": ask}]
    hearing.save()


def test_what_a_cause_asks_for_is_made_once_and_stands_ready(client: Client, ada: Any) -> None:
    take = graded(student=ada, tempo_bpm=100)
    _asking(take)
    client.force_login(ada)
    address = reverse("take-remedy", args=[take.pk])
    first, second = (client.post(address, {"cause": "rushing"}) for _ in range(2))
    assert first.status_code == 302 and first.url == second.url
    made = Exercise.objects.get(composed_for=ada)
    assert first.url == reverse("practice", args=[made.pk])
    assert (made.tempo_bpm, made.recipe["kind"], made.can_be_clapped) == (60, "rhythm", True)
    assert client.get(first.url).status_code == 200


def test_what_cannot_be_made_is_said(client: Client, ada: Any) -> None:
    take = graded(student=ada)
    _asking(take, fifths=9)
    client.force_login(ada)
    answer = client.post(reverse("take-remedy", args=[take.pk]), {"cause": "rushing"}, follow=True)
    assert "at most seven sharps or flats" in answer.content.decode()


def test_a_remedy_is_for_whose_take_it_is_and_for_a_cause_that_was_found(client: Client, ada: Any, ben: Any) -> None:
    take = graded(student=ada)
    _asking(take)
    address = reverse("take-remedy", args=[take.pk])
    client.force_login(ada)
    assert client.get(address).status_code == 405
    assert client.post(address, {"cause": "dragging"}).status_code == 404
    client.force_login(ben)
    assert client.post(address, {"cause": "rushing"}).status_code == 404
