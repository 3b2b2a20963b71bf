"""What is met in which grade."""

import pytest

from tests.scores import score_of
from tutor.composing.skills import skill_counts
from tutor.learner.syllabus import METRES, first_grade, skills_up_to

# Every interval there and back, and every figure, in little pieces of music.
INTERVALS = "C4 D4 C4 E4 C4 F4 C4 G4 C4 A4 C4 B4 C4 C5 C4"
FIGURES = (
    "C4/3 D4 E4/3/2 F4/1/2 E4/3/4 D4/1/4 C4/1/4 D4/3/4",
    "C4/1/2 D4/1/4 E4/1/4 F4/1/4 E4/1/4 D4/1/2 C4/1/4 D4/1/4 E4/1/4 F4/1/4 G4/1/3 F4/1/3 E4/1/3",
    "C4 r D4~ D4 E4 F4/2 G#4 C7 C3",
)


def shown_tags() -> set[str]:
    pieces = [score_of(text) for text in (INTERVALS, *FIGURES)]
    pieces += [score_of("C4 D4", fifths=fifths) for fifths in range(-7, 8)]
    for name in METRES:
        beats, beat_type = map(int, name.split("/"))
        pieces.append(score_of("C4 D4", metre=(beats, beat_type)))
    return {tag for piece in pieces for tag in skill_counts(piece)}


def test_the_syllabus_names_only_skills_that_scores_are_tagged_with() -> None:
    """A skill that no score can show would be new for ever."""
    assert set(skills_up_to(8)) <= shown_tags()
    assert {"rhythm:long-notes", "rhythm:dotted-half-quarter", "rhythm:snap"} <= set(skills_up_to(8))


def test_every_rhythm_and_interval_that_scores_are_tagged_with_is_in_the_syllabus() -> None:
    assert {tag for tag in shown_tags() if tag.startswith(("rhythm:", "interval:"))} <= set(skills_up_to(8))


@pytest.mark.parametrize(
    ("tag", "grade"),
    [
        ("interval:2:up", 1),
        ("interval:5:down", 2),
        ("interval:8:up", 4),
        ("key:-1", 1),
        ("key:4", 5),
        ("metre:4/4", 1),
        ("metre:6/8", 4),
        ("rhythm:dotted-quarter-eighth", 2),
        ("rhythm:triplet", 5),
        ("accidental", 3),
        ("something:new", 1),
        ("", 1),
    ],
)
def test_a_skill_belongs_to_a_grade(tag: str, grade: int) -> None:
    assert first_grade(tag) == grade


def test_a_higher_grade_only_adds_skills() -> None:
    for grade in range(1, 8):
        assert set(skills_up_to(grade)) < set(skills_up_to(grade + 1))


def test_the_newest_come_first() -> None:
    grades = [first_grade(tag) for tag in skills_up_to(5)]
    assert grades == sorted(grades, reverse=True)
    assert grades[0] == 5
