"""The school's own: its settings, its long jobs, and who changed what."""

from __future__ import annotations

from typing import Any

from auditlog.admin import LogEntryAdmin as PlainLogEntryAdmin
from auditlog.models import LogEntry
from auditlog.render import get_field_verbose_name
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from lessons import models
from lessons.admin.reading import ToBeRead
from lessons.audit import WATCHED
from lessons.models import Job, SchoolSettings

MOST_CHARS = 75

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


class KindFilter(admin.SimpleListFilter):
    """Of what is watched alone: the log has nothing on the rest."""

    title, parameter_name = _("Kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        watched = (getattr(models, name) for name in WATCHED)
        return [(model._meta.model_name, capfirst(model._meta.verbose_name)) for model in watched]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        kind = self.value()
        return queryset.filter(content_type__app_label="lessons", content_type__model=kind) if kind else queryset


@admin.register(LogEntry)
class LogEntryAdmin(ModelAdmin, PlainLogEntryAdmin):
    """Who changed what, and when: each change with what stood before."""

    list_display = ["created", "object_repr", "kind", "action", "msg_short", "user_url"]
    list_filter = ["action", KindFilter, "timestamp"]
    search_fields = ["object_repr", "actor__username", "actor__last_name"]
    fieldsets = [
        (None, {"fields": ["created", "user_url", "resource_url"]}),
        (_("Changes"), {"fields": ["action", "msg"]}),
    ]

    @admin.display(description=_("Kind"), ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        return capfirst(entry.content_type.name)

    @admin.display(description=_("Changes"))
    def msg_short(self, entry: LogEntry) -> str:
        """Which fields, where a row was there before."""
        if entry.action != LogEntry.Action.UPDATE:
            return ""
        names = (str(get_field_verbose_name(entry, name)) for name in entry.changes_dict)
        return Truncator(", ".join(names)).chars(MOST_CHARS)
