"""What the page of an imported piece shows: the part that was chosen, its passages, whom it suits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from lessons import music_stand
from lessons.importing import saving
from lessons.importing.saving import Passage
from lessons.importing.suiting import suits
from lessons.models import Course, Exercise, ImportDraft, ImportedPiece, Lesson, User
from lessons.pages.importing_figures import families, hardness, trains
from lessons.words import said
from tutor.notation.errors import ScoreError
from tutor.notation.excerpt import page_of, upbeat_of
from tutor.notation.instruments import get_instrument
from tutor.notation.phrasing import EIGHTS, FOURS, PHRASES, SECTIONS, WHOLE, proposals, repeats_of
from tutor.notation.sameness import melody_mark
from tutor.notation.score import Score
from tutor.saying import from_json

BARS_A_PAGE = 24
MOST_PASSAGES = 60
USUAL_WIDTH_PX = 800


@dataclass(frozen=True, slots=True)
class Row:
    """One passage as its fields hold it: bar numbers and a title, as typed."""

    first: str
    last: str
    title: str = ""


class Decision:
    """Which part and which bars of a piece somebody chose, in a query or in a form."""

    def __init__(self, piece: ImportedPiece, asked: QueryDict) -> None:
        self.piece = piece
        self.asked = asked
        part = asked.get("part", "")
        self.number = min(int(part) if part.isdecimal() and len(part) < 5 else 0, len(piece.parts) - 1)
        self.part: dict[str, Any] = piece.parts[self.number]

    @cached_property
    def score(self) -> Score:
        return self.piece.score(self.number)

    @cached_property
    def proposals(self) -> dict[str, list[tuple[int, int]]]:
        return proposals(self.score, self.part["section_ends"])

    @property
    def split(self) -> str:
        asked = self.asked.get("split", WHOLE)
        return asked if asked in self.proposals else WHOLE

    @cached_property
    def repeated(self) -> list[tuple[int, int]]:
        """Passages of the proposal that are the same tune as an earlier one: left out."""
        if self.asked.getlist("from"):
            return []
        found = self.proposals[self.split]
        return [found[index] for index in repeats_of([self._mark(one) for one in found])]

    @cached_property
    def rows(self) -> list[Row]:
        """As typed; else as the proposal has it, without repeats."""
        lists = [self.asked.getlist(name) for name in ("from", "to", "passage_title")]
        typed = zip_longest(*lists, fillvalue="")
        rows = [Row(first.strip(), last.strip(), title.strip()) for first, last, title in typed]
        rows = [row for row in rows if row.first or row.last][:MOST_PASSAGES]
        if rows:
            return rows
        bars = self.score.bars
        kept = [one for one in self.proposals[self.split] if one not in self.repeated][:MOST_PASSAGES]
        return [Row(str(bars[first].number), str(bars[last].number)) for first, last in kept]

    @cached_property
    def passages(self) -> list[Passage]:
        """The rows as places in the score. Raises ScoreError."""
        return [self._passage(row) for row in self.rows]

    def cuts(self, *, with_upbeat: bool) -> list[Score]:
        """Each passage as a score. Raises ScoreError."""
        return [saving.cut(self.score, passage, with_upbeat=with_upbeat) for passage in self.passages]

    def _passage(self, row: Row) -> Passage:
        offset = self.score.bars[0].number
        last_bar = self.score.bars[-1].number
        if not (row.first.isdecimal() and row.last.isdecimal() and len(row.first + row.last) < 12):
            raise ScoreError(_("Bars %(first)s to %(last)s: type two bar numbers.") % vars_of(row))
        first, last = int(row.first), int(row.last)
        if not offset <= first <= last <= last_bar:
            words = {"first": first, "last": last, "from": offset, "to": last_bar}
            raise ScoreError(_("Bars %(first)s to %(last)s: the piece has the bars %(from)s to %(to)s.") % words)
        whole = (first, last) == (offset, last_bar)
        title = row.title if row.title or whole else self._title(first, last)
        return Passage(first - offset, last - offset, title[:200])

    def _title(self, first: int, last: int) -> str:
        title = self.asked.get("title") or str(self.piece)
        return _("%(title)s, bars %(first)s–%(last)s") % {"title": title[:180], "first": first, "last": last}

    def _mark(self, passage: tuple[int, int]) -> str:
        try:
            return melody_mark(saving.cut(self.score, Passage(*passage), with_upbeat=False).to_dict())
        except ScoreError:
            return ""


def vars_of(row: Row) -> dict[str, str]:
    return {"first": row.first[:10] or "…", "last": row.last[:10] or "…"}


def first_choices(piece: ImportedPiece, decision: Decision, user: User) -> dict[str, Any]:
    """What the form begins with, so that little is left to do."""
    return {
        "title": str(piece),
        "tempo_bpm": max(20, min(300, decision.part["bpm"])),
        "source": piece.composer,
        "with_upbeat": bool(upbeat_of(decision.score)),
        **place_choices(user, str(piece), piece.draft),
    }


def place_choices(user: User, title: str, draft: ImportDraft) -> dict[str, Any]:
    """The lesson that it was brought for, or where the author put the last piece of this import; else a new one in
    the course they were at last."""
    asked = draft.job.params.get("lesson") if draft.job else None
    if asked and Lesson.objects.filter(pk=asked).exists():
        return {"lesson": str(asked), "new_lesson": title}
    earlier = ImportedPiece.objects.filter(draft=draft).exclude(saved=[]).values_list("saved", flat=True)
    keys = [key for saved in earlier for key in saved]
    if lesson := Lesson.objects.filter(exercises__in=keys).order_by("-pk").first():
        return {"lesson": str(lesson.pk), "new_lesson": title}
    course = Course.objects.filter(lessons__edited_by=user).order_by("-lessons__pk").first() or Course.objects.last()
    return {"lesson": "new", "new_lesson": title, "course": str(course.pk) if course else "new"}


def piece_context(piece: ImportedPiece, decision: Decision, form: Any) -> dict[str, Any]:
    part = decision.part
    return {
        "here": "desk",
        "piece": piece,
        "draft": piece.draft,
        "title": str(piece),
        "form": form,
        "decision": decision,
        "part": part,
        "dropped": [said(from_json(line)) for line in part["dropped"]],
        "parts": list(enumerate(piece.parts)),
        "pages": list(_pages(piece, decision)),
        "svg": reverse("import-svg", args=[piece.draft_id, piece.position]),
        "first_bar": decision.score.bars[0].number,
        "last_bar": decision.score.bars[-1].number,
        "has_upbeat": bool(upbeat_of(decision.score)),
        "repeated": _repeated_words(decision),
        "splits": _splits(decision),
        "families": families(suits(decision.score, part["grade"]), set(form["instruments"].value() or ())),
        "trains": trains(part["skills"]),
        "hardness": hardness(part["grade"]),
        "alike": _alike(part["melody"], piece.saved),
        "made": Exercise.objects.filter(pk__in=piece.saved).only("pk", "title"),
        "others": piece.draft.pieces.count() - 1,
    }


def _splits(decision: Decision) -> list[tuple[str, str, int]]:
    """Name, words and how many exercises it would be."""
    found = decision.proposals
    return [(name, words, len(found[name])) for name, words in _split_words().items() if name in found]


def _split_words() -> dict[str, str]:
    return {
        WHOLE: _("As one"),
        SECTIONS: _("At double bars and repeats"),
        PHRASES: _("By phrase"),
        EIGHTS: _("Every eight bars"),
        FOURS: _("Every four bars"),
    }


def _repeated_words(decision: Decision) -> str:
    bars = decision.score.bars
    places = [f"{bars[first].number}–{bars[last].number}" for first, last in decision.repeated]
    words = _("Left out, since they repeat an earlier passage: bars %(bars)s.") % {"bars": ", ".join(places)}
    return words if places else ""


def _pages(piece: ImportedPiece, decision: Decision) -> Iterator[dict[str, Any]]:
    bars = decision.score.bars
    url = reverse("import-svg", args=[piece.draft_id, piece.position])
    for start in range(0, len(bars), BARS_A_PAGE):
        here = bars[start : start + BARS_A_PAGE]
        yield {
            "first": here[0].number,
            "last": here[-1].number,
            "numbers": ",".join(str(bar.number) for bar in here),
            "url": f"{url}?part={decision.number}&from={here[0].number}&to={here[-1].number}",
        }


def _alike(melody: str, saved: list[int]) -> list[Exercise]:
    if not melody:
        return []
    same = Exercise.objects.filter(melody=melody, composed_for=None).exclude(pk__in=saved)
    return list(same.select_related("lesson").only("pk", "title", "lesson__title", "status")[:3])


def svg_answer(request: HttpRequest, piece: ImportedPiece, decision: Decision) -> HttpResponseBase:
    """?from=&to= in bar numbers. With `excerpt` as a student sees it, numbered anew; for an ?instrument= arranged."""
    score = decision.score
    passage = decision.passages[0]
    if "excerpt" in request.GET:
        score = saving.cut(score, passage, with_upbeat="upbeat" in request.GET)
    else:
        score = page_of(score, passage.first, passage.last)
    if instrument := request.GET.get("instrument"):
        from tutor.notation.arranging import arrange

        score = arrange(score, get_instrument(instrument), decision.part["grade"])
    return engraved_answer(request, replace(score, title=""))


def engraved_answer(request: HttpRequest, score: Score) -> HttpResponseBase:
    """A page of music for its author's eyes; nothing in it may run."""
    asked = request.GET.get("width", "")
    width = music_stand.clamp_width(int(asked) if asked.isdecimal() and len(asked) < 6 else USUAL_WIDTH_PX)
    etag = f'"{music_stand.digest(score)}-{width}"'
    if (unchanged := get_conditional_response(request, etag)) is not None:
        return unchanged
    response = HttpResponse(music_stand.engraved(score, width), content_type="image/svg+xml; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    return response
