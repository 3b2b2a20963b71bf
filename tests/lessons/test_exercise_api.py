"""An exercise stands in front of each player in their own clef, transposition and range."""

import pytest
from django.urls import reverse

from lessons import practice
from tests.factories import ExerciseFactory, LessonFactory, graded, melody


@pytest.fixture
def exercise(db):
    return ExerciseFactory(music=melody("D4 E4 F#4 G4 A4 B4 C#5 D5", fifths=2, title="D major"), grade=2.0)


def fetch(api, who, exercise, name="api-exercise", **query):
    api.force_login(who)
    return api.get(reverse(name, args=[exercise.pk]), query)


def test_a_clarinet_reads_the_same_key_and_sounds_a_tone_lower(api, ada, ben, exercise):
    violin, clarinet = fetch(api, ada, exercise).data, fetch(api, ben, exercise).data
    assert clarinet["transposition"] == -2 and violin["transposition"] == 0
    assert clarinet["key"][0]["fifths"] == violin["key"][0]["fifths"] == 2
    assert [note["id"] for note in clarinet["notes"]] == [note["id"] for note in violin["notes"]]
    for note in clarinet["notes"]:
        assert (note["pitch"] + 2) % 12 in {2, 4, 6, 7, 9, 11, 1}


def test_another_instrument_may_be_asked_for(api, ada, exercise):
    data = fetch(api, ada, exercise, instrument="cello").data
    assert (data["instrument"], data["clef"]) == ("cello", "F4")
    assert "instrument=cello" in data["score_svg"] and "instrument=cello" in data["musicxml"]


def test_a_voice_answers_in_any_octave(api, ada, exercise):
    assert fetch(api, ada, exercise).data["octave_free"] is False
    assert fetch(api, ada, exercise, instrument="soprano").data["octave_free"] is True


def test_an_unknown_instrument_is_a_sentence(api, ada, exercise):
    answer = fetch(api, ada, exercise, instrument="kazoo")
    assert answer.status_code == 400 and "kazoo" in answer.data["detail"]


def test_who_has_not_chosen_reads_it_as_it_was_written(api, ms_clark, exercise):
    data = fetch(api, ms_clark, exercise).data
    assert data["instrument"] == "" and data["notes"][0]["written"] == "D4"


def test_bars_and_metre(api, ada, exercise):
    data = fetch(api, ada, exercise).data
    assert [(bar["number"], bar["onset_beat"], bar["duration_beat"]) for bar in data["bars"]] == [(1, 0, 4), (2, 4, 4)]
    assert data["metre"] == [{"onset_beat": 0.0, "beats": 4, "beat_type": 4}]
    assert data["duration_beat"] == 8


def test_the_engraving_carries_the_ids_of_the_notes(api, ada, exercise):
    svg = fetch(api, ada, exercise, "api-exercise-score-svg", width=390)
    assert svg["Content-Type"].startswith("image/svg+xml")
    for note in fetch(api, ada, exercise).data["notes"]:
        assert f'id="{note["symbol_ids"][0]}"' in svg.content.decode()


def test_nothing_in_it_may_run(api, ada, exercise):
    svg = fetch(api, ada, exercise, "api-exercise-score-svg")
    assert svg["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"<script" not in svg.content


def test_it_is_sent_again_only_if_it_changed(api, ada, exercise):
    first = fetch(api, ada, exercise, "api-exercise-score-svg")
    address = reverse("api-exercise-score-svg", args=[exercise.pk])
    assert api.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    exercise.score = melody("A4 B4 A4 B4").to_dict()
    exercise.save()
    assert api.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(("asked", "as_if"), [(1, 320), (99999, 1600), ("wide", 800), ("nan", 800), (-5, 320)])
def test_the_width_stays_within_reason(api, ada, exercise, asked, as_if):
    tags = [fetch(api, ada, exercise, "api-exercise-score-svg", width=width)["ETag"] for width in (asked, as_if)]
    assert tags[0] == tags[1]


def test_the_score_for_a_notation_program(api, ben, exercise):
    from tutor.notation.reading import read_score

    answer = fetch(api, ben, exercise, "api-exercise-score-musicxml")
    assert "attachment" in answer["Content-Disposition"]
    read = read_score(answer.content, "score.musicxml")
    assert [note.pitch for note in read.notes] == [note["pitch"] for note in fetch(api, ben, exercise).data["notes"]]


def test_a_take_keeps_the_page_that_was_played(api, ada):
    take = graded(student=ada)
    api.force_login(ada)
    svg = api.get(reverse("api-submission-score-svg", args=[take.pk]))
    assert svg.content.count(b'class="note"') == 8
    assert "immutable" in svg["Cache-Control"] and "private" in svg["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"D major", "Lullaby"}),
        ({"search": "LULL"}, {"Lullaby"}),
        ({"search": "major d"}, {"D major"}),
        ({"skill": "interval:3:up"}, {"Lullaby"}),
        ({"grade_min": 2}, {"D major"}),
        ({"grade_max": 1.5}, {"Lullaby"}),
        ({"grade_min": "hard"}, {"D major", "Lullaby"}),
    ],
)
def test_finding_an_exercise(api, ada, exercise, query, found):
    ExerciseFactory(title="Lullaby", lesson=LessonFactory(), skills={"interval:3:up": 2}, grade=1.0)
    ExerciseFactory(title="Not yet", lesson=LessonFactory(status="draft"), grade=1.0)
    api.force_login(ada)
    assert {one["title"] for one in api.get(reverse("api-exercise-list"), query).data["results"]} == found


def test_what_is_next_and_why(api, ada):
    exercise = ExerciseFactory(skills={"key:0": 8}, grade=2.0)
    api.force_login(ada)
    data = api.get(reverse("api-next")).data
    item = practice.next_item(ada)
    assert data["exercise"]["id"] == item.exercise_id and data["reason"] == item.reason
    assert data["exercise"]["api_url"] == reverse("api-exercise", args=[item.exercise_id])
    assert exercise.pk


def test_after_a_take_is_learnt_from_it_says_what_is_next(api, ada):
    from lessons import submissions

    take = graded(student=ada, exercise=ExerciseFactory(skills={"key:0": 8}))
    api.force_login(ada)
    address = reverse("api-submission", args=[take.pk])
    assert api.get(address).data["next"] is None
    submissions.learn(str(take.pk))
    assert api.get(address).data["next"]["reason"]
    assert api.get(address).data["assessment_url"] == reverse("api-assessment", args=[take.pk])


def test_a_take_that_is_not_graded_says_where_it_stands(api, ada):
    from tests.factories import SubmissionFactory

    take = SubmissionFactory(student=ada, state="listening")
    api.force_login(ada)
    answer = api.get(reverse("api-assessment", args=[take.pk]))
    assert answer.status_code == 404 and answer.data["detail"] == "Listening."
