"""The author's list of exercises, and one of them changed: students see it once it is published."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lessons.models import Exercise
from tests.factories import ExerciseFactory, LessonFactory, SubmissionFactory, UserFactory, melody, tone_wav
from tutor.notation.musicxml import to_musicxml


@pytest.fixture
def author(client, db):
    user = UserFactory(username="author", is_author=True)
    client.force_login(user)
    return user


def desk(exercise):
    return reverse("exercise-desk-one", args=[exercise.pk])


def edit(client, exercise, *, publish=False, **fields):
    data = {"title": exercise.title, "tempo_bpm": exercise.tempo_bpm, "licence": "public", **fields}
    return client.post(desk(exercise), data | ({"publish": ""} if publish else {}))


def step(client, exercise, what):
    return client.post(reverse("exercise-desk-step", args=[exercise.pk]), {"what": what}, follow=True)


def titles(client, **filters):
    return [one.title for one in client.get(reverse("exercise-desk"), filters).context["page"]]


def test_an_edit_of_a_published_exercise_waits_until_it_is_published(client, author):
    exercise = ExerciseFactory(title="Old")
    assert edit(client, exercise, title="New", hints="Breathe.", tempo_bpm=60).status_code == 302
    exercise.refresh_from_db()
    assert (exercise.title, exercise.draft["title"], exercise.licence) == ("Old", "New", "public")
    assert "New" in client.get(desk(exercise)).content.decode()
    step(client, exercise, "publish")
    exercise.refresh_from_db()
    assert (exercise.title, exercise.hints, exercise.tempo_bpm, exercise.draft) == ("New", "Breathe.", 60, {})
    assert exercise.versions.count() == 2


def test_another_file_takes_the_place_of_the_music(client, author):
    exercise = ExerciseFactory()
    file = SimpleUploadedFile("new.musicxml", to_musicxml(melody("A4 B4")).encode())
    assert edit(client, exercise, music_file=file, publish=True).status_code == 302
    exercise.refresh_from_db()
    assert [note.pitch for note in exercise.as_score().notes] == [69, 71]
    assert [len(one.as_score().notes) for one in exercise.versions.all()] == [2, 8]


def test_what_cannot_be_read_changes_nothing(client, author):
    exercise = ExerciseFactory(title="Old")
    answer = edit(client, exercise, title="New", music_file=SimpleUploadedFile("x.musicxml", b"oops"))
    assert answer.status_code == 200 and answer.context["form"].errors["music_file"]
    exercise.refresh_from_db()
    assert (exercise.title, exercise.draft) == ("Old", {})


def test_a_reference_is_put_there_and_taken_away(client, author, ada):
    exercise = ExerciseFactory()
    wav = SimpleUploadedFile("x.wav", tone_wav())
    assert "reference_source" in edit(client, exercise, reference=wav).context["form"].errors
    wav.seek(0)
    assert edit(client, exercise, reference=wav, reference_source="Me", publish=True).status_code == 302
    exercise.refresh_from_db()
    sound = reverse("exercise-reference", args=[exercise.pk])
    assert exercise.reference and client.get(sound)["Content-Type"] == "audio/wav"
    edit(client, exercise, no_reference="on", reference_source="", publish=True)
    client.force_login(ada)
    assert client.get(sound).status_code == 404


def test_somebody_elses_edit_is_not_written_over(client, author):
    exercise = ExerciseFactory(title="Old")
    seen = client.get(desk(exercise)).context["seen"]
    edit(client, exercise, title="Theirs")
    answer = edit(client, exercise, title="Mine", seen=seen)
    assert "changed this" in str(answer.context["form"].non_field_errors())
    exercise.refresh_from_db()
    assert exercise.draft["title"] == "Theirs"


def test_what_was_played_is_retired_and_what_nobody_saw_is_deleted(client, author):
    played, fresh = ExerciseFactory(), ExerciseFactory(status="draft")
    SubmissionFactory(exercise=played)
    step(client, played, "delete")
    step(client, played, "retire")
    played.refresh_from_db()
    assert played.status == "retired"
    step(client, fresh, "delete")
    assert not Exercise.objects.filter(pk=fresh.pk).exists()


def test_it_is_engraved_as_any_instrument_reads_it(client, author):
    exercise = ExerciseFactory()
    svg = reverse("exercise-desk-svg", args=[exercise.pk])
    plain, cello = (client.get(svg, {"instrument": name}).content for name in ("", "cello"))
    assert plain.count(b'class="note"') == cello.count(b'class="note"') == 8 and plain != cello
    assert client.get(svg, {"instrument": "vuvuzela"}).status_code == 404


def test_the_list_is_narrowed(client, author):
    lesson = LessonFactory()
    ExerciseFactory(title="Slow air", lesson=lesson, grade=2, skills={"accidental": 3})
    ExerciseFactory(title="Fast reel", status="draft", grade=6, origin="imported", source="A book of airs")
    ExerciseFactory(title="Composed", composed_for=UserFactory())
    assert set(titles(client)) == {"Slow air", "Fast reel"}
    assert titles(client, lesson=lesson.pk) == ["Slow air"] and titles(client, lesson="none") == ["Fast reel"]
    assert titles(client, status="draft") == titles(client, origin="imported") == ["Fast reel"]
    assert titles(client, grade_min="3") == ["Fast reel"] and titles(client, grade_max="3,5") == ["Slow air"]
    assert titles(client, skill="accidental") == ["Slow air"]
    assert set(titles(client, search="air")) == {"Slow air", "Fast reel"} and titles(client, search="airs") == [
        "Fast reel"
    ]
    assert set(titles(client, lesson="x" * 50, status="?", grade_min="nan?", page="99")) == {"Slow air", "Fast reel"}


def test_several_are_changed_at_once_and_those_that_refuse_are_told(client, author):
    lesson = LessonFactory()
    one, two, played = ExerciseFactory(status="draft"), ExerciseFactory(status="draft"), ExerciseFactory()
    ticked = {"exercise": [one.pk, two.pk, played.pk]}
    client.post(reverse("exercise-desk"), ticked | {"what": "move", "to": lesson.pk})
    assert list(lesson.exercises.order_by("position")) == [one, two, played]
    answer = client.post(reverse("exercise-desk"), ticked | {"what": "delete"}, follow=True)
    assert list(Exercise.objects.all()) == [played]
    said = " ".join(str(message) for message in answer.context["messages"])
    assert "2 exercises changed." in said and "retire it" in said


@pytest.mark.parametrize("rows", [2, 20])
def test_the_list_asks_the_database_the_same_for_many(client, author, rows, django_assert_max_num_queries):
    for _ in range(rows):
        ExerciseFactory(lesson=LessonFactory())
    with django_assert_max_num_queries(12):
        client.get(reverse("exercise-desk"))


def test_the_desk_is_for_authors_alone(client, ada, ms_clark):
    exercise = ExerciseFactory()
    composed = ExerciseFactory(composed_for=ada)
    addresses = [reverse("exercise-desk"), desk(exercise), reverse("exercise-desk-svg", args=[exercise.pk])]
    for who in (ada, ms_clark):
        client.force_login(who)
        assert {client.get(address).status_code for address in addresses} == {404}
        assert step(client, exercise, "retire").status_code == 404
    client.logout()
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(UserFactory(is_author=True))
    assert {client.get(address).status_code for address in addresses} == {200}
    # What is composed for one student is no author's.
    assert client.get(desk(composed)).status_code == 404
