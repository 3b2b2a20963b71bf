"""A course as one file: nothing is lost on the way out and in, nothing doubles, and nobody's bad archive gets in."""

import io
import json
import uuid
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lessons import jobs
from lessons.curriculum import archive_importing, archive_reading, order, prerequisites, publishing
from lessons.curriculum.archive import archive_of
from lessons.curriculum.archive_reading import read_archive
from lessons.curriculum.refusal import Refused
from lessons.models import Course, Exercise, ExerciseVersion, Job, Lesson, LessonVersion, SchoolSettings, Unit
from tests.factories import CourseFactory, ExerciseFactory, LessonFactory, UserFactory, melody, tone_wav
from tutor.notation.reading import read_score


@pytest.fixture
def office(db):
    return UserFactory(is_staff=True)


@pytest.fixture
def course(office):
    """A unit, two lessons of which one needs the other, a pending edit, two versions, a recording."""
    course = CourseFactory(title="Strings", summary="From the beginning.")
    unit = Unit.objects.create(course=course, title="Open strings", text="Four of them.")
    first = LessonFactory(course=course, unit=unit, title="G and D", text="One.\n\nTwo.")
    second = LessonFactory(course=course, title="A and E", status="draft")
    prerequisites.set_needs(second, [{"lesson": str(first.uid)}, {"skill": "key:0", "strength": 55}])
    one = ExerciseFactory(lesson=first, title="Long bows", hints="Slowly.", instruments=["violin", "viola"])
    ExerciseFactory(lesson=second, title="Crossing", status="draft", music=melody("A4 E5 A4 E5"))
    publishing.save_draft(one, {"reference": ContentFile(tone_wav(), name="mine.wav")}, office)
    publishing.publish(one, office, "With a recording")
    publishing.save_draft(one, {"title": "Longer bows"}, office)
    publishing.save_draft(first, {"text": "Waits."}, office)
    order.settle(course)
    return course


def forget(course):
    """As in a school that never had it."""
    for lesson in course.lessons.all():
        lesson.exercises.all().delete()
    course.delete()


def state(course):
    """All that an archive must keep, as plain values."""
    course = Course.objects.get(pk=course.pk)
    return {
        "course": (course.uid, course.title, course.summary, course.status),
        "units": [(one.uid, one.title, one.text) for one in course.units.all()],
        "lessons": [
            (one.uid, one.unit and one.unit.uid, one.status, one.content(), one.draft, _versions(one))
            for one in course.lessons.order_by("position", "pk")
        ],
        "exercises": [
            (one.uid, one.lesson.uid, one.status, one.origin, one.content(), one.draft, _versions(one))
            for one in Exercise.objects.filter(lesson__course=course)
        ],
    }


def _versions(row):
    return [(one.number, one.content(), one.words, one.published_at, one.digest) for one in row.versions.all()]


def test_a_course_goes_out_and_comes_in_without_loss(course, office):
    before, packed = state(course), archive_of(course)
    sound = Exercise.objects.get(title="Long bows").reference.open().read()
    forget(course)
    assert not Exercise.objects.exists() and not ExerciseVersion.objects.exists()
    assert {line.state for line in archive_importing.compare(read_archive(packed))} == {"new"}
    again = archive_importing.take_in(read_archive(packed), office)
    assert state(again) == before
    assert Exercise.objects.get(title="Long bows").reference.open().read() == sound


def test_an_archive_of_what_came_in_is_the_same(course, office):
    packed = archive_of(course)
    forget(course)
    again = archive_importing.take_in(read_archive(packed), office)
    first, second = (zipfile.ZipFile(io.BytesIO(one)) for one in (packed, archive_of(again)))
    assert {name: first.read(name) for name in first.namelist()} == {
        name: second.read(name) for name in second.namelist()
    }


def test_the_same_archive_again_changes_nothing(course, office):
    packed, before = archive_of(course), state(course)
    assert {line.state for line in archive_importing.compare(read_archive(packed))} == {"same"}
    archive_importing.take_in(read_archive(packed), office)
    assert state(course) == before
    assert (Course.objects.count(), Lesson.objects.count(), Exercise.objects.count()) == (1, 2, 2)


