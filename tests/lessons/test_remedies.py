"""“Practise this”: what a cause asks for, as a drill where hands learn by it, as a melody where the eye does."""

from __future__ import annotations

import pytest

from lessons.models import Exercise, User
from lessons.practice.remedies import answer
from tests.factories import graded
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import occurrences_of, tag
from tutor.composing.technique import KINDS as TECHNIQUES
from tutor.grading.assessment import Ask

pytestmark = pytest.mark.django_db

SCALE = Ask("key:2", "scale", fifths=2)


def made(student: User, ask: Ask, bpm: float = 80.0) -> Exercise:
    return Exercise.objects.get(pk=answer(student, ask, bpm))


@pytest.mark.parametrize("ask", [SCALE, Ask("rhythm:long-notes", "long-tones"), Ask("interval:3:up", "broken-thirds")])
def test_hands_get_a_drill(ada: User, ask: Ask) -> None:
    one = made(ada, ask)
    assert one.kind == ask.kind and one.kind in TECHNIQUES
    assert one.as_score().key_at(0).fifths == ask.fifths


@pytest.mark.parametrize(
    "ask",
    [
        Ask("interval:6:up", "broken-sixths", tempo=0.8),
        Ask("accidental", "broken-thirds", fifths=1, mode="minor", tempo=0.8),
        Ask("rhythm:tie", "rhythm", figure="tie", metre="3/4"),
        Ask("rhythm:syncopation", "rhythm", figure="syncopation"),
    ],
)
def test_what_is_read_in_a_line_gets_a_line(ada: User, ask: Ask) -> None:
    one = made(ada, ask)
    score = one.as_score()
    assert one.kind == "remedy" and one.composed_for == ada
    assert occurrences_of(score, tag(score))[ask.skill] >= 3
    assert score.key_at(0).fifths == ask.fifths
    assert one.tempo_bpm == round(80 * ask.tempo)


def test_who_did_the_drill_gets_the_melody(ada: User) -> None:
    drill = made(ada, SCALE)
    assert made(ada, SCALE) == drill  # Not done yet.
    graded(student=ada, exercise=drill)
    melody = made(ada, SCALE)
    assert melody.kind == "remedy" and melody.as_score().key_at(0).fifths == 2
    assert made(ada, SCALE) == melody  # Asked twice, it is the same.


def test_a_singer_gets_one_to_sing(zoe: User) -> None:
    zoe.instrument = "soprano"
    zoe.save()
    assert made(zoe, Ask("interval:5:up", "broken-fifths")).instrument == "soprano"


def test_where_no_melody_can_be_had_the_drill_serves(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(order: object) -> None:
        raise CannotCompose("Not today.")

    monkeypatch.setattr("lessons.practice.remedies.make_melody", refuse)
    assert made(ada, Ask("interval:6:up", "broken-sixths")).kind == "broken-sixths"
