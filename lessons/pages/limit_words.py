"""What a teacher set, in words: “between grades 2 and 4, working on dotted quarters, dances”."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.practice.limits import EASIEST, HARDEST
from lessons.words import listed, said
from tutor.composing.skills import describe

STYLE_WORDS = {"song": gettext_lazy("songs"), "dance": gettext_lazy("dances"), "hymn": gettext_lazy("hymns")}


def limit_words(floor: float | None, ceiling: float | None, focus: Sequence[str], style: str) -> str:
    """Empty where nothing is set. What limits nothing (None, or the ends of the scale) isn't mentioned."""
    parts = [grade_words(floor, ceiling), _work_words(focus), str(STYLE_WORDS.get(style, ""))]
    return ", ".join(part for part in parts if part)


def student_words(floor: float, ceiling: float, focus: Sequence[str], style: str, *, after_this: bool = False) -> str:
    """The same, to the student: one sentence, or nothing. `after_this`: what comes now was chosen before."""
    grades, work, kinds = grade_words(floor, ceiling), _work_words(focus), str(STYLE_WORDS.get(style, ""))
    with_kinds = _("with %(kinds)s") % {"kinds": kinds} if kinds else ""
    limits = ", ".join(part for part in (grades, work, with_kinds) if part)
    if not grades and not work:
        asks = (
            _("After this one, your teacher asks for %(kinds)s.")
            if after_this
            else _("Your teacher asks for %(kinds)s.")
        )
        return asks % {"kinds": kinds} if kinds else ""
    if grades:
        keeps = (
            _("After this one, your teacher keeps you %(limits)s.")
            if after_this
            else _("Your teacher keeps you %(limits)s.")
        )
        return keeps % {"limits": limits}
    has = _("After this one, your teacher has you %(limits)s.") if after_this else _("Your teacher has you %(limits)s.")
    return has % {"limits": limits}


def _work_words(focus: Sequence[str]) -> str:
    skills = listed([said(describe(tag)) for tag in focus])
    return _("working on %(skills)s") % {"skills": skills} if focus else ""


def grade_words(floor: float | None, ceiling: float | None) -> str:
    low = floor if floor is not None and floor > EASIEST else None
    high = ceiling if ceiling is not None and ceiling < HARDEST else None
    if low is not None and high is not None:
        if low == high:
            return _("at grade %(grade)s") % {"grade": _figure(low)}
        return _("between grades %(low)s and %(high)s") % {"low": _figure(low), "high": _figure(high)}
    if low is not None:
        return _("from grade %(grade)s on") % {"grade": _figure(low)}
    return _("up to grade %(grade)s") % {"grade": _figure(high)} if high is not None else ""


def _figure(grade: float) -> str:
    """2, 2.5; 2,5."""
    return str(localize(int(grade) if grade == int(grade) else grade))
