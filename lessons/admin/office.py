"""The school's own: its settings, its long jobs, and who changed what."""

from __future__ import annotations

from typing import Any

from auditlog.admin import LogEntryAdmin as PlainLogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from lessons.admin.reading import ToBeRead
from lessons.models import Job, SchoolSettings

admin.site.unregister(LogEntry)


@admin.register(SchoolSettings)
class SchoolSettingsAdmin(ModelAdmin):
    """One row: the list of it is its own page."""

    fields = ["name", "sign_up", "recordings_kept_days", "languages", "second_reader"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        row, _made = SchoolSettings.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:lessons_schoolsettings_change", args=[row.pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SchoolSettings | None = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ToBeRead):
    """What is long at work or failed. What went in and came out is its owner's."""

    list_display = ["title", "kind", "owner", "state", "done", "total", "created_at", "finished_at"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["title", "owner__username"]
    list_select_related = ["owner"]
    fields = ["title", "kind", "owner", "state", "sentence", "attempts", "created_at", "heartbeat_at", "finished_at"]


@admin.register(LogEntry)
class LogEntryAdmin(ModelAdmin, PlainLogEntryAdmin):
    """Who changed what, and when: each change with what stood before."""

    list_display = ["created", "object_repr", "content_type", "action", "msg_short", "user_url"]
    list_filter = ["action", "content_type", "timestamp"]
    search_fields = ["object_repr", "actor__username", "actor__last_name"]
    fieldsets = [
        (None, {"fields": ["created", "user_url", "resource_url"]}),
        (_("Changes"), {"fields": ["action", "msg"]}),
    ]
