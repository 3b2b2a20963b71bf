"""How takes are graded, for anybody to read; and for a teacher to choose for their class."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import jobs, rubrics
from lessons.models import Classroom, Exercise, Submission
from lessons.pages import tolerances
from lessons.pages.doors import player_required
from lessons.pages.grading_forms import OwnForm, PresetForm
from lessons.words import said
from tutor.grading.rubric import RUBRICS, STANDARD, Rubric

# How far back a class is heard again at once; for more there is `manage.py regrade`.
AGAIN_DAYS = {"7": 7, "30": 30, "120": 120}


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


@require_POST
@login_required
def hear_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The class's takes of the last days, by the present ear and as the class chooses now."""
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    days = AGAIN_DAYS.get(request.POST.get("days", ""))
    if days is None:
        return redirect("class-grading", group.pk)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    params = {"classroom": group.pk, "since": (today - timedelta(days=days)).isoformat()}
    title = _("Hear takes of %(class)s again") % {"class": group.name}
    return redirect(jobs.start("regrade-class", request.user, title, params))


def _chosen(request: HttpRequest, group: Classroom) -> HttpResponse:
    rubric = rubrics.rubric_of_class(group)
    if rubric:
        told = _("From now on takes are graded as %(rubric)s. Earlier takes keep their grades.")
    else:
        told = _("The class has no rubric of its own now. Earlier takes keep their grades.")
    messages.success(request, told % {"rubric": said(rubric.label)} if rubric else told)
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
