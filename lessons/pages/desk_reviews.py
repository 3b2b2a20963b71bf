"""Reviews and versions: what waits to be read, what becomes of it, what was ever shown, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lessons import music_stand
from lessons.curriculum import comparing, publishing, versions
from lessons.curriculum.refusal import NotYours, Refused
from lessons.models import Course, Exercise, Lesson, LessonVersion
from lessons.pages.doors import author_required

A_PAGE = 25
WIDTH_PX = 520
KINDS: dict[str, Any] = {"courses": Course, "lessons": Lesson, "exercises": Exercise}
NOW, DRAFT = "now", "edit"


@author_required
def queue(request: HttpRequest) -> HttpResponse:
    """What somebody asked to be read, longest waiting first."""
    waiting = Paginator(publishing.waiting_for_review(), A_PAGE).get_page(request.GET.get("page"))
    alone, words = publishing.needs_no_reader(request.user), publishing.newest_words(waiting)
    lines = [
        {
            "piece": one,
            "kind": kind_of(one),
            "url": page_of(one),
            "may_publish": publishing.may_publish(request.user, one, alone=alone),
            "mine": one.asked_by_id == request.user.pk,
            "words": words.get(one, ""),
        }
        for one in waiting
    ]
    return render(request, "desk/reviews.html", {"here": "desk", "page": waiting, "lines": lines})


@author_required
@require_POST
def step(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One step of one piece: ask, send-back, publish, discard, retire, delete, go-back."""
    piece = _piece(kind, pk)
    words, what = request.POST.get("words", "").replace("\x00", ""), request.POST.get("do", "")
    back = request.POST.get("next", "")
    back = back if url_has_allowed_host_and_scheme(back, None) else page_of(piece)
    try:
        said = _do(request, piece, what, words)
    except NotYours as refused:
        messages.error(request, str(refused))
        return render(request, "desk/refused.html", {"here": "desk", "url": page_of(piece)}, status=403)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    messages.success(request, said)
    if what == "delete":
        return redirect("desk-course", piece.course_id) if isinstance(piece, Lesson) else redirect("desk")
    return redirect(back)


def _do(request: HttpRequest, piece: Any, what: str, words: str) -> str:
    user = request.user
    if what == "ask":
        count = publishing.submit(piece, user, words)
        return ngettext("%(n)d piece waits to be read.", "%(n)d pieces wait to be read.", count) % {"n": count}
    if what == "publish":
        count = publishing.publish(piece, user, words, seen=request.POST.get("seen", ""))
        return ngettext("Published.", "Published, %(n)d pieces in all.", count) % {"n": count}
    if what == "send-back":
        is_own = piece.asked_by_id == user.pk
        publishing.send_back(piece, user, words)
        return _("Nobody is asked to read it any more.") if is_own else _("Sent back to its author.")
    if what == "discard":
        publishing.discard(piece, user)
        return _("The edit is thrown away; students see what they saw before.")
    if what == "retire":
        publishing.retire(piece, user, words)
        return _("Retired: it is off the shelf. Takes of it stay.")
    if what == "delete":
        publishing.delete_draft(piece, user)
        return _("Deleted.")
    if what == "go-back" and not isinstance(piece, Course):
        number = versions.go_back(piece, _number(request.POST.get("number", "")), user)
        if number is None:
            return _("It stands as an edit now: ask for a review to publish it.")
        return _("Published as version %(number)d.") % {"number": number}
    raise Refused(_("Choose what to do."))


@author_required
def history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """All versions, and any two of them side by side: `?old=1&new=2`; `now` is what students see, `edit` what waits."""
    piece = _piece(kind, pk)
    if isinstance(piece, Course):
        raise Http404
    page = Paginator(_versions(piece), A_PAGE).get_page(request.GET.get("page"))
    numbers = list(piece.versions.values_list("number", flat=True))
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    if not old and not new:
        old, new = _latest(piece, numbers)
    context = {
        "here": "desk",
        "piece": piece,
        "kind": kind,
        "url": page_of(piece),
        "page": page,
        "old": old,
        "new": new,
        "choices": [*([(DRAFT, _("The edit that waits"))] if piece.draft else []), *((str(n), n) for n in numbers)],
        "standing": numbers[0] if numbers else None,
        "compared": _compared(piece, old, new) if old and new else None,
        "notes": publishing.notes_of(piece)[:A_PAGE],
    }
    return render(request, "desk/history.html", context)


def kind_of(piece: Any) -> str:
    return next(name for name, model in KINDS.items() if isinstance(piece, model))


def page_of(piece: Any) -> str:
    """Its page on the desk."""
    return f"{reverse('desk')}{kind_of(piece)}/{piece.pk}/"


def _piece(kind: str, pk: int) -> Any:
    if kind not in KINDS:
        raise Http404
    rows = KINDS[kind].objects.all()
    return get_object_or_404(rows.filter(composed_for=None) if kind == "exercises" else rows, pk=pk)


def _versions(piece: Any) -> Any:
    rows = piece.versions.select_related("published_by")
    return rows.defer("score", "musicxml", "skills", "dropped") if isinstance(piece, Exercise) else rows


def _latest(piece: Any, numbers: list[int]) -> tuple[str, str]:
    """What somebody who opens the page most likely wants to compare."""
    if piece.draft and numbers:
        return str(numbers[0]), DRAFT
    return (str(numbers[1]), str(numbers[0])) if len(numbers) > 1 else ("", "")


def _compared(piece: Any, old: str, new: str) -> dict[str, Any]:
    before, after = _side(piece, old), _side(piece, new)
    if isinstance(piece, Lesson):
        return {"fields": comparing.compare_lessons(_content(before), _content(after))}
    scores = before.as_score(), after.as_score()
    gone, came = comparing.changed_bars(*scores)
    return {
        "fields": comparing.compare_exercises(before, after),
        "gone": gone,
        "came": came,
        "scores": [music_stand.engraved(score, WIDTH_PX) for score in scores] if gone or came else [],
        "marks": [_notes_in(score, bars) for score, bars in zip(scores, (gone, came), strict=True)],
    }


def _side(piece: Any, asked: str) -> Any:
    if asked == DRAFT:
        return publishing.with_draft(piece)
    return get_object_or_404(piece.versions, number=_number(asked))


def _content(side: Any) -> dict[str, Any]:
    if isinstance(side, LessonVersion):
        return side.content()
    content: dict[str, Any] = side.content()
    return content | {"title": side.title, "text": side.text, "needs": side.needed}


def _notes_in(score: Any, bars: list[int]) -> list[str]:
    """Ids of what stands in these bars, to be marked in the engraving."""
    spans = [(one.onset_beat, one.onset_beat + one.duration_beat) for one in score.bars if one.number in set(bars)]
    return [one.id for one in score.symbols if any(first <= one.onset_beat < last for first, last in spans)]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
