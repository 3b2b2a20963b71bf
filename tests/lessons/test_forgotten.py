"""A forgotten password: a link by e-mail, or a slip from one's teacher. Whoever asks learns nothing of who is here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from lessons import forgotten
from lessons.models import Classroom, Membership, SchoolSettings, StartCode, User
from lessons.roster import slips
from lessons.tasks import send_password_links
from tests.factories import StudentFactory

OLD, NEW = "the-old-green-door", "seven-green-doors"


@pytest.fixture(autouse=True)
def handed_out(monkeypatch: Any) -> list[tuple[Any, ...]]:
    """What the page asked the worker for."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("lessons.pages.forgotten.hand_out", lambda task, *args: asked.append(args) or True)
    return asked


@pytest.fixture
def ada(ada: Any) -> Any:
    ada.email = "Ada@example.org"
    ada.set_password(OLD)
    ada.save()
    return ada


def the_link(of: str) -> str:
    forgotten.send_links(of, "en")
    return re.search(r"http://\S+", mail.outbox[-1].body).group().partition("127.0.0.1:8000")[2]  # type: ignore[union-attr]


def choose(client: Client, link: str, password: str = NEW) -> Any:
    there = client.get(link, follow=True)
    form = there.redirect_chain[-1][0] if there.redirect_chain else link
    return client.post(form, {"new_password1": password, "new_password2": password})


def test_a_link_lets_its_reader_choose_once(client: Client, ada: Any) -> None:
    link = the_link("ada")
    assert choose(client, link).url == reverse("home")
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert client.session["_auth_user_id"] == str(ada.pk)
    again = Client()
    assert b"used up" in again.get(link).content
    choose(again, link, "another-red-gate")
    assert User.objects.get(pk=ada.pk).check_password(NEW)


def test_everything_else_that_was_open_is_closed(client: Client, ada: Any) -> None:
    other = Client()
    other.force_login(ada)
    Token.objects.create(user=ada)
    slips.begin_anew([ada], ada)
    choose(client, the_link("ada"))
    assert other.get(reverse("home")).status_code == 302
    assert not Token.objects.exists() and not StartCode.objects.exists()
    assert client.get(reverse("home")).status_code == 200


def test_a_weak_password_is_refused_and_the_link_stands(client: Client, ada: Any) -> None:
    link = the_link("ada")
    assert choose(client, link, "12345678").context["form"].errors
    assert choose(client, link).status_code == 302


def test_a_link_is_good_for_a_day(client: Client, ada: Any, monkeypatch: Any) -> None:
    link = the_link("ada")
    now = datetime.now()  # noqa: DTZ005 - as Django reckons
    monkeypatch.setattr(default_token_generator, "_now", lambda: now + timedelta(hours=23))
    assert client.get(link).status_code == 302
    monkeypatch.setattr(default_token_generator, "_now", lambda: now + timedelta(hours=25))
    assert b"used up" in Client().get(link).content


def test_a_password_that_came_back_to_mind_stops_the_link(client: Client, ada: Any) -> None:
    link = the_link("ada")
    Client().post(reverse("login"), {"username": "ada", "password": OLD})
    assert b"used up" in client.get(link).content


def test_whoever_is_kept_out_stays_out(client: Client, ada: Any) -> None:
    link = the_link("ada")
    User.objects.update(is_active=False)
    assert b"used up" in client.get(link).content
    mail.outbox.clear()
    forgotten.send_links("ada", "en")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "who", ["ada", " ADA", "ada@example.org", "nobody", "nobody@example.org", "ben", "x\r\nBcc: y@z.org"]
)
def test_the_answer_is_the_same_for_everybody(
    client: Client, ada: Any, ben: Any, who: str, handed_out: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):  # The school's settings: nobody is looked for.
        answer = client.post(reverse("forgotten"), {"who": who})
    assert answer.url == reverse("forgotten-sent")
    assert handed_out == [(who.strip(), "en")]