def test_any_notation_program_reads_the_music(course):
    packed = zipfile.ZipFile(io.BytesIO(archive_of(course)))
    name = next(name for name in packed.namelist() if "Crossing" in name)
    score = read_score(packed.read(name), name)
    assert [note.pitch for note in score.notes] == [69, 76, 69, 76]


def test_nobody_is_in_an_archive(course, office):
    course.lessons.update(edited_by=office, asked_by=office)
    packed = zipfile.ZipFile(io.BytesIO(archive_of(course)))
    assert not any(office.username.encode() in packed.read(name) for name in packed.namelist())


def test_what_students_see_waits_as_an_edit(course, office):
    packed = archive_of(course)
    exercise = Exercise.objects.get(title="Long bows")
    publishing.discard(exercise, office)
    exercise.title = "As it is now"
    exercise.refresh_from_db()
    publishing.save_draft(exercise, {"title": "Renamed here"}, office)
    publishing.publish(exercise, office)
    before = exercise.versions.count()
    (line,) = [one for one in archive_importing.compare(read_archive(packed)) if one.state == "changed"]
    assert (line.kind, line.title) == ("exercise", "Longer bows")
    archive_importing.take_in(read_archive(packed), office)
    exercise.refresh_from_db()
    assert (exercise.title, exercise.draft["title"]) == ("Renamed here", "Longer bows")
    assert exercise.versions.count() == before


def test_what_the_school_has_besides_stays(course, office):
    packed = archive_of(course)
    LessonFactory(course=course, title="Ours", position=99)
    archive_importing.take_in(read_archive(packed), office)
    assert [one.title for one in course.lessons.order_by("position")] == ["A and E", "Ours", "G and D"]


@pytest.mark.parametrize("status", ["published", "retired", "review"])
def test_an_author_who_may_not_publish_brings_in_drafts(course, office, status):
    SchoolSettings.objects.create(second_reader=True)
    UserFactory(is_author=True)
    author = UserFactory(is_author=True)
    Exercise.objects.update(status=status)
    packed = archive_of(course)
    forget(course)
    archive_importing.take_in(read_archive(packed), author)
    assert {one.status for one in (*Course.objects.all(), *Lesson.objects.all(), *Exercise.objects.all())} == {"draft"}
    with pytest.raises(Refused):
        publishing.publish(Course.objects.get(), author)


def test_a_lesson_of_another_course_is_not_taken_over(course, office):
    packed = archive_of(course)
    course.lessons.update(course=CourseFactory())
    with pytest.raises(Refused, match="stands in another course"):
        archive_importing.take_in(read_archive(packed), office)


def test_a_students_exercise_is_not_taken_over(course, office, ada):
    packed = archive_of(course)
    Exercise.objects.filter(title="Crossing").update(composed_for=ada)
    with pytest.raises(Refused, match="composed for a student"):
        archive_importing.take_in(read_archive(packed), office)


def test_an_import_that_fails_leaves_nothing(course, office, monkeypatch):
    packed = archive_of(course)
    forget(course)
    monkeypatch.setattr(order, "arrange", lambda *_: (_ for _ in ()).throw(Refused("No.")))
    with pytest.raises(Refused):
        archive_importing.take_in(read_archive(packed), office)
    assert not Course.objects.exists() and not Exercise.objects.exists() and not LessonVersion.objects.exists()


# Hostile archives


def repacked(packed, change=None, **files):
    """The archive with a file changed (a function of its JSON), replaced (bytes), or gone (None)."""
    source, out = zipfile.ZipFile(io.BytesIO(packed)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name in files:
                continue
            data = source.read(name)
            if change is not None and name == change[0]:
                told = json.loads(data)
                change[1](told)
                data = json.dumps(told).encode()
            target.writestr(name, data)
        for name, data in files.items():
            if data is not None:
                target.writestr(name, data)
    return out.getvalue()


def refused(data):
    with pytest.raises(Refused) as refusal:
        read_archive(data)
    assert str(refusal.value).endswith((".", ":", ")")) or ":" in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + b"\x00" * 60])
def test_what_is_no_archive_is_refused(data):
    refused(data)


def test_another_zip_is_refused(course):
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    refused(out.getvalue())


