"""A class list becomes accounts: first shown row by row, then made whole and once, and each begins with a slip."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from lessons import jobs
from lessons.classroom import ClassroomError
from lessons.models import Job, Membership, RosterImport, User
from lessons.roster import importing, planning, reading, slips
from tests.factories import ClassroomFactory, StudentFactory, TeacherFactory, UserFactory


def uploaded(classroom, teacher, text):
    return importing.keep_list(classroom, teacher, reading.read_text(text), "list.csv")


def outcomes(roster):
    return [row.outcome for row in planning.plan(roster)]


def confirmed(roster, **how):
    return importing.confirm(roster, planning.digest(planning.plan(roster)), **how)


@pytest.fixture
def monday(ms_clark):
    group = ClassroomFactory(name="Monday strings")
    Membership.objects.create(classroom=group, user=ms_clark, role="teacher")
    return group


def test_a_preview_saves_nobody(client, classroom, ms_clark):
    before = User.objects.count()
    client.force_login(ms_clark)
    answer = client.post(reverse("class-roster", args=[classroom.pk]), {"text": "Nina Okonkwo\nJörg Müller"})
    page = client.get(answer.url).content.decode()
    assert "nina.okonkwo" in page and "joerg.mueller" in page
    assert (User.objects.count(), classroom.memberships.count()) == (before, 1)


def test_each_kind_of_row(classroom, monday, ada, ms_clark, zoe):
    tom = StudentFactory(username="tom", first_name="Tom", last_name="Reed", classroom=monday)
    roster = uploaded(
        classroom,
        ms_clark,
        "Name;Username;E-mail\nNina Okonkwo;;\nTom Reed;;\nAda;ada;\nZoe;zoe;\nNina Okonkwo;;\n;x;\nBo;;nonsense\n",
    )
    assert outcomes(roster) == ["new", "joins", "there", "code", "twice", "invalid", "invalid"]
    confirmed(roster)
    names = set(classroom.members.values_list("username", flat=True))
    assert names == {"nina.okonkwo", "tom", "ada", "clark"}
    assert set(tom.classrooms.all()) == {classroom, monday}


def test_nobody_is_taken_into_a_class_without_a_word(classroom, ms_clark, zoe):
    """Whoever could list a stranger's username into a class would hear them."""
    for text in ("username;name\nzoe;Zoe", f"email;name\n{zoe.email};Zoe"):
        roster = uploaded(classroom, ms_clark, text)
        assert outcomes(roster) == ["code"]
        confirmed(roster)
    assert not zoe.memberships.exists()


def test_the_office_may_list_whom_it_likes(classroom, zoe):
    office = TeacherFactory(classroom=classroom, is_staff=True)
    roster = uploaded(classroom, office, "username;name\nzoe;Zoe")
    assert outcomes(roster) == ["joins"]


def test_twice_is_once(classroom, ms_clark):
    text = "Nina Okonkwo\nJörg Müller"
    first = uploaded(classroom, ms_clark, text)
    confirmed(first)
    again = importing.confirm(first, "whatever was seen")
    assert again.result == {"new": 2, "passed_over": 0} and again.cells == []
    assert outcomes(uploaded(classroom, ms_clark, text)) == ["there", "there"]
    assert classroom.memberships.filter(role="student").count() == 2


def test_usernames_are_made_once_each(classroom, ms_clark):
    UserFactory(username="Nina.Okonkwo")
    roster = uploaded(classroom, ms_clark, "name;instrument\nNina Okonkwo;oboe\nnína okonkwo-;oboe\n李 小龙;oboe\n")
    rows = planning.plan(roster)
    assert [row.username for row in rows if row.outcome == "new"] == ["nina.okonkwo2", "student"]


def test_a_username_that_is_taken_is_refused(classroom, ms_clark):
    UserFactory(username="gone", is_active=False)
    roster = uploaded(classroom, ms_clark, "username;name\nGONE;Nina\nnew.one;Bo\nNEW.one;Cy")
    assert outcomes(roster) == ["invalid", "new", "invalid"]


def test_several_of_a_name_are_not_guessed_at(classroom, monday, ms_clark):
    for _ in range(2):
        StudentFactory(first_name="Anna", last_name="Berg", classroom=monday)
    assert outcomes(uploaded(classroom, ms_clark, "Anna Berg")) == ["invalid"]


