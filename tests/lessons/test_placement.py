"""Who isn't sure of their level is placed in a few short takes; who is says so and is asked nothing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.models import Placement, PlanItem, User
from lessons.practice import placement
from lessons.practice.hearings import HeardTake
from lessons.practice.learning import learn_again
from tests.factories import graded
from tests.lessons.test_practice import SCALE, exercise
from tutor.composing.refusal import CannotCompose
from tutor.learner.ability import probability
from tutor.learner.knowledge import SkillAbility, ability_for
from tutor.learner.placement import MOST_TAKES

pytestmark = pytest.mark.django_db


def play(student: User, item: PlanItem, share_right: float = 1.0) -> None:
    """A take of the planned exercise, learnt from as a worker does."""
    notes = [note.id for note in item.exercise.as_score().notes]
    wrong = round((1 - share_right) * len(notes))
    faulty = dict.fromkeys(notes[:: len(notes) // wrong][:wrong] if wrong else [], "wrong")
    practice.learn_from(graded(faulty, student=student, exercise=item.exercise, tempo_bpm=item.exercise.tempo_bpm))
    practice.choose_next(student)


def placed(student: User, plays_to: float) -> list[PlanItem]:
    """All short takes of somebody who plays this grade as one should."""
    placement.begin(student)
    items = []
    while (item := practice.next_item(student)) and item.reason.startswith("Finding your level"):
        items.append(item)
        play(student, item, probability(SkillAbility(ability_for(plays_to), 0.0), item.exercise.grade))
    return items


@pytest.mark.parametrize("plays_to", [1.5, 4.0, 7.0])
def test_the_level_is_found_in_six_short_takes_at_most(
    ada: User, plays_to: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same melodies each time: a rare drawing is two grades off.
    monkeypatch.setattr(placement, "seed_of", lambda student, what, number, now: number)
    items = placed(ada, plays_to)
    assert 2 <= len(items) <= MOST_TAKES
    assert [item.reason for item in items] == [
        f"Finding your level: {number} of at most {MOST_TAKES}." for number in range(1, len(items) + 1)
    ]
    assert all(len(item.exercise.as_score().bars) <= 5 and item.kind == "sight-reading" for item in items)
    ada.refresh_from_db()
    assert abs(ada.level - plays_to) <= 1.5
    assert ada.placement.level and not ada.placement.is_running
    assert ada.learner_state and abs(practice.recall(ada).working_grade - ada.level) < 2


def test_who_keeps_the_beat_on_other_notes_has_not_read_the_piece() -> None:
    said = {"metre:4/4": (20, 20), "rhythm:eighths": (12, 12), "key:0": (8, 8), "interval:3:up": (4, 10)}
    (trial,) = placement._trials([HeardTake(uuid4(), 1, 1, timezone.now(), grade=7.0, harder=0.0, said=said)])
    assert (trial.grade, trial.right, trial.heard) == (7.0, 20, 50)


def test_then_plans_are_as_ever(ada: User) -> None:
    exercise(SCALE, 2.0)
    placed(ada, 2.0)
    assert ada.plans.first().items.count() > 1


def test_who_knows_their_level_says_so(api: Any, ada: User) -> None:
    api.force_login(ada)
    assert api.get(reverse("api-placement")).data["state"] == "none"
    assert api.post(reverse("api-placement")).data == {"state": "running", "take": 1, "at_most": MOST_TAKES, "level": 2}
    play(ada, practice.next_item(ada))
    assert api.get(reverse("api-placement")).data["take"] == 2
    answer = api.put(reverse("api-placement"), {"level": 5})
    assert (answer.data["state"], answer.data["level"]) == ("ended", 5)
    assert not practice.next_item(ada).reason.startswith("Finding")
    assert Placement.objects.get(student=ada).level is None


def test_who_has_played_is_not_placed(api: Any, ada: User) -> None:
    graded(student=ada)
    with pytest.raises(CannotCompose, match="played already"):
        placement.begin(ada)
    api.force_login(ada)
    assert api.post(reverse("api-placement")).status_code == 422
    assert not Placement.objects.exists()


@pytest.mark.parametrize("level", [0, 9, "high", None])
def test_a_level_is_a_grade(api: Any, ada: User, level: Any) -> None:
    api.force_login(ada)
    assert api.put(reverse("api-placement"), {"level": level}).status_code == 400


def test_somebody_elses_takes_tell_nothing(ada: User, ben: User) -> None:
    for student in (ada, ben):
        placement.begin(student)
    play(ben, practice.next_item(ben), 0.5)
    assert (placement.standing(ada).take, placement.standing(ben).take) == (1, 2)


def test_a_take_that_was_not_heard_is_one_of_the_six(ada: User) -> None:
    placement.begin(ada)
    for _ in range(MOST_TAKES):
        item = practice.next_item(ada)
        notes = [note.id for note in item.exercise.as_score().notes]
        practice.learn_from(graded(dict.fromkeys(notes, "not_heard"), student=ada, exercise=item.exercise))
        practice.choose_next(ada)
    assert placement.standing(ada).state == placement.ENDED
    ada.refresh_from_db()
    assert ada.level == 2 and ada.placement.level is None, "of silence no level follows"


def test_a_level_that_is_said_later_is_learnt_from(ada: User) -> None:
    """As if it had been said before the first take."""
    placement.begin(ada)
    play(ada, practice.next_item(ada))
    placement.skip(ada, 6)
    said = practice.recall(ada).working_grade
    learn_again(ada, None)
    assert practice.recall(ada).working_grade == pytest.approx(said)


def test_who_no_longer_plays_anything_is_not_placed_meanwhile(api: Any, ada: User) -> None:
    placement.begin(ada)
    User.objects.filter(pk=ada.pk).update(instrument="")
    ada.refresh_from_db()
    exercise(SCALE, 2.0)
    api.force_login(ada)
    assert api.get(reverse("api-next")).data["exercise"]["title"] == "A scale"


def test_nobody_begins_all_day(api: Any, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"feedback": "2/min"})
    api.force_login(ada)
    assert [api.post(reverse("api-placement")).status_code for _ in range(3)] == [200, 200, 429]
    assert api.put(reverse("api-placement"), {"level": 2}).status_code == 429
    assert api.get(reverse("api-placement")).status_code == 200
