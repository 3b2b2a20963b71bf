"""Takes, as far as the office may know of them: where each stands, and never how it sounds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from lessons.admin.reading import ToBeRead
from lessons.models import LearnerParameters, Submission


@admin.register(Submission)
class SubmissionAdmin(ToBeRead):
    """To see what is stuck. A recording and its grade are for the student and their teacher, on the take's page."""

    list_display = ["id", "student", "exercise", "state", "attempts", "created_at", "graded_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["student", "exercise"]
    search_fields = ["student__username"]
    fields = [
        *("id", "student", "exercise", "instrument", "tempo_bpm", "state", "trouble", "attempts", "heartbeat_at"),
        *("claimed_duration_s", "duration_s", "content_type", "created_at", "graded_at", "learned_at"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return super().get_queryset(request).defer("score", "clock")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A person who asks to be forgotten takes their takes along.
        return request.user.is_active and request.user.is_superuser  # type: ignore[union-attr]


@admin.register(LearnerParameters)
class LearnerParametersAdmin(ToBeRead):
    """What `manage.py refit` found, to be read: it can't be wished otherwise."""

    list_display = ["version", "takes", "students", "created_at"]
    fields = ["version", "created_at", "takes", "students", "report", "values"]
