"""What teacher and student say about a take: comments at a time or a note, contests, rulings on a note."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from lessons import comments, contests, verdicts
from lessons.api import answers
from lessons.api.said_shapes import CommentShape, ContestAnswer, ContestShape, NewComment, NewContest, NewSpokenComment
from lessons.api.shapes import RulingShape, Sentence
from lessons.assigning.sittings import keeps_back, withholds
from lessons.models import Comment, Contest, Ruling, Submission, User

REFUSALS = {400: Sentence, 403: Sentence, 404: Sentence}
CLOSED = {409: Sentence}
TOO_OFTEN = {429: Sentence}


class _ThrottledPost(APIView):
    """Reading costs nothing; speaking has a measure, so that nobody's teacher is flooded."""

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle()] if self.request.method == "POST" else []


class Comments(_ThrottledPost):
    throttle_scope = "comments"
    parser_classes = [JSONParser, MultiPartParser, FormParser]

    @extend_schema(responses={200: CommentShape(many=True), 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """What was said about a take, in the order of the recording."""
        said = _take(request, pk).comments.select_related("author")
        return Response(CommentShape(said, many=True, context={"request": request}).data)

    @extend_schema(
        request={"application/json": NewComment, "multipart/form-data": NewSpokenComment},
        responses={201: CommentShape, 400: Sentence, 404: Sentence, **TOO_OFTEN},
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Say something at a time in the recording or at a note, in writing or in up to a minute of speech."""
        submission = _take(request, pk)
        asked = NewSpokenComment(data=request.data)
        asked.is_valid(raise_exception=True)
        said = comments.comment(submission, request.user, **asked.validated_data)
        return Response(CommentShape(said, context={"request": request}).data, status=201)


class OneComment(APIView):
    @extend_schema(responses={204: None, 403: Sentence, 404: Sentence})
    def delete(self, request: Request, pk: int) -> Response:
        """Take back one's own comment, at any time; a spoken one's sound goes with it."""
        comments.take_back(_comment(request, pk), request.user)
        return Response(status=204)


class CommentVoice(APIView):
    content_negotiation_class = answers.AsItComes

    @answers.SOUND_IN_PARTS
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """A spoken comment's sound, or a part of it."""
        said = _comment(request, pk)
        if not said.voice:
            return Response({"detail": "This comment is written, not spoken."}, status=404)
        return answers.sound(request, said.voice, said.voice_type, f"comment-{said.pk}", "comment")


class Rulings(APIView):
    @extend_schema(responses={200: RulingShape(many=True), 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """Every ruling on a take, in the order they were made; the latest on a note stands."""
        rulings = Ruling.objects.filter(assessment__submission__in=_told(request, pk)).select_related("ruled_by")
        return Response(RulingShape(rulings, many=True).data)

    @extend_schema(request=RulingShape, responses={201: RulingShape, **REFUSALS})
    def post(self, request: Request, pk: Any) -> Response:
        """Rule on one note: correct its verdict, or confirm it. For the student's teacher; the grade follows, and if
        the student contests the note, this is the answer."""
        submission = _take(request, pk)
        asked = RulingShape(data=request.data)
        asked.is_valid(raise_exception=True)
        ruling = verdicts.rule(submission, request.user, **asked.validated_data)
        return Response(RulingShape(ruling).data, status=201)


class Contests(_ThrottledPost):
    throttle_scope = "contests"

    @extend_schema(responses={200: ContestShape(many=True), 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """Every contest about a take, in the order they were made, answered and taken back ones too."""
        found = contests.listed(Contest.objects.filter(assessment__submission__in=_told(request, pk)))
        return Response(ContestShape(found, many=True, context={"request": request}).data)

    @extend_schema(request=NewContest, responses={201: ContestShape, **REFUSALS, **CLOSED, **TOO_OFTEN})
    def post(self, request: Request, pk: Any) -> Response:
        """Mark the verdict on one note as wrong, and say in a word why. For the student who played; their teachers
        hear of it. One contest is open on a note at a time, and a note that a teacher has ruled on is decided."""
        submission = _take(request, pk)
        asked = NewContest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = contests.contest(submission, request.user, **asked.validated_data)
        return _contest(request, made, 201)


class ContestQueue(ListAPIView[Contest]):
    """The contests that wait for the asker's answer as a teacher, oldest first."""

    serializer_class = ContestShape

    def get_queryset(self) -> QuerySet[Contest]:
        return contests.open_for(self.request.user)  # type: ignore[arg-type]


class AnswerContest(APIView):
    @extend_schema(request=ContestAnswer, responses={200: ContestShape, **REFUSALS, **CLOSED})
    def post(self, request: Request, pk: int) -> Response:
        """Answer with a ruling: another verdict, or a fault cleared, grants it; else the machine's verdict stands."""
        one = _visible(request, pk)
        asked = ContestAnswer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        answered = verdicts.answer(one, request.user, said["verdict"], said["answer"], said["cleared"])
        return _contest(request, answered)


class WithdrawContest(APIView):
    @extend_schema(request=None, responses={200: ContestShape, 403: Sentence, 404: Sentence, **CLOSED})
    def post(self, request: Request, pk: int) -> Response:
        """Take back one's own contest while nobody has answered. It stays in the list, and says so."""
        return _contest(request, contests.withdraw(_visible(request, pk), request.user))


def _take(request: Request, pk: Any) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)


def _told(request: Request, pk: Any) -> list[Submission]:
    """The take, if the asker may know how it went: of a test, perhaps not yet."""
    take, user = _take(request, pk), cast(User, request.user)
    return [] if withholds(take, user) or keeps_back(take, user) else [take]


def _comment(request: Request, pk: int) -> Comment:
    heard = Submission.objects.visible_to(request.user)
    return get_object_or_404(Comment.objects.filter(submission__in=heard), pk=pk)


def _visible(request: Request, pk: int) -> Contest:
    seen = Contest.objects.visible_to(request.user).select_related("assessment__submission__exercise")
    return get_object_or_404(seen, pk=pk)


def _contest(request: Request, one: Contest, status: int = 200) -> Response:
    fresh = contests.listed(Contest.objects.filter(pk=one.pk)).get()
    return Response(ContestShape(fresh, context={"request": request}).data, status=status)
