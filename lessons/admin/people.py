"""The office: people, and the classes they are in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.admin import ModelAdmin, StackedInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from lessons.models import Classroom, Membership, User
from lessons.rubrics import OWN, PRESETS
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS

admin.site.unregister(Group)  # Who may do what follows from classes and the flags of a person.


class MembershipInline(StackedInline):
    model = Membership
    # A school may have thousands: looked up in a list of their own, not in a menu.
    raw_id_fields = ["user", "classroom"]
    extra = 0


class ArchivedFilter(admin.SimpleListFilter):
    title = _("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Classroom]) -> QuerySet[Classroom]:
        return queryset.filter(archived_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Classroom)
class ClassroomAdmin(ModelAdmin):
    list_display = ["name", "join_code", "member_count", "created_at", "archived_at"]
    list_filter = [ArchivedFilter, "created_at"]
    search_fields = ["name", "join_code", "members__username", "members__last_name"]
    fields = ["name", "join_code", "rubric"]
    inlines = [MembershipInline]
    actions = ["archive", "bring_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Classroom]:
        return super().get_queryset(request).annotate(member_count=Count("memberships"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "rubric":
            choices = [
                ("", _("None: each exercise's own, or Standard")),
                *((name, said(one.label)) for name, one in PRESETS.items()),
            ]
            return _choice([*choices, (OWN, _("The class's own"))], _("Graded as"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("Members"), ordering="member_count")
    def member_count(self, classroom: Any) -> int:
        return int(classroom.member_count)

    @admin.action(description=pgettext_lazy("verb", "Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Classroom]) -> None:
        self._set(request, queryset.filter(archived_at=None), timezone.now())

    @admin.action(description=_("Bring back from the archive"), permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Classroom]) -> None:
        self._set(request, queryset.exclude(archived_at=None), None)

    def _set(self, request: HttpRequest, queryset: QuerySet[Classroom], when: Any) -> None:
        rows = list(queryset)
        for row in rows:  # One by one: the log tells of each.
            row.archived_at = when
            row.save(update_fields=["archived_at"])
        words = ngettext("%(n)s class changed.", "%(n)s classes changed.", len(rows)) % {"n": len(rows)}
        self.message_user(request, words, messages.SUCCESS)


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "display_name", "instrument", "level", "is_author", "is_staff", "last_login"]
    list_filter = ["memberships__role", "is_author", "is_staff", "is_active", "level"]
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["last_login", "date_joined"]
    # Django's two-pane chooser can't be told apart by a screen reader, and rights follow from the flags.
    filter_horizontal = ()
    inlines = [MembershipInline]
    actions = ["make_authors", "unmake_authors", "let_in", "keep_out"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "time_zone", "language", "wants_mail"]}),
        (_("Music"), {"fields": ["instrument", "level"]}),
        (_("May"), {"fields": ["is_active", "may_teach", "is_author", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "instrument":
            choices = [("", _("Not chosen yet")), *((name, said(one.label)) for name, one in INSTRUMENTS.items())]
            return _choice(choices, _("Instrument"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.action(description=_("Let them write lessons"), permissions=["change"])
    def make_authors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set(request, queryset, "is_author", True)

    @admin.action(description=_("No longer let them write lessons"), permissions=["change"])
    def unmake_authors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set(request, queryset, "is_author", False)

    @admin.action(description=_("Let them log in"), permissions=["change"])
    def let_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set(request, queryset, "is_active", True)

    @admin.action(description=_("Keep them out (nothing is deleted)"), permissions=["change"])
    def keep_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        # Who would lock themselves out could not undo it.
        self._set(request, queryset.exclude(pk=request.user.pk), "is_active", False)

    def _set(self, request: HttpRequest, queryset: QuerySet[User], field: str, value: bool) -> None:
        rows = list(queryset.exclude(**{field: value}))
        for row in rows:  # One by one: the log tells of each.
            setattr(row, field, value)
            row.save(update_fields=[field])
        words = ngettext("%(n)s person changed.", "%(n)s people changed.", len(rows)) % {"n": len(rows)}
        self.message_user(request, words, messages.SUCCESS)


def _choice(choices: list[tuple[str, Any]], label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, required=False, label=label, widget=UnfoldAdminSelectWidget)
