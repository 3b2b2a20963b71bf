"""One take, as student and teacher see it alike; the teacher has the ruling tools beside it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lessons import music_stand
from lessons.models import Classroom, Submission
from lessons.assigning.sittings import withholds
from lessons.pages.doors import player_required
from lessons.pages.placing import is_placing
from lessons.pages.stand import FIRST_WIDTH_PX, facts, scripts
from lessons.practice.remedies import answer
from lessons.rulings import effective_assessment
from tutor.composing.technique import CannotCompose
from tutor.notation.instruments import INSTRUMENTS


@login_required
def take(request: HttpRequest, pk: object) -> HttpResponse:
    visible = Submission.objects.visible_to(request.user).select_related("exercise", "student", "assignment")
    submission = get_object_or_404(visible, pk=pk)
    own = submission.student_id == request.user.pk
    taught = Classroom.objects.taught_by(request.user)
    earlier = submission.student.submissions.filter(
        exercise=submission.exercise_id, created_at__lte=submission.created_at
    )
    if withholds(submission, request.user):
        return render(request, "assign/withheld.html", {"submission": submission})
    score = submission.as_score()
    veiled = submission.exercise.score_hidden_from(request.user)
    context = {
        "here": "home" if own else "",
        "submission": submission,
        "own": own,
        "classroom": None if own else taught.filter(members=submission.student).first(),
        "number": earlier.count(),
        "facts": facts(score, submission.tempo_bpm, clapped=submission.clapped),
        "veiled": veiled,
        "placing": own and is_placing(request.user),
        "did": _did(submission),
        "svg": music_stand.engraved(music_stand.veiled(score) if veiled else score, FIRST_WIDTH_PX),
        "desk": _desk(submission, own) | {"veiled": veiled},
    }
    return render(request, "take/take.html", context)


def _did(submission: Submission) -> str:
    if submission.clapped:
        return "clapped"
    played_on = INSTRUMENTS.get(submission.instrument)
    return "sang" if played_on and played_on.family == "voice" else "played"


@require_POST
@player_required
def remedy(request: HttpRequest, pk: object) -> HttpResponse:
    """The exercise that one cause of a student's own take asks for: made now, if it isn't there already."""
    take = get_object_or_404(request.user.submissions, pk=pk)
    hearing = take.current_assessment
    causes = effective_assessment(hearing).causes if hearing else ()
    asked = next((one.asks_for for one in causes if one.code == request.POST.get("cause") and one.asks_for), None)
    if asked is None:
        raise Http404
    try:
        return redirect("practice", answer(request.user, asked, take.tempo_bpm))
    except CannotCompose as why:
        messages.info(request, str(why))
        return redirect(take)


def _desk(submission: Submission, own: bool) -> dict[str, object]:
    played_on = INSTRUMENTS.get(submission.instrument)
    addresses = {
        "submission_url": "api-submission",
        "assessment_url": "api-assessment",
        "recording_url": "api-recording",
        "score_url": "api-submission-score-svg",
        "comments_url": "api-comment-list",
        "rulings_url": "api-ruling-list",
    }
    return {
        "own": own,
        "submission": str(submission.pk),
        "remedy_url": reverse("take-remedy", args=[submission.pk]) if own else None,
        "has_clock": submission.clock is not None,
        "state": submission.state,
        "family": played_on.family if played_on else "keys",
        "worklets": scripts(),
        **{key: reverse(name, args=[submission.pk]) for key, name in addresses.items()},
    }
