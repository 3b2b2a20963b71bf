"""A class list as schools have it: whatever wrote it, the same names come out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.classroom import ClassroomError
from lessons.roster import words
from lessons.roster.reading import MOST_ROWS, read, read_text
from lessons.roster.rows import INVALID, read_row

ENGLISH = [["First name", "Last name", "Instrument"], ["Jörg", "Müller", "viola"], ["Ada", "Lovelace", "flute"]]
GERMAN = [["Nachname", "Vorname", "Hauptfach"], ["Müller", "Jörg", "Bratsche"], ["Lovelace", "Ada", "Querflöte"]]
BARE = ENGLISH[1:]
THE_TWO = [("Jörg", "Müller", "viola"), ("Ada", "Lovelace", "flute")]


def written(rows, separator=",", encoding="utf-8", before="", newline="\r\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(rows)
    return (before + text.getvalue()).encode(encoding)


def people(content):
    table = read(content)
    rows = [read_row(number, cells, table.columns) for number, cells in enumerate(table.cells, 1)]
    return [(row.first, row.last, row.instrument) for row in rows]


@pytest.mark.parametrize("rows", [ENGLISH, GERMAN, BARE], ids=["english", "german", "no heading"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_whatever_wrote_it_the_same_people_are_in_it(rows, separator, encoding):
    assert people(written(rows, separator, encoding)) == THE_TWO


@pytest.mark.parametrize("heading", ["first,last", "FIRST,LAST", "Forename,Surname", "username,first,last"])
def test_a_short_heading_is_no_student(heading):
    row = "ada,Ada,Lovelace" if "username" in heading else "Ada,Lovelace"
    assert people(f"{heading}\n{row}\n".encode()) == [("Ada", "Lovelace", "")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_whatever_ends_its_lines(newline):
    assert people(written(ENGLISH, newline=newline)) == THE_TWO


def test_excels_word_for_its_separator_is_no_row():
    assert people(written(ENGLISH, ";", "utf-8-sig", before="sep=;\r\n")) == THE_TWO


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Lovelace\nJörg Müller", [("Ada", "Lovelace"), ("Jörg", "Müller")]),
        ("Lovelace, Ada\nMüller, Jörg", [("Ada", "Lovelace"), ("Jörg", "Müller")]),
        ('"Lovelace, Ada";viola\n"Müller, Jörg";oboe', [("Ada", "Lovelace"), ("Jörg", "Müller")]),
        ("Name;Vorname\nLovelace;Ada", [("Ada", "Lovelace")]),
        ("Name\nAda King Lovelace", [("Ada King", "Lovelace")]),
        ("Schüler*in\nAda Lovelace", [("Ada", "Lovelace")]),
        ("Name, Vorname\nLovelace, Ada", [("Ada", "Lovelace")]),
        ("1;Ada;Lovelace\n2;Jörg;Müller", [("Ada", "Lovelace"), ("Jörg", "Müller")]),
        ("Ada", [("Ada", "")]),
    ],
)
def test_names_in_any_order(text, names):
    assert [one[:2] for one in people(text.encode())] == names


@pytest.mark.parametrize(
    ("written_as", "name"),
    [
        *(("Geige", "violin"), ("1. Violine", "violin"), ("Clarinet in B♭", "clarinet"), ("Bb Clarinet", "clarinet")),
        *(
            ("KLARINETTE", "clarinet"),
            ("Querflöte", "flute"),
            ("Alto Saxophone", "alto-sax"),
            ("Altsaxofon", "alto-sax"),
        ),
        *(("Cello", "cello"), ("Horn in F", "horn"), ("Kontrabass", "double-bass"), ("kazoo", None), ("", None)),
        *(("Clarinet in B flat", "clarinet"), ("B-flat Trumpet", "trumpet"), ("Clarinet in Bb", "clarinet")),
        *(("Alto Saxophone in E flat", "alto-sax"), ("E flat alto saxophone", "alto-sax"), ("Clarinet in A", None)),
    ],
)
def test_instruments_by_the_names_people_give_them(written_as, name):
    assert words.instrument(written_as) == name


def test_every_instrument_is_found_by_its_own_name_and_label():
    from tutor.notation.instruments import INSTRUMENTS

    for one in INSTRUMENTS.values():
        assert (words.instrument(one.name), words.instrument(one.label)) == (one.name, one.name)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"a\x00b\x00c", b"", b"\n\n;;\n", b"Name\n"]
)
def test_what_is_no_list_is_refused_in_a_sentence(content):
    with pytest.raises(ClassroomError, match=r"^[A-Z].*\.$"):
        read(content)


def test_a_list_has_an_end():
    assert len(read_text("\n".join(f"Ada {n}" for n in range(MOST_ROWS))).cells) == MOST_ROWS
    with pytest.raises(ClassroomError, match="501"):
        read_text("\n".join(f"Ada {n}" for n in range(MOST_ROWS + 1)))
    with pytest.raises(ClassroomError, match="columns"):
        read_text(";".join("abcdefghijklmnopqrstuvwxyzabcdefgh"))


@given(st.binary(max_size=400))
def test_nothing_breaks_it(content):
    """A table whose rows are as wide as its columns, or a sentence."""
    try:
        table = read(content)
    except ClassroomError:
        return
    assert all(len(row) == len(table.columns) for row in table.cells) and table.cells


@given(st.lists(st.text("Aä ;,\"'\t\n1@=", max_size=8), min_size=1, max_size=4))
def test_any_cells_are_a_row_or_say_why_not(cells):
    row = read_row(1, cells, [words.NAME, words.EMAIL, words.USERNAME, words.LEVEL][: len(cells)])
    assert (row.outcome == INVALID) == bool(row.why)


def test_what_was_read_otherwise_than_written_is_said():
    row = read_row(1, ["Ada", "didgeridoo", "11"], [words.FIRST, words.INSTRUMENT, words.LEVEL])
    assert (row.instrument, row.level) == ("", None)
    assert [note.split()[0] for note in row.notes] == ["“didgeridoo”", "“11”"]
