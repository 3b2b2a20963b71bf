"""Practice as student and teacher shape it: exercises to order, a word on the last one, a plan, limits, skills."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from lessons import practice
from lessons.api.practice_shapes import (
    ComposeShape,
    FeedbackShape,
    HeededShape,
    LevelShape,
    LimitsShape,
    OpenedShape,
    PlacementShape,
    PlanItemShape,
    SkillMapShape,
)
from lessons.api.shapes import Sentence
from lessons.models import Classroom, Exercise, PlanItem, PracticeLimits, User
from lessons.practice import limits, placement
from lessons.skill_states import all_skills


class Compose(APIView):
    """An exercise to order. Composing takes the server a tenth of a second: as often as one can play, and no more."""

    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "compose"

    @extend_schema(
        request=ComposeShape,
        responses={201: OpenedShape, 400: Sentence, 404: Sentence, 422: Sentence, 429: Sentence},
    )
    def post(self, request: Request) -> Response:
        """Compose an exercise for oneself; 422 with what to relax where it can't be had. Nothing asked for is a
        surprise."""
        asked = ComposeShape(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(OpenedShape({"exercise": _composed(_user(request), asked.validated_data)}).data, status=201)


class Feedback(APIView):
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "feedback"

    @extend_schema(request=FeedbackShape, responses={201: HeededShape, 400: Sentence, 404: Sentence, 429: Sentence})
    def post(self, request: Request) -> Response:
        """Say that an exercise is too easy or too hard: the plan is made anew at once."""
        asked = FeedbackShape(data=request.data)
        asked.is_valid(raise_exception=True)
        user = _user(request)
        said = practice.heed(user, _visible(user, asked.validated_data["exercise"]), asked.validated_data["said"])
        return Response(HeededShape({"detail": said, "next": practice.next_item(user)}).data, status=201)


class Plan(APIView):
    @extend_schema(responses=PlanItemShape(many=True))
    def get(self, request: Request) -> Response:
        """What is still to play of the newest plan, in order. An item without an exercise is composed when opened."""
        return Response(PlanItemShape(practice.open_items(_user(request)), many=True).data)


class OpenItem(APIView):
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "compose"

    @extend_schema(request=None, responses={200: OpenedShape, 404: Sentence, 422: Sentence, 429: Sentence})
    def post(self, request: Request, pk: int) -> Response:
        """Open an item of one's plan. Opened again, it is the same exercise."""
        items = PlanItem.objects.filter(plan__student=_user(request)).select_related("plan__student", "exercise")
        exercise = practice.open_item(get_object_or_404(items, pk=pk))
        return Response(OpenedShape({"exercise": exercise}).data)


class Skills(APIView):
    @extend_schema(responses=SkillMapShape)
    def get(self, request: Request) -> Response:
        """One's own skills: firm, shaky, fading, not met, each with how sure we are."""
        return Response(_skill_map(_user(request)))


class StudentSkills(APIView):
    @extend_schema(responses={200: SkillMapShape, 404: Sentence})
    def get(self, request: Request, pk: int) -> Response:
        """The skills of a student in a class that one teaches."""
        return Response(_skill_map(_student(request, pk)))


class Placement(APIView):
    throttle_scope = "feedback"

    def get_throttles(self) -> list[BaseThrottle]:
        """Of asking, none: the page does it all the time. Each answer makes a plan anew."""
        return [] if self.request.method == "GET" else [ScopedRateThrottle()]

    @extend_schema(responses=PlacementShape)
    def get(self, request: Request) -> Response:
        """How far finding one's level has come."""
        return Response(PlacementShape(placement.standing(_user(request))).data)

    @extend_schema(request=None, responses={200: PlacementShape, 400: Sentence, 422: Sentence, 429: Sentence})
    def post(self, request: Request) -> Response:
        """Have one's level found in a few short takes. For those who have played nothing yet."""
        placement.begin(_user(request))
        return self.get(request)

    @extend_schema(request=LevelShape, responses={200: PlacementShape, 400: Sentence, 429: Sentence})
    def put(self, request: Request) -> Response:
        """“I know my level”: say it, and skip the rest."""
        asked = LevelShape(data=request.data)
        asked.is_valid(raise_exception=True)
        placement.skip(_user(request), asked.validated_data["level"])
        return self.get(request)


class _Limits(APIView):
    """Of a class or a student: for those who teach them, and nobody else."""

    def shown(self, found: QuerySet[PracticeLimits]) -> Response:
        return Response(LimitsShape(found.select_related("set_by").first() or PracticeLimits()).data)

    def asked(self, request: Request) -> dict[str, Any]:
        shape = LimitsShape(data=request.data)
        shape.is_valid(raise_exception=True)
        return shape.validated_data


class ClassroomLimits(_Limits):
    @extend_schema(responses={200: LimitsShape, 404: Sentence})
    def get(self, request: Request, pk: int) -> Response:
        """What is set for the plans of a class that one teaches."""
        return self.shown(PracticeLimits.objects.filter(classroom=_classroom(request, pk)))

    @extend_schema(request=LimitsShape, responses={200: LimitsShape, 400: Sentence, 404: Sentence})
    def put(self, request: Request, pk: int) -> Response:
        """Set it. What is left out is open; plans follow from the next one on."""
        row = limits.set_for_class(_classroom(request, pk), _user(request), **self.asked(request))
        return Response(LimitsShape(row).data)


class StudentLimits(_Limits):
    @extend_schema(responses={200: LimitsShape, 404: Sentence})
    def get(self, request: Request, pk: int) -> Response:
        """What is set for the plans of one student."""
        return self.shown(PracticeLimits.objects.filter(student=_student(request, pk)))

    @extend_schema(request=LimitsShape, responses={200: LimitsShape, 400: Sentence, 404: Sentence})
    def put(self, request: Request, pk: int) -> Response:
        """Set it: it goes before what is set for the class."""
        row = limits.set_for_student(_student(request, pk), _user(request), **self.asked(request))
        return Response(LimitsShape(row).data)


def _composed(user: User, asked: dict[str, Any]) -> Exercise:
    if "variation_of" in asked:
        return practice.vary(user, _visible(user, asked["variation_of"]), asked.get("level", 1))
    if "like" in asked:
        return practice.more_like(user, _visible(user, asked["like"]))
    if asked.get("surprise"):
        return practice.wish(user)
    return practice.wish(
        user, **{name: asked[name] for name in ("kind", "style", "bars", "minutes", "skill") if name in asked}
    )


def _skill_map(student: User) -> dict[str, Any]:
    known = practice.recall(student)
    skills = all_skills(known, timezone.localtime())
    return SkillMapShape({"working_grade": round(known.working_grade, 1), "skills": skills}).data


def _visible(user: User, pk: int) -> Exercise:
    return get_object_or_404(Exercise.objects.visible_to(user), pk=pk)


def _student(request: Request, pk: int) -> User:
    return get_object_or_404(limits.students_taught_by(_user(request)), pk=pk)


def _classroom(request: Request, pk: int) -> Classroom:
    return get_object_or_404(Classroom.objects.taught_by(_user(request)), pk=pk)


def _user(request: Any) -> User:
    assert isinstance(request.user, User)
    return request.user
