"""The shapes of requests and answers, as the OpenAPI page shows them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lessons.api.asking import LARGEST_ID
from lessons.assigning.sittings import withholds
from lessons.models import Exercise, Ruling, Submission, User
from lessons.rulings import CLEARABLE
from lessons.submissions import sentence_of
from lessons.titles import titled
from tutor.grading.assessment import FAULTS, VERDICTS
from tutor.notation.instruments import INSTRUMENTS


class Sentence(serializers.Serializer[Any]):
    """A refusal: one sentence to show."""

    detail = serializers.CharField()


class KeyShape(serializers.Serializer[Any]):
    onset_beat = serializers.FloatField()
    fifths = serializers.IntegerField(help_text="Sharps, or flats if negative.")
    mode = serializers.CharField()


class MetreShape(serializers.Serializer[Any]):
    onset_beat = serializers.FloatField()
    beats = serializers.IntegerField()
    beat_type = serializers.IntegerField()


class BarShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    onset_beat = serializers.FloatField()
    duration_beat = serializers.FloatField()


class ScoreNoteShape(serializers.Serializer[Any]):
    """A note as it sounds, ties joined; a beat is a quarter note."""

    id = serializers.CharField()
    symbol_ids = serializers.ListField(child=serializers.CharField(), help_text="Ids in the SVG.")
    pitch = serializers.IntegerField(help_text="Sounding MIDI number.")
    onset_beat = serializers.FloatField()
    duration_beat = serializers.FloatField()
    bar = serializers.IntegerField()
    written = serializers.CharField(help_text="As printed, e.g. F♯4.")


class ExerciseLine(serializers.ModelSerializer[Exercise]):
    title = serializers.SerializerMethodField(help_text="Of a composed exercise in the reader's language.")
    api_url = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    lesson = serializers.CharField(source="lesson.title", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Exercise
        fields = ["id", "title", "lesson", "grade", "tempo_bpm", "origin", "url", "api_url"]
        read_only_fields = fields

    def get_title(self, exercise: Exercise) -> str:
        return titled(exercise.title)

    def get_api_url(self, exercise: Exercise) -> str:
        return reverse("api-exercise", args=[exercise.pk])

    def get_url(self, exercise: Exercise) -> str:
        return reverse("practice", args=[exercise.pk])


class ExerciseShape(ExerciseLine):
    """An exercise as its player reads it: in their clef, transposition and range."""

    version = serializers.IntegerField(allow_null=True, help_text="Send it along with a take. Null: it never changes.")
    kind = serializers.CharField(help_text="Of a composed one: sight-reading, echo, rhythm, scale, …", allow_blank=True)
    instrument = serializers.CharField(allow_blank=True)
    octave_free = serializers.BooleanField()
    clef = serializers.CharField()
    transposition = serializers.IntegerField(help_text="Sounding minus written, semitones.")
    key = KeyShape(many=True)
    metre = MetreShape(many=True)
    bars = BarShape(many=True)
    duration_beat = serializers.FloatField()
    notes = ScoreNoteShape(many=True)
    skills = serializers.DictField(child=serializers.IntegerField(), help_text="Skill: how many notes show it.")
    rubric = serializers.CharField(help_text="The rubric that a take of the user's is graded by.")
    can_be_clapped = serializers.BooleanField()
    onsets_only = serializers.BooleanField(help_text="Clapped or tapped: only when the strokes come is graded.")
    is_by_ear = serializers.BooleanField(help_text="To be heard first, then played.")
    score_hidden = serializers.BooleanField(
        help_text="By ear, and not graded yet: no notes, no skills; the score's addresses refuse (403)."
    )
    sound = serializers.CharField(help_text="As it sounds, a WAV file; `?bpm=` for another tempo.")
    score_svg = serializers.CharField()
    musicxml = serializers.CharField()

    class Meta(ExerciseLine.Meta):
        fields = [
            *ExerciseLine.Meta.fields,
            *("version", "kind", "instrument", "octave_free", "clef", "transposition", "key", "metre", "bars"),
            "duration_beat",
            *("notes", "skills", "rubric", "can_be_clapped", "onsets_only", "is_by_ear", "score_hidden", "sound"),
            *("score_svg", "musicxml"),
        ]
        read_only_fields = fields


class NextShape(serializers.Serializer[Any]):
    exercise = ExerciseLine()
    reason = serializers.CharField(source="why", help_text="Why this one, in a sentence of facts.")
    aimed_at = serializers.CharField(allow_blank=True, help_text="The skill it was chosen for.")
    expected = serializers.FloatField(allow_null=True, help_text="Predicted share of skill events right.")


class Upload(serializers.Serializer[Any]):
    """One take. Times are seconds from the recording's first sample."""

    exercise = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    recording = serializers.FileField(allow_empty_file=True)
    tempo_bpm = serializers.FloatField(help_text="Quarter notes a minute, as the student chose.")
    clock = serializers.JSONField(
        required=False,
        allow_null=True,
        help_text="JSON text: {bpm, beat0_s, clicks_s}, and as last calibrated on this device, if it was: "
        "{latency_s, latency_doubt_s, latency_age_s}. None for an uploaded file.",
    )
    clapped = serializers.BooleanField(
        required=False, default=False, help_text="A rhythm exercise that was clapped or tapped, not played."
    )
    duration_s = serializers.FloatField(required=False, allow_null=True, help_text="As the recorder counted it.")
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=2**31 - 1,
        help_text="The exercise's version that was on the stand; the take is judged by it. None: as it is now.",
    )
    assignment = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="What it is played for. If it can't count for that it is practice, and the answer says why.",
    )


