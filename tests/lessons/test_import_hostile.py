"""Files and archives that mean harm, or were harmed: one sentence each, and the rest is read."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lessons.importing import files, reader
from lessons.importing.files import bundle, label, unbundle
from lessons.importing.reader import FileTrouble, Reader
from tests.lessons.test_hostile_scores import NOTE, midi, musicxml, mxl
from tests.lessons.test_import import TWINKLE, zipped
from tutor.saying import from_json

GOOD = musicxml(NOTE * 4)


def brought(*uploads):
    packed = bundle([SimpleUploadedFile(name, data) for name, data in uploads])
    return list(unbundle(packed.file))


def troubles(found):
    return {one.name: one.trouble for one in found if one.trouble}


def test_files_come_out_as_they_went_in_archives_opened_and_scores_left_whole():
    packed = mxl(GOOD, "score.xml")
    found = brought(("a.xml", GOOD), ("b.zip", zipped([("in/c.abc", TWINKLE), ("d.mxl", packed)])), ("e.mxl", packed))
    assert not troubles(found)
    assert [(one.name, one.data) for one in found] == [
        ("a.xml", GOOD), ("b.zip: c.abc", TWINKLE), ("b.zip: d.mxl", packed), ("e.mxl", packed),
    ]  # fmt: skip


def test_what_a_file_manager_leaves_is_no_file():
    rubbish = [("__MACOSX/._a.xml", b"x"), (".DS_Store", b"x"), ("sub/.hidden", b"x"), ("Thumbs.db", b"x")]
    (found,) = brought(("a.zip", zipped([*rubbish, ("good.xml", GOOD)])))
    assert found.name == "a.zip: good.xml"
    assert list(troubles(brought(("a.zip", zipped(rubbish))))) == ["a.zip"]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "C:\\windows\\system.ini", "a/../../b", "\x00\x1b[31m", "", "/" * 50]
)
def test_a_path_is_a_label_and_nothing_else(name):
    shown = label(name)
    assert shown and "/" not in shown and "\\" not in shown and shown.isprintable() and len(shown) <= 120
    (found,) = brought(("a.zip", zipped([(f"x{name}x", GOOD)])))
    assert found.data == GOOD


def test_a_bomb_is_not_unpacked_and_its_neighbour_is_read():
    found = brought(("b.zip", zipped([("bomb.xml", b" " * 9_000_000), ("good.xml", GOOD)])), ("c.xml", GOOD))
    assert "packed tighter" in troubles(found)["b.zip: bomb.xml"]
    assert [one.name for one in found if one.data] == ["b.zip: good.xml", "c.xml"]


def test_a_file_beyond_the_size_is_read_no_further():
    found = brought(("b.zip", zipped([("big.xml", b" " * 11_000_000)])))
    assert "10 MB" in troubles(found)["b.zip: big.xml"]


def test_a_header_that_lies_about_the_size_changes_nothing():
    data = bytearray(zipped([("big.xml", b" " * 11_000_000)]))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(signature) + place
        data[start : start + 4] = (10).to_bytes(4, "little")
    found = brought(("b.zip", bytes(data)))
    assert troubles(found) and all(len(one.data) <= 10 for one in found)


def test_an_archive_in_an_archive_is_refused_in_a_sentence():
    nested = zipped([("inner.zip", zipped([("a.xml", GOOD)])), ("good.xml", GOOD)])
    found = brought(("n.zip", nested))
    assert list(troubles(found)) == ["n.zip: inner.zip"] and found[-1].data == GOOD


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_plain_zips_are_opened(method):
    assert "plain zip" in troubles(brought(("a.zip", zipped([("a.xml", GOOD)], method))))["a.zip: a.xml"]


def test_a_damaged_archive_costs_a_sentence(monkeypatch):
    data = zipped([("a.xml", GOOD)])
    found = brought(("cut.zip", data[:-30]), ("noise.zip", b"PK" + random.Random(1).randbytes(500)), ("good.xml", GOOD))
    assert set(troubles(found)) == {"cut.zip", "noise.zip"} and found[-1].data == GOOD
    broken = bytearray(data)
    broken[45] ^= 0xFF
    assert troubles(brought(("b.zip", bytes(broken))))


def test_more_files_than_are_taken_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 3)
    found = brought(("a.zip", zipped([(f"{n}.xml", GOOD) for n in range(5)])))
    assert [bool(one.trouble) for one in found] == [False, False, False, True]
    assert "more than 3 files" in found[-1].trouble


def test_more_bytes_than_are_taken_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(files, "MOST_UNPACKED_BYTES", 3 * len(GOOD))
    found = brought(("a.zip", zipped([(f"{n}.xml", GOOD) for n in range(5)])))
    assert "100 MB" in found[-1].trouble and sum(bool(one.data) for one in found) == 3


def answers(reading, name, data):
    try:
        return list(reading.read(name, data))
    except FileTrouble as problem:
        return [{"error": str(problem)}]


def test_no_file_spoils_the_next():
    """Everything that is no music, one after the other through one reader, and after each of them a good file."""
    bad = {
        "empty.xml": b"",
        "entity.xml": musicxml(NOTE, '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "metre.xml": musicxml(
            "<attributes><time><beats>9999</beats><beat-type>3</beat-type></time></attributes>" + NOTE
        ),
        "bars.xml": musicxml("</measure><measure>".join([NOTE * 4] * 10_000)),
        "cut.mxl": mxl(GOOD)[:100],
        "noise.musicxml": random.Random(2).randbytes(5000),
        "midi.xml": b"MThd\x00\x00",
        "long.mid": midi(100_000),
        "text.abc": b"no music here\n",
        "picture.png": b"\x89PNG\r\n",
    }
    with Reader() as reading:
        for name, data in bad.items():
            (said,) = answers(reading, name, data)
            sentence = str(from_json(said["error"]))
            assert sentence.endswith(".") and len(sentence) < 250, name
            (read,) = answers(reading, "good.xml", GOOD)
            assert len(read["piece"]["scores"]) == 1, name


def test_a_wrong_ending_is_no_harm():
    with Reader() as reading:
        for name in ("a.mid", "a.abc", "a.mxl", "a.txt", ""):
            if name != "a.mid":
                assert "piece" in answers(reading, name, GOOD)[0], name
        assert "piece" in answers(reading, "a.xml", midi(4))[0]
        assert "piece" in answers(reading, "a.xml", TWINKLE)[0]


def test_a_reader_that_hangs_or_dies_is_replaced(monkeypatch):
    with Reader() as reading:
        monkeypatch.setattr(reader, "READ_WITHIN_S", 0.001)
        assert "too long to read" in answers(reading, "a.xml", GOOD)[0]["error"]
        monkeypatch.undo()
        assert "piece" in answers(reading, "a.xml", GOOD)[0]
        reading._process.kill()
        reading._process.wait()
        assert "could not be read" in answers(reading, "a.xml", GOOD)[0]["error"]
        assert "piece" in answers(reading, "a.xml", GOOD)[0]
    assert reading._process is None


def test_a_bundle_holds_the_names_apart():
    packed = bundle([SimpleUploadedFile("a.xml", b"1"), SimpleUploadedFile("a.xml", b"2")])
    with zipfile.ZipFile(io.BytesIO(packed.file.read())) as archive:
        assert archive.namelist() == ["0000/a.xml", "0001/a.xml"]
