"""An author brings music along, looks at it, splits it, and only then keeps it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from lessons import jobs
from lessons.curriculum import publishing
from lessons.importing import job as importing
from lessons.importing import saving
from lessons.models import Exercise, ImportDraft, Job, Lesson, SchoolSettings
from tests.factories import CourseFactory, ExerciseFactory, LessonFactory, UserFactory, melody, tone_wav
from tests.scores import score_of
from tutor.notation.musicxml import to_musicxml

TWINKLE = b"X:1\nT:Twinkle\nC:Trad.\nM:4/4\nL:1/4\nQ:1/4=100\nK:G\nGGdd|eed2|ccBB|AAG2|]\n"
BOOK = b"%A book\n\n" + TWINKLE + b"\nX:2\nT:Broken\nK:Zz\n[[[\n\nX:3\nT:Scale\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|]\n"
SIXTEEN = score_of("G4 " + "C5 D5 E5 C5 " * 16, pickup_beats=1, title="Sixteen")


@pytest.fixture
def author(client, db):
    user = UserFactory(username="author", is_author=True)
    client.force_login(user)
    return user


def bring(client, *files):
    """The files through the desk's form and its job; the job."""
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    answer = client.post(reverse("import"), {"files": uploads})
    assert answer.status_code == 302, answer.context["form"].errors
    job = Job.objects.latest("created_at")
    assert answer.url == job.get_absolute_url()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def piece_of(client, score, name="a.musicxml"):
    return bring(client, (name, to_musicxml(score).encode())).next_url


def save(client, url, *passages, what="publish", **fields):
    first, last, titles = zip(*passages, strict=True) if passages else ((), (), ())
    passages_told = {"from": first, "to": last, "passage_title": titles}
    place = {"lesson": "new", "new_lesson": "My lesson", "course": "new", "new_course": "My course", "licence": "own"}
    music = {"part": 0, "title": "Sixteen", "tempo_bpm": 66, what: ""}
    return client.post(url, passages_told | place | music | fields)