@pytest.mark.parametrize(
    "name",
    ["../course.json", "/etc/passwd", "exercises/../../x.json", "C:\\x.json", "music/../a.musicxml", "x.py",
     "recordings/../../settings.py", "exercises/", "recordings/evil.html", "music/a/b.musicxml"],
)  # fmt: skip
def test_names_that_do_not_belong_there_are_refused(course, name):
    assert "doesn't belong" in refused(repacked(archive_of(course), **{name: b"{}"}))


def test_a_bomb_is_refused(course, monkeypatch):
    packed = archive_of(course)
    bomb = repacked(packed, **{"course.json": b" " * (archive_reading.LARGEST_JSON_BYTES + 1)})
    assert len(bomb) < 100_000
    assert "too large" in refused(bomb)
    monkeypatch.setattr(archive_reading, "UNPACKED_BYTES", 1000)
    assert "too large" in refused(packed)


def test_a_bomb_that_lies_about_its_size_is_refused(course):
    packed = bytearray(repacked(archive_of(course), **{"course.json": b" " * (archive_reading.LARGEST_JSON_BYTES + 1)}))
    # The size before packing, little-endian, in the directory at the end of the file.
    at = packed.rfind(b"course.json") - 46 + 24
    packed[at : at + 4] = (1000).to_bytes(4, "little")
    refused(bytes(packed))


def test_too_many_files_are_refused(course, monkeypatch):
    monkeypatch.setattr(archive_reading, "MOST_FILES", 3)
    refused(archive_of(course))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_twice_is_refused(course):
    out = io.BytesIO(archive_of(course))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("course.json", b"{}")
    assert "twice" in refused(out.getvalue())


def _set(**values):
    return lambda told: told.update(values)


def _in_lesson(**values):
    return lambda told: told["lessons"][0].update(values)


@pytest.mark.parametrize(
    "change",
    [
        _set(schema=2), _set(schema=None), _set(format="other"), _set(course=None), _set(lessons={}), _set(units=[1]),
        _in_lesson(uid="x"), _in_lesson(title=""), _in_lesson(title="x" * 201), _in_lesson(text="\x00"),
        _in_lesson(text="\ud800"), _in_lesson(status="secret"), _in_lesson(unit=str(uuid.uuid4())),
        _in_lesson(exercises=[str(uuid.uuid4())]), _in_lesson(needs=[{"skill": "key:0", "strength": 500}]),
        _in_lesson(draft={"status": "published"}), _in_lesson(versions=[{"number": 7}]),
        lambda told: told["lessons"].append(told["lessons"][0]),
        lambda told: told["lessons"][1].update(exercises=told["lessons"][0]["exercises"]),
    ],
)  # fmt: skip
def test_a_manifest_that_is_not_one_is_refused(course, change):
    refused(repacked(archive_of(course), ("course.json", change)))


@pytest.mark.parametrize(
    "change",
    [
        _set(uid=str(uuid.uuid4())), _set(score={"symbols": 1}), _set(score=None), _set(tempo_bpm=0),
        _set(tempo_bpm=True), _set(grade="easy"), _set(grade=1e9), _set(rubric="lenient"), _set(instruments=["kazoo"]),
        _set(origin="composed"), _set(skills={"key:0": -1}), _set(skills=[]), _set(title=5),
        _set(reference="../../etc/passwd"), _set(reference=f"{uuid.uuid4()}_{uuid.uuid4().hex}.wav"),
        _set(draft={"composed_for": 1}), _set(versions=[{"number": 1, "published_at": "yesterday"}]),
    ],
)  # fmt: skip
def test_an_exercise_that_is_not_one_is_refused(course, change):
    name = f"exercises/{Exercise.objects.get(title='Crossing').uid}.json"
    refused(repacked(archive_of(course), (name, change)))


def _in_score(change):
    return lambda told: change(told["score"])


def _in_symbol(**values):
    return lambda told: told["score"]["symbols"][0].update(values)


