"""The next exercise, and any exercise with its score as the asking player reads it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lessons import music_stand, practice
from lessons.api import answers
from lessons.api.asking import id_asked, number_asked, text_asked
from lessons.api.shapes import ExerciseLine, ExerciseShape, NextShape, Sentence
from lessons.assigning.sittings import mutes
from lessons.curriculum import versions
from lessons.models import Exercise, PlanItem, User
from lessons.rubrics import rubric_of
from tutor.notation.instruments import Instrument
from tutor.notation.score import Score

VERSION = OpenApiParameter("version", int, description="As it was in this version; else as it is now.")
INSTRUMENT = OpenApiParameter("instrument", str, description="Read it for another instrument than one's own.")
WIDTH = OpenApiParameter("width", int, description="Pixels, 320 to 1600; 800 unless told.")
USUAL_WIDTH_PX = 800
LARGEST_VERSION = 2**31 - 1
SLOWEST_BPM, FASTEST_BPM = 20.0, 300.0
BY_EAR = _("This one is played by ear: listen to it. The notes come with your first graded take.")
IN_A_TEST = _("This piece is in a test: it is shown once the test has begun, and heard once your take is in.")


class Next(APIView):
    @extend_schema(responses={200: NextShape, 404: Sentence})
    def get(self, request: Request) -> Response:
        """What to play next, and why."""
        item = practice.next_item(request.user)
        if item is None:
            return Response({"detail": "There is nothing to play yet: no exercise is published."}, status=404)
        return Response(next_of(item))


def next_of(item: PlanItem) -> dict[str, Any]:
    return NextShape(item).data


class ExerciseList(ListAPIView[Exercise]):
    """The exercises that the user may play, in the order of the lessons."""

    serializer_class = ExerciseLine

    @extend_schema(
        parameters=[
            OpenApiParameter("search", str, description="Words of the title."),
            OpenApiParameter("lesson", int, description="Of one lesson."),
            OpenApiParameter("skill", str, description="That train this skill, e.g. rhythm:dotted-quarter-eighth."),
            OpenApiParameter("grade_min", float),
            OpenApiParameter("grade_max", float),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Exercise]:
        found = Exercise.objects.visible_to(_user(self.request)).select_related("lesson")
        # What a list shows of an exercise is not its music.
        found = found.defer("score", "musicxml", "recipe")
        for word in text_asked(self.request, "search").split():
            found = found.filter(title__icontains=word)
        if (lesson := id_asked(self.request, "lesson")) is not None:
            found = found.filter(lesson=lesson)
        if skill := text_asked(self.request, "skill"):
            found = found.filter(skills__has_key=skill).readable_by(_user(self.request))
        for parameter, lookup in (("grade_min", "grade__gte"), ("grade_max", "grade__lte")):
            if (grade := number_asked(self.request, parameter)) is not None:
                found = found.filter(**{lookup: grade})
        return found


class _OneExercise(APIView):
    def on_the_stand(self, request: Request, pk: int) -> tuple[Exercise, Score, Instrument | None]:
        """As it is, or as the version was that is asked for: a page that was opened before a publish stays whole."""
        exercise = get_object_or_404(Exercise.objects.visible_to(_user(request)).select_related("lesson"), pk=pk)
        self.version = versions.current(exercise)
        if (number := id_asked(request, "version")) is not None and exercise.composed_for_id is None:
            self.version = get_object_or_404(exercise.versions, number=min(number, LARGEST_VERSION))
        versions.as_played(exercise, self.version)
        return exercise, *music_stand.stand_of(exercise, _user(request), request.query_params.get("instrument", ""))


class ExerciseDetail(_OneExercise):
    @extend_schema(parameters=[INSTRUMENT, VERSION], responses={200: ExerciseShape, 400: Sentence, 404: Sentence})
    def get(self, request: Request, pk: int) -> Response:
        """An exercise as its player reads it."""
        exercise, score, instrument = self.on_the_stand(request, pk)
        of_version = {"version": self.version.number} if self.version else {}
        parts = ({"instrument": instrument.name} if instrument else {}) | of_version
        asked = f"?{urlencode(parts)}" if parts else ""
        rubric = rubric_of(exercise, _user(request)).rubric
        hidden = exercise.score_hidden_from(_user(request))
        return Response(
            {
                **ExerciseLine(exercise).data,
                **music_stand.reading_of(score),
                **({"notes": []} if hidden else {}),
                "version": self.version.number if self.version else None,
                "kind": exercise.kind,
                "is_by_ear": exercise.is_by_ear,
                "score_hidden": hidden,
                "sound": reverse("api-exercise-sound", args=[pk]) + asked,
                "instrument": instrument.name if instrument else "",
                "octave_free": bool(instrument and instrument.octave_free),
                "skills": {} if hidden else exercise.skills,
                "rubric": rubric.name,
                "can_be_clapped": exercise.can_be_clapped,
                "onsets_only": rubric.onsets_only,
                "score_svg": reverse("api-exercise-score-svg", args=[pk]) + asked,
                "musicxml": reverse("api-exercise-score-musicxml", args=[pk]) + asked,
            }
        )


class ExerciseSvg(_OneExercise):
    content_negotiation_class = answers.AsItComes

    @extend_schema(
        parameters=[WIDTH, INSTRUMENT, VERSION], responses={(200, "image/svg+xml"): OpenApiTypes.STR, 404: Sentence}
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The engraved page. Notes carry their ids; of what is to be played by ear there are none yet."""
        exercise, score, _instrument = self.on_the_stand(request, pk)
        shown = music_stand.veiled(score) if exercise.score_hidden_from(_user(request)) else score
        return answers.svg(request, shown, width_asked(request), fixed=False)


