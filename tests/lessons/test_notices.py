"""What people hear of: told once, seen by its reader alone, mailed at most once and only to whoever wants it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lessons import notices
from lessons.models import Notice, SchoolSettings, User
from lessons.notices_words import in_words

pytestmark = pytest.mark.django_db
FACTS = {"by": "Joan Clark", "title": "Ode to Joy", "due": "2026-12-01T17:00:00+00:00"}


def test_a_notice_is_for_its_reader_and_read_by_going_on(client: Client, ada: User, ben: User) -> None:
    notices.tell([ada], "assigned", FACTS, "/home/")
    notice = Notice.objects.get()
    client.force_login(ben)
    assert client.get(reverse("notice", args=[notice.pk])).status_code == 404
    client.force_login(ada)
    page = client.get(reverse("notices")).content.decode()
    assert "Joan Clark assigned “Ode to Joy”" in page
    assert "1 new notice" in page
    assert "Due 1 December 2026, 17:00." in page
    assert client.get(reverse("notice", args=[notice.pk]))["Location"] == "/home/"
    assert notices.unread(ada) == 0


def test_all_that_was_seen_is_marked_as_read_and_nothing_newer(client: Client, ada: User) -> None:
    for _ in range(2):
        notices.tell([ada], "assigned", FACTS)
    seen = Notice.objects.latest("pk")
    notices.tell([ada], "commented", FACTS)
    client.force_login(ada)
    client.post(reverse("notices"), {"up_to": seen.pk})
    assert notices.unread(ada) == 1


def test_a_thing_is_told_once(ada: User, ben: User) -> None:
    for _ in range(2):
        notices.tell([ada, ben], "due", FACTS, once="assignment 3, due")
    assert Notice.objects.count() == 2


def test_several_come_in_one_mail_and_never_twice(ada: User) -> None:
    notices.tell([ada], "assigned", FACTS, "/a/")
    notices.tell([ada], "commented", {**FACTS, "text": "Bravo."}, "/b/")
    for _ in range(2):
        notices.mail_waiting()
    (letter,) = mail.outbox
    assert letter.to == [ada.email]
    assert letter.subject == "Woodshed: Joan Clark assigned “Ode to Joy”, and 1 more"
    assert "“Bravo.”" in letter.body
    assert "127.0.0.1:8000/b/" in letter.body


def test_a_mail_is_in_the_readers_language_and_by_their_clock(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(language="de", time_zone="Europe/Berlin")
    notices.tell([ada], "assigned", FACTS, "/a/")
    notices.mail_waiting()
    assert "18:00" in mail.outbox[0].body
    assert "Hallo" in mail.outbox[0].body


@pytest.mark.parametrize("change", [{"wants_mail": False}, {"email": ""}, {"is_active": False}])
def test_who_wants_no_mail_gets_none(ada: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=ada.pk).update(**change)
    notices.tell([ada], "assigned", FACTS)
    notices.mail_waiting()
    assert mail.outbox == []
    assert Notice.objects.filter(mailed_at=None).count() == 0


def test_a_mail_that_could_not_be_sent_is_tried_again(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    notices.tell([ada], "assigned", FACTS)
    with monkeypatch.context() as patch:
        patch.setattr(notices, "send_mail", _no_server)
        notices.mail_waiting()
    notices.mail_waiting()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("kind", Notice.Kind.values)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_has_words_whatever_is_missing(ada: User, kind: str, language: str) -> None:
    with translation.override(language):
        assert in_words(Notice(reader=ada, kind=kind)).title
        assert "%(" not in in_words(Notice(reader=ada, kind=kind, facts=FACTS)).title


def _no_server(*_: Any) -> None:
    raise ConnectionRefusedError


def test_a_title_of_several_lines_makes_one_subject_and_no_header(ada: User) -> None:
    notices.tell([ada], "assigned", {"by": "Joan\r\nBcc: all@example.org", "title": "Ode\rto\u2028Joy"}, "/a/")
    notices.mail_waiting()
    (letter,) = mail.outbox
    assert letter.subject == "Woodshed: Joan Bcc: all@example.org assigned “Ode to Joy”"
    assert letter.recipients() == [ada.email]


def test_one_letter_that_can_not_be_written_keeps_nobody_else_from_theirs(ada: User, ben: User) -> None:
    for reader, title in ((ada, "a\nb"), (ben, "Ode")):
        notices.tell([reader], "assigned", {"title": title})
    User.objects.filter(pk=ada.pk).update(email="a@example.org\nBcc: b@example.org")
    notices.mail_waiting()
    assert [letter.to for letter in mail.outbox] == [[ben.email]]


def test_of_two_workers_neither_loses_what_the_other_did_not_see(ada: User) -> None:
    notices.tell([ada], "assigned", FACTS, "/a/")
    notices.tell([ada], "commented", FACTS, "/b/")
    seen = list(Notice.objects.select_related("reader").order_by("pk"))
    Notice.objects.filter(pk=seen[0].pk).update(mailed_at=seen[0].created_at)  # The other worker's, a moment ago.
    notices._mail(seen)
    (letter,) = mail.outbox
    assert "/b/" in letter.body and "/a/" not in letter.body


def test_links_lead_to_the_port_that_the_school_serves_on(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "WOODSHED_VAR": str(tmp_path), "PORT": "8123"}
    command = [sys.executable, "-c", "from tutor import settings; print(settings.SITE_URL)"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("own", "languages", "said"), [("", ["de", "en"], "Hallo"), ("", [], "Hello"), ("en", ["de", "en"], "Hello")]
)
def test_who_chose_no_language_is_written_to_in_the_schools_own(
    ada: User, own: str, languages: list[str], said: str
) -> None:
    SchoolSettings(languages=languages).save()
    User.objects.filter(pk=ada.pk).update(language=own)
    notices.tell([ada], "assigned", FACTS, "/a/")
    notices.mail_waiting()
    assert mail.outbox[0].body.startswith(said)