def zipped(files, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return file.getvalue()


def test_a_dropped_file_is_a_lesson_that_a_student_can_play(client, author, ada):
    job = bring(client, ("twinkle.abc", TWINKLE))
    assert not Exercise.objects.exists()
    page = client.get(job.next_url)
    assert page.status_code == 200 and "Twinkle" in page.content.decode()
    assert save(client, job.next_url, title="A star", tempo_bpm=100).status_code == 302
    exercise = Exercise.objects.get()
    assert (exercise.title, exercise.tempo_bpm, exercise.status, exercise.origin) == (
        "A star",
        100,
        "published",
        "imported",
    )
    assert (exercise.lesson.title, exercise.lesson.course.title) == ("My lesson", "My course")
    assert exercise.licence == "own" and len(exercise.as_score().notes) == 14
    assert exercise.musicxml.startswith("X:1")
    client.force_login(ada)
    assert client.get(reverse("practice", args=[exercise.pk])).status_code == 200


def test_a_book_is_many_pieces_and_a_tune_that_is_broken_costs_a_sentence(client, author):
    job = bring(client, ("book.abc", BOOK), ("silence.musicxml", b"<score-partwise/>"))
    draft = ImportDraft.objects.get()
    assert job.next_url == draft.get_absolute_url()
    assert [piece.title for piece in draft.pieces.all()] == ["Twinkle", "Scale"]
    assert [file for file, _ in draft.troubles] == ["book.abc", "silence.musicxml"]
    assert all(sentence.endswith(".") for _, sentence in draft.troubles)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "Twinkle" in page and "silence.musicxml" in page


def test_a_piece_without_a_title_is_called_by_its_file_alone(client, author):
    bring(client, ("bag.zip", zipped([("reels/opus.1.abc", TWINKLE.replace(b"T:Twinkle\n", b"")), ("b.abc", TWINKLE)])))
    draft = ImportDraft.objects.get()
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "opus.1<" in page and "bag.zip: opus" not in page
    place = {"lesson": "new", "new_lesson": "Tunes", "course": "new", "new_course": "Mine", "licence": "public"}
    client.post(draft.get_absolute_url(), place | {"piece": ["1", "2"]})
    assert [one.title for one in Exercise.objects.order_by("position")] == ["opus.1", "Twinkle"]


def test_what_is_more_than_is_taken_is_said_of_each_file(client, author, monkeypatch):
    monkeypatch.setattr(importing, "MOST_PIECES", 2)
    bring(client, ("book.abc", BOOK), ("later.abc", TWINKLE), ("last.abc", TWINKLE))
    draft = ImportDraft.objects.get()
    assert draft.pieces.count() == 2
    assert [file for file, said in draft.troubles if "rest was left out" in said] == ["later.abc", "last.abc"]


def test_what_is_brought_from_a_lessons_page_goes_there(client, author):
    lesson = LessonFactory()
    page = client.get(reverse("import"), {"lesson": lesson.pk}).content.decode()
    assert f'name="lesson" value="{lesson.pk}"' in page and lesson.title in page
    uploads = [SimpleUploadedFile("a.musicxml", to_musicxml(SIXTEEN).encode())]
    client.post(reverse("import"), {"files": uploads, "lesson": lesson.pk})
    job = Job.objects.get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert client.get(job.next_url).context["form"]["lesson"].value() == str(lesson.pk)


def test_nothing_that_can_be_read_is_said_on_the_job(client, author):
    job = bring(client, ("a.musicxml", b"oops"))
    assert job.state == Job.State.FAILED and job.sentence.startswith("a.musicxml: ") and job.sentence.endswith(".")
    assert not ImportDraft.objects.exists()


def test_every_staff_of_every_part_can_be_chosen(client, author):
    upper, lower = (score_of(text, title="Duet") for text in ("C5 D5 E5 F5", "C3 D3 E3 F3"))
    second = to_musicxml(lower).split('<part id="P1">')[1].split("</part>")[0]
    text = to_musicxml(upper).replace(
        "</part-list>", '<score-part id="P2"><part-name>Bass</part-name></score-part></part-list>'
    )
    text = text.replace("</score-partwise>", f'<part id="P2">{second}</part></score-partwise>')
    url = bring(client, ("duet.musicxml", text.encode())).next_url
    page = client.get(url).content.decode()
    assert "C5 to F5" in page and "C3 to F3" in page and "Bass" in page
    assert save(client, url, part=1).status_code == 302
    assert [note.pitch for note in Exercise.objects.get().as_score().notes] == [48, 50, 52, 53]


def test_a_piece_is_split_and_each_passage_has_a_title(client, author):
    url = piece_of(client, SIXTEEN)
    answer = save(client, url, ("0", "8", "First half"), ("9", "16", ""), with_upbeat="on")
    assert answer.status_code == 302
    first, second = Exercise.objects.order_by("position")
    assert (first.title, second.title) == ("First half", "Sixteen, bars 9–16")
    assert first.as_score().duration_beat + second.as_score().duration_beat == SIXTEEN.duration_beat
    assert second.as_score().bars[0].number == 0
    assert first.tempo_bpm == second.tempo_bpm == 66
    assert first.lesson == second.lesson and first.musicxml == ""


def test_a_tie_that_is_cut_is_said(client, author):
    url = piece_of(client, score_of("C4 D4 E4 F4~ F4 E4 D4 C4"))
    save(client, url, ("1", "1", ""), ("2", "2", ""))
    assert "A tie into bar 2 was cut" in " ".join(Exercise.objects.get(title__endswith="2–2").dropped)
    assert len(Exercise.objects.get(title__endswith="2–2").as_score().notes) == 4


@pytest.mark.parametrize(("first", "last"), [("1", "99"), ("8", "2"), ("x", "2"), ("", "2"), ("9" * 40, "2")])
def test_bars_that_are_not_there_are_said_and_nothing_is_kept(client, author, first, last):
    url = piece_of(client, SIXTEEN)
    answer = save(client, url, (first, last, ""))
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert not Exercise.objects.exists() and not Lesson.objects.exists()


def test_a_proposal_leaves_out_what_repeats(client, author):
    bar = "C4 D4 E4 F4 "
    url = piece_of(client, score_of(bar * 3 + "G4/4 " + bar * 3 + "G4/4 " + bar + "G4 A4 B4 C5"))
    page = client.get(url, {"split": "fours"})
    assert [(row.first, row.last) for row in page.context["decision"].rows] == [("1", "4"), ("9", "10")]
    assert "bars 5–8" in page.content.decode()


def test_without_a_licence_or_a_title_nothing_is_kept(client, author):
    url = piece_of(client, SIXTEEN)
    answer = save(client, url, licence="", new_lesson=" ")
    assert {"licence", "new_lesson"} <= set(answer.context["form"].errors)
    assert not Exercise.objects.exists() and not Lesson.objects.exists()


def test_it_is_engraved_in_pages_and_as_an_excerpt(client, author):
    url = piece_of(client, score_of("C4 D4 E4 F4 " * 60))
    pages = client.get(url).context["pages"]
    assert [(page["first"], page["last"]) for page in pages] == [(1, 24), (25, 48), (49, 60)]
    svg = client.get(pages[2]["url"])
    assert svg["Content-Type"].startswith("image/svg+xml") and svg.content.count(b'class="note"') == 48
    excerpt = client.get(f"{url}score.svg?part=0&excerpt&from=3&to=4")
    assert excerpt.content.count(b'class="note"') == 8
    assert client.get(f"{url}score.svg?part=0&from=300&to=400").status_code == 404


def test_whom_it_suits_is_shown_and_out_of_range_is_refused(client, author):
    url = piece_of(client, score_of("C2 D2 E2 F2 F5 G5 A5 B5", clef="F4"))
    lines = {line["name"]: line for _, group in client.get(url).context["families"] for line in group}
    assert lines["flute"]["how"] == "out" and lines["flute"]["words"].startswith("out of range: ")
    assert lines["cello"]["how"] != "out"
    answer = save(client, url, instruments=["flute"])
    assert "instruments" in answer.context["form"].errors and not Exercise.objects.exists()
    assert save(client, url, instruments=["cello"]).status_code == 302
    assert Exercise.objects.get().instruments == ["cello"]


def test_a_tune_that_is_there_already_is_recognised_in_any_key(client, author):
    ExerciseFactory(title="The old one", music=melody("C4 D4 E4 F4"))
    url = piece_of(client, melody("D4 E4 F#4 G4", title="New"))
    assert "The old one" in client.get(url).content.decode()
    assert "The old one" not in client.get(piece_of(client, melody("D4 E4 F#4 A4"))).content.decode()


def test_hints_and_a_reference_recording_reach_the_student_and_nobody_who_may_not_see_it(client, author, ada):
    url = piece_of(client, SIXTEEN)
    wav = SimpleUploadedFile("me.wav", tone_wav(1.0))
    answer = save(
        client,
        url,
        hints="Count.\nBar 5: reach.",
        reference=wav,
        reference_source="Me",
        instruments=["violin", "flute"],
    )
    assert answer.status_code == 302
    exercise = Exercise.objects.get()
    sound = reverse("exercise-reference", args=[exercise.pk])
    client.force_login(ada)
    page = client.get(reverse("practice", args=[exercise.pk])).content.decode()
    assert "Meant for: Violin and Flute." in page or "Meant for: Flute and Violin." in page
    assert "For bar 5" in page and "reach." in page and sound in page
    heard = client.get(sound, headers={"Range": "bytes=0-3"})
    assert heard.status_code == 206 and b"".join(heard.streaming_content) == b"RIFF"
    Exercise.objects.update(status="draft")
    assert client.get(sound).status_code == 404
    client.logout()
    assert client.get(sound).status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not sound at all", "no recording"),
        (b"RIFF0000WAVEoops", "could not be read"),
        (tone_wav(301, rate_hz=4000), "five"),
    ],
)
def test_what_is_no_reference_is_said(client, author, data, words):
    url = piece_of(client, SIXTEEN)
    answer = save(client, url, reference=SimpleUploadedFile("x.wav", data), reference_source="Me")
    assert words in str(answer.context["form"].errors["reference"]) and not Exercise.objects.exists()


