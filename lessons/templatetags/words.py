"""Template filters for words: what the engine says, and how long ago something was."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons import titles, words

register = template.Library()

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
WEEK_DAYS, MONTH_DAYS, YEAR_DAYS = 7, 30, 365


@register.filter
def said(text: str) -> str:
    """A label or a sentence of the engine in the reader's language."""
    return words.said(text)


@register.filter
def quoted(text: str) -> str:
    """What somebody wrote, in the language's own quotation marks."""
    return words.quoted(text)


@register.filter
def said_within(text: str) -> str:
    """The same inside a sentence."""
    return words.said_within(text)


@register.filter
def pitch_named(name: str) -> str:
    """A printed pitch that was kept by its English name."""
    return words.pitch_named(name)


@register.filter
def titled(title: str) -> str:
    """The title of an exercise; of a composed one in the reader's language."""
    return titles.titled(title)


@register.filter
def ago(moment: datetime) -> str:
    """just now, 3 minutes ago. A sentence a unit: other languages bend the noun after “ago”."""
    seconds = int((timezone.now() - moment).total_seconds())
    days = seconds // DAY_S
    if seconds < MINUTE_S:
        return _("just now")
    if seconds < HOUR_S:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", seconds // MINUTE_S) % {"n": seconds // MINUTE_S}
    if seconds < DAY_S:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", seconds // HOUR_S) % {"n": seconds // HOUR_S}
    if days < WEEK_DAYS:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if days < MONTH_DAYS:
        return ngettext("%(n)s week ago", "%(n)s weeks ago", days // WEEK_DAYS) % {"n": days // WEEK_DAYS}
    if days < YEAR_DAYS:
        return ngettext("%(n)s month ago", "%(n)s months ago", days // MONTH_DAYS) % {"n": days // MONTH_DAYS}
    return ngettext("%(n)s year ago", "%(n)s years ago", days // YEAR_DAYS) % {"n": days // YEAR_DAYS}
