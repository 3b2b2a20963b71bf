"""The music stand: one exercise, arranged for whoever stands before it. The rest is the script's and the API's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons import music_stand
from lessons.curriculum import versions
from lessons.curriculum.prerequisites import locks_of
from lessons.models import Exercise, ExerciseVersion, PlanItem
from lessons.pages.assignments import before_test, exam_of, on_stand
from lessons.pages.choosing_forms import KINDS
from lessons.pages.doors import player_required
from lessons.pages.placing import is_placing
from lessons.practice.workshop import is_melody
from lessons.rubrics import rubric_of
from lessons.words import said
from tutor.clock import CALIBRATION_DOUBT_S, DOUBT_GROWTH_S_A_DAY, MOST_DOUBT_S
from tutor.composing.scales import key_name
from tutor.composing.skills import describe
from tutor.grading.rubric import Rubric
from tutor.notation.instruments import get_instrument
from tutor.notation.score import Score

# The first engraving comes with the page; the script fetches the right width if this is not it.
FIRST_WIDTH_PX = 390
# How sure an earlier calibration still is: the page says it before the take, the ear after it.
CALIBRATION = {"doubt_s": CALIBRATION_DOUBT_S, "growth_s_a_day": DOUBT_GROWTH_S_A_DAY, "most_s": MOST_DOUBT_S}


@player_required
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    exercise = get_object_or_404(Exercise.objects.visible_to(request.user), pk=pk)
    version = versions.current(exercise)
    score, _ = music_stand.stand_of(exercise, request.user)
    planned = PlanItem.objects.filter(plan__student=request.user, exercise=exercise)
    newest = planned.order_by("-plan__created_at").first()
    if newest is None and _is_locked(request, exercise):
        return redirect("lesson", exercise.lesson_id)
    clapped = exercise.can_be_clapped and ("clap" in request.GET or _is_to_clap(request, exercise))
    chosen = rubric_of(exercise, request.user, clapped=clapped)
    veiled = exercise.score_hidden_from(request.user)
    assigned = on_stand(request, exercise)
    if veiled and (test := before_test(assigned)):
        return redirect("assignment-test", test.pk, pk)
    context = assigned | {
        "here": "home",
        "exercise": exercise,
        "reason": newest.why if newest else asked_for(exercise) if exercise.composed_for_id else "",
        "facts": facts(score, exercise.tempo_bpm, clapped=clapped),
        "kind": kind_words(exercise),
        "composed": exercise.composed_for,
        "veiled": veiled,
        "placing": is_placing(request.user),
        "svg": music_stand.engraved(music_stand.veiled(score) if veiled else score, FIRST_WIDTH_PX),
        "rubric": chosen.rubric,
        "by": chosen.by,
        "clapped": clapped,
        "desk": _desk(request, exercise, version, chosen.rubric, clapped)
        | {"sound_url": reverse("api-exercise-sound", args=[pk]) if veiled and exercise.is_by_ear else None}
        | {"assignment": assigned.get("sends"), "exam": exam_of(assigned.get("sitting"))},
    }
    return render(request, "practice/practice.html", context)


def _is_locked(request: HttpRequest, exercise: Exercise) -> bool:
    """The lesson says what it needs first. What a plan offered once stays open."""
    return exercise.lesson_id is not None and bool(locks_of(request.user, [exercise.lesson_id]))


def _is_to_clap(request: HttpRequest, exercise: Exercise) -> bool:
    """A melody's rhythm alone was composed to be clapped; a pattern of technique is played unless one asks."""
    return "play" not in request.GET and is_melody(exercise.recipe)


def asked_for(exercise: Exercise) -> str:
    """Of what no plan holds: every composed exercise says why it is there. Who asked for one skill left the rest
    open; what is like another has its key and metre."""
    counts = exercise.recipe.get("counts") or ()
    if len(counts) == 1 and not {"fifths", "metre"} & exercise.recipe.keys():
        return _("You asked for %(skill)s.") % {"skill": said(describe(counts[0][0]))}
    return _("You asked for it.")


def kind_words(exercise: Exercise) -> str:
    if exercise.kind in KINDS:
        return str(KINDS[exercise.kind][0])
    is_technique = exercise.composed_for_id and exercise.recipe and not is_melody(exercise.recipe)
    return str(KINDS["technique"][0]) if is_technique else ""


def facts(score: Score, bpm: float, *, clapped: bool = False) -> str:
    """`D major, 8 bars at 84`; of what is clapped `2/4, 8 bars at 84`."""
    full = [bar for bar in score.bars if bar.number != 0]  # An upbeat is no bar.
    metre = score.metre_at(0)
    what = f"{metre.beats}/{metre.beat_type}" if clapped else said(key_name(score.key_at(0)))
    words = ngettext("%(what)s, %(n)s bar at %(tempo)s", "%(what)s, %(n)s bars at %(tempo)s", len(full))
    return words % {"what": what, "n": len(full), "tempo": _tempo(score, bpm)}


def _tempo(score: Score, bpm: float) -> str:
    """In what is clicked: 6/8, 9/8 and 12/8 are counted in dotted quarters, as they are conducted; 3/8 in eighths, 2/2
    in halves; the rest in quarters, unsaid."""
    metre = score.metre_at(0)
    if metre.beat_type == 8 and metre.beats > 3 and metre.beats % 3 == 0:
        return _("%(bpm)s dotted quarters") % {"bpm": f"{bpm / 1.5:.0f}"}
    felt = f"{bpm * metre.beat_type / 4:.0f}"
    words = {8: _("%(bpm)s eighths"), 2: _("%(bpm)s halves")}.get(metre.beat_type)
    return words % {"bpm": felt} if words else felt


def scripts() -> dict[str, str]:
    """What runs beside the page, on threads of its own."""
    names = {"recorder": "recorder.worklet", "pitch": "pitch.worklet", "synthesis": "synthesis.worker"}
    return {name: static(f"worklets/{file}.js") for name, file in names.items()}


def _desk(
    request: HttpRequest, exercise: Exercise, version: ExerciseVersion | None, rubric: Rubric, clapped: bool
) -> dict[str, object]:
    # Whatever is published while this page is open: it stays the page of this version.
    asked = f"?version={version.number}" if version else ""
    return {
        "exercise": exercise.pk,
        "version": version.number if version else None,
        "user": request.user.pk,
        "family": get_instrument(request.user.instrument).family,
        "exercise_url": reverse("api-exercise", args=[exercise.pk]) + asked,
        "score_url": reverse("api-exercise-score-svg", args=[exercise.pk]) + asked,
        "submissions_url": reverse("api-submission-list"),
        "tolerance_cents": rubric.cents_in_tune,
        "onsets_only": rubric.onsets_only,
        "clapped": clapped,
        "calibration": CALIBRATION,
        "worklets": scripts(),
    }