def test_an_author_among_others_asks_for_a_review(client, author):
    SchoolSettings.objects.create(second_reader=True)
    UserFactory(is_author=True)
    save(client, piece_of(client, SIXTEEN))
    exercise = Exercise.objects.get()
    assert exercise.status == "review" and exercise.lesson.status == "review"


def test_as_a_draft_it_stays_out_of_sight(client, author, ada):
    lesson = LessonFactory()
    save(client, piece_of(client, SIXTEEN), what="draft", lesson=lesson.pk)
    exercise = Exercise.objects.get()
    assert (exercise.status, exercise.lesson) == ("draft", lesson)
    client.force_login(ada)
    assert client.get(reverse("practice", args=[exercise.pk])).status_code == 404


def test_several_are_saved_at_once_and_many_as_a_job(client, author):
    bring(client, ("book.abc", BOOK))
    draft = ImportDraft.objects.get()
    place = {"lesson": "new", "new_lesson": "Tunes", "course": CourseFactory().pk, "licence": "public", "publish": ""}
    assert client.post(draft.get_absolute_url(), place).context["form"].non_field_errors()
    assert client.post(draft.get_absolute_url(), place | {"piece": ["1", "2"]}).status_code == 302
    assert [one.title for one in Exercise.objects.order_by("position")] == ["Twinkle", "Scale"]
    assert Exercise.objects.first().source == "Trad."
    many = b"".join(TWINKLE.replace(b"X:1", b"X:%d" % n).replace(b"Twinkle", b"Tune %d" % n) for n in range(1, 14))
    bring(client, ("many.abc", many))
    newest = ImportDraft.objects.first()
    answer = client.post(newest.get_absolute_url(), place | {"every": "on"})
    assert "/jobs/" in answer.url
    job = Job.objects.get(kind="import-save")
    jobs.run(str(job.pk))
    assert Exercise.objects.count() == 15
    # Begun again, it saves nothing twice.
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(str(job.pk))
    assert Exercise.objects.count() == 15


