"""The gradebook as a file: numbers are numbers, what people wrote is text, and nobody's formula runs."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import jobs
from lessons.gradebook import export, writing
from lessons.gradebook.book import book_of
from lessons.models import Assignment, Job, Submission
from tests.factories import ExerciseFactory, graded

ATTACKS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "＝1"]


@pytest.fixture
def work(classroom, ada, ms_clark):
    """Ada played it, Ben did not."""
    now = timezone.now()
    piece = ExerciseFactory(title="=cmd|' /C calc'!A0")
    made = Assignment.objects.create(
        classroom=classroom, exercise=piece, opens_at=now - timedelta(days=9), due_at=now - timedelta(days=1), weight=2
    )
    take = graded(student=ada, exercise=piece, assignment=made, faulty={"n1": "missing"})
    Submission.objects.filter(pk=take.pk).update(created_at=now - timedelta(days=3))
    return made


def sheets(classroom):
    return openpyxl.load_workbook(io.BytesIO(export.as_xlsx(book_of(classroom))))


def rows(classroom):
    return list(csv.reader(io.StringIO(export.as_csv(book_of(classroom)).decode("utf-8-sig"))))


def test_as_a_workbook(classroom, ada, ben, work):
    sheet = sheets(classroom).worksheets[0]
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert table[0][:3] == ["Student", "User name", "Course mark"] and table[1][5] == 2
    assert table[2][:6] == ["Ada", "ada", 87.5, 0, 0, 87.5]
    assert table[3][:6] == ["Ben", "ben", 0, 1, 0, 0]
    assert sheet["C3"].data_type == sheet["F3"].data_type == "n" and sheet["F3"].number_format == "0.0"
    assert sheet.freeze_panes == "B3"


def test_where_each_mark_comes_from(classroom, ada, ben, ms_clark, work):
    writing.set_mark(work, ada, ms_clark, 95, "=1+1")
    sheet = sheets(classroom).worksheets[1]
    heads, ada_row, ben_row = (list(row) for row in sheet.iter_rows(values_only=True))
    found = dict(zip(heads, ada_row, strict=True))
    assert (found["Mark"], found["As played"], found["Why"], found["By"]) == (95, 87.5, "=1+1", "Joan Clark")
    assert found["Due"].date() == timezone.localdate(work.due_at) and sheet.freeze_panes == "B2"
    assert dict(zip(heads, ben_row, strict=True))["State"] == "Missing"


def test_nothing_in_a_workbook_is_a_formula(classroom, ada, ben, ms_clark, work):
    for student, attack in zip((ada, ben), ATTACKS, strict=False):
        student.first_name = attack
        student.save()
        writing.set_mark(work, student, ms_clark, 50, attack)
    for sheet in sheets(classroom).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and not cell.hyperlink for cell in row)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_csv_begins_like_a_formula(classroom, ada, ben, work, attack):
    ada.first_name, ada.last_name = attack, ""
    ada.save()
    found = rows(classroom)
    assert not any(cell.startswith(export.FORMULA) for row in found for cell in row)
    assert any(attack.strip() in cell for row in found for cell in row)


def test_as_csv(classroom, ada, ben, work):
    heads, weights, first, second = rows(classroom)
    assert heads[:3] == ["Student", "User name", "Course mark"] and weights[5] == "2"
    assert first[:6] == ["Ada", "ada", "87.5", "0", "0", "87.5"] and second[5] == "0.0"
    assert export.as_csv(book_of(classroom)).startswith(b"\xef\xbb\xbf")


def test_the_excused_and_what_is_open_are_no_numbers(classroom, ada, ben, ms_clark, work):
    writing.excuse(work, ben, ms_clark, "Ill.")
    assert rows(classroom)[3][2:6] == ["", "0", "0", "excused"]
    Assignment.objects.update(due_at=timezone.now() + timedelta(days=3))
    assert sheets(classroom).worksheets[0]["F4"].value == "excused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_asked_for_on_the_page_it_is_made_by_a_worker(client, classroom, ada, ben, ms_clark, work, kind):
    client.force_login(ms_clark)
    address = f"{reverse('class-gradebook-export', args=[classroom.pk])}?shown=missing&sort=mark"
    answer = client.post(address, {"as": kind})
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url() and job.owner == ms_clark
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done" and job.output_name.endswith(f".{kind}")
    content = job.output.read()
    if kind == "csv":
        found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert [row[0] for row in found[2:]] == ["Ben"]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert [cell.value for cell in sheet["A"]][2:] == ["Ben"]


@pytest.mark.django_db(transaction=True)
def test_who_left_the_class_meanwhile_gets_nothing(client, classroom, ada, ms_clark, work):
    client.force_login(ms_clark)
    client.post(reverse("class-gradebook-export", args=[classroom.pk]), {"as": "csv"})
    classroom.memberships.filter(user=ms_clark).delete()
    jobs.run(str(Job.objects.get().pk))
    job = Job.objects.get()
    assert job.state == "failed" and not job.output and "no longer teach" in job.sentence


def test_only_these_two_kinds(client, classroom, ms_clark):
    client.force_login(ms_clark)
    assert client.post(reverse("class-gradebook-export", args=[classroom.pk]), {"as": "exe"}).status_code == 404
    assert client.get(reverse("class-gradebook-export", args=[classroom.pk])).status_code == 405