@pytest.mark.parametrize("who", ["nobody", "ben", "@", "ada@example.org\r\nBcc: y@z.org", "", "a" * 254])
def test_who_has_no_address_here_is_sent_nothing(ada: Any, ben: Any, who: str) -> None:
    User.objects.filter(pk=ben.pk).update(email="")
    forgotten.send_links(who, "en")
    assert mail.outbox == []


def test_the_letter_goes_to_the_address_that_is_kept(ada: Any, settings: Any) -> None:
    settings.SITE_URL = "https://music.example.org"
    SchoolSettings(name="Elm\r\nBcc: everybody@example.org Road").save()
    forgotten.send_links("ADA@EXAMPLE.ORG", "en")
    (letter,) = mail.outbox
    assert letter.to == ["Ada@example.org"] and letter.bcc == []
    assert letter.subject == "Another password at Elm Bcc: everybody@example.org Road"
    assert "\nhttps://music.example.org/password/new/" in letter.body
    assert "Username ada:" in letter.body


def test_the_worker_sends_it(ada: Any) -> None:
    send_password_links.apply(args=("ada", "en"), throw=True)
    assert [letter.to for letter in mail.outbox] == [["Ada@example.org"]]


def test_a_family_gets_one_letter_with_all_its_accounts(client: Client, ada: Any) -> None:
    sister = StudentFactory(username="mia", email="ada@EXAMPLE.org")
    forgotten.send_links("ada@example.org", "en")
    (letter,) = mail.outbox
    links = re.findall(r"http://127.0.0.1:8000(\S+/password/\S+|/password/\S+)", letter.body)
    assert "Username ada:" in letter.body and "Username mia:" in letter.body
    choose(client, links[1])
    sister.refresh_from_db()
    assert sister.check_password(NEW) and User.objects.get(username="ada").check_password(OLD)


@pytest.mark.parametrize(("own", "asked_in", "offered", "said"), [
    ("de", "en", [], "Hallo"), ("", "de", [], "Hallo"), ("", "en", [], "Hello"), ("en", "de", [], "Hello"),
    ("", "fr", ["de", "en"], "Hallo"), ("en", "en", ["de"], "Hallo"),
])  # fmt: skip
def test_it_speaks_the_readers_language(ada: Any, own: str, asked_in: str, offered: list[str], said: str) -> None:
    SchoolSettings(languages=offered).save()
    User.objects.update(language=own)
    forgotten.send_links("ada", asked_in)
    assert mail.outbox[0].body.startswith(said)


