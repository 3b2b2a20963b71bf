"""Oneself: instrument and level, joining a class, a token for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.generics import RetrieveUpdateAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from lessons import classroom
from lessons.api.shapes import JoinCode, MeShape, Sentence
from lessons.models import User


class Me(RetrieveUpdateAPIView[User]):
    """Who is asking, what they play, and which classes they are in."""

    serializer_class = MeShape
    http_method_names = ["get", "patch", "head", "options"]

    @extend_schema(responses={200: MeShape, 400: Sentence})
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Another instrument, another level."""
        return super().patch(request, *args, **kwargs)

    def get_object(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user


class Join(APIView):
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "join"

    @extend_schema(request=JoinCode, responses={200: MeShape, 400: Sentence, 429: Sentence})
    def post(self, request: Request) -> Response:
        """Join a class by the code that the teacher gave out."""
        asked = JoinCode(data=request.data)
        asked.is_valid(raise_exception=True)
        classroom.join(request.user, asked.validated_data["code"])
        return Response(MeShape(request.user).data)


class Token(ObtainAuthToken):
    """A token for a program: send it as `Authorization: Token …`."""

    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "token"

    @extend_schema(responses={200: AuthTokenSerializer, 400: Sentence, 429: Sentence})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().post(request, *args, **kwargs)