def test_how_far_it_is_counts_the_files_inside_an_archive(client, author, monkeypatch):
    told = []
    monkeypatch.setattr(jobs._Reporter, "__call__", lambda _self, done, total, sentence="": told.append((done, total)))
    files = [("one.abc", TWINKLE), ("__MACOSX/._one.abc", b"x"), ("book.abc", BOOK), ("three.abc", TWINKLE)]
    mxl = zipped([("META-INF/container.xml", b"<x/>"), ("score.xml", b"<x/>")])
    bring(client, ("some.zip", zipped(files)), ("four.abc", TWINKLE), ("five.mxl", mxl), ("six.zip", b"PK\3\4no"))
    assert {total for _done, total in told} == {6}
    assert [done for done, _total in told] == [0, 0, 1, 1, 1, 2, 3, 4, 5, 6]


def test_killed_in_the_middle_it_publishes_what_it_had_saved_before(client, author, monkeypatch):
    bring(client, ("book.abc", b"".join(TWINKLE.replace(b"X:1", b"X:%d" % n) for n in range(1, 14))))
    lesson = LessonFactory()
    place = {"lesson": lesson.pk, "licence": "public", "publish": "", "every": "on"}
    client.post(ImportDraft.objects.get().get_absolute_url(), place)
    job = Job.objects.get(kind="import-save")
    real, times = saving.save, []

    def save_until_killed(*args):
        times.append(1)
        if len(times) == 6:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(saving, "save", save_until_killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(str(job.pk))
    assert Exercise.objects.count() == 5
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("done", "13 exercises are saved.")
    assert [one.status for one in Exercise.objects.all()] == ["published"] * 13


def test_killed_while_it_publishes_it_publishes_the_rest(client, author, monkeypatch):
    lesson = LessonFactory()
    bring(client, ("book.abc", BOOK))
    params = {"draft": str(ImportDraft.objects.get().pk), "pieces": [1, 2], "lesson": lesson.pk, "new_lesson": False}
    params |= {"source": "", "licence": "own", "publish": True}
    job = jobs.start("import-save", author, "Tunes", params)
    real, times = publishing.publish, []

    def publish_until_killed(*args):
        times.append(1)
        if len(times) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(publishing, "publish", publish_until_killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(str(job.pk))
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("done", "2 exercises are saved.")
    assert [one.status for one in Exercise.objects.all()] == ["published"] * 2


def test_a_draft_is_its_owners_alone(client, author, ada, ms_clark):
    url = piece_of(client, SIXTEEN)
    draft = ImportDraft.objects.get()
    other = UserFactory(is_author=True)
    for who in (other, ada, ms_clark, UserFactory(is_staff=True)):
        client.force_login(who)
        for address in (url, draft.get_absolute_url(), f"{url}score.svg?from=1&to=2"):
            assert client.get(address).status_code == 404
        assert client.post(reverse("import-discard", args=[draft.pk])).status_code == 404
    for who in (ada, ms_clark):
        client.force_login(who)
        assert client.get(reverse("import")).status_code == 404
    client.logout()
    assert client.get(reverse("import")).status_code == 302


def test_the_job_begun_again_makes_one_draft(client, author):
    job = bring(client, ("twinkle.abc", TWINKLE))
    importing.run(job, lambda *_: None)
    assert ImportDraft.objects.get().pieces.count() == 1


def test_drafts_that_nobody_came_back_to_go(client, author):
    piece_of(client, SIXTEEN)
    assert importing.clear_old() == 0
    ImportDraft.objects.update(created_at=timezone.now() - timedelta(days=15))
    importing.clear_old()
    assert not ImportDraft.objects.exists()


def test_a_thrown_away_import_leaves_what_was_saved(client, author):
    save(client, piece_of(client, SIXTEEN))
    client.post(reverse("import-discard", args=[ImportDraft.objects.get().pk]))
    assert not ImportDraft.objects.exists() and Exercise.objects.count() == 1


@pytest.mark.parametrize("pieces", [2, 20])
def test_the_draft_asks_the_database_the_same_for_many(client, author, pieces, django_assert_max_num_queries):
    tunes = b"".join(TWINKLE.replace(b"X:1", b"X:%d" % number) for number in range(1, pieces + 1))
    bring(client, ("many.abc", tunes))
    with django_assert_max_num_queries(16):
        assert client.get(ImportDraft.objects.get().get_absolute_url()).status_code == 200
