"""One take, as student and teacher see it alike; the teacher has the ruling tools beside it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import music_stand
from lessons.assigning.sittings import goes_on, keeps_back, withholds
from lessons.models import Classroom, Submission
from lessons.pages.assignments import again_url
from lessons.pages.doors import player_required
from lessons.pages.earlier import takes_beside
from lessons.pages.placing import is_placing
from lessons.pages.queues import round_of
from lessons.pages.stand import FIRST_WIDTH_PX, facts, scripts
from lessons.practice.remedies import answer
from lessons.rulings import effective_assessment
from lessons.submissions import sentence_of
from tutor.composing.technique import CannotCompose
from tutor.notation.instruments import INSTRUMENTS
from tutor.notation.score import Score


@login_required
def take(request: HttpRequest, pk: object) -> HttpResponse:
    visible = Submission.objects.visible_to(request.user).select_related("exercise", "student", "assignment")
    submission = get_object_or_404(visible, pk=pk)
    own = submission.student_id == request.user.pk
    if keeps_back(submission, request.user) or withholds(submission, request.user):
        return render(request, "assign/withheld.html", _withheld(submission, goes_on(submission, request.user)))
    taught = Classroom.objects.taught_by(request.user)
    score = submission.as_score()
    veiled = submission.exercise.score_hidden_from(request.user)
    beside = [] if veiled else takes_beside(submission, request.user)
    number = _number(submission)
    context = {
        "here": "home" if own else "",
        "submission": submission,
        "own": own,
        "classroom": None if own else taught.filter(members=submission.student).first(),
        "number": number,
        "facts": facts(score, submission.tempo_bpm, clapped=submission.clapped),
        "veiled": veiled,
        "placing": own and is_placing(request.user),
        "over_time": _over_time(submission, own),
        "svg": music_stand.engraved(music_stand.veiled(score) if veiled else score, FIRST_WIDTH_PX),
        "round": None if own else round_of(request, submission),
        "beside": beside,
        "again_url": again_url(submission),
        "desk": _desk(submission, score, own)
        | {"veiled": veiled or _may_go_on(submission, own), "beside": beside, "number": number},
    }
    return render(request, "take/take.html", context)


def _withheld(take: Submission, goes_on: bool) -> dict[str, object]:
    """That it came, and whether it could be heard."""
    return {
        "submission": take,
        "not_heard": take.is_not_heard,
        "trouble": sentence_of(take) if take.trouble else "",
        "goes_on": goes_on,
        "again_url": again_url(take),
    }


def _may_go_on(take: Submission, own: bool) -> bool:
    """A test's take that is being heard: if nothing can be heard, there is nothing to see of it yet."""
    over = (Submission.State.DONE, Submission.State.FAILED)
    return own and take.assignment is not None and take.assignment.is_test and take.state not in over


def _number(take: Submission) -> int:
    """Which of the student's takes of this exercise it is."""
    before = take.student.submissions.filter(exercise=take.exercise_id, created_at__lte=take.created_at)
    return before.count()


def _over_time(take: Submission, own: bool) -> str:
    """The heading of what was heard along the time."""
    played_on = INSTRUMENTS.get(take.instrument)
    if take.clapped:
        words = _("What you clapped, over time") if own else _("What %(name)s clapped, over time")
    elif played_on and played_on.family == "voice":
        words = _("What you sang, over what was written") if own else _("What %(name)s sang, over what was written")
    else:
        words = _("What you played, over what was written") if own else _("What %(name)s played, over what was written")
    return words if own else words % {"name": take.student.display_name}


@require_POST
@player_required
def remedy(request: HttpRequest, pk: object) -> HttpResponse:
    """The exercise that one cause of a student's own take asks for: made now, if it isn't there already."""
    take = get_object_or_404(request.user.submissions, pk=pk)
    kept = withholds(take, request.user) or keeps_back(take, request.user)
    hearing = None if kept else take.current_assessment
    causes = effective_assessment(hearing).causes if hearing else ()
    asked = next((one.asks_for for one in causes if one.code == request.POST.get("cause") and one.asks_for), None)
    if asked is None:
        raise Http404
    try:
        return redirect("practice", answer(request.user, asked, take.tempo_bpm))
    except CannotCompose as why:
        messages.info(request, str(why))
        return redirect(take)


def _desk(submission: Submission, score: Score, own: bool) -> dict[str, object]:
    played_on = INSTRUMENTS.get(submission.instrument)
    addresses = {
        "submission_url": "api-submission",
        "assessment_url": "api-assessment",
        "waveform_url": "api-waveform",
        "recording_url": "api-recording",
        "score_url": "api-submission-score-svg",
        "comments_url": "api-comment-list",
        "contests_url": "api-contest-list",
        "rulings_url": "api-ruling-list",
    }
    return {
        "own": own,
        "submission": str(submission.pk),
        "remedy_url": reverse("take-remedy", args=[submission.pk]) if own else None,
        "has_clock": submission.clock is not None,
        "bars": [
            {"number": bar.number, "onset_beat": float(bar.onset_beat), "duration_beat": float(bar.duration_beat)}
            for bar in score.bars
        ],
        "state": submission.state,
        "family": played_on.family if played_on else "keys",
        "worklets": scripts(),
        **{key: reverse(name, args=[submission.pk]) for key, name in addresses.items()},
        **({"waveform_url": None, "recording_url": None} if submission.sound_deleted_at else {}),
    }
