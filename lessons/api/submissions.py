"""Takes: send one, follow it, read how it was heard, listen to it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from lessons import music_stand, practice, submissions
from lessons.api import answers
from lessons.api.asking import id_asked
from lessons.api.exercises import WIDTH, next_of, width_asked
from lessons.api.shapes import (
    AssessmentShape,
    ReceivedShape,
    RulingShape,
    Sentence,
    SubmissionShape,
    SubmissionWithNext,
    Upload,
)
from lessons.assigning.claiming import why_not
from lessons.assigning.sittings import keeps_back, withholds
from lessons.curriculum.versions import shown_or_known
from lessons.models import Assessment, Exercise, Submission, User
from lessons.rulings import effective_assessment
from lessons.words import cause_words, said

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="One of your own making for each take (a UUID will do). The same key again is the same take.",
)
TRACE = OpenApiParameter("trace", str, description="`no` leaves the trace out, which a ruling never changes.")
# Room for the form around the recording.
FORM_BYTES = 256 * 1024


class SubmissionList(ListAPIView[Submission]):
    """The takes that the user may hear, newest first."""

    serializer_class = SubmissionShape
    parser_classes = [MultiPartParser, FormParser]
    throttle_scope = "uploads"

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    def get_queryset(self) -> QuerySet[Submission]:
        found = with_hearings(Submission.objects.visible_to(_user(self.request))).defer("score", "clock")
        for name in ("student", "exercise"):
            if (pk := id_asked(self.request, name)) is not None:
                found = found.filter(**{name: pk})
        return found

    @extend_schema(
        parameters=[OpenApiParameter("student", int), OpenApiParameter("exercise", int)],
        responses=SubmissionShape(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": Upload},
        responses={
            201: ReceivedShape,
            200: ReceivedShape,
            **dict.fromkeys((400, 404, 409, 411, 413, 415, 429, 503), Sentence),
        },
    )
    def post(self, request: Request) -> Response:
        """Send a take. 201 means that it is on disk and will be graded; the same key again answers 200."""
        _refuse_what_is_far_too_large(request)
        upload = Upload(data=request.data)
        upload.is_valid(raise_exception=True)
        sent = upload.validated_data
        user = _user(request)
        submission, created = submissions.receive(
            user,
            _exercise(user, sent["exercise"], sent.get("version")),
            sent["recording"],
            tempo_bpm=sent["tempo_bpm"],
            clock=_clock(sent.get("clock")),
            duration_s=sent.get("duration_s"),
            clapped=sent["clapped"],
            version=sent.get("version"),
            idempotency_key=request.headers.get("Idempotency-Key", ""),
            assignment=sent.get("assignment"),
        )
        submission.not_counted = why_not(submission, sent.get("assignment"))  # type: ignore[attr-defined]
        told = ReceivedShape(submission, context={"request": request}).data
        return Response(told, status=201 if created else 200)


class SubmissionDetail(APIView):
    @extend_schema(responses={200: SubmissionWithNext, 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """Where a take stands; once it is graded and learnt from, what to play next."""
        submission = get_object_or_404(
            with_hearings(Submission.objects.visible_to(_user(request))).defer("score", "clock"), pk=pk
        )
        told = SubmissionShape(submission, context={"request": request}).data
        return Response({**told, "next": _next_after(submission, _user(request))})


class AssessmentDetail(APIView):
    @extend_schema(parameters=[TRACE], responses={200: AssessmentShape, 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """How a take was heard, note by note, the teacher's rulings applied."""
        hearings = Assessment.objects.select_related("submission").prefetch_related("rulings__ruled_by")
        submission = get_object_or_404(Submission.objects.visible_to(_user(request)), pk=pk)
        if withholds(submission, _user(request)):
            return Response({"detail": _("This was a test: its result is told after it is due.")}, status=404)
        assessment = hearings.filter(submission=submission, counts=True).first()
        if assessment is None or keeps_back(submission, _user(request)):
            return Response({"detail": submissions.sentence_of(submission)}, status=404)
        told = assessment_of(assessment)
        # Most of the answer, and no ruling changes it.
        return Response(told | {"trace": {}} if request.query_params.get("trace") == "no" else told)


class Recording(APIView):
    content_negotiation_class = answers.AsItComes

    @answers.SOUND_IN_PARTS
    def get(self, request: Request, pk: Any) -> HttpResponseBase:
        """The recording, or a part of it."""
        take = _take(request, pk)
        if silent := take.why_silent:
            return Response({"detail": silent}, status=404)
        return answers.recording(request, take)


class SubmissionSvg(APIView):
    content_negotiation_class = answers.AsItComes

    @extend_schema(parameters=[WIDTH], responses={(200, "image/svg+xml"): OpenApiTypes.STR, 404: Sentence})
    def get(self, request: Request, pk: Any) -> HttpResponseBase:
        """The score as the student saw it when they played. What was played by ear they see once it is graded."""
        take = _take(request, pk)
        if take.exercise.score_hidden_from(_user(request)):
            return answers.svg(request, music_stand.veiled(take.as_score()), width_asked(request), fixed=False)
        return answers.svg(request, take.as_score(), width_asked(request), fixed=True)


def assessment_of(assessment: Assessment) -> dict[str, Any]:
    """The public object: what counts, what the teacher ruled, what was heard over time."""
    submission = assessment.submission
    heard = effective_assessment(assessment).to_dict()
    return {
        **heard,
        "causes": [cause_words(cause) for cause in heard["causes"]],
        "rubric_label": said(assessment.rubric.get("label", "")),
        "onsets_only": bool(assessment.rubric.get("onsets_only")),
        "rulings": RulingShape(assessment.rulings.all(), many=True).data,
        "trace": assessment.trace,
        "score_notes": music_stand.notes_of(submission.as_score()),
        "tempo_bpm_asked": submission.tempo_bpm,
    }


def with_hearings(takes: QuerySet[Submission]) -> QuerySet[Submission]:
    """Takes with what a line about them shows, in a fixed number of queries."""
    hearings = Assessment.objects.filter(counts=True).only("submission_id", "overall")
    exercises = Exercise.objects.select_related("lesson").defer("score", "musicxml", "recipe")
    return takes.select_related("student", "assignment").prefetch_related(
        Prefetch("assessments", hearings), Prefetch("exercise", exercises)
    )


def _next_after(submission: Submission, user: User) -> dict[str, Any] | None:
    if submission.learned_at is None or submission.student_id != user.pk:
        return None
    item = practice.next_item(user)
    return next_of(item) if item else None


def _exercise(user: User, pk: int, version: int | None) -> Exercise:
    try:
        return shown_or_known(user, pk, version)
    except Exercise.DoesNotExist:
        raise Http404 from None


def _take(request: Request, pk: Any) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(_user(request)), pk=pk)


def _refuse_what_is_far_too_large(request: Request) -> None:
    """Before the form is read: a gigabyte need not be received to be refused, nor what has no end."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise submissions.NoLength(_("Send the take in one piece: the request must say its Content-Length."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_RECORDING_BYTES + FORM_BYTES:
        raise submissions.too_large()


def _clock(sent: Any) -> dict[str, Any] | None:
    """A form field holds text; a JSON field holds it parsed."""
    if isinstance(sent, str):
        try:
            sent = json.loads(sent) if sent else None
        except ValueError:
            raise ValidationError({"clock": _("This is not JSON.")}) from None
    if sent is not None and not isinstance(sent, dict):
        raise ValidationError({"clock": _("This must be a JSON object.")})
    return sent


def _user(request: Any) -> User:
    assert isinstance(request.user, User)
    return request.user
