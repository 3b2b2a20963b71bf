"""The school in another language: pages, drawings, what the engine said and the API's answers; and who chooses it."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lessons.models import Assessment, PlanItem, PracticePlan, SchoolSettings
from lessons.words import made_of
from tests.factories import ExerciseFactory, SubmissionFactory, graded
from tutor.grading.findings import tell
from tutor.grading.words import NOTES, bars
from tutor.saying import capital, phrase

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-DE,de;q=0.9,en;q=0.5"}
# A number of a drawing with a comma in it is none.
LOCALISED = re.compile(r'\b(?:x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height|viewBox)="[^"]*\d,\d[^"]*"')


@pytest.fixture
def hers(client: Client, ada: Any) -> Client:
    ada.language = "de"
    ada.save()
    client.force_login(ada)
    return client


@pytest.fixture
def take(ada: Any) -> Any:
    return graded({"n2": "wrong"}, student=ada, exercise=ExerciseFactory(title="Gavotte"))


@pytest.mark.parametrize("page", ["home", "progress", "lessons", "plans", "setup", "notices", "grading"])
def test_a_page_in_german_draws_what_it_draws_in_english(hers: Client, take: Any, page: str) -> None:
    html = hers.get(reverse(page)).content.decode()
    assert '<html lang="de">' in html
    assert LOCALISED.findall(html) == []
    assert "words/de.js" in html


def test_a_preset_in_german_draws_its_slopes(hers: Client) -> None:
    html = hers.get(reverse("grading-preset", args=["standard"])).content.decode()
    assert "Tonhöhe" in html
    assert LOCALISED.findall(html) == []


def test_figures_are_written_as_the_language_writes_them(hers: Client, take: Any) -> None:
    german = hers.get(reverse("progress")).content.decode()
    assert re.search(r"Du arbeitest auf Stufe \d,\d", german)


def test_english_loads_no_other_words(client: Client, ada: Any) -> None:
    client.force_login(ada)
    assert "words/" not in client.get(reverse("home")).content.decode()


def test_a_cause_is_told_in_the_readers_language_and_kept_in_none(hers: Client, take: Any) -> None:
    what = phrase("{where}: {note} was left out.", where=bars([2]), note=NOTES["B"][1])
    cause = tell("left_out", what, phrase("Slow down until every note has its time.")).cause
    hearing = Assessment.objects.get(submission=take, counts=True)
    hearing.result = {**hearing.result, "causes": [asdict(cause)]}
    hearing.save()
    told = hers.get(reverse("api-assessment", args=[take.pk])).json()["causes"][0]
    assert told["showed"] == "Takt 2: B wurde ausgelassen."
    assert "said" not in told


def test_a_reason_is_told_in_the_readers_language(hers: Client, ada: Any) -> None:
    reason = capital(phrase("{skill}: new here.", skill=phrase("dotted quarters")))
    plan = PracticePlan.objects.create(student=ada, made_by="take")
    kept = PlanItem.objects.create(plan=plan, position=0, reason=str(reason), reason_made_of=made_of(reason))
    old = PlanItem.objects.create(plan=plan, position=1, reason="Dotted quarters: new here.")
    html = hers.get(reverse("plans")).content.decode()
    assert "Punktierte Viertel: hier neu." in html
    assert "Dotted quarters: new here." in html  # of before: it was kept without its template
    assert kept.reason == old.reason


def test_a_refusal_is_told_in_the_readers_language(hers: Client, ada: Any) -> None:
    exercise = ExerciseFactory()
    sent = {"exercise": exercise.pk, "recording": SimpleUploadedFile("take.wav", b""), "tempo_bpm": 84}
    answer = hers.post(reverse("api-submission-list"), sent, HTTP_IDEMPOTENCY_KEY="one", format="multipart")
    assert answer.status_code == 400
    assert "Aufnahme ist leer" in answer.json()["detail"]


def test_what_went_wrong_with_a_take_is_told_in_the_readers_language(hers: Client, ada: Any) -> None:
    trouble = "Only 3 of 9 seconds arrived, the rest was lost: please send it again."
    take = SubmissionFactory(student=ada, state="failed", trouble=trouble)
    told = hers.get(reverse("api-submission", args=[take.pk])).json()
    assert told["sentence"].startswith("Nur 3 von 9 Sekunden")


def test_a_passer_by_chooses_a_language_for_this_browser(client: Client, db: None) -> None:
    assert '<html lang="en">' in client.get(reverse("welcome")).content.decode()
    there = client.post(reverse("set_language"), {"language": "de", "next": "/login/"})
    assert there.url == "/login/"
    assert '<html lang="de">' in client.get(reverse("login")).content.decode()


def test_an_unknown_language_changes_nothing(client: Client, db: None) -> None:
    client.post(reverse("set_language"), {"language": "xx", "next": "/"})
    assert '<html lang="en">' in client.get(reverse("welcome")).content.decode()


def test_nobody_is_sent_away_to_another_site(client: Client, db: None) -> None:
    there = client.post(reverse("set_language"), {"language": "de", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in there.url


def test_a_school_of_one_language_offers_no_choice(client: Client, db: None) -> None:
    SchoolSettings(languages=["de"]).save()
    html = client.get(reverse("welcome")).content.decode()
    assert '<html lang="de">' in html
    assert reverse("set_language") not in html


def test_her_own_choice_goes_before_the_browsers(hers: Client) -> None:
    assert '<html lang="de">' in hers.get(reverse("setup"), HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_the_browsers_wish_holds_without_a_choice(client: Client, db: None) -> None:
    assert '<html lang="de">' in client.get(reverse("welcome"), **GERMAN).content.decode()