class SubmissionShape(serializers.ModelSerializer[Submission]):
    sentence = serializers.SerializerMethodField(help_text="Where the take stands, in words.")
    exercise = ExerciseLine()
    overall = serializers.SerializerMethodField(help_text="The grade that counts, 0 to 100; null until it is told.")
    assignment = serializers.IntegerField(
        source="assignment_id", read_only=True, allow_null=True, help_text="What it was played for; null: practice."
    )
    url = serializers.SerializerMethodField()
    page_url = serializers.SerializerMethodField()
    assessment_url = serializers.SerializerMethodField()
    recording_url = serializers.SerializerMethodField()
    student = serializers.CharField(source="student.display_name")

    class Meta:
        model = Submission
        fields = [
            *("id", "state", "sentence", "trouble", "created_at", "graded_at", "student", "exercise", "instrument"),
            *("tempo_bpm", "clapped", "duration_s", "assignment", "overall", "url", "page_url", "assessment_url"),
            "recording_url",
        ]
        read_only_fields = fields

    def get_sentence(self, submission: Submission) -> str:
        return sentence_of(submission)

    def get_overall(self, submission: Submission) -> float | None:
        # Over the prefetched list: a page of takes is one query.
        hearings = submission.assessments.all()
        request = self.context.get("request")
        reader = request.user if request is not None else submission.student
        if not hearings or withholds(submission, reader):
            return None
        return hearings[0].overall

    def get_url(self, submission: Submission) -> str:
        return reverse("api-submission", args=[submission.pk])

    def get_page_url(self, submission: Submission) -> str:
        return submission.get_absolute_url()

    def get_assessment_url(self, submission: Submission) -> str | None:
        done = submission.state == Submission.State.DONE
        return reverse("api-assessment", args=[submission.pk]) if done else None

    def get_recording_url(self, submission: Submission) -> str:
        return reverse("api-recording", args=[submission.pk])


class ReceivedShape(SubmissionShape):
    not_counted = serializers.CharField(
        allow_blank=True, help_text="Why it does not count for the assignment that it was sent for."
    )

    class Meta(SubmissionShape.Meta):
        fields = [*SubmissionShape.Meta.fields, "not_counted"]
        read_only_fields = fields


class SubmissionWithNext(SubmissionShape):
    next = NextShape(allow_null=True, help_text="What to play next, once the take is learnt from.")

    class Meta(SubmissionShape.Meta):
        fields = [*SubmissionShape.Meta.fields, "next"]
        read_only_fields = fields


class FaultShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=FAULTS)
    amount = serializers.FloatField()


class NoteVerdictShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    pitch = serializers.IntegerField()
    onset_beat = serializers.FloatField()
    duration_beat = serializers.FloatField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    faults = FaultShape(many=True)
    heard_pitch = serializers.FloatField(allow_null=True)
    cents = serializers.FloatField(allow_null=True)
    onset_s = serializers.FloatField(allow_null=True)
    onset_error_ms = serializers.FloatField(allow_null=True)
    duration_ratio = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField()
    reason = serializers.CharField(allow_blank=True)


class ExtraShape(serializers.Serializer[Any]):
    pitch = serializers.FloatField()
    onset_s = serializers.FloatField()
    offset_s = serializers.FloatField()


class RestartShape(serializers.Serializer[Any]):
    at_s = serializers.FloatField()
    from_note = serializers.CharField()
    to_note = serializers.CharField()