def test_nobody_can_flood_a_mailbox(ada: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("lessons.forgotten.time.time", lambda: 3600_000.0)
    for who in ["ada", "ADA", "ada@example.org", "ada", "Ada@Example.org"]:
        forgotten.send_links(who, "en")
    assert len(mail.outbox) == forgotten.LETTERS_A_MAILBOX
    monkeypatch.setattr("lessons.forgotten.time.time", lambda: 3603_601.0)
    forgotten.send_links("ada", "en")
    assert len(mail.outbox) == forgotten.LETTERS_A_MAILBOX + 1


def test_a_letter_that_could_not_be_sent_is_not_counted(ada: Any, monkeypatch: Any) -> None:
    def out_of_order(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("lessons.forgotten.send_mail", out_of_order)
        for _ in range(5):
            with pytest.raises(OSError):
                forgotten.send_links("ada", "en")
    forgotten.send_links("ada", "en")
    assert len(mail.outbox) == 1


def test_whoever_asks_without_end_has_to_wait(client: Client, db: None, handed_out: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("lessons.login_guard.LINKS_AN_ADDRESS", 3)
    monkeypatch.setattr("lessons.login_guard.time.time", lambda: 1_000_000.0)
    answers = [client.post(reverse("forgotten"), {"who": f"name{number}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "Wait five minutes" in answers[-1].content.decode() and len(handed_out) == 3
    assert client.post(reverse("forgotten"), {"who": "ada"}, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_a_queue_that_is_down_is_said(client: Client, db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("lessons.pages.forgotten.hand_out", lambda *_: False)
    assert "Try again in a few minutes" in client.post(reverse("forgotten"), {"who": "ada"}).content.decode()


def test_a_school_that_sends_no_mail_says_so(client: Client, ada: Any, settings: Any, handed_out: Any) -> None:
    assert reverse("forgotten") in client.get(reverse("login")).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = client.get(reverse("forgotten")).content.decode()
    assert "sends no e-mails" in page and 'name="who"' not in page
    assert client.post(reverse("forgotten"), {"who": "ada"}).status_code == 200
    assert handed_out == []


# Without an address: a slip from one's teacher


@pytest.fixture
def his_teacher(client: Client, ms_clark: Any, ben: Any) -> Client:
    ben.set_password(OLD)
    ben.last_login = ben.date_joined
    ben.save()
    client.force_login(ms_clark)
    return client


def ask_for_slips(client: Client, classroom: Classroom, *people: User) -> Any:
    sent = {"student": [person.pk for person in people], "slip": ""}
    return client.post(reverse("class-students-set", args=[classroom.pk]), sent, follow=True)


def test_a_teacher_prints_a_slip_for_whoever_forgot(his_teacher: Client, classroom: Classroom, ben: Any) -> None:
    before = Client()
    before.force_login(ben)
    page = ask_for_slips(his_teacher, classroom, ben)
    assert "forgot their password" in page.content.decode()
    sheet = his_teacher.post(reverse("class-slips", args=[classroom.pk]), {"student": [ben.pk]})
    (code,) = re.findall(r"[A-Z2-9]{4}-[A-Z2-9]{4}", sheet.content.decode())
    assert Client().post(reverse("start"), {"username": ben.username, "code": code, "password": NEW}).status_code == 302
    ben.refresh_from_db()
    assert ben.check_password(NEW) and not StartCode.objects.exists()
    assert before.get(reverse("home")).status_code == 302


def test_the_password_they_have_holds_until_then(his_teacher: Client, classroom: Classroom, ben: Any) -> None:
    ask_for_slips(his_teacher, classroom, ben)
    assert StartCode.objects.get().expires_at - StartCode.objects.get().made_at == slips.ANEW_FOR
    Client().post(reverse("login"), {"username": ben.username, "password": OLD})
    assert not StartCode.objects.exists(), "whoever came in by the old one needs no slip"


def test_it_is_kept_who_made_a_slip(his_teacher: Client, classroom: Classroom, ben: Any, ms_clark: Any) -> None:
    ask_for_slips(his_teacher, classroom, ben)
    entry = LogEntry.objects.get_for_object(ben).latest("pk")
    assert (entry.actor, entry.changes) == (ms_clark, {"password": ["", "slip"]})


MORE = pytest.mark.parametrize("more", ["is_staff", "is_author", "may_teach", "teaches"])


def may_do(person: User, more: str) -> None:
    if more == "teaches":
        Membership.objects.create(user=person, classroom=Classroom.objects.create(name="Band"), role="teacher")
    else:
        User.objects.filter(pk=person.pk).update(**{more: True})


@MORE
def test_nobody_who_may_do_more_is_opened_by_a_teacher(
    his_teacher: Client, classroom: Classroom, ben: Any, more: str
) -> None:
    may_do(ben, more)
    page = ask_for_slips(his_teacher, classroom, ben)
    assert "the office gives a new password" in page.content.decode()
    assert not StartCode.objects.exists()


def test_no_slip_for_anybody_elses_student(his_teacher: Client, classroom: Classroom, zoe: Any) -> None:
    ask_for_slips(his_teacher, classroom, zoe)
    assert not StartCode.objects.exists()


@MORE
def test_who_may_do_more_meanwhile_gets_no_slip_that_waited(
    his_teacher: Client, classroom: Classroom, ben: Any, more: str
) -> None:
    ask_for_slips(his_teacher, classroom, ben)
    may_do(ben, more)
    assert b"There is nothing to hand out" in his_teacher.get(reverse("class-slips", args=[classroom.pk])).content
    sheet = his_teacher.post(reverse("class-slips", args=[classroom.pk]), {"student": [ben.pk]})
    assert not re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", sheet.content.decode())


@MORE
def test_nor_does_a_slip_open_that_was_printed_before(
    his_teacher: Client, classroom: Classroom, ben: Any, more: str
) -> None:
    """Its teacher has seen the code: they would come in as whoever runs the school."""
    ask_for_slips(his_teacher, classroom, ben)
    (slip,) = slips.issue([ben], ben)
    may_do(ben, more)
    said = {"username": ben.username, "code": slip.code, "password": NEW}
    assert "does not fit" in Client().post(reverse("start"), said).content.decode()
    ben.refresh_from_db()
    assert ben.check_password(OLD)


@pytest.mark.parametrize("where", ["moved", "removed", "teacher gone"])
def test_nor_does_one_whose_teacher_teaches_them_no_more(
    his_teacher: Client, classroom: Classroom, ben: Any, ms_clark: Any, where: str
) -> None:
    ask_for_slips(his_teacher, classroom, ben)
    (slip,) = slips.issue([ben], ms_clark)
    other = Classroom.objects.create(name="Band")
    colleague = StudentFactory(classroom=other)
    Membership.objects.filter(user=colleague).update(role="teacher")
    if where == "moved":
        Membership.objects.filter(user=ben).update(classroom=other)
    elif where == "removed":
        Membership.objects.filter(user=ben).delete()
    else:
        ms_clark.delete()
    said = {"username": ben.username, "code": slip.code, "password": NEW}
    assert "does not fit" in Client().post(reverse("start"), said).content.decode()
    if where == "moved":
        (slip,) = slips.issue([ben], colleague)
        assert Client().post(reverse("start"), {**said, "code": slip.code}).status_code == 302


def test_a_first_slip_is_their_own_wherever_they_are_moved(ben: Any, ms_clark: Any) -> None:
    ben.set_unusable_password()
    ben.save()
    slips.begin([ben], ms_clark)
    (slip,) = slips.issue([ben], ms_clark)
    Membership.objects.filter(user=ben).update(classroom=Classroom.objects.create(name="Band"))
    said = {"username": ben.username, "code": slip.code, "password": NEW}
    assert Client().post(reverse("start"), said).status_code == 302


def test_addresses_that_only_look_alike_are_two_mailboxes(ada: Any) -> None:
    """Whoever is named like another's address must not be sent that one's link."""
    User.objects.filter(pk=ada.pk).update(username="kim@fass.example", email="kim@faß.example")
    StudentFactory(username="kim", email="kim@fass.example")
    forgotten.send_links("kim@fass.example", "en")
    assert {letter.to[0]: letter.body.count("/password/new/") for letter in mail.outbox} == {
        "kim@faß.example": 1,
        "kim@fass.example": 1,
    }


def test_a_mailbox_that_is_refused_keeps_no_other_from_its_letter(ada: Any, monkeypatch: Any) -> None:
    User.objects.filter(pk=ada.pk).update(username="kim@example.org", email="nobody@nowhere.example")
    StudentFactory(username="kim", email="kim@example.org")

    def refuses_one(subject: str, body: str, sender: str, to: list[str]) -> None:
        if to == ["nobody@nowhere.example"]:
            raise SMTPRecipientsRefused({})
        mail.EmailMessage(subject, body, sender, to).send()

    monkeypatch.setattr("lessons.forgotten.send_mail", refuses_one)
    for _again in range(2):
        with pytest.raises(OSError):
            forgotten.send_links("kim@example.org", "en")
    assert [letter.to for letter in mail.outbox] == [["kim@example.org"]] * 2
