"""What teacher and student say about a take: comments at a time, rulings on a note."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lessons import classroom
from lessons.api.shapes import CommentShape, RulingShape, Sentence
from lessons.models import Ruling, Submission


class Comments(APIView):
    @extend_schema(responses={200: CommentShape(many=True), 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """What was said about a take, in the order of the recording."""
        submission = get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
        return Response(CommentShape(submission.comments.select_related("author"), many=True).data)

    @extend_schema(request=CommentShape, responses={201: CommentShape, 400: Sentence, 404: Sentence})
    def post(self, request: Request, pk: Any) -> Response:
        """Say something at a time in the recording."""
        submission = get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
        said = CommentShape(data=request.data)
        said.is_valid(raise_exception=True)
        comment = classroom.comment(submission, request.user, **said.validated_data)
        return Response(CommentShape(comment).data, status=201)


class Rulings(APIView):
    @extend_schema(responses={200: RulingShape(many=True), 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """Every ruling on a take, in the order they were made; the latest on a note stands."""
        submission = get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
        rulings = Ruling.objects.filter(assessment__submission=submission).select_related("ruled_by")
        return Response(RulingShape(rulings, many=True).data)

    @extend_schema(request=RulingShape, responses={201: RulingShape, 400: Sentence, 403: Sentence, 404: Sentence})
    def post(self, request: Request, pk: Any) -> Response:
        """Correct the verdict on one note. For the student's teacher; the grade follows."""
        submission = get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
        asked = RulingShape(data=request.data)
        asked.is_valid(raise_exception=True)
        ruling = classroom.rule(submission, request.user, **asked.validated_data)
        return Response(RulingShape(ruling).data, status=201)
