"""What a take's sound looks like."""

from __future__ import annotations

import logging
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lessons.api.shapes import Sentence
from lessons.models import Submission
from lessons.waveforms import waveform_of
from tutor.listening.errors import RecordingError

log = logging.getLogger(__name__)


class WaveformShape(serializers.Serializer[Any]):
    per_second = serializers.IntegerField()
    duration_s = serializers.FloatField()
    low = serializers.ListField(child=serializers.IntegerField(), help_text="The lowest sample of each, -127 to 127.")
    high = serializers.ListField(child=serializers.IntegerField())


class Waveform(APIView):
    @extend_schema(responses={200: WaveformShape, 404: Sentence})
    def get(self, request: Request, pk: Any) -> Response:
        """The outline of a take's sound, `per_second` windows of it."""
        take = get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
        try:
            return Response(waveform_of(take), headers={"Cache-Control": "private, no-store"})
        except (RecordingError, OSError, ValueError) as trouble:  # ValueError: a row without a file.
            log.warning("Take %s has no outline: %s", take.pk, trouble)
            return Response({"detail": _("The sound of this take can't be drawn.")}, status=404)