@pytest.mark.parametrize(
    "change",
    [
        # The first would be a number of three thousand million digits if anybody read it.
        _in_symbol(**{"for": "1e3000000000"}), _in_symbol(at="-1"), _in_symbol(at=0), _in_symbol(**{"for": "0"}),
        _in_symbol(pitch=["H", 0, 4]), _in_symbol(pitch=["C", 9, 4]), _in_symbol(pitch=["C", 0, 10**9]),
        _in_symbol(id='n1"><script>'), _in_symbol(id="n2"), _in_symbol(tie="x"), _in_symbol(lyric=["la"]),
        _in_symbol(articulations=['accent/><script src="'], at="0"), _in_symbol(at="3"), _in_symbol(at="9000"),
        _in_score(lambda score: score.update(bpm="fast")), _in_score(lambda score: score.update(bpm=1e400)),
        _in_score(lambda score: score.update(title=["x"])), _in_score(lambda score: score.update(transposition="a")),
        _in_score(lambda score: score.update(clef='G2"/>')), _in_score(lambda score: score.update(bars=[])),
        _in_score(lambda score: score.update(bars=[[1, "0", "0"]])), _in_score(lambda score: score.update(keys=[])),
        _in_score(lambda score: score.update(metres=[["0", 0, 4]])), _in_score(lambda score: score.pop("metres")),
        _in_score(lambda score: score.update(metres=[["0", 4, 3]])),
        _in_score(lambda score: score.update(keys=[["0", 99, "major"]])),
    ],
)  # fmt: skip
def test_a_score_that_is_no_music_is_refused(course, change):
    name = f"exercises/{Exercise.objects.get(title='Crossing').uid}.json"
    refused(repacked(archive_of(course), (name, change)))


@pytest.mark.parametrize("data", [b"", b"[", b"null", b"[" * 100_000, b'{"course": NaN}', b"\xff\xfe"])
def test_json_that_is_none_is_refused(course, data):
    refused(repacked(archive_of(course), **{"course.json": data}))


def test_a_recording_that_is_none_is_refused(course):
    packed = archive_of(course)
    name = next(name for name in zipfile.ZipFile(io.BytesIO(packed)).namelist() if name.startswith("recordings/"))
    assert "not a recording" in refused(repacked(packed, **{name: b"<script>alert(1)</script>"}))
    assert "missing" in refused(repacked(packed, **{name: None}))


def test_needs_in_a_circle_are_refused_and_nothing_stays(course, office):
    def circle(told):
        one, two = told["lessons"]
        one["needs"], two["needs"] = [{"lesson": two["uid"]}], [{"lesson": one["uid"]}]

    packed = repacked(archive_of(course), ("course.json", circle))
    forget(course)
    with pytest.raises(Refused, match="already needs"):
        archive_importing.take_in(read_archive(packed), office)
    assert not Course.objects.exists()


@pytest.mark.parametrize("pending", [False, True])
@pytest.mark.parametrize(
    ("needs_of_one", "said"),
    [
        (lambda one, two: [{"lesson": two["uid"]}], "already needs"),
        (lambda one, two: [{"lesson": one["uid"]}], "can't need itself"),
        (lambda one, two: [{"skill": "moon-walking", "strength": 50}], "no skill called “moon-walking”"),
        (
            lambda one, two: [{"skill": tag, "strength": 50} for tag in list(prerequisites.known_skills())[:21]],
            "more than 20",
        ),
    ],
)
def test_needs_that_could_not_be_are_refused_at_the_first_look(course, office, pending, needs_of_one, said):
    """Before anybody is told that the course is 6 new pieces, and presses Bring it in."""

    def wrong(told):
        one, two = sorted(told["lessons"], key=lambda lesson: len(lesson["needs"]))
        needs = needs_of_one(one, two)
        if pending:
            one["draft"] = {"needs": needs}
        else:
            one["needs"] = needs

    packed = repacked(archive_of(course), ("course.json", wrong))
    forget(course)
    with pytest.raises(Refused, match=said):
        archive_importing.compare(read_archive(packed))


def test_three_thousand_lessons_that_need_each_other_are_looked_at_once():
    """Each walked through for each of its needs took a minute and a half."""
    names = [str(uuid.UUID(int=number)) for number in range(3000)]
    needs = {one: [{"lesson": other} for other in names[max(0, at - 20) : at]] for at, one in enumerate(names)}
    lessons = {one: (f"Lesson {at}", needs[one]) for at, one in enumerate(names)}
    prerequisites.check_among(lessons)
    lessons[names[1]] = ("Lesson 1", [{"lesson": names[2]}])
    with pytest.raises(Refused, match=r"“Lesson (1” already needs “Lesson 2|2” already needs “Lesson 1)”"):
        prerequisites.check_among(lessons)


