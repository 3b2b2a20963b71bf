"""A school per file, real in every part; Ada in it; and her takes, played by the instrument of known truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_school import RealSchool, SchoolClient
from tutor.notation.score import Score


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "school" in getattr(item, "fixturenames", ()) and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSchool]:
    with RealSchool(tmp_path_factory.mktemp("school")) as running:
        yield running


@pytest.fixture
def ada(school: RealSchool) -> SchoolClient:
    return school.client("ada")


def score_on_her_stand(student: SchoolClient, exercise_id: int) -> Score:
    """The score as the student reads it, through the door that any notation program would use."""
    from tutor.notation.reading import read_score

    answer = student.get(f"/api/v1/exercises/{exercise_id}/score.musicxml", Accept="*/*")
    assert answer.status == 200, answer.body
    return read_score(answer.body, "score.musicxml")
