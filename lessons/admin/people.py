"""The office: people, and the classes they are in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from lessons.models import Classroom, Membership, User
from lessons.rubrics import OWN, PRESETS
from tutor.notation.instruments import INSTRUMENTS


class MembershipInline(admin.StackedInline):
    model = Membership
    # A school may have thousands: looked up in a list of their own, not in a menu.
    raw_id_fields = ["user", "classroom"]
    extra = 0


@admin.register(Classroom)
class ClassroomAdmin(admin.ModelAdmin):
    list_display = ["name", "join_code", "member_count", "created_at"]
    search_fields = ["name", "join_code"]
    fields = ["name", "join_code", "rubric"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Classroom]:
        return super().get_queryset(request).annotate(member_count=Count("memberships"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "rubric":
            choices = [
                ("", "None: each exercise's own, or Standard"),
                *((name, one.label) for name, one in PRESETS.items()),
            ]
            return forms.ChoiceField(choices=[*choices, (OWN, "The class's own")], required=False, label="Graded as")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="Members", ordering="member_count")
    def member_count(self, classroom: Any) -> int:
        return int(classroom.member_count)


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "display_name", "instrument", "level", "is_staff"]
    list_filter = ["level", "is_staff", "is_active"]
    readonly_fields = ["last_login", "date_joined"]
    # Django's two-pane chooser can't be told apart by a screen reader.
    filter_horizontal = ()
    inlines = [MembershipInline]
    fieldsets = [*(UserAdmin.fieldsets or []), ("Music", {"fields": ["instrument", "level"]})]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "instrument":
            choices = [("", "Not chosen yet"), *((name, one.label) for name, one in INSTRUMENTS.items())]
            return forms.ChoiceField(choices=choices, required=False, label="Instrument")
        return super().formfield_for_dbfield(db_field, request, **kwargs)