def test_what_changed_since_it_was_shown_is_shown_again(classroom, ms_clark):
    roster = uploaded(classroom, ms_clark, "Nina Okonkwo")
    seen = planning.digest(planning.plan(roster))
    UserFactory(username="nina.okonkwo")
    with pytest.raises(ClassroomError):
        importing.confirm(roster, seen)
    assert not User.objects.filter(first_name="Nina").exists()


def test_all_or_nobody(classroom, ms_clark, monkeypatch):
    roster = uploaded(classroom, ms_clark, "Nina Okonkwo\nBo Li")
    before = User.objects.count()

    def broken(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Membership.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        confirmed(roster)
    roster.refresh_from_db()
    assert (User.objects.count(), roster.done_at) == (before, None)


def test_rows_unticked_are_left_out_and_groups_are_made(client, classroom, ms_clark):
    client.force_login(ms_clark)
    text = "Vorname;Nachname;Gruppe\nNina;Okonkwo;Geigen\nBo;Li;Geigen\nCy;Twist;"
    address = client.post(reverse("class-roster", args=[classroom.pk]), {"text": text}).url
    seen = client.get(address).context["seen"]
    client.post(address, {"seen": seen, "row": ["1", "3"]})
    assert set(classroom.members.filter(memberships__role="student").values_list("first_name", flat=True)) == {
        "Nina",
        "Cy",
    }
    assert [one.first_name for one in classroom.groups.get(name="Geigen").members.all()] == ["Nina"]


def test_columns_can_be_set_right(client, classroom, ms_clark):
    client.force_login(ms_clark)
    address = client.post(reverse("class-roster", args=[classroom.pk]), {"text": "Okonkwo;Nina\nLi;Bo"}).url
    client.post(address, {"column": ["last", "first"]})
    rows = [row for row, *_ in client.get(address).context["rows"]]
    assert [row.name for row in rows] == ["Nina Okonkwo", "Bo Li"]
    client.post(address, {"column": ["nonsense", "first"]})
    assert RosterImport.objects.get().columns == ["", "first"]


def test_a_long_list_is_a_job_and_safe_to_begin_again(client, classroom, ms_clark, django_capture_on_commit_callbacks):
    client.force_login(ms_clark)
    text = "\n".join(f"Nina Okonkwo{'abcdefghij'[n // 50]}{'x' * (n % 50)}" for n in range(500))
    address = client.post(reverse("class-roster", args=[classroom.pk]), {"text": text}).url
    shown = client.get(address).context
    job = client.post(address, {"seen": shown["seen"], "row": [str(n) for n in range(1, 501)]})
    row = Job.objects.get(kind="roster-import")
    assert job.url == row.get_absolute_url()
    for _ in range(2):
        Job.objects.filter(pk=row.pk).update(state="queued")
        jobs.run(str(row.pk))
    row.refresh_from_db()
    assert (row.state, classroom.memberships.filter(role="student").count()) == ("done", 500), row.sentence
    assert row.next_url == reverse("class-slips", args=[classroom.pk])


def test_who_left_the_class_meanwhile_brings_nobody_into_it(classroom, ms_clark):
    roster = uploaded(classroom, ms_clark, "Nina Okonkwo")
    seen = planning.digest(planning.plan(roster))
    params = {"roster": roster.pk, "seen": seen, "left_out": [], "next_url": "/"}
    job = jobs.start("roster-import", ms_clark, "A list", params)
    classroom.memberships.filter(user=ms_clark).delete()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, classroom.memberships.count()) == ("failed", 0), job.sentence


def test_planning_asks_the_same_however_long_the_list(classroom, ms_clark, django_assert_num_queries):
    for count in (2, 20):
        roster = uploaded(classroom, ms_clark, "\n".join(f"Nina {'x' * n}y" for n in range(count)))
        roster = RosterImport.objects.select_related("made_by", "classroom").get(pk=roster.pk)
        with django_assert_num_queries(4):
            planning.plan(roster)


def test_what_nobody_confirmed_goes_after_a_day(classroom, ms_clark):
    from datetime import timedelta

    from django.utils import timezone

    old, new = (uploaded(classroom, ms_clark, "Nina Okonkwo") for _ in range(2))
    RosterImport.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))
    importing.clear_unconfirmed()
    assert list(RosterImport.objects.all()) == [new]


# Slips


@pytest.fixture
def nina(classroom, ms_clark):
    confirmed(uploaded(classroom, ms_clark, "name;e-mail\nNina Okonkwo;nina@example.org"))
    return User.objects.get(username="nina.okonkwo")


