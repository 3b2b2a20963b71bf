"""Many pieces of an import saved at once, each whole and by its first part; a hundred of them as a job."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.importing import saving
from lessons.jobs import Progress
from lessons.models import ImportedPiece, Job, Lesson, User

# More of them than a person waits for.
LARGE = 12


def run(job: Job, progress: Progress) -> None:
    """Kind "import-save"; `params` as of save_many. Begun again, it goes on with those that are not saved yet."""
    saved = save_many(job.owner, job.params, progress, only_unsaved=job.attempts > 1)
    job.next_url = f"{reverse('exercise-desk')}?lesson={saved.lesson.pk}" if saved.lesson else reverse("exercise-desk")
    many = len(saved.exercises)
    words = ngettext("%(n)s exercise is saved.", "%(n)s exercises are saved.", many) % {"n": many}
    job.sentence = " ".join([words, *saved.notes])[:300]


def save_many(
    by: User, params: dict[str, Any], progress: Progress | None = None, *, only_unsaved: bool = False
) -> saving.Saved:
    """`params`: draft, pieces (their positions), lesson (its key or None), new_lesson, source, licence, publish."""
    lesson = Lesson.objects.get(pk=params["lesson"]) if params["lesson"] else None
    pieces = ImportedPiece.objects.filter(
        draft=params["draft"], draft__owner=by, position__in=params["pieces"]
    ).select_related("draft")
    together = saving.Saved(lesson=lesson)
    for done, piece in enumerate(pieces, 1):
        if not (only_unsaved and piece.saved):
            whole = saving.Passage(0, len(piece.scores[0]["bars"]) - 1)
            source = params["source"] or piece.composer
            wishes = saving.Wishes(source=source, licence=params["licence"])
            saved = saving.save(piece, 0, [whole], wishes, lesson, by)
            together.exercises += saved.exercises
        if progress:
            progress(done, len(params["pieces"]), _("Saved %(title)s") % {"title": piece})
    if params["publish"] and together.exercises:
        saving.publish(together, by, new_lesson=params["new_lesson"])
    return together