class ExerciseMusicXml(_OneExercise):
    content_negotiation_class = answers.AsItComes

    @extend_schema(
        parameters=[INSTRUMENT, VERSION],
        responses={
            (200, "application/vnd.recordare.musicxml+xml"): OpenApiTypes.STR,
            403: Sentence,
            404: Sentence,
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The score for any notation program."""
        from tutor.notation.musicxml import to_musicxml

        exercise, score, _instrument = self.on_the_stand(request, pk)
        if exercise.score_hidden_from(_user(request)):
            raise PermissionDenied(BY_EAR if exercise.is_by_ear else IN_A_TEST)
        response = HttpResponse(to_musicxml(score), content_type="application/vnd.recordare.musicxml+xml")
        response["Content-Disposition"] = f'attachment; filename="exercise-{pk}.musicxml"'
        return response


class ExerciseSound(_OneExercise):
    content_negotiation_class = answers.AsItComes

    @extend_schema(
        parameters=[
            INSTRUMENT,
            VERSION,
            OpenApiParameter("bpm", float, description="Quarter notes a minute, 20 to 300; else the exercise's own."),
        ],
        responses={(200, "audio/wav"): OpenApiTypes.BINARY, 403: Sentence, 404: Sentence},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The exercise as it sounds: all that is given of one that is to be played by ear. In a test, nothing before
        the take is in."""
        from tutor.notation.sounding import render_wav

        exercise, score, _instrument = self.on_the_stand(request, pk)
        if mutes(exercise, _user(request)):
            raise PermissionDenied(IN_A_TEST)
        asked = number_asked(request, "bpm")
        bpm = float(exercise.tempo_bpm) if asked is None else min(max(asked, SLOWEST_BPM), FASTEST_BPM)
        response = HttpResponse(render_wav(score, bpm), content_type="audio/wav")
        response["Cache-Control"] = "private, no-cache"
        return response


def width_asked(request: Request) -> int:
    width = number_asked(request, "width")
    return music_stand.clamp_width(USUAL_WIDTH_PX if width is None else int(width))


def _user(request: Any) -> User:
    assert isinstance(request.user, User)  # Every address here is for people who are logged in.
    return request.user
