"""A score file that means harm, or was harmed: one sentence within seconds, and the school goes on."""

import io
import random
import struct
import subprocess
import sys
import time
import zipfile

import pytest
from django.conf import settings as school
from django.core.files.uploadedfile import SimpleUploadedFile

from lessons import authoring
from lessons.models import Exercise
from tests.lessons.test_admin_exercises import author, errors, upload  # noqa: F401  the author is a fixture
from tutor.notation.errors import ScoreError
from tutor.notation.musicxml import to_musicxml
from tutor.notation.reading import read_score

NOTE = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>"


def musicxml(notes, before="", title=""):
    return (
        f'<?xml version="1.0"?>\n{before}<score-partwise version="4.0"><work><work-title>{title}</work-title></work>'
        '<part-list><score-part id="P1"><part-name>x</part-name></score-part></part-list><part id="P1">'
        '<measure number="1"><attributes><divisions>1</divisions></attributes>'
        f"{notes}</measure></part></score-partwise>"
    ).encode()


def mxl(data, name="score.xml", method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def damaged(method):
    data = bytearray(mxl(musicxml(NOTE * 400), method=method))
    for place in range(60, 90):
        data[place] ^= 0x5A
    return bytes(data)


def tuplet(actual, normal):
    ratio = f"<actual-notes>{actual}</actual-notes><normal-notes>{normal}</normal-notes>"
    return NOTE.replace("</note>", f"<type>quarter</type><time-modification>{ratio}</time-modification></note>")


def midi(notes):
    played = b"".join(b"\x00\x90\x40\x40\x60\x80\x40\x00" for _ in range(notes)) + b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">I", len(played)) + played


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (musicxml(NOTE, '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "a.xml", "entity"),
        (musicxml(NOTE, '<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'), "a.xml", "entity"),
        (mxl(b"<score-partwise>" + b" " * 20_000_000), "a.mxl", "10 MB"),
        (damaged(zipfile.ZIP_DEFLATED), "a.mxl", "damaged"),
        (damaged(zipfile.ZIP_LZMA), "a.mxl", "damaged"),
        (damaged(zipfile.ZIP_BZIP2), "a.mxl", "damaged"),
        (random.Random(1).randbytes(50_000), "a.musicxml", "not well-formed"),
        (musicxml("<note><rest/><duration>4</duration></note>"), "a.xml", "no notes"),
        (musicxml("</measure><measure>".join([NOTE * 4] * 24_000)), "a.xml", "too long"),
        (musicxml(NOTE * 110_000), "a.xml", "too long"),
        (midi(1_000_000), "a.mid", "300 kB"),
        (b"X:1\nK:C\n" + b"CDEF|" * 100_000, "a.abc", "300 kB"),
        (b"X:1\nT:a\x00b\nK:C\nCDEF|\n", "a.abc", "no text"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_a_file_is_refused_in_a_sentence_within_seconds(data, name, words):
    began = time.process_time()
    with pytest.raises(ScoreError, match=words) as refused:
        read_score(data, name)
    assert time.process_time() - began < 8
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 200


@pytest.mark.parametrize(("actual", "normal"), [("²", "²"), ("9" * 5000, "2"), ("0", "2"), ("-3", "2"), ("x", "")])
def test_a_tuplet_of_nonsense_is_none(actual, normal):
    assert [float(note.duration_beat) for note in read_score(musicxml(tuplet(actual, normal)), "a.xml").notes] == [1.0]


def test_a_bars_long_name_is_cut():
    data = musicxml(NOTE.replace(">C<", ">H<")).replace(b'number="1"', b'number="' + b"9" * 5000 + b'"')
    with pytest.raises(ScoreError) as refused:
        read_score(data, "a.xml")
    assert len(str(refused.value)) < 100


def test_the_longest_score_that_is_read_is_read_and_tagged_in_seconds():
    """The exercise's page tags and lays it out within a request: nothing may grow with notes times bars."""
    from tutor.composing.difficulty import difficulty
    from tutor.composing.skills import skill_counts

    score = read_score(musicxml("</measure><measure>".join([NOTE * 4] * 1240)), "a.xml")
    began = time.process_time()
    assert len(score.notes) == 4960 and score.notes[-1].bar == 1240
    skill_counts(score)
    difficulty(score)
    assert time.process_time() - began < 5


def test_a_hundred_megabytes_are_not_read(client, author, monkeypatch):  # noqa: F811
    monkeypatch.setattr(authoring, "_read_apart", lambda *_: pytest.fail("read"))
    (said,) = errors(upload(client, b" " * 10_000_001, title="T"))["music_file"]
    assert "10 MB" in said


def test_a_reader_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(authoring, "READ_WITHIN_S", 0.05)
    with pytest.raises(ScoreError, match="too long to read"):
        authoring.read_upload(SimpleUploadedFile("a.musicxml", musicxml(NOTE)))


def test_a_reader_cannot_fill_the_machine():
    grows = "import lessons.read_score_file as r; r.read_score = lambda *_, **__: bytearray(2**33); r.main()"
    done = subprocess.run([sys.executable, "-c", grows, "a.xml"], input=b"", capture_output=True, cwd=school.ROOT)
    assert done.returncode != 0 and b"MemoryError" in done.stderr


def test_a_title_longer_than_a_title_is_cut(client, author):  # noqa: F811
    answer = upload(client, musicxml(NOTE * 4, title="T" * 1000))
    assert answer.status_code == 302, errors(answer)
    assert Exercise.objects.get().title == "T" * 200


@pytest.mark.parametrize("wrap", [lambda data: data, mxl, lambda data: data.decode().encode("utf-8-sig")])
def test_the_uploaded_file_is_kept_as_it_came(client, author, wrap):  # noqa: F811
    data = to_musicxml(read_score(musicxml(NOTE * 4), "a.xml")).encode()
    wrapped = wrap(data)
    assert upload(client, wrapped, "a.mxl" if wrapped.startswith(b"PK") else "a.musicxml", title="T").status_code == 302
    assert Exercise.objects.get().musicxml.encode() == data


def test_a_midi_file_is_no_text(client, author):  # noqa: F811
    assert upload(client, midi(8), "a.mid", title="T").status_code == 302
    assert Exercise.objects.get().musicxml == ""


def test_nothing_in_a_file_runs_in_the_page(client, author, api, ada):  # noqa: F811
    """The engraving stands in the page itself: what an author's file says must stay text."""
    from django.urls import reverse

    evil = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;"
    lyric = f"<lyric><text>{evil}</text></lyric></note>"
    note = NOTE.replace("<note>", f'<note id="{evil}">').replace("</note>", lyric)
    assert upload(client, musicxml(note + NOTE * 3, title=evil), status="published").status_code == 302
    client.force_login(ada)
    exercise = Exercise.objects.get()
    page = client.get(reverse("practice", args=[exercise.pk])).content.decode()
    svg = client.get(reverse("api-exercise-score-svg", args=[exercise.pk]))
    for text in (page, svg.content.decode()):
        assert "<script>alert" not in text and "<img src=x" not in text
    assert "default-src 'none'" in svg["Content-Security-Policy"]
