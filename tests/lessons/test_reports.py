"""A student's report: of one period, with the teacher's words; nothing that was said before is lost."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lessons.gradebook.reports import in_stretches, reports_of
from lessons.models import Assignment, ReportNote, Submission
from tests.factories import ExerciseFactory, graded


@pytest.fixture
def teacher(client, ms_clark):
    client.force_login(ms_clark)
    return client


def played(student, days_ago, minutes=2.0, **more):
    take = graded(student=student, duration_s=60 * minutes, **more)
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    return take


def report(classroom, student, days=30):
    today = timezone.localdate()
    (found,) = reports_of(classroom, today - timedelta(days=days), today, [student])
    return found


def page(client, classroom, student, **asked):
    return client.get(reverse("class-report", args=[classroom.pk, student.pk]), asked)


def test_what_was_practised_in_the_period(classroom, ada, ben):
    for days_ago in (1, 1, 5, 90):
        played(ada, days_ago)
    played(ben, 1)
    found = report(classroom, ada)
    assert (found.minutes, found.takes, found.days_practised, found.by_week) == (8.0 - 2.0, 3, 2, False)
    assert len(found.practice) == 31 and len(found.grades) == 3
    assert report(classroom, ada, days=120).by_week and report(classroom, ada, days=120).takes == 4


def test_the_grades_stand_in_their_order(classroom, ada):
    for days_ago, faulty in ((3, {}), (9, {"n1": "missing"})):
        played(ada, days_ago, faulty=faulty)
    assert [one.overall for one in report(classroom, ada).grades] == [87.5, 100.0]


def test_a_test_that_is_not_told_yet_is_not_told_here(classroom, ada, ms_clark):
    now, piece = timezone.now(), ExerciseFactory()
    test = Assignment.objects.create(
        classroom=classroom,
        exercise=piece,
        mode="test",
        told="after due",
        opens_at=now - timedelta(days=5),
        due_at=now + timedelta(days=5),
    )
    played(ada, 1, exercise=piece, assignment=test)
    assert report(classroom, ada).grades == []


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.data())
def test_no_minute_is_lost_between_weeks(since, days, data):
    until = since + timedelta(days=days)
    practised = data.draw(
        st.dictionaries(st.dates(since, until), st.tuples(st.integers(1, 90), st.just(1)), max_size=20)
    )
    stretches = in_stretches(practised, since, until)
    assert sum(one.minutes for one in stretches) == sum(minutes for minutes, _takes in practised.values())
    assert stretches[0].begins == since and len(stretches) <= 62


def test_it_has_marks_and_plots_and_words(teacher, classroom, ada, ms_clark):
    now, piece = timezone.now(), ExerciseFactory(title="Minuet & trio")
    work = Assignment.objects.create(
        classroom=classroom, exercise=piece, opens_at=now - timedelta(days=9), due_at=now - timedelta(days=1)
    )
    played(ada, 3, exercise=piece, assignment=work, faulty={"n1": "missing"})
    teacher.post(reverse("class-report", args=[classroom.pk, ada.pk]), {"text": "A fine term.\nMore bow!"})
    said = page(teacher, classroom, ada).content.decode()
    for words in ("Ada", "Minuet &amp; trio", "87.5", "A fine term.", "Joan Clark", "Minutes a week", "<polyline"):
        assert words in said


def test_an_empty_report_says_so(teacher, classroom, ada):
    said = page(teacher, classroom, ada).content.decode()
    for words in ("Nothing was recorded in this time", "No take has been graded yet", "Nothing was assigned"):
        assert words in said


def test_words_are_kept_with_those_before_them(teacher, classroom, ada, ms_clark):
    address = reverse("class-report", args=[classroom.pk, ada.pk])
    for text in ("First.", "Second.", "Second."):
        assert teacher.post(address, {"text": text}).status_code == 302
    assert [note.text for note in ReportNote.objects.all()] == ["First.", "Second."]
    said = teacher.get(address).content.decode()
    assert "First." in said and report(classroom, ada).note.text == "Second."
    assert "room for 4000" in teacher.post(address, {"text": "x" * 4001}, follow=True).content.decode()
    assert ReportNote.objects.count() == 2


def test_of_the_whole_class_or_a_group(teacher, classroom, ada, ben):
    group = classroom.groups.create(name="Reeds")
    group.members.add(ben)
    address = reverse("class-reports", args=[classroom.pk])
    assert [one["report"].student for one in teacher.get(address).context["reports"]] == [ada, ben]
    assert [one["report"].student for one in teacher.get(address, {"group": group.pk}).context["reports"]] == [ben]


@pytest.mark.parametrize(
    "asked", [{"since": "x"}, {"until": "1970-01-01"}, {"since": "2990-01-01"}, {"since": "0001-01-01"}]
)
def test_odd_periods_are_no_error(teacher, classroom, ada, asked):
    assert page(teacher, classroom, ada, **asked).status_code == 200


def test_a_class_in_the_archive_is_read_as_it_was_then(teacher, classroom, ada):
    """Its teacher doesn't hear what is played since, and no sum of it tells them either."""
    piece = ExerciseFactory()
    opened = timezone.now() - timedelta(days=20)
    work = Assignment.objects.create(classroom=classroom, exercise=piece, opens_at=opened)
    played(ada, 9, exercise=piece, faulty={"n1": "wrong", "n2": "wrong"})
    before = report(classroom, ada)
    classroom.archived_at = timezone.now() - timedelta(days=5)
    classroom.save()
    played(ada, 1, exercise=piece)
    found = report(classroom, ada)
    for name in ("minutes", "takes", "days_practised", "grades"):
        assert getattr(found, name) == getattr(before, name)
    assert found.row.mark == before.row.mark == 75.0
    assert (found.working_grade, found.skills, found.skill_map) == (None, [], [])
    for name, args in (
        ("class-gradebook", []),
        ("class-report", [ada.pk]),
        ("class-reports", []),
        ("class-mark", [work.pk, ada.pk]),
        ("class-assignments", []),
        ("assignment-of-class", [work.pk]),
    ):
        assert "100.0" not in teacher.get(reverse(name, args=[classroom.pk, *args])).content.decode(), name


def test_the_links_of_a_student_lead_to_their_report(client, classroom, ada, ms_clark):
    client.force_login(ms_clark)
    page = client.get(reverse("class-student", args=[classroom.pk, ada.pk])).content.decode()
    assert reverse("class-report", args=[classroom.pk, ada.pk]) in page


def test_what_no_database_keeps_is_not_kept(teacher, classroom, ada):
    teacher.post(reverse("class-report", args=[classroom.pk, ada.pk]), {"text": "Fine\x00 term."})
    assert ReportNote.objects.get().text == "Fine term."
