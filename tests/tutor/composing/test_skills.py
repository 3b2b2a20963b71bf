"""What each note asks of its player, on music small enough to check by eye."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.scores import score_of
from tests.strategies import scores
from tutor.composing.skills import describe, occurrences, skill_counts, tag


def tags_of(score, prefix):
    return [[name for name in names if name.startswith(prefix)] for names in tag(score).values()]


@settings(max_examples=50, deadline=None)
@given(scores())
def test_every_note_has_its_key_and_metre_and_every_tag_a_name(score):
    tags = tag(score)
    assert list(tags) == [note.id for note in score.notes]
    for names in tags.values():
        assert sum(name.startswith("key:") for name in names) == 1
        assert sum(name.startswith("metre:") for name in names) == 1
        assert all(describe(name) and ":" not in describe(name) for name in names)
    assert sum(skill_counts(score).values()) == sum(len(names) for names in tags.values())


def test_an_interval_belongs_to_the_note_it_leads_to_and_goes_by_the_spelling():
    tags = tags_of(score_of("C4 E4 G#3 C4 C4 C5 D6 C4"), "interval")
    assert tags == [
        [], ["interval:3:up"], ["interval:6:down"], ["interval:4:up"],
        [], ["interval:8:up"], [], [],
    ]  # fmt: skip


def test_an_augmented_unison_and_two_notes_with_a_rest_between_are_no_interval():
    assert tags_of(score_of("C4 C#4 r E4 F4/4"), "interval") == [[], [], [], ["interval:2:up"]]


def test_an_augmented_second_is_a_second():
    assert tags_of(score_of("Ab4 B4 C5/2", fifths=-3), "interval")[1] == ["interval:2:up"]


def test_an_accidental_is_what_the_signature_does_not_say():
    assert tags_of(score_of("F#4 F4 C4 Bb4", fifths=1), "accidental") == [[], ["accidental"], [], ["accidental"]]


@pytest.mark.parametrize(
    ("text", "metre", "figure", "count"),
    [
        ("C4/3/2 D4/1/2 E4/2", (4, 4), "dotted-quarter-eighth", 2),
        ("C4/3/2 D4/3/2", (6, 8), "dotted-quarter-eighth", 0),
        ("C4/3/4 D4/1/4 E4 F4/2", (4, 4), "dotted-eighth-sixteenth", 2),
        ("C4/3/4 D4/1/4 E4/1/2 F4/3/2", (6, 8), "dotted-eighth-sixteenth", 2),
        ("C4/1/4 D4/1/4 E4/1/4 F4/1/4 G4", (2, 4), "sixteenths", 4),
        ("C4/1/2 D4/1/4 E4/1/4 F4", (2, 4), "eighth-two-sixteenths", 3),
        ("C4/1/3 D4/1/3 E4/1/3 F4", (2, 4), "triplet", 3),
        ("C4/3~ C4 D4/4", (4, 4), "tie", 1),
        ("C4 r D4 E4", (4, 4), "rest", 1),
        ("C4/1/2 D4 E4/1/2 F4/2", (4, 4), "syncopation", 1),
        ("C4 D4/2 E4", (4, 4), "syncopation", 1),
        ("C4 D4 E4/2", (4, 4), "syncopation", 0),
        ("C4/2 D4", (3, 4), "syncopation", 0),
        ("C4/1/2 D4/1/2 E4 F4/2", (4, 4), "syncopation", 0),
    ],
)
def test_rhythm_figures(text, metre, figure, count):
    assert skill_counts(score_of(text, metre=metre)).get(f"rhythm:{figure}", 0) == count


def test_figures_are_counted_once_and_notes_each():
    found = occurrences(score_of("C4/3/2 D4/1/2 E4/3/2 F4/1/2 G4/1/4 A4/1/4 G4/1/2 C4/1/3 D4/1/3 E4/1/3 C4/2"))
    assert found["rhythm:dotted-quarter-eighth"] == 2
    assert found["rhythm:two-sixteenths-eighth"] == 1
    assert found["rhythm:sixteenths"] == 2 and found["rhythm:triplet"] == 3 and found["interval:2:up"] == 7


@pytest.mark.parametrize("text", ["C4/3 r D4/3/2~", "C4/3 D4 E4/3/2~", "C4/5/2 D4~ D4/1/2 E4/1/2 F4/3/2~"])
def test_a_figure_stands_in_one_bar_and_is_printed_without_ties(text):
    assert not occurrences(score_of(text.rstrip("~"), metre=(3, 4))).keys() & {
        "rhythm:dotted-half-quarter",
        "rhythm:dotted-quarter-eighth",
    }


def test_high_and_low_are_counted_from_the_staff_whichever_its_clef():
    assert tags_of(score_of("A3 C4 A5 B5"), "range") == [["range:low"], [], [], ["range:high"]]
    assert tags_of(score_of("C2 E2 C4 D4", clef="F4"), "range") == [["range:low"], [], [], ["range:high"]]


def test_tags_have_a_teachers_words():
    assert describe("interval:6:up") == "leaps of a sixth, upwards"
    assert describe("key:-2") == "two flats in the key"
    assert describe("key:1") == "one sharp in the key"
    assert describe("rhythm:dotted-quarter-eighth") == "dotted quarters"
