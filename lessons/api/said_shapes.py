"""What people say about a take, as the OpenAPI page shows it: comments, and contests with their answers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lessons.api.shapes import FaultShape, RulingShape
from lessons.models import Comment, Contest
from lessons.rulings import CLEARABLE, KINDS, kinds_of
from tutor.grading.assessment import VERDICTS


class CommentShape(serializers.ModelSerializer[Comment]):
    author = serializers.CharField(source="author.display_name")
    mine = serializers.SerializerMethodField(help_text="Said by the asker, who may take it back.")
    voice_url = serializers.SerializerMethodField(help_text="Of a spoken one: its sound.")
    url = serializers.SerializerMethodField(help_text="DELETE takes it back.")

    class Meta:
        model = Comment
        fields = [
            *("id", "author", "mine", "at_s", "note_id", "text", "voice_url", "voice_s", "created_at", "url"),
        ]
        read_only_fields = fields

    def get_mine(self, comment: Comment) -> bool:
        return bool(comment.author_id == self.context["request"].user.pk)

    def get_voice_url(self, comment: Comment) -> str | None:
        return reverse("api-comment-voice", args=[comment.pk]) if comment.voice else None

    def get_url(self, comment: Comment) -> str:
        return reverse("api-comment", args=[comment.pk])


class NewComment(serializers.Serializer[Any]):
    """Text, or a voice file, or both; at a time, or at a note."""

    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    at_s = serializers.FloatField(
        min_value=0,
        max_value=3600,
        required=False,
        help_text="Seconds into the recording. Left out: where the note was heard, or the beginning.",
    )
    note_id = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class NewSpokenComment(NewComment):
    voice = serializers.FileField(
        required=False, allow_empty_file=True, help_text="Up to 60 s and 2 MB, of the types that a take may have."
    )


class HeardShape(serializers.Serializer[Any]):
    """The machine's verdict on one note, as it was then."""

    verdict = serializers.ChoiceField(choices=VERDICTS)
    faults = FaultShape(many=True)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS), help_text="The same in the words of a teacher."
    )
    written = serializers.CharField(help_text="As printed, e.g. F♯4.")
    bar = serializers.IntegerField()
    at_s = serializers.FloatField(allow_null=True, help_text="Where it was heard.")


class ContestShape(serializers.ModelSerializer[Contest]):
    submission = serializers.UUIDField(source="assessment.submission_id")
    student = serializers.CharField(source="assessment.submission.student.display_name")
    exercise = serializers.CharField(source="assessment.submission.exercise.title")
    heard = serializers.SerializerMethodField()
    answered_by = serializers.CharField(source="answered_by.display_name", default="")
    ruling = RulingShape(allow_null=True)
    answer_url = serializers.SerializerMethodField(help_text="For the student's teacher; null once it is closed.")
    withdraw_url = serializers.SerializerMethodField(help_text="For the student; null once it is closed.")

    class Meta:
        model = Contest
        fields = [
            *("id", "submission", "student", "exercise", "note_id", "heard", "why", "state", "created_at"),
            *("answered_by", "answer", "closed_at", "ruling", "answer_url", "withdraw_url"),
        ]
        read_only_fields = fields

    @extend_schema_field(HeardShape)
    def get_heard(self, contest: Contest) -> dict[str, Any]:
        heard = contest.heard
        kept = {name: heard[name] for name in ("verdict", "faults", "written", "bar", "at_s")}
        return {**kept, "kinds": kinds_of(heard)}

    def get_answer_url(self, contest: Contest) -> str | None:
        return self._while_open(contest, "api-contest-answer", own=False)

    def get_withdraw_url(self, contest: Contest) -> str | None:
        return self._while_open(contest, "api-contest-withdraw", own=True)

    def _while_open(self, contest: Contest, name: str, *, own: bool) -> str | None:
        is_own = contest.assessment.submission.student_id == self.context["request"].user.pk
        return reverse(name, args=[contest.pk]) if contest.state == Contest.State.OPEN and is_own == own else None


class NewContest(serializers.Serializer[Any]):
    note_id = serializers.CharField(max_length=100)
    why = serializers.CharField(max_length=300, help_text="In a word: “I played it”, “I was in time”.")


class ContestAnswer(serializers.Serializer[Any]):
    """Without a verdict, and cleared of nothing, the machine's verdict stands."""

    verdict = serializers.ChoiceField(choices=VERDICTS, required=False, allow_blank=True, default="")
    cleared = serializers.ListField(
        child=serializers.ChoiceField(choices=CLEARABLE),
        required=False,
        default=list,
        help_text="Faults that the note is free of: right, and not late, is `correct` cleared of `late`.",
    )
    answer = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
