"""What goes out as MusicXML comes back as the same score, through our reader and through music21's."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.scores import score_of
from tests.strategies import scores
from tutor.notation.musicxml import to_musicxml
from tutor.notation.reading import read_score
from tutor.notation.score import Score

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(scores())
def test_musicxml_out_and_in_gives_the_same_score(score):
    assert read_score(to_musicxml(score).encode(), "x.musicxml") == score


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scores(max_bars=2))
@example(score_of("C4/1/4~ C4/1/4~ C4/1/4~ C4~ C4/1/4", fifths=2, metre=(2, 4)))
def test_music21_reads_the_same_notes_from_what_we_write(score):
    import music21

    part = music21.converter.parseData(to_musicxml(score), format="musicxml").parts[0]
    theirs = [
        (float(note.offset), note.pitch.midi, float(note.quarterLength))
        # By their ties alone: to music21, C with a natural sign printed and C without one are two pitches.
        for note in part.stripTies(matchByPitch=False).flatten().notes
    ]
    ours = [(note.onset_beat, note.written.midi, note.duration_beat) for note in score.notes]
    assert [n[1] for n in theirs] == [n[1] for n in ours]
    assert [n[0] for n in theirs] == pytest.approx([n[0] for n in ours])
    assert [n[2] for n in theirs] == pytest.approx([n[2] for n in ours])


def test_music21_hears_the_transposition_that_we_write():
    import music21

    score = score_of("C4 D4 E4 F4", transposition=-14)
    stream = music21.converter.parseData(to_musicxml(score), format="musicxml").toSoundingPitch()
    assert [note.pitch.midi for note in stream.flatten().notes] == [note.pitch for note in score.notes]


@SLOW
@given(scores())
def test_a_score_survives_as_json(score):
    assert Score.from_dict(score.to_dict()) == score


def accidentals(score):
    return re.findall(r'<note id="(\w+)">(?:(?!</note>).)*<accidental>(.*?)</accidental>', to_musicxml(score))


def test_an_accidental_is_printed_once_a_bar_and_taken_back_when_it_changes():
    score = score_of("F#4 F#4 F4 F4 F#4 G4 A4 B4", fifths=0)
    assert accidentals(score) == [("n1", "sharp"), ("n3", "natural"), ("n5", "sharp")]


def test_the_key_signature_prints_no_accidentals_of_its_own():
    assert accidentals(score_of("F#4 C#5 F4 C#5", fifths=2)) == [("n3", "natural")]


def test_a_tie_over_the_barline_needs_no_second_accidental_but_the_note_after_it_does():
    score = score_of("C4/2 F#4/2~ F#4/2 F#4/2")
    assert accidentals(score) == [("n2", "sharp"), ("n4", "sharp")]


def beams(score):
    return [
        re.findall(r"<beam number=\"1\">(\w+)", note)
        for note in re.findall(r"<note .*?</note>", to_musicxml(score))
        if "<beam" in note
    ]


@pytest.mark.parametrize(
    ("text", "metre", "groups"),
    [
        ("C4/1/2 " * 6, (6, 8), 2),
        ("C4/1/2 " * 8, (4, 4), 2),
        ("C4/1/2 " * 8, (2, 2), 2),
        ("C4/1/2 " * 6, (3, 4), 3),
        ("C4/1/2 " * 5, (5, 8), 2),
        ("C4/1/2 " * 7, (7, 8), 3),
        ("C4/1/4 C4/1/4 C4/1/2 C4/1/2 C4/1/2", (2, 4), 2),
        ("C4/1/2 r/1/2 C4/1/2 C4", (5, 8), 0),
    ],
)
def test_beams_show_the_beats_of_the_metre(text, metre, groups):
    assert sum(kinds == ["begin"] for kinds in beams(score_of(text, metre=metre))) == groups