def test_which_field_is_wrong_is_said(course):
    def wrong(told):
        told["tempo_bpm"] = 10**30

    packed = archive_of(course)
    name = next(name for name in zipfile.ZipFile(io.BytesIO(packed)).namelist() if name.startswith("exercises/"))
    assert refused(repacked(packed, (name, wrong))).endswith("doesn't hold, at “tempo_bpm”.")


# By the pages


def run(job):
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def test_a_course_is_exported_and_brought_in_by_the_pages(course, office, client, django_capture_on_commit_callbacks):
    client.force_login(office)
    client.post(reverse("desk-course-export", args=[course.pk]))
    done = run(Job.objects.get(kind="course-export"))
    packed = done.output.open().read()
    assert (done.state, done.output_name, done.sentence) == ("done", "strings.zip", "Ready to download.")
    forget(course)

    client.post(reverse("desk-archive"), {"archive": ContentFile(packed, name="strings.zip")})
    looked = run(Job.objects.get(kind="course-archive"))
    assert looked.next_url == reverse("desk-archive-preview", args=[looked.pk])
    page = client.get(looked.next_url).content.decode()
    assert "6 new, 0 changed, 0 the same" in page and not Course.objects.exists()

    client.post(looked.next_url)
    brought = run(Job.objects.get(kind="course-import"))
    assert brought.state == "done" and client.get(brought.next_url).status_code == 200
    assert Course.objects.get().title == "Strings"


def test_a_bad_archive_says_why(office, client):
    client.force_login(office)
    client.post(reverse("desk-archive"), {"archive": ContentFile(b"nonsense", name="x.zip")})
    job = run(Job.objects.get(kind="course-archive"))
    assert (job.state, job.sentence) == ("failed", "This is not an archive of a course, or it is damaged.")
    assert client.get(reverse("desk-archive-preview", args=[job.pk])).status_code == 404


def test_nobody_confirms_somebody_elses_import(course, office, client):
    client.force_login(office)
    client.post(reverse("desk-archive"), {"archive": ContentFile(archive_of(course), name="x.zip")})
    job = run(Job.objects.get(kind="course-archive"))
    client.force_login(UserFactory(is_staff=True))
    assert client.post(reverse("desk-archive-preview", args=[job.pk])).status_code == 404


class AnyCourse(TestCase):
    # To shrink a whole school takes minutes, and says little more.
    @settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(st.data())
    def test_any_course_goes_round_without_loss(self, data):
        office = UserFactory(is_staff=True)
        text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
        title = text.filter(str.strip)
        course = CourseFactory(title=data.draw(title), summary=data.draw(text))
        units = [None, *(Unit.objects.create(course=course, title=data.draw(title)) for _ in range(2))]
        before = []
        for _ in range(data.draw(st.integers(0, 3))):
            lesson = LessonFactory(course=course, unit=data.draw(st.sampled_from(units)), title=data.draw(title))
            needed = data.draw(st.lists(st.sampled_from(before), unique=True)) if before else []
            prerequisites.set_needs(lesson, [{"lesson": str(one.uid)} for one in needed])
            before.append(lesson)
            for _ in range(data.draw(st.integers(0, 2))):
                names = data.draw(st.lists(st.sampled_from(["C4", "F#4", "Bb4", "r"]), min_size=1, max_size=9))
                exercise = ExerciseFactory(
                    lesson=lesson, title=data.draw(title), hints=data.draw(text), music=melody(" ".join(names))
                )
                for _ in range(data.draw(st.integers(0, 2))):
                    publishing.save_draft(
                        exercise, {"hints": data.draw(text), "tempo_bpm": data.draw(st.integers(40, 200))}, office
                    )
                    if data.draw(st.booleans()) and publishing.needs_publishing(Exercise.objects.get(pk=exercise.pk)):
                        publishing.publish(exercise, office, data.draw(text))
        order.settle(course)
        for lesson in before:
            Lesson.objects.get(pk=lesson.pk).save()
        was, packed = state(course), archive_of(course)
        forget(course)
        assert state(archive_importing.take_in(read_archive(packed), office)) == was
