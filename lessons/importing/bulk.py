"""Many pieces of an import saved at once, each whole and by its first part; a hundred of them as a job."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.importing import saving
from lessons.jobs import Progress
from lessons.models import Exercise, ImportedPiece, Job, Lesson, User

# More of them than a person waits for.
LARGE = 12


def run(job: Job, progress: Progress) -> None:
    """Kind "import-save"; `params` as of save_many. Begun again, it goes on with those that are not saved yet:
    `result` keeps what it made of which piece."""
    saved = save_many(job.owner, job.params, progress, job)
    job.next_url = f"{reverse('exercise-desk')}?lesson={saved.lesson.pk}" if saved.lesson else reverse("exercise-desk")
    many = len(saved.exercises)
    words = ngettext("%(n)s exercise is saved.", "%(n)s exercises are saved.", many) % {"n": many}
    job.sentence = " ".join([words, *saved.notes])[:300]


def save_many(
    by: User, params: dict[str, Any], progress: Progress | None = None, job: Job | None = None
) -> saving.Saved:
    """`params`: draft, pieces (their positions), lesson (its key or None), new_lesson, source, licence, publish."""
    lesson = Lesson.objects.get(pk=params["lesson"]) if params["lesson"] else None
    pieces = ImportedPiece.objects.filter(
        draft=params["draft"], draft__owner=by, position__in=params["pieces"]
    ).select_related("draft")
    together = saving.Saved(lesson=lesson)
    made: dict[str, list[int]] = job.result.get("made", {}) if job else {}
    for done, piece in enumerate(pieces, 1):
        if str(piece.position) in made:
            together.exercises += Exercise.objects.filter(pk__in=made[str(piece.position)])
        else:
            together.exercises += _save_whole(piece, params, lesson, by, job)
        if progress:
            progress(done, len(params["pieces"]), _("Saved %(title)s") % {"title": piece})
    if params["publish"] and together.exercises:
        saving.publish(together, by, new_lesson=params["new_lesson"])
    return together


def _save_whole(
    piece: ImportedPiece, params: dict[str, Any], lesson: Lesson | None, by: User, job: Job | None
) -> list[Exercise]:
    whole = saving.Passage(0, len(piece.scores[0]["bars"]) - 1)
    wishes = saving.Wishes(source=params["source"] or piece.composer, licence=params["licence"])
    with transaction.atomic():
        exercises = saving.save(piece, 0, [whole], wishes, lesson, by).exercises
        if job:
            made = job.result.get("made", {}) | {str(piece.position): [one.pk for one in exercises]}
            job.result = {"made": made}
            Job.objects.filter(pk=job.pk).update(result=job.result)
    return exercises
