"""Tune books are read as they are written: every sign that changes a pitch, a length or a bar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.composing.corpus.abc_reading import read_abc_tunes
from tutor.composing.corpus.written import WrittenTune

HEADER = "X:1\nT:The Test\nR:reel\nM:4/4\nL:1/8\nK:G\n"


def read(body: str, header: str = HEADER) -> WrittenTune:
    (tune,) = read_abc_tunes(header + body + "\n")
    return tune


def pitches(tune: WrittenTune) -> list[int | None]:
    return [note.pitch for bar in tune.bars for note in bar.notes]


def ticks(tune: WrittenTune) -> list[int]:
    return [note.ticks for bar in tune.bars for note in bar.notes]


def test_header_says_title_kind_metre_and_key():
    tune = read("G8|")
    assert (tune.number, tune.title, tune.kind, tune.metre) == ("1", "The Test", "reel", (4, 4))
    assert (tune.tonic, tune.tonic_letter, tune.mode, tune.fifths) == (7, 4, "major", 1)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("Ador", (9, 5, "dorian", 1)),
        ("D mix", (2, 1, "mixolydian", 1)),
        ("Bb", (10, 6, "major", -2)),
        ("F#m", (6, 3, "minor", 3)),
        ("E minor", (4, 2, "minor", 1)),
        ("C Major", (0, 0, "major", 0)),
    ],
)
def test_keys_and_modes(key, expected):
    tune = read("A8|", HEADER.replace("K:G", f"K:{key}"))
    assert (tune.tonic, tune.tonic_letter, tune.mode, tune.fifths) == expected


@given(st.lists(st.sampled_from([1, 2, 3, 4, 6, 8]), min_size=1, max_size=30))
def test_lengths_are_counted_in_units(lengths):
    tune = read(" ".join(f"G{length}" for length in lengths))
    assert ticks(tune) == [12 * length for length in lengths]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A/ B/2 c// d3/2 e", [6, 6, 3, 18, 12]),
        ("A>B c<d A>>B", [18, 6, 6, 18, 21, 3]),
        ("(3ABc d2", [8, 8, 8, 24]),
        ("(3A2B2c2 d", [16, 16, 16, 12]),
        ("(3:2:2A2B d", [16, 8, 12]),
    ],
)
def test_divided_broken_and_tripled_lengths(body, expected):
    assert ticks(read(body)) == expected


def test_a_sign_holds_to_the_end_of_its_bar_in_its_octave():
    assert pitches(read("^c c c' =f|c f")) == [73, 73, 84, 77, 72, 78]


def test_a_tie_joins_equal_pitches_and_a_slur_written_alike_joins_nothing():
    tune = read("G2-G2 A2-B2|B4-|B4")
    assert [note.tied for bar in tune.bars for note in bar.notes] == [False, True, False, False, False, True]


def test_of_a_chord_the_highest_note_is_kept_with_the_length_of_the_first():
    tune = read("[G2Bd] A2")
    assert (pitches(tune), ticks(tune)) == ([74, 69], [24, 24])


def test_grace_notes_ornaments_and_chord_names_are_left_out():
    assert pitches(read('{AB}G2 "Am"A2 !trill!B2 ~d2 .e2 (fg)')) == [67, 69, 71, 74, 76, 78, 79]


def test_a_first_ending_is_left_out_and_repeats_close_their_bars():
    tune = read("|:G8|A8|1 B8:|2 c8||d8|e8|]")
    assert pitches(tune) == [67, 69, 72, 74, 76]
    assert [bar.closes for bar in tune.bars] == [False, False, True, False, True]


def test_rests_of_a_whole_bar_fill_it():
    assert ticks(read("z8|Z|G8")) == [96, 96, 96]


@pytest.mark.parametrize("body", ["G8|\nK:D\nA8", "G8|[K:D] A8", "G8|\nM:3/4\nA6", "(5GABcd e3|", "G8|\nV:2\nA8"])
def test_what_is_not_read_is_left_out_whole(body):
    assert not list(read_abc_tunes(HEADER + body))


def test_a_tune_that_is_left_out_leaves_its_neighbours():
    book = HEADER + "G8|\nK:D\nA8\n\n" + HEADER.replace("X:1", "X:2") + "A8|\n"
    assert [tune.number for tune in read_abc_tunes(book)] == ["2"]
