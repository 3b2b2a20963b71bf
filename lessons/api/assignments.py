"""Assignments: one's own, and those of the classes that one teaches."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from lessons.api.assignment_shapes import (
    AssignShape,
    MineShape,
    OpenedWorkShape,
    OpenShape,
    TaughtShape,
    TaughtWithMarksShape,
)
from lessons.api.shapes import Sentence
from lessons.assigning import examining, orders, reading, writing
from lessons.assigning.audience import students_of
from lessons.assigning.marks import exercises_of
from lessons.classroom import ClassroomError
from lessons.models import Assignment, Classroom, Exercise, Lesson, StudentGroup, User
from lessons.pages.assignments import exam_of, stand_url


class Mine(APIView):
    @extend_schema(responses=MineShape(many=True))
    def get(self, request: Request) -> Response:
        """One's own assignments, as they are due."""
        return Response(MineShape(reading.for_student(_user(request)), many=True).data)


class MineDetail(APIView):
    @extend_schema(responses={200: MineShape, 404: Sentence})
    def get(self, request: Request, pk: int) -> Response:
        """One of one's own assignments."""
        return Response(MineShape(_line(request, pk)).data)


class Open(APIView):
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "compose"

    @extend_schema(
        request=OpenShape,
        responses={200: OpenedWorkShape, 400: Sentence, 404: Sentence, 422: Sentence, 429: Sentence},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Open a piece of it. What is to be composed is composed now; a test begins, and its clock runs. Opened again,
        it is the same."""
        asked = OpenShape(data=request.data)
        asked.is_valid(raise_exception=True)
        user, line = _user(request), _line(request, pk)
        exercise = _piece(line.assignment, user, asked.validated_data.get("exercise"))
        if line.assignment.is_test:
            sitting = examining.begin(line.assignment, user, exercise)
            exam = exam_of(sitting)
            return _opened(sitting.exercise_id, line.assignment, exam["left_s"] if exam else 0.0)
        if line.mark.state == reading.State.NOT_OPEN:
            raise ClassroomError("This assignment is not open yet.")
        return _opened((exercise or orders.piece_of(line.assignment, user)).pk, line.assignment, None)


class OfClass(ListAPIView[Assignment]):
    """The assignments of a class that one teaches, newest first."""

    serializer_class = TaughtShape

    def get_queryset(self) -> QuerySet[Assignment]:
        return reading.of_class(_classroom(self.request, self.kwargs["pk"])).prefetch_related("students")

    @extend_schema(responses={200: TaughtShape(many=True), 404: Sentence})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(request=AssignShape, responses={201: TaughtShape, 400: Sentence, 404: Sentence})
    def post(self, request: Request, pk: int) -> Response:
        """Assign something. From now on, any number of tries, the best counts: unless told otherwise."""
        classroom = _classroom(request, pk)
        made = writing.assign(_user(request), classroom, **_asked(request, classroom))
        return Response(TaughtShape(made).data, status=201)


class OneOfClass(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("student", int, description="Of one student.")],
        responses={200: TaughtWithMarksShape, 404: Sentence},
    )
    def get(self, request: Request, pk: int, assignment_pk: int) -> Response:
        """It, and how each of its students stands."""
        assignment = _assignment(request, pk, assignment_pk)
        students = students_of(assignment)
        wanted = request.query_params.get("student", "")
        chosen = [one for one in students if not wanted or str(one.pk) == wanted]
        lines = reading.student_lines(assignment, chosen)
        return Response(TaughtWithMarksShape({"assignment": assignment, "students": lines}).data)

    @extend_schema(request=AssignShape, responses={200: TaughtShape, 400: Sentence, 404: Sentence})
    def patch(self, request: Request, pk: int, assignment_pk: int) -> Response:
        """Change it; what is left out stays. What it is stays once somebody has played it."""
        assignment = _assignment(request, pk, assignment_pk)
        changed = writing.change(_user(request), assignment, **_asked(request, assignment.classroom))
        return Response(TaughtShape(changed).data)

    @extend_schema(responses={204: None, 404: Sentence})
    def delete(self, request: Request, pk: int, assignment_pk: int) -> Response:
        """Withdraw it. Takes and marks are kept."""
        writing.withdraw(_user(request), _assignment(request, pk, assignment_pk))
        return Response(status=204)


def _asked(request: Request, classroom: Classroom) -> dict[str, Any]:
    """As `writing` takes it, with rows for their numbers."""
    shape = AssignShape(data=request.data, partial=True)
    shape.is_valid(raise_exception=True)
    asked: dict[str, Any] = dict(shape.validated_data)
    rows: dict[str, Any] = {
        "lesson": Lesson.objects.all(),
        "exercise": Exercise.objects.visible_to(_user(request)),
        "group": StudentGroup.objects.filter(classroom=classroom),
    }
    for name, found in rows.items():
        if name in asked:
            asked[name] = get_object_or_404(found, pk=asked[name])
    if "students" in asked:
        asked["students"] = _students(classroom, asked["students"])
    return asked


def _students(classroom: Classroom, pks: list[int]) -> list[User]:
    found = list(classroom.students.filter(pk__in=pks))
    if len(found) != len(set(pks)):
        raise NotFound("One of these students is not in this class.")
    return found


def _piece(assignment: Assignment, user: User, asked: int | None) -> Exercise | None:
    """None: it is to be composed."""
    theirs = exercises_of(assignment, user)
    if not theirs and assignment.order is not None:
        return None
    pk = asked or (theirs[0] if len(theirs) == 1 else 0)
    if not pk:
        raise ClassroomError("Say which exercise of it.")
    if pk not in theirs:
        raise NotFound
    return get_object_or_404(Exercise.objects.visible_to(user), pk=pk)


def _opened(exercise: int, assignment: Assignment, look_s: float | None) -> Response:
    return Response(
        OpenedWorkShape({"exercise": exercise, "url": stand_url(exercise, assignment), "look_s": look_s}).data
    )


def _line(request: Request, pk: int) -> reading.Line:
    theirs = Assignment.objects.for_student(_user(request)).select_related("lesson", "exercise", "classroom")
    line = reading.line_for(get_object_or_404(theirs, pk=pk), _user(request))
    if line is None:
        raise NotFound
    return line


def _classroom(request: Request, pk: int) -> Classroom:
    return get_object_or_404(Classroom.objects.taught_by(_user(request)), pk=pk)


def _assignment(request: Request, pk: int, assignment_pk: int) -> Assignment:
    rows = _classroom(request, pk).assignments.select_related("lesson", "exercise", "classroom", "group")
    return get_object_or_404(rows, pk=assignment_pk)


def _user(request: Any) -> User:
    assert isinstance(request.user, User)
    return request.user
