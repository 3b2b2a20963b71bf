"""The school's time for sound: a recording older than that is deleted, its grade stays and says so.

Never deleted is what may still be needed to be just: a take that is not graded yet, or of which a verdict is
contested."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.models import Comment, Contest, SchoolSettings, Submission

log = logging.getLogger(__name__)


def forget_old_sound(now: datetime | None = None) -> tuple[int, int]:
    """How many recordings and spoken comments went. Nothing goes in a school that keeps sound without end."""
    now = now or timezone.now()
    days = SchoolSettings.current().recordings_kept_days
    if not days:
        return 0, 0
    before = now - timedelta(days=days)
    takes = sum(_forget_take(pk, now) for pk in _old_takes(before).values_list("pk", flat=True).iterator())
    voices = sum(_forget_voice(pk) for pk in _old_voices(before).values_list("pk", flat=True).iterator())
    if takes or voices:
        log.info("Sound older than %d days: %d recordings and %d spoken comments deleted", days, takes, voices)
    return takes, voices


def why_silent(take: Submission) -> str:
    """The sentence where the player would be; "" while there is sound."""
    if take.sound_deleted_at is None:
        return ""
    day = date_format(timezone.localtime(take.sound_deleted_at), "DATE_FORMAT")
    days = SchoolSettings.current().recordings_kept_days
    if not days:
        return _("The sound was deleted on %(day)s, as the school decided. The grade stays.") % {"day": day}
    said = ngettext(
        "The sound was deleted on %(day)s, as the school keeps recordings for %(days)d day. The grade stays.",
        "The sound was deleted on %(day)s, as the school keeps recordings for %(days)d days. The grade stays.",
        days,
    )
    return said % {"day": day, "days": days}


def _old_takes(before: datetime) -> QuerySet[Submission]:
    over = [Submission.State.DONE, Submission.State.FAILED]
    contested = Contest.objects.filter(state=Contest.State.OPEN).values("assessment__submission")
    old = Submission.objects.filter(created_at__lt=before, sound_deleted_at=None, state__in=over)
    return old.exclude(pk__in=contested)


def _old_voices(before: datetime) -> QuerySet[Comment]:
    """With the take that they speak of."""
    return Comment.objects.filter(created_at__lt=before, submission__sound_deleted_at__isnull=False).exclude(voice="")


def _forget_take(pk: object, now: datetime) -> bool:
    """The row first, the file once that holds: what a crash leaves between is an orphan, and is swept up as one."""
    with transaction.atomic():
        held = Submission.objects.select_for_update(no_key=True).filter(pk=pk)
        take = (held & _old_takes(now)).first()  # Contested since, or being heard again: it stays.
        if take is None:
            return False
        file = take.recording
        storage, name = file.storage, file.name
        Submission.objects.filter(pk=pk).update(recording="", sound_deleted_at=now)
        transaction.on_commit(lambda: storage.delete(name) if name else None)
    return True


def _forget_voice(pk: object) -> bool:
    with transaction.atomic():
        comment = Comment.objects.select_for_update(no_key=True).filter(pk=pk).exclude(voice="").first()
        if comment is None:
            return False
        storage, name = comment.voice.storage, comment.voice.name
        Comment.objects.filter(pk=pk).update(voice="")
        transaction.on_commit(lambda: storage.delete(name) if name else None)
    return True
