"""How takes are graded, for anybody to read; and for a teacher to choose for their class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lessons import rubrics
from lessons.models import Classroom, Exercise, Submission
from lessons.pages import tolerances
from lessons.pages.doors import player_required
from lessons.pages.grading_forms import OwnForm, PresetForm
from tutor.grading.rubric import RUBRICS, STANDARD, Rubric


@login_required
def presets(request: HttpRequest) -> HttpResponse:
    return render(request, "grading/presets.html", {"presets": RUBRICS.values()})


@login_required
def preset(request: HttpRequest, name: str) -> HttpResponse:
    if name not in RUBRICS:
        raise Http404
    return render(request, "grading/rubric.html", _shown(RUBRICS[name]))


@player_required
def of_exercise(request: HttpRequest, pk: int) -> HttpResponse:
    exercise = get_object_or_404(Exercise.objects.visible_to(request.user), pk=pk)
    clapped = "clap" in request.GET and exercise.can_be_clapped
    chosen = rubrics.rubric_of(exercise, request.user, clapped=clapped)
    return render(request, "grading/rubric.html", _shown(chosen.rubric) | {"exercise": exercise, "by": chosen.by})


@login_required
def of_take(request: HttpRequest, pk: object) -> HttpResponse:
    take = get_object_or_404(Submission.objects.visible_to(request.user).select_related("exercise"), pk=pk)
    hearing = take.current_assessment
    if hearing is None:
        raise Http404
    return render(request, "grading/rubric.html", _shown(Rubric.from_dict(hearing.rubric)) | {"take": take})


@login_required
def of_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Two plain forms: a preset, or the class's own tolerances, which begin as what counts now."""
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    now = rubrics.rubric_of_class(group) or STANDARD
    sent = request.POST if request.method == "POST" else None
    by_preset = PresetForm(sent if sent and "preset" in sent else None, classroom=group)
    own = OwnForm(sent if sent and "preset" not in sent else None, beginning=now)
    if by_preset.is_bound and by_preset.is_valid():
        rubrics.choose_preset(group, by_preset.cleaned_data["preset"])
        return _chosen(request, group)
    if own.is_bound and own.is_valid():
        rubrics.choose_own(group, own.cleaned_data["rubric"])
        return _chosen(request, group)
    context = _shown(now) | {"classroom": group, "by_preset": by_preset, "own": own}
    return render(request, "grading/class.html", context, status=400 if sent else 200)


def _chosen(request: HttpRequest, group: Classroom) -> HttpResponse:
    rubric = rubrics.rubric_of_class(group)
    said = f"From now on takes are graded as {rubric.label}." if rubric else "The class has no rubric of its own now."
    messages.success(request, f"{said} Earlier takes keep their grades.")
    return redirect("class-grading", group.pk)


def _shown(rubric: Rubric) -> dict[str, Any]:
    return {"rubric": rubric, "parts": list(_parts(rubric)), "pitch": tolerances.of_pitch(rubric)} | {
        "time": tolerances.of_time(rubric),
        "intervals": tolerances.of_intervals(rubric),
        "shares": tolerances.of_weights(rubric),
    }


def _parts(rubric: Rubric) -> Iterator[tuple[str, list[tolerances.Line]]]:
    """(heading, its lines). Where only strokes are graded, what is said of pitch and length would be untrue."""
    lines = tolerances.lines(rubric)
    for part in dict.fromkeys(line.part for line in lines):
        yield part, [line for line in lines if line.part == part]
