"""A student asks for something: a kind, a style, a length, more of the same; and says what was too much."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.defaultfilters import floatformat
from django.test import Client
from django.urls import reverse

from lessons.models import Exercise, PlanItem, PracticeFeedback, PracticePlan
from lessons.pages.choosing_forms import KINDS
from tests.factories import ExerciseFactory, melody
from tutor.composing.refusal import CannotCompose

TUNE = "G4 A4 B4 C5 D5 B4 G4 B4 A4 G4 F#4 A4 G4 D4 G4 r"


@pytest.fixture
def hers(client: Client, ada: Any) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def tune(db: None) -> Any:
    return ExerciseFactory(music=melody(TUNE, fifths=1), grade=2.0, title="Gavotte")


def test_home_offers_every_kind_as_a_plain_form(hers: Client, tune: Any) -> None:
    page = hers.get(reverse("home")).content.decode()
    assert f'action="{reverse("ask")}"' in page
    offered = {kind for kind in KINDS if f'name="kind" value="{kind}"' in page}
    assert offered == {*KINDS} - {"sight-singing"}
    # Calm: it opens when it is asked for, and the one big button stays the one.
    assert '<details class="choosing" id="choose" >' in page
    assert page.count("button primary") == 1


def test_a_voice_is_offered_to_sing(hers: Client, ada: Any, tune: Any) -> None:
    ada.instrument = "voice"
    ada.save()
    page = hers.get(reverse("home")).content.decode()
    offered = {kind for kind in KINDS if f'name="kind" value="{kind}"' in page}
    assert offered == {*KINDS} - {"sight-reading"}


def test_what_is_asked_for_is_composed_and_stands_there(hers: Client, ada: Any) -> None:
    answer = hers.post(reverse("ask"), {"kind": "sight-reading", "style": "dance", "bars": "8"})
    made = Exercise.objects.get(composed_for=ada)
    assert answer.url == reverse("practice", args=[made.pk])
    page = hers.get(answer.url).content.decode()
    assert "Composed for you: " in page
    assert "8 bars" in page
    assert f"grade {floatformat(made.grade, 1)}" in page
    assert str(made.recipe["seed"]) not in page


def test_a_rhythm_to_clap_is_clapped_unless_it_is_to_be_played(hers: Client, ada: Any) -> None:
    address = hers.post(reverse("ask"), {"kind": "rhythm"}).url
    page = hers.get(address).content.decode()
    assert "Clap or tap this rhythm" in page
    assert "major" not in page[page.index("Composed for you") :][:80]
    assert "Clap or tap this rhythm" not in hers.get(f"{address}?play=1").content.decode()


def test_a_surprise_leaves_everything_open(hers: Client, ada: Any, monkeypatch: pytest.MonkeyPatch, tune: Any) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("lessons.practice.wishes.wish", lambda student, **wish: asked.append(wish) or tune)
    hers.post(reverse("ask"), {"kind": "surprise", "style": "", "bars": ""})
    hers.post(reverse("ask"), {"skill": "rhythm:triplet"})
    hers.post(reverse("ask"), {"kind": "echo", "bars": "4"})
    assert asked == [{}, {"skill": "rhythm:triplet"}, {"kind": "echo", "bars": 4}]


def test_a_refusal_is_one_sentence_and_keeps_what_was_asked(
    hers: Client, tune: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise CannotCompose("Two bars can't hold six triplets.")

    monkeypatch.setattr("lessons.practice.wishes.wish", refuse)
    answer = hers.post(reverse("ask"), {"kind": "rhythm", "style": "hymn", "bars": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Two bars can&#x27;t hold six triplets." in page
    assert '<details class="choosing" id="choose" open>' in page
    for name, value in (("kind", "rhythm"), ("style", "hymn"), ("bars", "12")):
        assert f'name="{name}" value="{value}" checked' in page


@pytest.mark.parametrize("sent", [{"kind": "opera"}, {"bars": "900"}, {"style": "'; drop"}, {"skill": "x" * 99}])
def test_what_is_not_offered_is_not_composed(hers: Client, ada: Any, tune: Any, sent: dict[str, str]) -> None:
    assert hers.post(reverse("ask"), sent).status_code == 422
    assert not Exercise.objects.filter(composed_for=ada, recipe__has_key="composer", recipe__seed=0).exists()


def test_a_skill_that_does_not_exist_is_refused_in_a_sentence(hers: Client, tune: Any) -> None:
    for skill in ("rhythm:wobble", "key:9", "interval:9:up", "metre:7"):
        answer = hers.post(reverse("ask"), {"skill": skill})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "There is no such skill." in page
        assert 'name="skill"' not in page[page.index('id="choose"') :]


def test_what_was_asked_for_to_practise_one_skill_says_which(hers: Client, ada: Any) -> None:
    address = hers.post(reverse("ask"), {"skill": "rhythm:triplet"}).url
    assert "You asked for triplets." in hers.get(address).content.decode()
    address = hers.post(reverse("ask"), {"kind": "technique"}).url
    page = hers.get(address).content.decode()
    assert "You asked for it." in page
    assert '<p class="soft">Technique</p>' in page


def test_a_rhythm_has_no_tune_to_vary(hers: Client) -> None:
    address = hers.post(reverse("ask"), {"kind": "rhythm"}).url
    page = hers.get(address).content.decode()
    assert "More like this" in page
    assert "A variation of this" not in page


def test_more_like_this_and_a_variation_stand_there_at_once(hers: Client, ada: Any, tune: Any) -> None:
    for sent in ({}, {"variation": "2"}):
        answer = hers.post(reverse("more", args=[tune.pk]), sent)
        made = Exercise.objects.filter(composed_for=ada).latest("pk")
        assert answer.url == reverse("practice", args=[made.pk])
    assert Exercise.objects.filter(composed_for=ada).count() == 2


def test_too_hard_makes_a_new_plan_and_says_so(hers: Client, ada: Any, tune: Any) -> None:
    answer = hers.post(reverse("word", args=[tune.pk]), {"said": "too-hard"}, follow=True)
    assert PracticeFeedback.objects.get(student=ada).said == "too-hard"
    assert PracticePlan.objects.filter(student=ada).first().made_by == PracticePlan.MadeBy.WORD
    assert "easier" in answer.content.decode()


def test_another_word_changes_nothing(hers: Client, ada: Any, tune: Any) -> None:
    hers.post(reverse("word", args=[tune.pk]), {"said": "boring"})
    assert not PracticeFeedback.objects.exists()


@pytest.mark.parametrize("page", ["more", "word"])
def test_nobody_asks_about_what_was_composed_for_another(hers: Client, ben: Any, page: str) -> None:
    his = ExerciseFactory(composed_for=ben, origin="composed")
    assert hers.post(reverse(page, args=[his.pk])).status_code == 404
    assert hers.get(reverse(page, args=[his.pk])).status_code == 405


def test_an_order_in_the_plan_is_composed_when_it_is_opened(hers: Client, ada: Any, ben: Any) -> None:
    hers.get(reverse("home"))
    item = PlanItem.objects.filter(plan__student=ada, exercise=None).first()
    assert item is not None
    page = hers.get(reverse("home")).content.decode()
    assert item.title in page
    assert reverse("plan-item", args=[item.pk]) in page
    opened = hers.get(reverse("plan-item", args=[item.pk]))
    item.refresh_from_db()
    assert opened.url == reverse("practice", args=[item.exercise_id])
    assert item.reason in hers.get(opened.url).content.decode()
    assert hers.get(reverse("plan-item", args=[item.pk])).url == opened.url
    hers.force_login(ben)
    assert hers.get(reverse("plan-item", args=[item.pk])).status_code == 404


def test_of_the_plans_the_newest_is_said_to_be_on_the_stand(hers: Client, ada: Any, tune: Any) -> None:
    for _ in range(2):
        plan = PracticePlan.objects.create(student=ada, made_by="take")
        PlanItem.objects.create(plan=plan, position=0, title="Gavotte", reason="At your level.", exercise=tune)
    page = hers.get(reverse("plans")).content.decode()
    assert page.index("1 exercise, on the stand now") < page.index("1 exercise, none played")
    assert page.count("on the stand now") == 1


def test_earlier_plans_are_paged_and_her_own(hers: Client, ada: Any, ben: Any, ms_clark: Any, classroom: Any) -> None:
    for number in range(11):
        plan = PracticePlan.objects.create(student=ada, made_by="take")
        PlanItem.objects.create(plan=plan, position=0, title=f"Study {number}", reason=f"Because of {number}.")
    first, second = (hers.get(reverse("plans"), {"page": page}).content.decode() for page in (1, 2))
    assert "Because of 10." in first and "Because of 0." not in first
    assert "Because of 0." in second
    assert "1 of 2" in first
    address = reverse("class-student-plans", args=[classroom.pk, ada.pk])
    assert hers.get(address).status_code == 404
    hers.force_login(ms_clark)
    assert "Because of 10." in hers.get(address).content.decode()
    hers.force_login(ben)
    assert "Because of" not in hers.get(reverse("plans")).content.decode()
