"""The shapes of practice: what may be asked for, what is planned, what is set, what is known."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from lessons.api.asking import LARGEST_ID
from lessons.api.shapes import ExerciseLine, NextShape
from lessons.models import PlanItem, PracticeFeedback, PracticeLimits
from lessons.practice.wishes import MOST_BARS, TECHNIQUE
from lessons.skill_states import FADING, FIRM, NOT_MET, SHAKY
from tutor.composing.kinds import KINDS
from tutor.composing.ordering import STYLES

EASIEST, HARDEST = 0.5, 9.0


class _IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class ComposeShape(serializers.Serializer[Any]):
    """What to compose; everything may be left out, and all of it left out is a surprise."""

    kind = serializers.CharField(
        required=False, max_length=30, help_text=f"{', '.join(KINDS)}, {TECHNIQUE}, or a technique by name."
    )
    style = serializers.CharField(required=False, max_length=20, help_text=", ".join(STYLES))
    bars = serializers.IntegerField(required=False, min_value=2, max_value=MOST_BARS)
    minutes = serializers.FloatField(required=False, min_value=0.1, max_value=10, help_text="Instead of bars.")
    skill = serializers.CharField(required=False, max_length=60, help_text="Full of this, e.g. interval:6:up")
    like = _IdField(required=False, help_text="More like this exercise.")
    variation_of = _IdField(required=False, help_text="A variation of this exercise.")
    level = serializers.IntegerField(required=False, help_text="Of a variation: 1 near the tune, 3 far from it.")
    surprise = serializers.BooleanField(required=False, default=False)


class OpenedShape(serializers.Serializer[Any]):
    exercise = ExerciseLine()


class FeedbackShape(serializers.Serializer[Any]):
    exercise = _IdField()
    said = serializers.ChoiceField(choices=PracticeFeedback.Said.choices)


class HeededShape(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="What came of it.")
    next = NextShape(allow_null=True)


class PlanItemShape(serializers.ModelSerializer[PlanItem]):
    exercise = ExerciseLine(allow_null=True)
    reason = serializers.CharField(source="why", read_only=True)
    open_url = serializers.SerializerMethodField(help_text="POST here to open it: composes what is an order still.")

    class Meta:
        model = PlanItem
        fields = ["id", "title", "kind", "grade", "reason", "aimed_at", "expected", "exercise", "open_url"]
        read_only_fields = fields

    def get_open_url(self, item: PlanItem) -> str:
        return reverse("api-plan-item-open", args=[item.pk])


class LimitsShape(serializers.ModelSerializer[PracticeLimits]):
    """For plans of a class or a student: no easier, no harder, what to work on, in which style."""

    floor = serializers.FloatField(
        min_value=EASIEST,
        max_value=HARDEST,
        allow_null=True,
        default=None,
        help_text="Grade; null: as easy as need be.",
    )
    ceiling = serializers.FloatField(
        min_value=EASIEST,
        max_value=HARDEST,
        allow_null=True,
        default=None,
        help_text="Grade; null: as hard as need be.",
    )
    focus = serializers.ListField(child=serializers.CharField(max_length=60), default=list, help_text="Skill tags.")
    style = serializers.CharField(max_length=20, allow_blank=True, default="", help_text=", ".join(STYLES))
    set_by = serializers.CharField(source="set_by.display_name", default="", read_only=True)

    class Meta:
        model = PracticeLimits
        fields = ["floor", "ceiling", "focus", "style", "set_by", "set_at"]
        read_only_fields = ["set_by", "set_at"]
        extra_kwargs = {"set_at": {"allow_null": True}}


class SkillShape(serializers.Serializer[Any]):
    """One skill: `strength` is the probability that a note of it goes right at the student's level, `low` to `high`
    hold it four times in five."""

    tag = serializers.CharField()
    label = serializers.CharField()
    state = serializers.CharField(help_text=f"{FIRM}, {SHAKY}, {FADING} or {NOT_MET}.")
    grade = serializers.IntegerField(help_text="In which it is usually first met.")
    strength = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    right = serializers.IntegerField()
    heard = serializers.IntegerField()
    due = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)
    last_met_at = serializers.DateTimeField(allow_null=True)


class SkillMapShape(serializers.Serializer[Any]):
    working_grade = serializers.FloatField()
    skills = SkillShape(many=True)


class PlacementShape(serializers.Serializer[Any]):
    """Finding a new student's level in a few short takes."""

    state = serializers.CharField(help_text="none, running or ended.")
    take = serializers.IntegerField(help_text="The one that comes now, from 1; 0 if none does.")
    at_most = serializers.IntegerField()
    level = serializers.IntegerField(help_text="As it stands.")


class LevelShape(serializers.Serializer[Any]):
    level = serializers.IntegerField(min_value=1, max_value=8)
