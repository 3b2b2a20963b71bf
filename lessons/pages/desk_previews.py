"""A lesson and an exercise as a student of any instrument sees them: what waits to be published, or what stands.

The player is made up: nothing is recorded, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons import music_stand
from lessons.curriculum import publishing
from lessons.curriculum.prerequisites import suits_player
from lessons.models import Exercise, Lesson, User
from lessons.models.curriculum import Status
from lessons.pages.desk_lessons import needs_in_words
from lessons.pages.doors import author_required
from lessons.pages.stand import FIRST_WIDTH_PX, facts, scripts
from lessons.rubrics import STANDARD
from lessons.words import said, said_within, sentence_of
from tutor.grading.rubric import RUBRICS
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import INSTRUMENTS, Instrument, UnknownInstrument
from tutor.notation.score import Score

LEVELS = range(1, 9)
USUAL = "violin"


@dataclass(frozen=True, slots=True)
class Player:
    """Who is pretended to look."""

    instrument: Instrument
    level: int
    published: bool

    @property
    def asked(self) -> str:
        """For the addresses of the same preview."""
        return f"as={self.instrument.name}&level={self.level}" + ("&published=1" if self.published else "")

    @property
    def user(self) -> User:
        return User(instrument=self.instrument.name, level=self.level)


@author_required
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Lesson.objects.select_related("course"), pk=pk)
    player = _player(request)
    rows = found.exercises.filter(composed_for=None).exclude(status=Status.RETIRED).order_by("position", "pk")
    if player.published:
        rows = rows.filter(status=Status.PUBLISHED)
        shown: Any = found
        shown.needed = found.content()["needs"]
    else:
        shown = publishing.with_draft(found)
    exercises = [one if player.published else _with_draft(one) for one in rows.defer("score", "musicxml")]
    context = {
        "here": "desk",
        "lesson": shown,
        "course": found.course,
        "exercises": [(one, suits_player(one.instruments, player.user)) for one in exercises],
        "needs": needs_in_words(shown.needed),
        **_pickers(player),
        "desk_url": reverse("desk-lesson", args=[pk]),
    }
    return render(request, "desk/preview_lesson.html", context)


@author_required
def exercise(request: HttpRequest, pk: int) -> HttpResponse:
    found, player = _exercise(request, pk), _player(request)
    score, trouble = _on_the_stand(found, player)
    reading = reverse("desk-preview-exercise-notes", args=[pk]) + f"?{player.asked}"
    context = {
        "here": "desk",
        "exercise": found,
        "trouble": trouble,
        "suits": suits_player(found.instruments, player.user),
        "svg": music_stand.engraved(score, FIRST_WIDTH_PX) if score else "",
        "facts": facts(score, found.tempo_bpm) if score else "",
        "rubric": RUBRICS.get(found.rubric, STANDARD),
        **_pickers(player),
        "desk_url": f"{reverse('desk')}exercises/{pk}/",
        "desk": {
            "notes_url": reading,
            "score_url": reverse("desk-preview-exercise-svg", args=[pk]) + f"?{player.asked}",
            "family": player.instrument.family,
            "tempo_bpm": found.tempo_bpm,
            "worklets": scripts(),
        },
    }
    return render(request, "desk/preview_exercise.html", context)


@author_required
def exercise_svg(request: HttpRequest, pk: int) -> HttpResponse:
    score = _score_or_404(request, pk)
    width = request.GET.get("width", "")
    width_px = music_stand.clamp_width(int(width) if width.isdecimal() and len(width) < 6 else FIRST_WIDTH_PX)
    response = HttpResponse(music_stand.engraved(score, width_px), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-cache"
    return response


@author_required
def exercise_notes(request: HttpRequest, pk: int) -> HttpResponse:
    return JsonResponse(music_stand.reading_of(_score_or_404(request, pk)))


def _exercise(request: HttpRequest, pk: int) -> Exercise:
    found = get_object_or_404(Exercise.objects.filter(composed_for=None), pk=pk)
    return found if "published" in request.GET else _with_draft(found)


def _with_draft(exercise: Exercise) -> Exercise:
    for name, value in exercise.draft.items():
        setattr(exercise, name, value)
    return exercise


def _player(request: HttpRequest) -> Player:
    """As asked; else as the author plays, or a violinist of the first grade."""
    name = request.GET.get("as", "") or request.user.instrument or USUAL
    level = request.GET.get("level", "")
    return Player(
        INSTRUMENTS.get(name, INSTRUMENTS[USUAL]),
        int(level) if level.isdecimal() and len(level) == 1 and int(level) in LEVELS else 1,
        "published" in request.GET,
    )


def _pickers(player: Player) -> dict[str, Any]:
    families = [
        (said(family), list(group)) for family, group in groupby(INSTRUMENTS.values(), key=lambda one: one.family)
    ]
    return {"player": player, "families": families, "levels": LEVELS}


def _on_the_stand(exercise: Exercise, player: Player) -> tuple[Score | None, str]:
    """The page of music; or why this player can't have it, in a sentence."""
    try:
        return music_stand.stand_of(exercise, player.user)[0], ""
    except (ScoreError, UnknownInstrument) as problem:
        return None, _("It can't be arranged for %(instrument)s: %(why)s") % {
            "instrument": said_within(player.instrument.label),
            "why": sentence_of(problem),
        }


def _score_or_404(request: HttpRequest, pk: int) -> Score:
    score, _trouble = _on_the_stand(_exercise(request, pk), _player(request))
    if score is None:
        raise Http404
    return score