class AskShape(serializers.Serializer[Any]):
    """The exercise that a cause asks for."""

    skill = serializers.CharField()
    kind = serializers.CharField()
    fifths = serializers.IntegerField()
    mode = serializers.CharField()
    metre = serializers.CharField()
    figure = serializers.CharField(allow_blank=True)
    tempo = serializers.FloatField(help_text="Times the tempo of the take.")
    bars = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="First and last bar to play again, or null."
    )


class CauseShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField(help_text="All that is said: how it showed, and what to do about it.")
    notes = serializers.ListField(child=serializers.CharField())
    showed = serializers.CharField(allow_blank=True, help_text="Facts and figures.")
    remedy = serializers.CharField(allow_blank=True, help_text="One thing to do.")
    asks_for = AskShape(allow_null=True)


class LatencyShape(serializers.Serializer[Any]):
    """How late the recording was, through loudspeaker, air and microphone."""

    latency_s = serializers.FloatField()
    doubt_s = serializers.FloatField(help_text="How far that may be off.")
    heard = serializers.IntegerField(help_text="How many of this take's clicks say so; 0: an earlier calibration.")


class GradeShape(serializers.Serializer[Any]):
    """Each part 0 to 100, or null where there was no evidence."""

    overall = serializers.FloatField(allow_null=True)
    pitch = serializers.FloatField(allow_null=True)
    intonation = serializers.FloatField(allow_null=True)
    rhythm = serializers.FloatField(allow_null=True)
    tempo = serializers.FloatField(allow_null=True)
    completeness = serializers.FloatField(allow_null=True)


class TraceShape(serializers.Serializer[Any]):
    """What was heard over time: one sounding MIDI number a hop, null where unvoiced. Empty if none was kept."""

    hop_s = serializers.FloatField(required=False)
    midi = serializers.ListField(child=serializers.FloatField(allow_null=True), required=False)
    level_db = serializers.ListField(child=serializers.FloatField(), required=False)


class RulingShape(serializers.ModelSerializer[Ruling]):
    verdict = serializers.ChoiceField(choices=VERDICTS, help_text="The machine's own confirms it.")
    cleared = serializers.ListField(
        child=serializers.ChoiceField(choices=CLEARABLE),
        required=False,
        default=list,
        help_text="Faults that the note is free of: right, and not late, is `correct` cleared of `late`.",
    )
    ruled_by = serializers.CharField(source="ruled_by.display_name", default="", read_only=True)

    class Meta:
        model = Ruling
        fields = ["id", "note_id", "verdict", "cleared", "why", "ruled_by", "created_at"]
        read_only_fields = ["id", "ruled_by", "created_at"]


class AssessmentShape(serializers.Serializer[Any]):
    """One hearing of one take, the teacher's rulings applied."""

    engine = serializers.CharField()
    grade = GradeShape()
    tuning_cents = serializers.FloatField()
    tempo_bpm = serializers.FloatField(allow_null=True)
    notes = NoteVerdictShape(many=True)
    extras = ExtraShape(many=True)
    restarts = RestartShape(many=True)
    causes = CauseShape(many=True)
    rubric = serializers.CharField()
    rubric_label = serializers.CharField()
    onsets_only = serializers.BooleanField(help_text="Clapped or tapped: neither pitch nor length was graded.")
    latency = LatencyShape(allow_null=True, help_text="Null where nobody knows it.")
    noise_dbfs = serializers.FloatField(allow_null=True)
    played_share = serializers.FloatField(allow_null=True)
    duration_s = serializers.FloatField(allow_null=True)
    rulings = RulingShape(many=True)
    trace = TraceShape()
    score_notes = ScoreNoteShape(many=True)
    tempo_bpm_asked = serializers.FloatField()


class ClassroomShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()


class MeShape(serializers.ModelSerializer[User]):
    instrument = serializers.ChoiceField(choices=sorted(INSTRUMENTS), allow_blank=True)
    level = serializers.IntegerField(min_value=1, max_value=8)
    name = serializers.CharField(source="display_name", read_only=True)
    classrooms = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "name", "instrument", "level", "classrooms"]
        read_only_fields = ["id", "username", "name", "classrooms"]

    @extend_schema_field(ClassroomShape(many=True))
    def get_classrooms(self, user: User) -> list[dict[str, Any]]:
        memberships = user.memberships.select_related("classroom").order_by("classroom__name")
        return [{"id": one.classroom_id, "name": one.classroom.name, "role": one.role} for one in memberships]


class JoinCode(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
