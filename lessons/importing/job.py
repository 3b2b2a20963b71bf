"""The import itself, as a job: every file read, what is in it kept as a draft. Nothing becomes an exercise here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.importing import files
from lessons.importing.reader import FileTrouble, Reader
from lessons.jobs import JobTrouble, Progress
from lessons.models import ImportDraft, ImportedPiece, Job
from lessons.words import said
from tutor.saying import from_json

KIND = "import"
MOST_PIECES = 500
KEPT = timedelta(days=14)


def run(job: Job, progress: Progress) -> None:
    """Reads the job's upload into a draft, and leads there. Begun again, it begins the draft anew."""
    pieces: list[ImportedPiece] = []
    troubles: list[tuple[str, str]] = []
    with job.upload.open("rb") as upload:
        total = files.count(upload)
        progress(0, total)
        for place, name, answer in _answers(upload, lambda: len(pieces) < MOST_PIECES):
            if "left" in answer:
                # Once a file: an author must be able to tell which to bring again.
                troubles.append((name, _("More than %(n)s pieces: the rest was left out.") % {"n": MOST_PIECES}))
                continue
            if "error" in answer:
                troubles.append((name, said(from_json(answer["error"]))))
            else:
                pieces.append(_piece(len(pieces) + 1, name, answer["piece"]))
                troubles += [(name, said(from_json(one))) for one in answer["piece"]["troubles"]]
            # A book of many tunes is done when its last one is.
            progress(place - 1, max(total, place), _("Read %(file)s") % {"file": name})
        progress(total, total)
    if not pieces:
        raise JobTrouble(_nothing(troubles))
    draft = _keep(job, pieces, troubles)
    job.next_url = pieces[0].get_absolute_url() if len(pieces) == 1 else draft.get_absolute_url()
    job.result = {"draft": str(draft.pk), "pieces": len(pieces), "troubles": len(troubles)}


def _answers(upload: Any, more: Callable[[], bool]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(which file, its name, {"piece"} or {"error"}) of all that was brought: a bad file does not spoil the rest.
    {"left"} of each that is not read, or not to its end, because no more is taken."""
    with Reader() as reader:
        for place, brought in enumerate(files.unbundle(upload), 1):
            if brought.trouble:
                yield place, brought.name, {"error": brought.trouble}
                continue
            if not more():
                yield place, brought.name, {"left": True}
                continue
            try:
                answers = reader.read(brought.name, brought.data)
                for answer in answers:
                    if not more():
                        answers.close()
                        yield place, brought.name, {"left": True}
                        break
                    yield place, brought.name, answer
            except FileTrouble as problem:
                yield place, brought.name, {"error": str(problem)}


def _piece(position: int, name: str, read: dict[str, Any]) -> ImportedPiece:
    return ImportedPiece(
        position=position,
        file=name[:200],
        title=_clean(read["title"]),
        composer=_clean(read["composer"]),
        parts=read["parts"],
        scores=read["scores"],
        text=read["text"],
    )


def _clean(text: str) -> str:
    # PostgreSQL stores no NUL.
    return " ".join(text.replace("\x00", "").split())[:200]


def _nothing(troubles: list[tuple[str, str]]) -> str:
    if len(troubles) == 1:
        return _("%(file)s: %(trouble)s") % {"file": troubles[0][0], "trouble": troubles[0][1]}
    return _("None of the files could be read. The first, %(file)s: %(trouble)s") % {
        "file": troubles[0][0],
        "trouble": troubles[0][1],
    }


def _keep(job: Job, pieces: list[ImportedPiece], troubles: list[tuple[str, str]]) -> ImportDraft:
    with transaction.atomic():
        ImportDraft.objects.filter(job=job).delete()
        draft = ImportDraft.objects.create(owner=job.owner, job=job, title=job.title, troubles=troubles)
        for piece in pieces:
            piece.draft = draft
        ImportedPiece.objects.bulk_create(pieces, batch_size=50)
    return draft


def clear_old() -> int:
    """Drafts that nobody came back to."""
    days = getattr(settings, "IMPORT_DRAFTS_DAYS", KEPT.days)
    deleted, _rows = ImportDraft.objects.filter(created_at__lt=timezone.now() - timedelta(days=days)).delete()
    return deleted
