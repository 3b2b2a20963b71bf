"""The author's desk: drop a score in, see it engraved and what it trains, put it in order, publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, StackedInline
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from lessons import authoring
from lessons.authoring import Music
from lessons.curriculum import publishing
from lessons.curriculum.refusal import Refused
from lessons.models import Assignment, Course, Exercise, Lesson, Unit
from lessons.words import said, sentence_of
from tutor.grading.rubric import RUBRICS
from tutor.notation.errors import ScoreError
from tutor.notation.reading import FORMATS

PLAIN_LIST = '<ul style="margin: 0; padding: 0">{}</ul>'  # Django's own would hang far to the right.
UNREADABLE = _("This file can't be read: %(why)s")


class ExerciseForm(forms.ModelForm):
    music_file = forms.FileField(
        label=_("Score file"),
        required=False,
        help_text=_("MusicXML (.musicxml, .mxl), MIDI or ABC: one melodic line. A new file replaces the music."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(FORMATS)}),
    )
    title = forms.CharField(
        max_length=200,
        required=False,
        help_text=_("Empty: the title that the file has."),
        widget=UnfoldAdminTextInputWidget,
    )
    tempo_bpm = forms.IntegerField(
        label=_("Tempo"),
        min_value=20,
        max_value=300,
        required=False,
        help_text=_("Quarter notes a minute; empty: the file's."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    grade = forms.FloatField(
        label=_("Difficulty"),
        min_value=0.5,
        max_value=9,
        required=False,
        help_text=_("In grades; empty: as measured."),
        widget=UnfoldAdminIntegerFieldWidget(attrs={"step": "any"}),
    )
    rubric = forms.ChoiceField(
        choices=[("", _("As the class chooses")), *((name, _(str(rubric.label))) for name, rubric in RUBRICS.items())],
        required=False,
        help_text=_("Set on purpose, it wins over the class's. Clapping: only when the strokes come is graded."),
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Exercise
        fields = ["title", "music_file", "lesson", "position", "status", "tempo_bpm", "grade", "rubric", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            # So that what is left empty comes from the file.
            self.initial |= {"tempo_bpm": None, "grade": None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload: UploadedFile | None = cleaned.get("music_file")
        if upload is None and self.instance._state.adding and "music_file" not in self.errors:
            self.add_error("music_file", _("Choose the file that holds the music."))
        cleaned["music"] = self._read(upload) if upload else None
        if not cleaned.get("title") and not self.errors:
            cleaned["title"] = (cleaned["music"].score.title[:200] if cleaned["music"] else "") or self.instance.title
            if not cleaned["title"]:
                self.add_error("title", _("The file has no title: give the exercise one."))
        return cleaned

    def _read(self, upload: UploadedFile) -> Music | None:
        try:
            return authoring.read_upload(upload)
        except ScoreError as problem:
            self.add_error("music_file", UNREADABLE % {"why": sentence_of(problem)})
            return None

    def _post_clean(self) -> None:
        """The music before the fields: what the author wrote has the last word over what was measured."""
        music: Music | None = self.cleaned_data.get("music")
        before = (self.instance.tempo_bpm, self.instance.grade)
        if music is not None:
            authoring.set_music(self.instance, music)
            self.instance.origin = Exercise.Origin.IMPORTED
            before = (max(20, min(300, round(music.score.bpm))), self.instance.grade)
        for name, fallback in zip(("tempo_bpm", "grade"), before, strict=True):
            if self.cleaned_data.get(name) is None and name not in self.errors:
                self.cleaned_data[name] = fallback
        super()._post_clean()  # type: ignore[misc]


class StatusActions(ModelAdmin):
    """What the desk does, in bulk: publish, ask for a review, retire. Through the same functions, by the same rules."""

    actions = ["publish", "to_review", "retire"]

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, publishing.publish, _("published"))

    @admin.action(description=_("Ask for a review"), permissions=["change"])
    def to_review(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, publishing.submit, _("wait for their review"))

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, publishing.retire, _("retired"))

    def _each(self, request: HttpRequest, queryset: QuerySet[Any], does: Callable[..., Any], words: str) -> None:
        done = 0
        for row in queryset:
            try:
                does(row, request.user)
            except Refused as refused:
                self.message_user(request, f"{row}: {refused}", messages.WARNING)
                continue
            done += 1
            self.log_change(request, row, [{"changed": {"fields": ["status"]}}])
        if done:
            self.message_user(request, f"{done} {words}.", messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # What the office changes in a published row is published: as a version that says by whom.
        obj.publishing = (request.user, "")
        obj.edited_by, obj.edited_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Exercise)
class ExerciseAdmin(StatusActions):
    form = ExerciseForm
    list_display = ["title", "lesson", "position", "status", "grade_shown", "tempo_bpm", "origin"]
    list_filter = ["status", "origin", "licence", "lesson__course", "created_at"]
    list_select_related = ["lesson"]
    search_fields = ["title", "source", "lesson__title", "lesson__course__title"]
    autocomplete_fields = ["lesson"]
    readonly_fields = ["engraved", "trains", "left_out", "origin"]
    fieldsets = [
        (None, {"fields": ["music_file", "title", "status"]}),
        (_("The music"), {"fields": ["engraved", "trains", "left_out"]}),
        (_("In the lesson"), {"fields": ["lesson", "position", "tempo_bpm", "grade", "rubric", "source", "origin"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exercise]:
        return super().get_queryset(request).defer("musicxml", "recipe")

    @admin.display(description=_("Difficulty"), ordering="grade")
    def grade_shown(self, exercise: Exercise) -> str:
        return f"{exercise.grade:.1f}"

    @admin.display(description=_("Engraved"))
    def engraved(self, exercise: Exercise) -> str | SafeString:
        if exercise.pk is None:
            return _("Save first: then the score stands here.")
        # As an image: whatever a file brings along can't run in the page.
        return format_html(
            '<img src="{}?width=900" alt="{}" '
            'style="display: block; width: 900px; max-width: 100%; background: #fff; border-radius: 4px">',
            reverse("api-exercise-score-svg", args=[exercise.pk]),
            _("The score of %(title)s") % {"title": exercise.title},
        )

    @admin.display(description=_("Trains"))
    def trains(self, exercise: Exercise) -> str | SafeString:
        from tutor.composing.skills import describe

        if not exercise.skills:
            return _("Nothing yet.")
        most_first = sorted(exercise.skills.items(), key=lambda one: -one[1])
        notes = (
            (said(describe(tag)), ngettext("%(n)s note", "%(n)s notes", count) % {"n": count})
            for tag, count in most_first
        )
        return format_html(PLAIN_LIST, format_html_join("", "<li>{}: {}</li>", notes))

    @admin.display(description=_("Left out of the file"))
    def left_out(self, exercise: Exercise) -> str | SafeString:
        if not exercise.dropped:
            return _("Nothing.")
        return format_html(PLAIN_LIST, format_html_join("", "<li>{}</li>", ((line,) for line in exercise.dropped)))


# Stacked, here and elsewhere: a table of inputs has no labels that a screen reader could read out.
class ExerciseInline(StackedInline):
    model = Exercise
    fields = ["title", "position", "status", "tempo_bpm", "grade"]
    readonly_fields = ["grade"]
    show_change_link = True
    extra = 0
    can_delete = False
    verbose_name_plural = _("Exercises, in order")

    def has_add_permission(self, request: HttpRequest, obj: Lesson | None = None) -> bool:
        return False  # A new one begins with its file: on its own page.


@admin.register(Lesson)
class LessonAdmin(StatusActions):
    list_display = ["title", "course", "unit", "position", "status", "exercise_count"]
    list_filter = ["status", "course", "edited_at"]
    search_fields = ["title", "course__title"]
    autocomplete_fields = ["course", "unit"]
    inlines = [ExerciseInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        return (
            super().get_queryset(request).select_related("course", "unit").annotate(exercise_count=Count("exercises"))
        )

    @admin.display(description=_("Exercises"), ordering="exercise_count")
    def exercise_count(self, lesson: Any) -> int:
        return int(lesson.exercise_count)


class LessonInline(StackedInline):
    model = Lesson
    fields = ["title", "position", "status"]
    show_change_link = True
    extra = 0


@admin.register(Course)
class CourseAdmin(StatusActions):
    list_display = ["title", "position", "status"]
    list_filter = ["status"]
    search_fields = ["title", "summary"]
    inlines = [LessonInline]


@admin.register(Unit)
class UnitAdmin(ModelAdmin):
    list_display = ["title", "course", "position"]
    list_filter = ["course"]
    list_select_related = ["course"]
    search_fields = ["title", "text", "course__title"]
    autocomplete_fields = ["course"]


@admin.register(Assignment)
class AssignmentAdmin(ModelAdmin):
    list_display = ["title", "classroom", "mode", "opens_at", "due_at", "assigned_by"]
    list_filter = ["mode", "due_at", "classroom"]
    search_fields = ["lesson__title", "exercise__title", "classroom__name", "note", "assigned_by__username"]
    list_select_related = ["lesson", "exercise", "classroom", "assigned_by"]
    fields = ["classroom", "lesson", "exercise", "note", "opens_at", "due_at"]
    autocomplete_fields = ["classroom", "lesson", "exercise"]

    def save_model(self, request: HttpRequest, obj: Assignment, form: Any, change: bool) -> None:
        if not change:
            obj.assigned_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
