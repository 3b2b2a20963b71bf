"""A student has exercises composed: what they ask for, what can't be had, and nothing that isn't theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from lessons import practice
from lessons.models import Exercise, PracticeLimits, User
from lessons.practice import wishes
from tests.factories import ExerciseFactory
from tutor.composing.skills import occurrences_of, tag

pytestmark = pytest.mark.django_db


def compose(api: Any, who: User, **asked: Any) -> Any:
    api.force_login(who)
    return api.post(reverse("api-compose"), asked)


def made(answer: Any) -> Exercise:
    assert answer.status_code == 201, answer.data
    return Exercise.objects.get(pk=answer.data["exercise"]["id"])


def test_a_melody_full_of_one_skill(api: Any, ada: User) -> None:
    one = made(compose(api, ada, skill="interval:3:up", bars=8))
    score = one.as_score()
    assert (one.composed_for, one.instrument, one.origin) == (ada, "violin", Exercise.Origin.COMPOSED)
    assert occurrences_of(score, tag(score))["interval:3:up"] >= 4
    assert len([bar for bar in score.bars if bar.number]) == 8
    assert one.kind == "sight-reading"


def test_a_surprise_is_never_the_same_twice(api: Any, ada: User) -> None:
    two = [made(compose(api, ada, surprise=True)) for _ in range(2)]
    assert two[0] != two[1]
    assert two[0].score["symbols"] != two[1].score["symbols"]


@pytest.mark.parametrize("kind", ["sight-reading", "rhythm", "echo", "intervals", "arpeggios", "technique", "scale"])
def test_a_kind(api: Any, ada: User, kind: str) -> None:
    one = made(compose(api, ada, kind=kind))
    assert one.can_be_clapped == (kind == "rhythm")
    assert one.is_by_ear == (kind == "echo")


def test_minutes_are_bars(api: Any, ada: User) -> None:
    assert len([bar for bar in made(compose(api, ada, minutes=0.4)).as_score().bars if bar.number]) == 8


def test_a_singer_sings_at_sight_and_a_violinist_does_not(api: Any, ada: User, zoe: User) -> None:
    zoe.instrument = "soprano"
    zoe.save()
    assert made(compose(api, zoe, kind="sight-reading")).kind == "sight-singing"
    refused = compose(api, ada, kind="sight-singing")
    assert refused.status_code == 422 and "voices" in refused.data["detail"]


def test_the_teachers_limits_hold_for_wishes_too(api: Any, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(level=6)
    PracticeLimits.objects.create(student=ada, ceiling=2.0, style="song")
    ada.refresh_from_db()
    one = made(compose(api, ada, kind="sight-reading"))
    assert one.recipe["grade"] == 2.0 and one.recipe["style"] == "song"


def test_more_like_this_is_alike_and_another(api: Any, ada: User) -> None:
    one = made(compose(api, ada, kind="sight-reading", bars=8))
    other = made(compose(api, ada, like=one.pk))
    was, now = one.as_score(), other.as_score()
    assert (now.key_at(0), now.metre_at(0)) == (was.key_at(0), was.metre_at(0))
    assert abs(other.grade - one.grade) < 0.6 and len(now.bars) == len(was.bars)
    assert [note.pitch for note in now.notes] != [note.pitch for note in was.notes]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_variation_of_ones_tune(api: Any, ada: User, level: int) -> None:
    theme = made(compose(api, ada, kind="sight-reading", bars=8))
    varied = made(compose(api, ada, variation_of=theme.pk, level=level))
    assert varied.kind == "variation" and varied.as_score().key_at(0) == theme.as_score().key_at(0)
    assert varied.score["symbols"] != theme.score["symbols"]
    assert made(compose(api, ada, variation_of=theme.pk, level=level)) != varied


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"kind": "opera"}, "opera"),
        ({"style": "polka"}, "polka"),
        ({"skill": "interval:99:up"}, ""),
        ({"skill": "key:"}, "no skill"),
        ({"skill": "key:x"}, "no skill"),
        ({"skill": "key:99"}, "no skill"),
        ({"variation_of": 0, "level": 9}, "1, 2 or 3"),
    ],
)
def test_what_cannot_be_had_is_a_sentence(api: Any, ada: User, asked: dict[str, Any], word: str) -> None:
    asked = {name: ExerciseFactory().pk if name == "variation_of" else value for name, value in asked.items()}
    answer = compose(api, ada, **asked)
    assert answer.status_code == 422
    assert word in answer.data["detail"] and answer.data["detail"].endswith(".")
    assert not Exercise.objects.filter(composed_for=ada).exists()


@pytest.mark.parametrize("asked", [{"bars": 900}, {"bars": "many"}, {"like": -1}, {"like": 2**70}, {"minutes": "NaN"}])
def test_what_makes_no_sense_is_refused(api: Any, ada: User, asked: dict[str, Any]) -> None:
    assert compose(api, ada, **asked).status_code == 400


def test_who_plays_nothing_yet_is_asked_to_choose(api: Any, ms_clark: User) -> None:
    answer = compose(api, ms_clark, kind="echo")
    assert answer.status_code == 422 and "instrument" in answer.data["detail"]


def test_of_the_simplest_kind_too_none_comes_again(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a beginner's rhythms there are few: another seed may well be the same music."""
    monkeypatch.setattr(wishes, "_new_seed", iter([5, 5, 6, 5, 6, 7]).__next__)
    ada.level = 1
    ada.save()
    clapped = [practice.wish(ada, kind="rhythm") for _ in range(3)]
    assert [one.recipe["seed"] for one in clapped] == [5, 6, 7]


@pytest.mark.parametrize("asked", ["like", "variation_of"])
def test_somebody_elses_exercise_is_not_there(api: Any, ada: User, ben: User, asked: str) -> None:
    bens = ExerciseFactory(composed_for=ben, origin=Exercise.Origin.COMPOSED, instrument="clarinet")
    assert compose(api, ada, **{asked: bens.pk}).status_code == 404


def test_a_stranger_is_sent_away(api: Any, db: None) -> None:
    assert api.post(reverse("api-compose"), {}).status_code == 401


def test_nobody_composes_all_day(api: Any, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"compose": "2/min"})
    answers = [compose(api, ada, kind="scale").status_code for _ in range(3)]
    assert answers == [201, 201, 429]
