"""What is to be played by ear is heard first: no address gives its notes before the first graded take."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest
from django.urls import reverse

from lessons import practice
from lessons.models import Exercise, User
from tests.factories import AssessmentFactory, ExerciseFactory, SubmissionFactory, graded, melody
from tutor.composing.refusal import CannotCompose

pytestmark = pytest.mark.django_db

TUNE = melody("G4 A4 B4 D5 C5 A4 F#4 G4", fifths=1, title="Echo in G major")


@pytest.fixture
def echo(ada: User) -> Exercise:
    return ExerciseFactory(
        music=TUNE,
        composed_for=ada,
        origin=Exercise.Origin.COMPOSED,
        instrument="violin",
        recipe={"kind": "echo"},
        skills={"interval:3:up": 1},
    )


def fetch(api: Any, who: User, exercise: Exercise, name: str = "api-exercise", **query: Any) -> Any:
    api.force_login(who)
    return api.get(reverse(name, args=[exercise.pk]), query)


def note_ids(svg: Any) -> int:
    return sum(svg.content.decode().count(f'id="n{number}"') for number in range(1, 9))


def test_no_address_gives_the_notes(api: Any, ada: User, echo: Exercise) -> None:
    data = fetch(api, ada, echo).data
    assert data["is_by_ear"] and data["score_hidden"]
    assert data["notes"] == [] and data["skills"] == {}
    assert data["bars"] and data["metre"] and data["duration_beat"] == 8
    assert fetch(api, ada, echo, "api-exercise-score-musicxml").status_code == 403
    svg = fetch(api, ada, echo, "api-exercise-score-svg")
    assert svg.status_code == 200 and note_ids(svg) == 0
    listed = api.get(reverse("api-exercise-list")).json()["results"]
    assert all("score" not in one and "recipe" not in one and "notes" not in one for one in listed)


def test_it_is_not_found_by_what_is_in_it(api: Any, ada: User, ms_clark: User, echo: Exercise) -> None:
    def found(who: User) -> int:
        api.force_login(who)
        return int(api.get(reverse("api-exercise-list"), {"skill": "interval:3:up"}).json()["count"])

    assert (found(ada), found(ms_clark)) == (0, 1)
    graded(student=ada, exercise=echo)
    assert found(ada) == 1


def test_it_can_be_heard(api: Any, ada: User, echo: Exercise) -> None:
    answer = fetch(api, ada, echo, "api-exercise-sound")
    assert answer["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        length_s = sound.getnframes() / sound.getframerate()
        assert any(sound.readframes(sound.getnframes()))
    assert length_s == pytest.approx(8 * 60 / 84 + 0.5, abs=0.05)
    slower = fetch(api, ada, echo, "api-exercise-sound", bpm=42)
    assert len(slower.content) > 1.8 * len(answer.content)


def test_an_upload_is_no_key(api: Any, ada: User, echo: Exercise) -> None:
    """Sending anything at all does not open it: the take's own page of music waits for the grade as well."""
    take = SubmissionFactory(student=ada, exercise=echo)
    assert fetch(api, ada, echo).data["notes"] == []
    api.force_login(ada)
    assert note_ids(api.get(reverse("api-submission-score-svg", args=[take.pk]))) == 0
    assert api.get(reverse("api-assessment", args=[take.pk])).status_code == 404


def test_the_first_graded_take_opens_it(api: Any, ada: User, echo: Exercise) -> None:
    take = graded(student=ada, exercise=echo)
    data = fetch(api, ada, echo).data
    assert not data["score_hidden"] and len(data["notes"]) == 8
    assert note_ids(fetch(api, ada, echo, "api-exercise-score-svg")) == 8
    assert fetch(api, ada, echo, "api-exercise-score-musicxml").status_code == 200
    assert note_ids(api.get(reverse("api-submission-score-svg", args=[take.pk]))) == 8


def test_somebody_elses_take_does_not_open_it(ada: User, ben: User) -> None:
    shared = ExerciseFactory(music=TUNE, recipe={"kind": "echo"})
    graded(student=ben, exercise=shared)
    assert shared.score_hidden_from(ada) and not shared.score_hidden_from(ben)


def test_the_teacher_sees_what_their_student_hears(api: Any, ms_clark: User, zoe: User, echo: Exercise) -> None:
    assert len(fetch(api, ms_clark, echo).data["notes"]) == 8
    assert fetch(api, zoe, echo).status_code == 404
    assert fetch(api, zoe, echo, "api-exercise-sound").status_code == 404


def test_more_of_it_would_give_it_away(ada: User, echo: Exercise) -> None:
    for ask in (practice.vary, practice.more_like):
        with pytest.raises(CannotCompose, match="by ear"):
            ask(ada, echo)


def test_what_is_read_asks_the_database_only_for_tests_of_it(ada: User, django_assert_num_queries: Any) -> None:
    plain = ExerciseFactory()
    with django_assert_num_queries(2):
        assert not plain.score_hidden_from(ada)


def test_a_hearing_set_aside_is_a_hearing(ada: User, echo: Exercise) -> None:
    take = graded(student=ada, exercise=echo)
    AssessmentFactory(submission=take, engine="test-ear/2")
    assert not echo.score_hidden_from(ada)
