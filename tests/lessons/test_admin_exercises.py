"""An author drops a score in, sees it engraved and what it trains, and publishes."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lessons.models import Exercise
from tests.factories import ExerciseFactory, LessonFactory, UserFactory, c_major_scale, melody
from tutor.notation.musicxml import to_musicxml

ABC = b"X:1\nT:Twinkle\nM:4/4\nL:1/4\nQ:1/4=100\nK:G\nGGdd|eed2|ccBB|AAG2|]\n"
BROKEN = b'<?xml version="1.0"?>\n<score-partwise version="4.0">\n<part-list>\n<part>'


@pytest.fixture
def author(client, db):
    user = UserFactory(username="author", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def upload(client, data, name="tune.musicxml", **fields):
    file = {"music_file": SimpleUploadedFile(name, data)} if data is not None else {}
    return client.post(
        reverse("admin:lessons_exercise_add"),
        {"title": "", "position": 3, "status": "draft", "tempo_bpm": "", "grade": "", "rubric": "standard"}
        | fields
        | file,
    )


def errors(answer):
    return answer.context["adminform"].form.errors


def test_a_dropped_in_file_is_an_exercise(client, author):
    lesson = LessonFactory()
    answer = upload(
        client, to_musicxml(melody("G4 A4 B4 F#4", fifths=1, bpm=96, title="Up and down")).encode(), lesson=lesson.pk
    )
    assert answer.status_code == 302, errors(answer)
    exercise = Exercise.objects.get()
    assert (exercise.title, exercise.tempo_bpm, exercise.position) == ("Up and down", 96, 3)
    assert (exercise.lesson, exercise.status, exercise.origin) == (lesson, "draft", "imported")
    assert [note.pitch for note in exercise.as_score().notes] == [67, 69, 71, 66]
    assert exercise.skills["key:1"] > 0
    assert 0.5 <= exercise.grade <= 9


def test_it_is_seen_engraved_with_what_it_trains_and_what_was_left_out(client, author):
    exercise = ExerciseFactory(skills={"key:0": 8, "accidental": 1}, dropped=["Bar 2: the second voice was left out."])
    page = client.get(reverse("admin:lessons_exercise_change", args=[exercise.pk])).content.decode()
    svg = reverse("api-exercise-score-svg", args=[exercise.pk])
    assert f'src="{svg}?width=900" alt="The score of C major, one octave"' in page
    assert client.get(svg).content.count(b'class="note"') == 8
    assert ": 8 notes</li>" in page and ": 1 note</li>" in page
    assert "Bar 2: the second voice was left out." in page


def test_abc_is_read_too_and_the_author_has_the_last_word(client, author):
    answer = upload(client, ABC, "twinkle.abc", title="A star", tempo_bpm=72, grade=1.5)
    assert answer.status_code == 302, errors(answer)
    exercise = Exercise.objects.get()
    assert (exercise.title, exercise.tempo_bpm, exercise.grade) == ("A star", 72, 1.5)
    assert len(exercise.as_score().notes) == 14


@pytest.mark.parametrize(
    ("data", "name"),
    [(BROKEN, "x.musicxml"), (b"", "x.xml"), (b"not music", "x.txt"), (b"PK\x03\x04oops", "x.mxl"), (b"MThd", "x.mid")],
)
def test_what_cannot_be_read_is_a_form_error(client, author, data, name):
    answer = upload(client, data, name, title="T")
    assert answer.status_code == 200
    (said,) = errors(answer)["music_file"]
    assert said.strip().endswith(".") and "Traceback" not in said
    assert not Exercise.objects.exists()


def test_the_error_says_where(client, author):
    text = to_musicxml(c_major_scale()).replace("<step>G</step>", "<step>H</step>")
    (said,) = errors(upload(client, text.encode(), title="T"))["music_file"]
    assert "bar 2" in said.lower() and "H" in said


def test_no_file_is_no_exercise(client, author):
    assert "music_file" in errors(upload(client, None, title="Silence"))


def change(client, exercise, **fields):
    data = {"title": exercise.title, "position": 0, "status": exercise.status, "rubric": "standard"}
    return client.post(reverse("admin:lessons_exercise_change", args=[exercise.pk]), data | fields)


def test_a_change_without_a_file_keeps_the_music(client, author):
    exercise = ExerciseFactory(grade=2.5)
    answer = change(client, exercise, tempo_bpm=60, grade=2.5, title="Slower")
    assert answer.status_code == 302, errors(answer)
    changed = Exercise.objects.get()
    assert (changed.title, changed.tempo_bpm, changed.grade) == ("Slower", 60, 2.5)
    assert changed.score == exercise.score


def test_a_new_file_replaces_the_music(client, author):
    exercise = ExerciseFactory()
    file = SimpleUploadedFile("new.musicxml", to_musicxml(melody("A4 B4")).encode())
    assert change(client, exercise, music_file=file).status_code == 302
    assert [note.pitch for note in Exercise.objects.get().as_score().notes] == [69, 71]


@pytest.mark.parametrize(
    ("action", "before", "after"), [("publish", "draft", "published"), ("retire", "published", "retired")]
)
@pytest.mark.parametrize(("model", "make"), [("exercise", ExerciseFactory), ("lesson", LessonFactory)])
def test_publishing_and_retiring(client, author, action, before, after, model, make):
    row = make(status=before)
    client.post(reverse(f"admin:lessons_{model}_changelist"), {"action": action, "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.status == after
    assert LogEntry.objects.filter(user=author, object_id=str(row.pk)).count() == 1


def test_a_published_exercise_is_on_the_students_stand(client, author, api, ada):
    upload(client, to_musicxml(c_major_scale()).encode(), status="published")
    api.force_login(ada)
    found = api.get(reverse("api-exercise-list"), {"search": "c major"}).data["results"]
    assert [one["title"] for one in found] == ["C major, one octave"]


def test_a_lesson_lists_its_exercises_in_order(client, author):
    lesson = LessonFactory()
    for position, title in ((2, "Second"), (1, "First")):
        ExerciseFactory(lesson=lesson, position=position, title=title)
    page = client.get(reverse("admin:lessons_lesson_change", args=[lesson.pk])).content.decode()
    assert page.index("First") < page.index("Second")
