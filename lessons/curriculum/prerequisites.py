"""What a lesson needs first: other lessons done, or skills at a strength; and for whom it is locked.

A locked lesson can be seen, with what is missing. Never locked is what a teacher assigned, and what the student had
begun before it needed anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.assigning.sittings import withheld
from lessons.curriculum.refusal import Refused
from lessons.models import Assignment, Exercise, Lesson, Prerequisite, Submission, User
from lessons.models.curriculum import Status

# A take under this is one to play again. Far less than what needs no more practice (tutor.composing.pieces).
DONE_FROM = 70.0
WEAKEST, STRONGEST, USUAL = 1, 99, 70
MOST_NEEDS = 20

Needs = list[dict[str, Any]]


class Missing(str):
    """What is missing, in words; and the lesson that would open it."""

    lesson: int | None = None


# What a lesson may need


def checked(lesson: Lesson, needs: Iterable[Mapping[str, Any]]) -> Needs:
    """In their plain form (Prerequisite.as_dict), each once. Raises Refused: also where a lesson would in the end need
    itself."""
    plain = _each_once(needs)
    named = {one["lesson"] for one in plain if "lesson" in one}
    found = {str(one.uid): one for one in Lesson.objects.filter(uid__in=named)}
    if named - found.keys():
        raise Refused(_("A lesson that this one needs is no longer there."))
    _check_no_circle(lesson, found.values())
    return plain


def check_among(lessons: Mapping[str, tuple[str, Needs]]) -> None:
    """What `checked` will say of lessons that are not here yet: uid to title and needs. Raises Refused."""
    plain = {uid: _each_once(needs) for uid, (_title, needs) in lessons.items()}
    graph = {uid: {one["lesson"] for one in needs if "lesson" in one} for uid, needs in plain.items()}
    if any(uid in others for uid, others in graph.items()):
        raise Refused(_("A lesson can't need itself."))
    try:
        TopologicalSorter({uid: others & graph.keys() for uid, others in graph.items()}).prepare()
    except CycleError as circle:
        lesson, other = circle.args[1][:2]  # The second one needs the first.
        raise _circle(lessons[other][0], lessons[lesson][0]) from None


def set_needs(lesson: Lesson, needs: Iterable[Mapping[str, Any]]) -> None:
    plain = checked(lesson, needs)
    others = {
        str(one.uid): one
        for one in Lesson.objects.filter(uid__in=[one.get("lesson") for one in plain if "lesson" in one])
    }
    lesson.needs.all().delete()
    Prerequisite.objects.bulk_create(
        Prerequisite(lesson=lesson, other=others[one["lesson"]])
        if "lesson" in one
        else Prerequisite(lesson=lesson, skill=one["skill"], strength=one["strength"])
        for one in plain
    )


def known_skills() -> dict[str, str]:
    """Tag: what a musician calls it, in the order in which they are met."""
    from lessons.skill_states import EVERYDAY, HIGHEST_GRADE
    from tutor.composing.skills import describe
    from tutor.learner.syllabus import skills_up_to

    return {tag: describe(tag) for tag in dict.fromkeys([*EVERYDAY, *skills_up_to(HIGHEST_GRADE)])}


def _each_once(needs: Iterable[Mapping[str, Any]]) -> Needs:
    plain = list({_key(one): one for one in map(_plain, needs)}.values())
    if len(plain) > MOST_NEEDS:
        raise Refused(_("A lesson can't need more than %(most)d things.") % {"most": MOST_NEEDS})
    return plain


def _plain(need: Mapping[str, Any]) -> dict[str, Any]:
    if need.get("lesson"):
        try:
            return {"lesson": str(UUID(str(need["lesson"])))}
        except ValueError:
            raise Refused(_("A lesson that this one needs is no longer there.")) from None
    skill, strength = need.get("skill"), need.get("strength", USUAL)
    if skill not in known_skills():
        raise Refused(_("We know no skill called “%(skill)s”.") % {"skill": str(skill)[:60]})
    if not isinstance(strength, int) or isinstance(strength, bool) or not WEAKEST <= strength <= STRONGEST:
        raise Refused(_("A strength is a percentage between 1 and 99."))
    return {"skill": skill, "strength": strength}


def _key(need: Mapping[str, Any]) -> str:
    return str(need.get("lesson") or need["skill"])


def _check_no_circle(lesson: Lesson, others: Collection[Lesson]) -> None:
    needs: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in Prerequisite.objects.filter(other__isnull=False).values_list("lesson", "other"):
        needs[one].add(other)
    for other in others:
        if other.pk == lesson.pk:
            raise Refused(_("A lesson can't need itself."))
        if lesson.pk in reached(other.pk, needs):
            raise _circle(other.title, lesson.title)


def _circle(other: str, lesson: str) -> Refused:
    words = _("“%(other)s” already needs “%(lesson)s”: nobody could begin either.")
    return Refused(words % {"other": other, "lesson": lesson})


def reached(start: int, needs: Mapping[int, Collection[int]]) -> set[int]:
    """All that this one needs, and what that needs in turn."""
    found: set[int] = set()
    ahead = [start]
    while ahead:
        for one in needs.get(ahead.pop(), ()):
            if one not in found:
                found.add(one)
                ahead.append(one)
    return found


# For whom it is locked


def locks_of(student: User, lessons: Collection[int] | None = None) -> dict[int, list[str]]:
    """Lesson -> what is missing, a sentence each; open ones are not in it. All published lessons, unless told which.
    A constant number of queries: one where no lesson needs anything."""
    needs = Prerequisite.objects.filter(lesson__status=Status.PUBLISHED).select_related("other")
    by_lesson: defaultdict[int, list[Prerequisite]] = defaultdict(list)
    for need in needs if lessons is None else needs.filter(lesson__in=lessons):
        by_lesson[need.lesson_id].append(need)
    if not by_lesson:
        return {}
    if student.writes_lessons or student.is_teacher:
        return {}
    for free in _never_locked(student, by_lesson.keys()):
        by_lesson.pop(free, None)
    every = [need for needs in by_lesson.values() for need in needs]
    progress = progress_in(student, {need.other_id for need in every if need.other_id})
    strengths = _strengths(student) if any(need.skill for need in every) else {}
    missing = {
        pk: [said for need in needs if (said := _missing(need, progress, strengths))] for pk, needs in by_lesson.items()
    }
    return {pk: said for pk, said in missing.items() if said}


def progress_in(student: User, lessons: Collection[int]) -> dict[int, tuple[int, int]]:
    """Lesson -> (exercises that were played well enough, exercises that this student can play). Two queries."""
    if not lessons:
        return {}
    rows = Exercise.objects.filter(lesson__in=lessons, status=Status.PUBLISHED, composed_for=None)
    shown = [
        (pk, lesson)
        for pk, lesson, suits in rows.values_list("pk", "lesson", "instruments")
        if suits_player(suits, student)
    ]
    takes = Submission.objects.filter(student=student, exercise__lesson__in=lessons, assessments__counts=True)
    takes = takes.exclude(withheld())
    best = takes.order_by().values_list("exercise").annotate(best=Max("assessments__overall"))
    well = {pk for pk, overall in best if overall is not None and overall >= DONE_FROM}
    found = dict.fromkeys(lessons, (0, 0))
    for pk, lesson in shown:
        done, of = found[lesson]
        found[lesson] = (done + (pk in well), of + 1)
    return found


def suits_player(instruments: Sequence[str], student: User) -> bool:
    """An exercise without instruments of its own suits all."""
    return not instruments or student.instrument in instruments


def _missing(need: Prerequisite, progress: Mapping[int, tuple[int, int]], strengths: Mapping[str, int]) -> str:
    if need.other is not None:
        done, of = progress[need.other.pk]
        # What has been taken off the shelf can't be asked for.
        if need.other.status != Status.PUBLISHED or done >= of:
            return ""
        facts = {"title": need.other.title, "done": done, "of": of}
        said = Missing(_("“%(title)s” done (%(done)d of %(of)d so far)") % facts)
        said.lesson = need.other.pk
        return said
    now = strengths.get(need.skill, 0)
    if now >= need.strength:
        return ""
    from tutor.composing.skills import describe

    facts = {"skill": describe(need.skill), "wanted": need.strength, "now": now}
    return _("%(skill)s at %(wanted)d %% (now %(now)d %%)") % facts


def _strengths(student: User) -> dict[str, int]:
    """What was never met counts as nothing: the guess that plans are made with is no proof."""
    from lessons import practice
    from lessons.skill_states import NOT_MET, skills_met

    met = skills_met(practice.recall(student), timezone.now())
    return {skill.tag: round(100 * skill.strength) for skill in met if skill.state != NOT_MET}


def _never_locked(student: User, lessons: Collection[int]) -> set[int]:
    begun = Submission.objects.filter(student=student, exercise__lesson__in=lessons).order_by()
    assigned = Assignment.objects.for_student(student).order_by().values_list("lesson", "exercise__lesson")
    free = set(begun.values_list("exercise__lesson", flat=True))
    return free | {lesson for pair in assigned for lesson in pair if lesson is not None}
