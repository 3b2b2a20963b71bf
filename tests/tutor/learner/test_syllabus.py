"""What is met in which grade."""

import pytest

from tutor.learner.syllabus import first_grade, skills_up_to


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
