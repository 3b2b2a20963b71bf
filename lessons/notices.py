"""What a person should hear of: kept as facts, shown in the app, and sent by e-mail to whoever wants that.

An e-mail is sent at most once. What was told stands in the app whether or not it arrived.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from lessons.local_time import zone_of
from lessons.models import Notice, SchoolSettings, User
from lessons.notices_words import in_words
from lessons.reader import language_of

log = logging.getLogger(__name__)

# What could not be mailed within a day is old news.
MAIL_WITHIN = timedelta(days=1)
KEPT = timedelta(days=180)


def tell(
    readers: Iterable[User], kind: Notice.Kind | str, facts: dict[str, Any], url: str = "", once: str = ""
) -> None:
    """A notice for each reader. With `once`, a reader who was told under this key before hears nothing."""
    rows = [Notice(reader=reader, kind=kind, facts=facts, url=url, once=once) for reader in readers]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def unread(user: User) -> int:
    return user.notices.filter(read_at=None).count()


def mark_read(some: QuerySet[Notice]) -> None:
    some.filter(read_at=None).update(read_at=timezone.now())


def mail_waiting() -> None:
    """One e-mail to each reader for all that is new. Read already, or nobody to send it to: nothing is sent."""
    now = timezone.now()
    fresh = Notice.objects.filter(mailed_at=None, created_at__gt=now - MAIL_WITHIN)
    waiting: defaultdict[int, list[Notice]] = defaultdict(list)
    for notice in fresh.select_related("reader").order_by("pk"):
        waiting[notice.reader_id].append(notice)
    for notices in waiting.values():
        _mail(notices)


def clear_old() -> None:
    Notice.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _mail(notices: list[Notice]) -> None:
    reader, claimed_at = notices[0].reader, timezone.now()
    # Claimed before it is sent, each by itself: of two workers at once one sends it, and neither loses what the other
    # had not seen yet.
    free = Notice.objects.filter(mailed_at=None)
    ours = [notice for notice in notices if free.filter(pk=notice.pk).update(mailed_at=claimed_at)]
    unread = [notice for notice in ours if notice.read_at is None]
    if not (unread and reader.email and reader.wants_mail and reader.is_active):
        return
    try:
        language = language_of(reader.language, "", SchoolSettings.current())
        with translation.override(language), timezone.override(zone_of(reader)):
            send_mail(*_letter(reader, unread), settings.DEFAULT_FROM_EMAIL, [reader.email])
    except OSError as problem:  # smtplib's errors are OSErrors; the next minute may go better.
        log.warning("The e-mail to person %s could not be sent: %s", reader.pk, problem)
        Notice.objects.filter(pk__in=[notice.pk for notice in ours]).update(mailed_at=None)
    except Exception:  # One reader's trouble is no reason to tell nobody after them.
        log.exception("The e-mail to person %s could not be written", reader.pk)


def _letter(reader: User, notices: list[Notice]) -> tuple[str, str]:
    """Subject and body."""
    said = [(in_words(notice), f"{settings.SITE_URL}{notice.url}") for notice in notices]
    more = len(said) - 1
    school = SchoolSettings.current().name
    subject = said[0][0].title
    if more:
        subject = ngettext("%(first)s, and %(more)s more", "%(first)s, and %(more)s more", more) % {
            "first": subject,
            "more": more,
        }
    context = {"reader": reader, "said": said, "school": school, "site": settings.SITE_URL}
    # One line, whatever people put into their names and titles: a header has no more.
    return " ".join(f"{school}: {subject}".split()), render_to_string("notices/mail.txt", context)
