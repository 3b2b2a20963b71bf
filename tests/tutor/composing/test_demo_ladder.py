"""The authored ladder: real music at its grade, playable by everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

import lessons.demo
from lessons.demo import ladder
from tutor.notation.arranging import arrange
from tutor.notation.instruments import INSTRUMENTS
from tutor.notation.musicxml import bars_of, to_musicxml

LADDER = ladder()


def test_it_is_long_enough_and_climbs_from_grade_1_to_5():
    assert len(LADDER) >= 32
    assert len({item.title for item in LADDER}) == len(LADDER)
    assert [item.intended_grade for item in LADDER] == sorted(item.intended_grade for item in LADDER)
    assert {item.intended_grade for item in LADDER} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("item", LADDER, ids=lambda item: item.title)
def test_an_exercise_measures_near_its_courses_grade_and_says_where_it_is_from(item):
    assert abs(item.grade - item.intended_grade) <= 1.5
    assert item.source
    assert item.lesson_text.endswith(".")
    bars_of(item.score)


def test_each_course_is_harder_than_the_one_before():
    means = [
        sum(grades) / len(grades)
        for grades in ([item.grade for item in LADDER if item.intended_grade == grade] for grade in range(1, 6))
    ]
    assert means == sorted(means)
    assert all(abs(mean - grade) < 0.75 for grade, mean in enumerate(means, 1))


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_exercise_can_be_played_on_every_instrument(name):
    instrument = INSTRUMENTS[name]
    for item in LADDER:
        arranged = arrange(item.score, instrument, item.grade)
        written = [note.written.midi for note in arranged.notes]
        assert instrument.written_low <= min(written) <= max(written) <= instrument.written_high


def test_the_little_abc_says_what_music21_says():
    """Checked against a full ABC reader: the same notes at the same times."""
    import music21

    text = (Path(lessons.demo.__file__).parent / "5_off_the_beat.abc").read_text(encoding="utf-8")
    tunes = [part for part in text.split("\n\n") if "\nK:" in part]
    items = [item for item in LADDER if item.intended_grade == 5]
    assert len(tunes) == len(items)
    for tune, item in zip(tunes, items, strict=True):
        music = "\n".join(line for line in tune.splitlines() if not line.startswith("%%"))
        part = music21.converter.parseData(music, format="abc").parts[0].stripTies()
        theirs = [(float(note.offset), note.pitch.midi) for note in part.flatten().notes]
        ours = [(note.onset_beat, note.written.midi) for note in item.score.notes]
        assert [pitch for _, pitch in theirs] == [pitch for _, pitch in ours], item.title
        assert [onset for onset, _ in theirs] == pytest.approx([onset for onset, _ in ours]), item.title


def test_a_ladder_score_prints():
    assert all(to_musicxml(item.score) for item in LADDER)
