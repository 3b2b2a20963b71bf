"""The shapes of assignments."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lessons.api.asking import LARGEST_ID
from lessons.assigning.marking import State
from lessons.assigning.orders import KINDS, MOST_SKILLS
from lessons.assigning.reading import Line, StudentLine
from lessons.models import Assignment
from lessons.models.assignments import LONGEST_LOOK_S, MOST_TRIES, SHORTEST_LOOK_S
from lessons.practice.wishes import MOST_BARS
from tutor.composing.ordering import STYLES

A_PK = {"min_value": 1, "max_value": LARGEST_ID}


class OrderShape(serializers.Serializer[Any]):
    """A kind to compose. Without a grade each student has it at their own level."""

    kind = serializers.ChoiceField(choices=KINDS)
    grade = serializers.FloatField(required=False, allow_null=True, min_value=1, max_value=8)
    bars = serializers.IntegerField(required=False, allow_null=True, min_value=2, max_value=MOST_BARS)
    style = serializers.ChoiceField(choices=STYLES, required=False, allow_blank=True)
    skills = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=MOST_SKILLS, help_text="Skill tags."
    )
    same = serializers.BooleanField(
        required=False, default=False, help_text="One melody for all, arranged for each; it needs a grade."
    )


class RulesShape(serializers.ModelSerializer[Assignment]):
    """From when to when, and what counts."""

    class Meta:
        model = Assignment
        fields = [
            *("opens_at", "due_at", "tries", "goal", "counts", "mode", "look_s", "told", "late", "late_penalty"),
            *("weight", "remind_days", "note"),
        ]
        extra_kwargs = {
            "tries": {"min_value": 1, "max_value": MOST_TRIES},
            "look_s": {"min_value": SHORTEST_LOOK_S, "max_value": LONGEST_LOOK_S},
        }
        # In words, by lessons.assigning.writing.
        validators = ()


class AssignShape(RulesShape):
    """What, whom, and the rules. One of `lesson`, `exercise`, `order`; the class, or a `group`, or `students`."""

    lesson = serializers.IntegerField(required=False, **A_PK)
    exercise = serializers.IntegerField(required=False, **A_PK)
    order = OrderShape(required=False)
    audience = serializers.ChoiceField(choices=Assignment.Audience.choices, required=False)
    group = serializers.IntegerField(required=False, **A_PK)
    students = serializers.ListField(child=serializers.IntegerField(**A_PK), required=False, max_length=1000)

    class Meta(RulesShape.Meta):
        fields = [*RulesShape.Meta.fields, "lesson", "exercise", "order", "audience", "group", "students"]


class AssignmentShape(serializers.ModelSerializer[Assignment]):
    title = serializers.CharField()
    classroom = serializers.IntegerField(source="classroom_id")
    order = serializers.JSONField(allow_null=True)
    url = serializers.SerializerMethodField(help_text="The student's page of it.")

    class Meta:
        model = Assignment
        fields = ["id", "title", "classroom", "lesson", "exercise", "order", *RulesShape.Meta.fields, "url"]
        read_only_fields = fields

    def get_url(self, assignment: Assignment) -> str:
        return assignment.get_absolute_url()


class TaughtShape(AssignmentShape):
    """As its teacher sees it."""

    api_url = serializers.SerializerMethodField()

    class Meta(AssignmentShape.Meta):
        fields = [*AssignmentShape.Meta.fields, "audience", "group", "students", "withdrawn_at", "api_url"]
        read_only_fields = fields

    def get_api_url(self, assignment: Assignment) -> str:
        return reverse("api-class-assignment", args=[assignment.classroom_id, assignment.pk])


class MarkShape(serializers.Serializer[Line | StudentLine]):
    """How a student stands, as the pages say it."""

    state = serializers.ChoiceField(choices=[str(state) for state in State], source="mark.state")
    overall = serializers.FloatField(
        allow_null=True,
        help_text="As the class weighs it, after any word of the teacher; of work under way, what there is so far. "
        "Null until it may be told, before anything was graded, and where the student is excused.",
    )
    settled = serializers.ChoiceField(
        choices=["", "excused", "by hand"], help_text="What the teacher decided, whatever was played."
    )
    done = serializers.IntegerField(source="mark.done", help_text="Pieces that were graded,")
    of = serializers.IntegerField(source="mark.of", help_text="of so many.")
    waiting = serializers.IntegerField(source="mark.waiting", help_text="Pieces that wait for their grade.")
    not_heard = serializers.IntegerField(
        source="mark.not_heard", help_text="Pieces that were sent and could not be heard: there is no mark yet."
    )
    tries_used = serializers.IntegerField(source="mark.tries_used")
    late = serializers.BooleanField(source="mark.late")
    penalty = serializers.FloatField(source="mark.penalty", help_text="Points off, where it was late.")
    goal_reached = serializers.BooleanField(source="mark.goal_reached", help_text="By what was played.")
    take_ids = serializers.ListField(
        child=serializers.UUIDField(), source="mark.take_ids", help_text="The takes that count."
    )


class MineShape(serializers.Serializer[Any]):
    """One of one's own assignments."""

    assignment = AssignmentShape()
    section = serializers.ChoiceField(choices=["open", "late", "coming", "done"])
    mark = MarkShape(source="*")
    exercises = serializers.SerializerMethodField(
        help_text="What there is to play, in order; none before it is opened."
    )

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_exercises(self, line: Line) -> list[int]:
        return [pk for pk in line.mark.pieces if pk]


class StudentMarkShape(serializers.Serializer[Any]):
    student = serializers.CharField(source="student.display_name")
    student_id = serializers.IntegerField(source="student.pk")
    mark = MarkShape(source="*")


class TaughtWithMarksShape(serializers.Serializer[Any]):
    assignment = TaughtShape()
    students = StudentMarkShape(many=True)


class OpenShape(serializers.Serializer[Any]):
    exercise = serializers.IntegerField(required=False, help_text="Which piece; not needed where there is one.", **A_PK)


class OpenedWorkShape(serializers.Serializer[Any]):
    exercise = serializers.IntegerField()
    url = serializers.CharField(help_text="The practice page, for this assignment.")
    look_s = serializers.FloatField(allow_null=True, help_text="Of a test: seconds left to look at the score.")