def test_a_slip_is_a_way_in_once(client, nina, ms_clark):
    (slip,) = slips.issue([nina], ms_clark)
    said = {"username": "Nina.Okonkwo", "code": f" {slips.shown(slip.code).lower()} ", "password": "seven-green-doors"}
    assert client.post(reverse("start"), said).url == reverse("setup")
    assert client.session["_auth_user_id"] == str(nina.pk)
    nina.refresh_from_db()
    assert nina.check_password("seven-green-doors")
    client.logout()
    assert client.post(reverse("start"), said).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "change",
    [{"code": "AAAA-AAAA"}, {"username": "nobody"}, {"password": "12345678"}, {"code": ""}, {"username": "ada"}],
)
def test_a_slip_that_does_not_fit_opens_nothing(client, nina, ada, ms_clark, change):
    (slip,) = slips.issue([nina], ms_clark)
    said = {"username": nina.username, "code": slip.code, "password": "seven-green-doors"}
    answer = client.post(reverse("start"), {**said, **change})
    assert answer.context["form"].errors and "_auth_user_id" not in client.session
    nina.refresh_from_db()
    assert not nina.has_usable_password()


def test_another_slip_stops_the_one_before_and_an_old_one_has_run_out(client, nina, ms_clark):
    from django.utils import timezone

    from lessons.models import StartCode

    (old,) = slips.issue([nina], ms_clark)
    (new,) = slips.issue([nina], ms_clark)
    said = {"username": nina.username, "password": "seven-green-doors"}
    assert client.post(reverse("start"), {**said, "code": old.code}).status_code == 200
    StartCode.objects.update(expires_at=timezone.now())
    assert client.post(reverse("start"), {**said, "code": new.code}).status_code == 200


def test_codes_are_kept_by_no_one(nina, ms_clark):
    from lessons.models import StartCode

    (slip,) = slips.issue([nina], ms_clark)
    assert slip.code not in StartCode.objects.get().digest
    assert not nina.check_password(slip.code)


def test_guessing_a_slip_is_slowed_down(client, nina, ms_clark):
    (slip,) = slips.issue([nina], ms_clark)
    said = {"username": nina.username, "password": "seven-green-doors"}
    for number in range(12):
        client.post(reverse("start"), {**said, "code": f"AAAA-{number:04}"})
    assert client.post(reverse("start"), {**said, "code": slip.code}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_who_has_chosen_a_password_gets_no_slip(client, nina, ada, ms_clark, classroom):
    """Or a teacher could open a student's account."""
    slips.choose_password(nina, "seven-green-doors")
    assert slips.issue([nina, ada], ms_clark) == []
    client.force_login(ms_clark)
    page = client.post(reverse("class-slips", args=[classroom.pk]), {"student": [nina.pk, ada.pk]})
    assert page.context["slips"] == []


def test_a_sheet_is_not_kept_by_the_browser(client, nina, ms_clark, classroom):
    client.force_login(ms_clark)
    page = client.post(reverse("class-slips", args=[classroom.pk]), {"student": [nina.pk]})
    assert page["Cache-Control"] == "no-store"
    assert re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", page.content.decode())


def test_a_slip_by_mail_goes_once(client, nina, ms_clark, classroom):
    client.force_login(ms_clark)
    client.post(reverse("class-slips", args=[classroom.pk]), {"student": [nina.pk], "mail": ""})
    job = Job.objects.get(kind="slips-mail")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state="queued")
        jobs.run(str(job.pk))
    (letter,) = mail.outbox
    assert letter.to == ["nina@example.org"]
    code = re.search(r"#([A-Z2-9-]{9})", letter.body).group(1)
    client.logout()
    said = {"username": nina.username, "code": code, "password": "seven-green-doors"}
    assert client.post(reverse("start"), said).status_code == 302


def test_a_username_taken_in_between_is_shown_and_makes_nobody(classroom, ms_clark, monkeypatch):
    roster = uploaded(classroom, ms_clark, "Nina Okonkwo\nBo Li")
    rows = planning.plan(roster)
    UserFactory(username="nina.okonkwo")
    monkeypatch.setattr(importing, "plan", lambda _: rows)
    with pytest.raises(ClassroomError, match="came or went"):
        importing.confirm(roster, planning.digest(rows))
    assert not User.objects.filter(first_name="Bo").exists()
