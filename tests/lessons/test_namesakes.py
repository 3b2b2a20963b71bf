"""Two students of one name in one class."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons.models import Assignment
from lessons.namesakes import told_apart
from tests.factories import ExerciseFactory, StudentFactory


@pytest.fixture
def annas(classroom):
    return [
        StudentFactory(username=name, first_name="Anna", last_name="Smith", classroom=classroom)
        for name in ("anna.smith", "anna.smith2")
    ]


def test_only_namesakes_are_told_apart(annas, ada):
    assert [one.display_name for one in told_apart([*annas, ada])] == [
        "Anna Smith (anna.smith)",
        "Anna Smith (anna.smith2)",
        ada.display_name,
    ]
    assert told_apart(annas[:1])[0].display_name.startswith("Anna Smith")


@pytest.mark.parametrize("page", ["class", "class-gradebook", "class-assign", "class-reports", "assignment-of-class"])
def test_every_list_of_a_class_tells_them_apart(client, classroom, ms_clark, annas, page):
    work = Assignment.objects.create(
        classroom=classroom,
        exercise=ExerciseFactory(),
        assigned_by=ms_clark,
        opens_at=timezone.now() - timedelta(days=1),
    )
    client.force_login(ms_clark)
    address = [classroom.pk, work.pk] if page == "assignment-of-class" else [classroom.pk]
    said = client.get(reverse(page, args=address)).content.decode()
    assert "Anna Smith (anna.smith)" in said and "Anna Smith (anna.smith2)" in said
