"""What people do to each other's work: join a class, comment on a take, correct a verdict."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from lessons import submissions
from lessons.models import Assessment, Classroom, Comment, Membership, Ruling, Submission, User
from lessons.rulings import effective_assessment
from tutor.grading import assessment as heard

# A browser's player counts a compressed recording a little longer than it is.
A_PLAYERS_ROUNDING_S = 1.0


class ClassroomError(ValueError):
    """What was asked can't be done; str() is a sentence for the person who asked."""


def find_classroom(code: str) -> Classroom:
    """The class of a join code, however it was typed: case, spaces and dashes don't matter."""
    tidy = "".join(letter for letter in code.upper() if letter.isalnum())
    open_ones = Classroom.objects.filter(code_open=True, archived_at=None)
    classroom = open_ones.filter(join_code=tidy).first() if tidy else None
    if classroom is None:
        raise ClassroomError("No class has this code. Check it with your teacher: six letters and digits.")
    return classroom


def join(user: User, code: str) -> Classroom:
    """Into the class as a student. Joining twice changes nothing; a teacher stays the teacher."""
    classroom = find_classroom(code)
    Membership.objects.get_or_create(classroom=classroom, user=user)
    return classroom


def comment(submission: Submission, author: User, at_s: float, text: str) -> Comment:
    """Words pinned to a time in the recording, by anyone who may hear it."""
    if not Submission.objects.visible_to(author).filter(pk=submission.pk).exists():
        raise PermissionDenied
    if not text.strip():
        raise ClassroomError("Write something first.")
    end_s = submission.duration_s
    if end_s is not None and at_s > end_s + A_PLAYERS_ROUNDING_S:
        raise ClassroomError(f"The recording is only {end_s:.0f} seconds long.")
    at_s = max(0.0, min(at_s, end_s) if end_s is not None else at_s)
    return Comment.objects.create(submission=submission, author=author, at_s=at_s, text=text.strip())


def rule(submission: Submission, teacher: User, note_id: str, verdict: str, why: str = "") -> Ruling:
    """The teacher's verdict on one note: it is kept, the grade follows it, and so does the learner."""
    if not Submission.objects.taught_by(teacher).filter(pk=submission.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        # The take first: whoever hears it again just now holds it, and another hearing may count after that.
        Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        assessment = submission.current_assessment
        if assessment is None:
            raise ClassroomError("This take has not been graded yet.")
        _check(assessment, note_id, verdict)
        ruling = Ruling.objects.create(
            assessment=assessment, note_id=note_id, verdict=verdict, why=why.strip(), ruled_by=teacher
        )
        assessment.overall = effective_assessment(assessment).grade.overall
        assessment.save(update_fields=["overall"])
        _learn_again(submission)
    return ruling


def _check(assessment: Assessment, note_id: str, verdict: str) -> None:
    if verdict not in heard.VERDICTS:
        raise ClassroomError(f"A verdict is one of: {', '.join(heard.VERDICTS)}.")
    if verdict == heard.WRONG and assessment.rubric.get("onsets_only"):
        raise ClassroomError("A clapped stroke has no pitch to be wrong: it is right, left out or not heard.")
    notes: list[dict[str, Any]] = assessment.result["notes"]
    if not any(note["id"] == note_id for note in notes):
        raise ClassroomError("There is no such note in this score.")


def _learn_again(submission: Submission) -> None:
    """A ruling replays all that its student ever played: work for a worker. The take is marked in the ruling's own
    transaction, so that the sweep finds it if the queue never hears of it."""
    Submission.objects.filter(pk=submission.pk).update(learned_at=None, heartbeat_at=timezone.now())
    transaction.on_commit(partial(submissions.queue_learning, str(submission.pk)), robust=True)
