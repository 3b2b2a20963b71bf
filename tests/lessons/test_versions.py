"""A published version never changes: not by a page, not by the API, not in the database. Takes keep the one that they
were played from."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lessons.curriculum import comparing, publishing, versions
from lessons.models import Exercise, ExerciseVersion, Lesson, LessonVersion, SchoolSettings, Submission
from lessons.models.versions import ImmutableError, digest_of
from lessons.rubrics import rubric_of_take
from tests.factories import ExerciseFactory, LessonFactory, StudentFactory, UserFactory, melody, tone_wav


@pytest.fixture
def office(db):
    return UserFactory(is_staff=True)


@pytest.fixture
def exercise(db):
    return ExerciseFactory(title="Gavotte", music=melody("C4 D4 E4 F4", title="Gavotte"), rubric="beginner")


def publish(row, by, **changes):
    publishing.save_draft(row, changes, by)
    return publishing.publish(row, by)


def send(api, exercise, key, **sent):
    recording = SimpleUploadedFile("take.wav", tone_wav(), content_type="audio/wav")
    sent = {"exercise": exercise.pk, "recording": recording, "tempo_bpm": 84, **sent}
    return api.post(reverse("api-submission-list"), sent, headers={"Idempotency-Key": key}, format="multipart")


def test_publishing_an_edit_makes_a_version_and_leaves_the_one_before(exercise, office):
    first = exercise.versions.get()
    before = first.content()
    publish(exercise, office, title="Gavotte in D", hints="Count two before you begin.")
    assert list(exercise.versions.values_list("number", "title")) == [(2, "Gavotte in D"), (1, "Gavotte")]
    first.refresh_from_db()
    assert first.content() == before


def test_an_edit_of_what_is_published_changes_nothing_for_students(exercise, office):
    assert publishing.save_draft(exercise, {"title": "Another", "score": melody("G4 A4").to_dict()}, office)
    exercise.refresh_from_db()
    assert (exercise.title, exercise.versions.count()) == ("Gavotte", 1)
    assert exercise.as_score().notes[0].pitch == 60
    assert publishing.with_draft(exercise).title == "Another"


def test_an_edit_back_to_what_stands_is_no_edit(exercise, office):
    publishing.save_draft(exercise, {"title": "Another"}, office)
    assert not publishing.save_draft(exercise, {"title": "Gavotte"}, office)
    exercise.refresh_from_db()
    assert exercise.draft == {}


def test_the_model_refuses_to_change_a_version(exercise):
    version = exercise.versions.get()
    version.title = "Forged"
    with pytest.raises(ImmutableError):
        version.save()


@pytest.mark.parametrize(("model", "field"), [(ExerciseVersion, "title"), (LessonVersion, "text")])
@pytest.mark.django_db
def test_the_database_refuses_to_change_a_version(model, field):
    ExerciseFactory(lesson=LessonFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**{field: "Forged"})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {field} = 'Forged'")


def test_who_published_it_may_be_forgotten(exercise, office):
    publish(exercise, office, title="Two")
    office.delete()
    assert exercise.versions.first().published_by is None


def test_whoever_saves_a_published_row_past_the_desk_makes_a_version(exercise):
    exercise.tempo_bpm = 60
    exercise.save()
    assert list(exercise.versions.values_list("number", "tempo_bpm")) == [(2, 60), (1, 84)]
    exercise.save()
    assert exercise.versions.count() == 2


def test_what_was_written_past_every_save_is_kept_when_it_is_played(api, ada, exercise):
    Exercise.objects.filter(pk=exercise.pk).update(tempo_bpm=50)
    api.force_login(ada)
    assert send(api, exercise, "a").status_code == 201
    assert Submission.objects.get().version.tempo_bpm == 50


def test_what_is_composed_for_one_student_has_no_versions(ada):
    own = ExerciseFactory(composed_for=ada)
    assert not own.versions.exists()
    assert versions.current(own) is None


# A student in the middle of it


def test_a_take_is_judged_by_the_version_that_its_page_showed(api, ada, exercise, office):
    api.force_login(ada)
    page = api.get(reverse("practice", args=[exercise.pk])).content.decode()
    assert '"version": 1' in page and "?version=1" in page
    publish(exercise, office, score=melody("G4 A4 B4 C5").to_dict(), rubric="strict")

    assert send(api, exercise, "opened-before", version=1).status_code == 201
    assert send(api, exercise, "opened-after").status_code == 201
    before, after = (Submission.objects.get(idempotency_key=key) for key in ("opened-before", "opened-after"))
    assert (before.version.number, after.version.number) == (1, 2)
    assert [take.as_score().notes[0].pitch % 12 for take in (before, after)] == [0, 7]
    assert [rubric_of_take(take).name for take in (before, after)] == ["beginner", "strict"]


def test_the_page_of_a_version_stays_whole(api, ada, exercise, office):
    publish(exercise, office, score=melody("G4 A4 B4 C5").to_dict())
    api.force_login(ada)
    url = reverse("api-exercise", args=[exercise.pk])
    old, new = api.get(url, {"version": 1}).json(), api.get(url).json()
    assert (old["version"], new["version"]) == (1, 2)
    assert old["notes"][0]["pitch"] % 12 == 0 and new["notes"][0]["pitch"] % 12 == 7
    svg = reverse("api-exercise-score-svg", args=[exercise.pk])
    assert api.get(svg, {"version": 1}).content != api.get(svg).content


@pytest.mark.parametrize("forged", [2, 99, 2**31 - 1])
def test_a_version_that_never_was_is_refused(api, ada, exercise, forged):
    api.force_login(ada)
    answer = send(api, exercise, "forged", version=forged)
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith("Reload the page and play it again.")
    assert not Submission.objects.exists()
    assert api.get(reverse("api-exercise", args=[exercise.pk]), {"version": forged}).status_code == 404


@pytest.mark.parametrize("nonsense", ["two", "-1", "0", str(2**64)])
def test_a_version_that_is_no_number_is_refused(api, ada, exercise, nonsense):
    api.force_login(ada)
    assert send(api, exercise, "nonsense", version=nonsense).status_code == 400


def test_another_exercises_version_is_refused(api, ada, exercise, office):
    publish(exercise, office, title="Two")
    api.force_login(ada)
    assert send(api, ExerciseFactory(), "other", version=2).status_code == 400


def test_what_was_retired_while_it_was_played_is_still_received(api, ada, exercise, office):
    publishing.retire(exercise, office)
    api.force_login(ada)
    assert send(api, exercise, "late", version=1).status_code == 201
    assert send(api, exercise, "without a page").status_code == 404


def test_a_draft_is_no_version_to_send_a_take_of(api, ada):
    draft = ExerciseFactory(status="draft")
    api.force_login(ada)
    assert send(api, draft, "draft", version=1).status_code == 404


# The way back


def test_going_back_is_a_new_version(exercise, office):
    publish(exercise, office, title="Two", hints="Slowly.")
    assert versions.go_back(exercise, 1, office) == 3
    exercise.refresh_from_db()
    assert (exercise.title, exercise.hints) == ("Gavotte", "")
    assert [one.digest for one in exercise.versions.filter(number__in=[1, 3])] == [
        exercise.versions.get(number=1).digest
    ] * 2


def test_going_back_where_one_may_not_publish_is_an_edit(exercise, office):
    SchoolSettings.objects.create(second_reader=True)
    author = UserFactory(is_author=True)
    UserFactory(is_author=True)
    publish(exercise, office, title="Two")
    assert versions.go_back(exercise, 1, author) is None
    exercise.refresh_from_db()
    assert (exercise.title, exercise.draft["title"]) == ("Two", "Gavotte")


def test_a_lesson_goes_back_with_its_needs_and_its_order(office):
    lesson, other = LessonFactory(title="Thirds"), LessonFactory()
    rows = [ExerciseFactory(lesson=lesson, position=place) for place in range(3)]
    publish(lesson, office, text="First words.", needs=[{"lesson": str(other.uid)}])
    wanted = lesson.versions.first().number
    from lessons.curriculum.order import arrange_exercises

    publish(lesson, office, text="Other words.", needs=[])
    arrange_exercises(lesson, [row.pk for row in reversed(rows)], office)
    versions.go_back(lesson, wanted, office)
    lesson.refresh_from_db()
    assert lesson.content() == lesson.versions.get(number=wanted).content()


# Laws


class EveryHistory(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["edit", "publish", "retire", "back", "save"]), st.integers(0, 9)), max_size=8
        )
    )
    def test_no_history_changes_a_version(self, steps):
        """Whatever authors do after each other: what any version held it holds, and the row is its newest."""
        office, row = UserFactory(is_staff=True), ExerciseFactory(music=melody("C4 D4 E4 F4"))
        seen = {}
        for what, n in steps:
            seen |= {one.pk: digest_of(one.content()) for one in row.versions.all()}
            try:
                if what == "edit":
                    publishing.save_draft(row, {"title": f"Title {n}", "tempo_bpm": 60 + n}, office)
                elif what == "publish":
                    publishing.publish(row, office)
                elif what == "retire":
                    publishing.retire(row, office)
                elif what == "back":
                    versions.go_back(row, n, office)
                else:
                    row.refresh_from_db()
                    row.hints = f"Hint {n}"
                    row.save()
            except publishing.Refused:
                pass
            row.refresh_from_db()
            if row.is_published:
                assert row.versions.first().digest == digest_of(row.content())
        now = {one.pk: one for one in row.versions.all()}
        for pk, digest in seen.items():
            assert digest_of(now[pk].content()) == digest == now[pk].digest
        assert sorted(one.number for one in now.values()) == list(range(1, len(now) + 1))


# What is new


def test_changed_bars_are_found_and_moved_ones_are_not():
    old = melody("C4 D4 E4 F4 G4 A4 B4 C5")
    assert comparing.changed_bars(old, melody("C4 D4 E4 F4 G4 A4 B4 D5")) == ([2], [2])
    assert comparing.changed_bars(old, melody("E4 E4 E4 E4 C4 D4 E4 F4 G4 A4 B4 C5")) == ([], [1])
    assert comparing.changed_bars(old, old) == ([], [])


def test_changed_words_are_told_apart(exercise, office):
    publish(exercise, office, hints="Play it slowly.")
    publish(exercise, office, hints="Play it very slowly.", tempo_bpm=60)
    newest, before = exercise.versions.all()[:2]
    found = {one.label: one.words for one in comparing.compare_exercises(before, newest)}
    assert found["Hints"] == [
        comparing.Words("same", "Play it "),
        comparing.Words("new", "very "),
        comparing.Words("same", "slowly."),
    ]
    assert found["Tempo"] == [comparing.Words("gone", "84 "), comparing.Words("new", "60")]
    assert set(found) == {"Hints", "Tempo"}


def test_a_lessons_version_follows_its_exercises(office):
    lesson = LessonFactory()
    ExerciseFactory(lesson=lesson, title="Old")
    new = ExerciseFactory(lesson=lesson, title="New", status="draft", position=1)
    publishing.publish(new, office)
    assert [one["title"] for one in lesson.versions.first().exercises] == ["Old", "New"]
    publishing.retire(new, office)
    assert [one["title"] for one in lesson.versions.first().exercises] == ["Old"]


def test_students_go_and_versions_stay(exercise, api):
    student = StudentFactory()
    api.force_login(student)
    send(api, exercise, "a")
    student.delete()
    assert ExerciseVersion.objects.count() == 1
    assert not Submission.objects.exists()
    exercise.delete()
    assert not ExerciseVersion.objects.exists() and not Lesson.objects.exists()
