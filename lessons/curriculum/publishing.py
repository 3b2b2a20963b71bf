"""The way of a lesson past its readers: written, asked to be read, sent back or published, some day retired.

Students see rows that are published, and never a half-written one: the edit of a published row waits in its `draft`.
Any author writes and publishes. A school may ask for a second pair of eyes (SchoolSettings.second_reader): then another
author or the office publishes what an author asks to be read; only an author who is alone, and the office, publish
without. A retired row that comes back as it was needs no reader: it had one.

What is in a lesson goes with it: asking for, publishing and retiring a course or a lesson is about all that it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.curriculum import prerequisites
from lessons.curriculum.refusal import NotYours, Refused
from lessons.models import Course, Exercise, Lesson, ReviewNote, SchoolSettings, User
from lessons.models.curriculum import CONTENT, Status, reference_path
from lessons.models.versions import digest_of, keep_version

Editable = Exercise | Lesson
Piece = Course | Lesson | Exercise
Step = ReviewNote.Step

FIELDS: dict[type[Model], tuple[str, ...]] = {
    Exercise: (*CONTENT, "reference"),
    Lesson: ("title", "text", "needs"),
    Course: ("title", "summary"),
}


# Writing


def save_draft(row: Editable, changes: Mapping[str, Any], author: User | None, seen: str = "") -> bool:
    """Keeps an author's edit, and says whether anything now waits to be published.

    `changes`: field to value, any of FIELDS; `needs` as Prerequisite.as_dict of each, `reference` as an upload, or ""
    for none. `seen`: `state_of` when the author began; somebody else's edit since then is not written over."""
    if unknown := set(changes) - set(FIELDS[type(row)]):
        raise KeyError(f"No content of {type(row).__name__}: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        row = _locked(row)
        _check_unchanged(row, seen)
        changes = {name: _storable(row, name, value) for name, value in changes.items()}
        row.edited_by, row.edited_at = author, timezone.now()
        if ever_published(row):
            now = row.content()
            row.draft = {name: value for name, value in (row.draft | changes).items() if value != now[name]}
            row.save(update_fields=["draft", "edited_by", "edited_at"])
        else:
            _put(row, changes)
            row.save()
    return needs_publishing(row)


def with_draft(row: Editable) -> Any:
    """The row in memory as it will be once its pending edit is published. To be looked at, and not to be saved.
    A lesson's needs are in `needed`, as dicts."""
    shown = type(row).objects.get(pk=row.pk)
    if isinstance(shown, Lesson):
        shown.needed = shown.draft.get("needs", shown.content()["needs"])  # type: ignore[attr-defined]
    for name, value in shown.draft.items():
        if name != "needs":
            setattr(shown, name, value)
    return shown


def state_of(row: Editable) -> str:
    """A mark of all that an author sees of it now: another one means that somebody changed it."""
    return digest_of(row.content() | row.draft)[:16]


def discard(row: Editable, by: User) -> None:
    """The pending edit of a published row goes; what students see stays."""
    with transaction.atomic():
        row = _locked(row)
        if not row.draft:
            raise Refused(_("There is no edit to throw away."))
        row.draft, row.asked_at, row.asked_by = {}, None, None
        row.save(update_fields=["draft", "asked_at", "asked_by"])
        _note(row, Step.DISCARDED, by)


# Having it read


def submit(row: Piece, by: User, words: str = "") -> int:
    """Asks for a review of all in it that waits to be published; says how many pieces that are."""
    with transaction.atomic():
        waiting = [one for one in _all_in(row) if needs_publishing(one)]
        if not waiting:
            raise Refused(
                _("“%(title)s” is published as it stands: there is nothing to review.") % {"title": row.title}
            )
        for one in waiting:
            _check_complete(one)
            if one.status == Status.DRAFT:
                one.status = Status.REVIEW
            one.asked_by, one.asked_at = by, timezone.now()
            one.save(update_fields=["status", "asked_by", "asked_at"])
        _note(row, Step.ASKED, by, words)
    return len(waiting)


def send_back(row: Piece, by: User, words: str) -> None:
    """Back to its author, and why; who asked takes it back without a word."""
    if not words.strip() and row.asked_by_id != by.pk:
        raise Refused(_("Say in a word what should be changed."))
    with transaction.atomic():
        asked = [one for one in _all_in(row) if one.in_review]
        if not asked:
            raise Refused(_("Nobody asked for a review of “%(title)s”.") % {"title": row.title})
        for one in asked:
            _answered(one)
            if one.status == Status.REVIEW:
                one.status = Status.DRAFT
            one.save(update_fields=["status", "asked_by", "asked_at"])
        _note(row, Step.SENT_BACK, by, words)


def waiting_for_review() -> list[Piece]:
    """What somebody asked to be read, longest waiting first: whole courses and lessons before what is in them."""
    asked: list[Piece] = []
    courses = set(Course.objects.filter(asked_at__isnull=False).select_related("asked_by"))
    lessons = list(Lesson.objects.filter(asked_at__isnull=False).select_related("course", "asked_by"))
    asked += sorted(courses, key=lambda one: one.pk)
    asked += [one for one in lessons if one.course not in courses]
    inside = {one.pk for one in lessons}
    loose = Exercise.objects.filter(asked_at__isnull=False).select_related("lesson__course", "asked_by")
    loose = loose.defer("score", "musicxml", "recipe")
    asked += [
        one for one in loose if one.lesson_id not in inside and (one.lesson is None or one.lesson.course not in courses)
    ]
    return sorted(asked, key=lambda one: one.asked_at or timezone.now())


# Publishing


def may_publish(user: User, row: Piece, *, alone: bool | None = None) -> bool:
    """`alone`: whether this person needs no reader, if that is known already."""
    if not user.writes_lessons:
        return False
    if needs_no_reader(user) if alone is None else alone:
        return True
    if row.in_review:
        return row.asked_by_id != user.pk
    return row.status == Status.RETIRED and not getattr(row, "draft", None)


def needs_no_reader(user: User) -> bool:
    """Publishes what they wrote at once."""
    if user.is_staff or not SchoolSettings.current().second_reader:
        return user.writes_lessons
    return user.is_author and not User.objects.filter(is_active=True, is_author=True).exclude(pk=user.pk).exists()


def publish(row: Piece, by: User | None, words: str = "", seen: str = "") -> int:
    """Students see it as it now stands, with all in it that waits and that this person may publish; says how many
    pieces that are. Nobody (None): the school itself, which asks no one. Raises Refused, NotYours."""
    if by is not None and not may_publish(by, row):
        raise NotYours(why_not(by, row))
    with transaction.atomic():
        row = _locked(row)
        _check_unchanged(row, seen)
        pieces = [one for one in _all_in(row) if needs_publishing(one)]
        unread = by is None or needs_no_reader(by)
        pieces = [one for one in pieces if unread or one == row or may_publish(by, one)]
        if not pieces:
            raise Refused(_("“%(title)s” is published as it stands.") % {"title": row.title})
        # The innermost first: a lesson's version names the exercises that it then has.
        for one in reversed(pieces):
            _publish_one(one, by, words)
        _publish_around(row, by)
    return len(pieces)


def why_not(user: User, row: Piece) -> str:
    """Why this author can't publish it now, and what to do."""
    if row.in_review:
        return _("You asked for this review: another author or the office publishes it.")
    return _("Ask for a review first: another author or the office publishes what you wrote.")


def retire(row: Piece, by: User, words: str = "") -> None:
    """Off the shelf, for all who have not begun. Takes and versions stay; publishing brings it back."""
    if not by.writes_lessons:
        raise NotYours(_("Only an author can retire this."))
    with transaction.atomic():
        row = _locked(row)
        if row.status != Status.PUBLISHED:
            raise Refused(_("“%(title)s” is not published.") % {"title": row.title})
        for one in _all_in(row):
            # The exercises of a retired lesson can't be seen; on their own they stay as they are.
            if one.status == Status.PUBLISHED and (isinstance(one, Lesson) or one == row):
                type(one).objects.filter(pk=one.pk).update(status=Status.RETIRED, asked_at=None, asked_by=None)
        _note(row, Step.RETIRED, by, words)
        if isinstance(row, Exercise):
            _lesson_follows(row, by)


def delete_draft(row: Piece, by: User) -> None:
    """What nobody but authors has ever seen may go for good."""
    with transaction.atomic():
        if any(ever_published(one) for one in _all_in(row)):
            raise Refused(
                _("Students have seen “%(title)s”: retire it, so that their takes keep it.") % {"title": row.title}
            )
        if isinstance(row, Exercise) and row.submissions.exists():
            raise Refused(_("“%(title)s” was played: it can't be deleted.") % {"title": row.title})
        for one in reversed(list(_all_in(row))):
            one.delete()


# What waits


def needs_publishing(row: Piece) -> bool:
    if row.status == Status.PUBLISHED:
        return bool(getattr(row, "draft", None))
    return True


def ever_published(row: Piece) -> bool:
    """A draft that was published before has versions: students know it."""
    if row.status in (Status.PUBLISHED, Status.RETIRED):
        return True
    return not isinstance(row, Course) and row.versions.exists()


def _all_in(row: Piece) -> Iterator[Piece]:
    """The row, and below it all that is not retired on its own."""
    yield row
    if isinstance(row, Course):
        for lesson in row.lessons.exclude(status=Status.RETIRED):
            yield from _all_in(lesson)
    elif isinstance(row, Lesson):
        yield from row.exercises.filter(composed_for=None).exclude(status=Status.RETIRED)


def _locked(row: Any) -> Any:
    """As it is now, and ours until the transaction ends."""
    return type(row).objects.select_for_update().get(pk=row.pk)


def _check_unchanged(row: Piece, seen: str) -> None:
    if seen and not isinstance(row, Course) and seen != state_of(row):
        who = row.edited_by.display_name if row.edited_by else _("Somebody")
        raise Refused(_("%(who)s changed this while you had it open. Reload the page to see it.") % {"who": who})


def _check_complete(row: Piece) -> None:
    if not str(getattr(row, "draft", {}).get("title", row.title)).strip():
        raise Refused(_("Give it a title first."))


def _publish_one(row: Piece, by: User | None, words: str) -> None:
    if not isinstance(row, Course):
        _put(row, row.draft)
        row.draft = {}
        _check_complete(row)
    row.status = Status.PUBLISHED
    _answered(row)
    # Saving a published row keeps its version: this is what that says of itself.
    row.publishing = (by, words)  # type: ignore[union-attr]
    row.save()
    version = None if isinstance(row, Course) else row.versions.first()
    _note(row, Step.PUBLISHED, by, words, version.number if version else None)


def _publish_around(row: Piece, by: User | None) -> None:
    """A published lesson stands in a published course; a lesson's version follows its exercises."""
    if isinstance(row, Lesson) and row.course.status != Status.PUBLISHED:
        Course.objects.filter(pk=row.course_id).update(status=Status.PUBLISHED, asked_at=None, asked_by=None)
        _note(row.course, Step.PUBLISHED, by)
    if isinstance(row, Exercise):
        _lesson_follows(row, by)


def _lesson_follows(exercise: Exercise, by: User | None) -> None:
    if exercise.lesson is not None and exercise.lesson.status == Status.PUBLISHED:
        keep_version(exercise.lesson, by)


def _put(row: Editable, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name == "needs" and isinstance(row, Lesson):
            prerequisites.set_needs(row, value)
        else:
            setattr(row, name, value)


def _storable(row: Editable, name: str, value: Any) -> Any:
    """As JSON can hold it. A recording goes to the store at once, under a name of its own."""
    if isinstance(row, Lesson) and name == "needs":
        return prerequisites.checked(row, value)
    if isinstance(row, Exercise) and name == "reference" and isinstance(value, File) and not hasattr(value, "field"):
        return row.reference.storage.save(reference_path(row, value.name or ""), value)
    return getattr(value, "name", value) or "" if name == "reference" else value


def _answered(row: Piece) -> None:
    row.asked_by, row.asked_at = None, None


def _note(row: Piece, step: str, by: User | None, words: str = "", version: int | None = None) -> None:
    owner = {type(row).__name__.lower(): row}
    ReviewNote.objects.create(**owner, step=step, by=by, words=words.strip()[:1000], version=version)


def newest_words(rows: Iterable[Piece]) -> dict[Piece, str]:
    """What was said last of each of these. Three queries, however many there are."""
    found: dict[Piece, str] = {}
    rows = list(rows)
    for kind, name in ((Course, "course"), (Lesson, "lesson"), (Exercise, "exercise")):
        ours = {row.pk: row for row in rows if isinstance(row, kind)}
        notes = ReviewNote.objects.filter(**{f"{name}__in": list(ours)}).order_by("created_at", "pk")
        found |= {ours[pk]: words for pk, words in notes.values_list(name, "words")} if ours else {}
    return found


def notes_of(row: Piece) -> QuerySet[ReviewNote]:
    return row.review_notes.select_related("by")
