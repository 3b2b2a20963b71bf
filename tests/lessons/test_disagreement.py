"""How often the ear is overruled: what is counted, how sure one may be of it, and that nobody is named in it."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lessons import contests, disagreement
from lessons.disagreement import Share, wilson
from lessons.models import Ruling
from lessons.verdicts import answer, rule
from tests.factories import UserFactory, graded

FAULTY = {"n2": "wrong", "n3": "wrong", "n4": "wrong", "n5": "missing"}


@pytest.fixture
def office(db):
    return UserFactory(is_staff=True, username="office")


@pytest.fixture
def take(ada, ms_clark):
    return graded(student=ada, faulty=FAULTY)


def summed(**asked):
    now = timezone.now()
    return disagreement.sum_up(disagreement.ruled_between(now - timedelta(days=1), now + timedelta(days=1)), **asked)


def line(name, lines):
    return next(one for one in lines if one.name == name)


def test_what_was_overturned_of_what_was_ruled_on(take, ms_clark):
    rule(take, ms_clark, "n2", "correct")
    rule(take, ms_clark, "n3", "correct")
    rule(take, ms_clark, "n4", "wrong")
    rule(take, ms_clark, "n5", "missing")
    found = summed()
    assert line("pitch", found.kinds).ruled == Share(3, 2) and line("missing", found.kinds).ruled == Share(1, 0)
    assert line("violin", found.instruments).ruled == found.all.ruled == Share(4, 2)
    assert found.cross["pitch", "violin"] == Share(3, 2) and found.takes_ruled == 1


def test_contested_and_unasked_are_apart(take, ada, ms_clark):
    granted, kept = (contests.contest(take, ada, note, "No.") for note in ("n2", "n3"))
    answer(granted, ms_clark, "correct")
    answer(kept, ms_clark)
    rule(take, ms_clark, "n4", "correct")
    pitch = line("pitch", summed().kinds)
    assert (pitch.ruled, pitch.contested, pitch.unasked) == (Share(3, 2), Share(2, 1), Share(1, 1))


def test_a_take_is_checked_where_a_teacher_confirms_what_nobody_asked(take, ben, ms_clark):
    """Corrections alone say nothing about the notes that were left alone."""
    rule(take, ms_clark, "n2", "correct")
    assert summed().all.checked == Share()
    other = graded(student=ben, faulty=FAULTY)
    rule(other, ms_clark, "n2", "correct")
    rule(other, ms_clark, "n1", "correct")
    assert summed().all.checked == Share(2, 1)


def test_a_contest_that_is_kept_checks_nothing(take, ada, ms_clark):
    answer(contests.contest(take, ada, "n2", "No."), ms_clark)
    rule(take, ms_clark, "n3", "correct")
    assert summed().all.checked == Share()


def test_the_latest_word_counts_once(take, ada, ms_clark):
    answer(contests.contest(take, ada, "n2", "No."), ms_clark, "correct")
    rule(take, ms_clark, "n2", "wrong")
    pitch = line("pitch", summed().kinds)
    assert pitch.ruled == pitch.contested == Share(1, 0)


def test_a_later_engine_is_not_blamed(take, ms_clark):
    """The ruling went over to a hearing by another engine: it was about what the first had said."""
    rule(take, ms_clark, "n2", "correct")
    take.assessments.update(engine="test-ear/2")
    now = timezone.now()
    (one,) = disagreement.ruled_between(now - timedelta(days=1), now + timedelta(days=1))
    assert one.engine == "test-ear/1"


def test_a_missed_mistake_counts_against_the_ear_too(take, ms_clark):
    rule(take, ms_clark, "n1", "wrong")
    assert line("right", summed().kinds).ruled == Share(1, 1)


def test_over_a_period(take, ms_clark):
    rule(take, ms_clark, "n2", "correct")
    Ruling.objects.update(created_at=timezone.now() - timedelta(days=40))
    assert summed().all.ruled == Share()


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1)]
)
def test_wilson_by_the_book(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_narrows(of, data):
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    more = wilson(4 * hits, 4 * of)
    assert more[1] - more[0] < high - low


def test_nothing_ruled_is_nothing_known():
    assert wilson(0, 0) == (0.0, 1.0) and Share().rate is None


# The page


def test_the_office_reads_it(client, take, ada, ms_clark, office):
    answer(contests.contest(take, ada, "n2", "A secret."), ms_clark, "correct", "Between us.")
    client.force_login(office)
    page = client.get(reverse("ear-report"))
    said = page.content.decode()
    assert page.status_code == 200 and "Wrong note" in said and "1 of 1" in said and "Violin" in said
    for private in ("Ada", "Clark", str(take.pk), "A secret.", "Between us.", take.exercise.title):
        assert private not in said


@pytest.mark.parametrize("who", ["ada", "ms_clark", "zoe"])
def test_nobody_else_does(client, request, who, ms_clark):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("ear-report")).status_code == 404


def test_an_empty_record_says_so(client, office):
    client.force_login(office)
    assert "No teacher has ruled" in client.get(reverse("ear-report")).content.decode()


@pytest.mark.parametrize(
    "asked", [{"since": "x"}, {"until": "2026-02-31"}, {"since": "9999-12-31"}, {"engine": "none"}]
)
def test_odd_wishes_are_no_error(client, take, ms_clark, office, asked):
    rule(take, ms_clark, "n2", "correct")
    client.force_login(office)
    assert client.get(reverse("ear-report"), asked).status_code == 200


def test_by_engine_and_instrument(client, take, ben, ms_clark, office):
    rule(take, ms_clark, "n2", "correct")
    rule(graded(student=ben, faulty=FAULTY), ms_clark, "n2", "wrong")
    client.force_login(office)
    found = client.get(reverse("ear-report"), {"instrument": "clarinet"}).context["found"]
    assert found.all.ruled == Share(1, 0) and found.takes == 1
    assert client.get(reverse("ear-report"), {"engine": "other"}).context["found"].all.ruled == Share()


def test_as_a_table_for_a_program(client, take, ada, ms_clark, office):
    answer(contests.contest(take, ada, "n2", "No."), ms_clark, "correct")
    rule(take, ms_clark, "n3", "wrong")
    client.force_login(office)
    answered = client.get(reverse("ear-report"), {"as": "csv"})
    assert answered["Content-Type"].startswith("text/csv") and "attachment" in answered["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answered.content.decode())))
    pitch = next(row for row in rows if row["instrument"] == "violin" and row["name"] == "pitch")
    assert (pitch["ruled"], pitch["ruled_overturned"], pitch["contested"], pitch["contested_overturned"]) == (
        *("2", "1", "1", "1"),
    )
    assert float(pitch["ruled_rate_low"]) < 0.5 < float(pitch["ruled_rate_high"])
    assert "Ada" not in answered.content.decode()


def test_it_costs_the_same_for_many(take, ben, ms_clark, django_assert_num_queries):
    for count in (1, 8):
        for number in range(1, count + 1):
            rule(take, ms_clark, f"n{number}", "correct")
        with django_assert_num_queries(1):
            assert summed().all.ruled.ruled >= count


def test_nothing_in_an_address_runs_in_a_spreadsheet(client, office):
    client.force_login(office)
    answered = client.get(reverse("ear-report"), {"as": "csv", "engine": "=HYPERLINK(1)"})
    rows = csv.DictReader(io.StringIO(answered.content.decode()))
    assert {row["engine"] for row in rows} == {"'=HYPERLINK(1)"}
