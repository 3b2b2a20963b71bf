"""The teacher's word on a note stands: the grade follows it, it is kept, and the student sees it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from lessons import submissions
from lessons.classroom import ClassroomError
from lessons.models import Ruling, SkillState, Submission
from lessons.tasks import learn_from_submission
from lessons.verdicts import rule as rule_on
from tests.factories import SubmissionFactory, graded
from tutor.grading.rubric import get_rubric


@pytest.fixture
def take(ada):
    """The ear heard the third note wrong and the fifth not at all."""
    return graded(student=ada, faulty={"n3": "wrong", "n5": "missing"})


def rule(api, teacher, take, note_id="n3", verdict="correct", why="It was fine."):
    api.force_login(teacher)
    return api.post(reverse("api-ruling-list", args=[take.pk]), {"note_id": note_id, "verdict": verdict, "why": why})


def assessment(api, who, take):
    api.force_login(who)
    return api.get(reverse("api-assessment", args=[take.pk])).data


def verdicts(data):
    return {note["id"]: note["verdict"] for note in data["notes"]}


def test_a_ruling_changes_the_verdict_and_the_grade(api, take, ada, ms_clark):
    before = assessment(api, ada, take)
    answer = rule(api, ms_clark, take)
    assert answer.status_code == 201 and answer.data["ruled_by"] == "Joan Clark"
    after = assessment(api, ada, take)
    assert verdicts(before)["n3"] == "wrong" and verdicts(after)["n3"] == "correct"
    assert after["grade"]["pitch"] > before["grade"]["pitch"]
    assert {**verdicts(after), "n3": "wrong"} == verdicts(before)
    assert take.assessments.get().overall == after["grade"]["overall"]


def test_the_student_sees_it_and_why(api, take, ada, ms_clark):
    rule(api, ms_clark, take)
    (seen,) = assessment(api, ada, take)["rulings"]
    assert (seen["note_id"], seen["verdict"], seen["why"]) == ("n3", "correct", "It was fine.")


def test_the_latest_stands_and_all_are_kept(api, take, ms_clark):
    for verdict in ("correct", "not_heard", "wrong"):
        rule(api, ms_clark, take, verdict=verdict)
    assert verdicts(assessment(api, ms_clark, take))["n3"] == "wrong"
    assert [ruling.verdict for ruling in Ruling.objects.all()] == ["correct", "not_heard", "wrong"]


def test_what_the_machine_heard_is_never_rewritten(api, take, ms_clark):
    before = take.assessments.get().result
    rule(api, ms_clark, take)
    assert take.assessments.get().result == before


@pytest.mark.django_db(transaction=True)
def test_the_learner_follows_in_a_worker(take, ms_clark, monkeypatch):
    """Replaying a student's whole history is nothing to do while a teacher waits for a page."""
    queued = []
    monkeypatch.setattr("lessons.tasks.learn_from_submission.apply_async", lambda args, **_: queued.append(args))
    submissions.learn(str(take.pk))
    before = rights()
    rule_on(take, ms_clark, "n3", "correct", "")
    assert rights() == before and queued == [(str(take.pk),)]
    learn_from_submission(*queued[0])
    assert rights() > before
    assert Submission.objects.get().learned_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_loses_no_ruling(take, ms_clark, monkeypatch, caplog):
    """An old take, learnt from long ago: the sweep finds it as if it were new."""

    def down(*_, **__):
        raise OperationalError("nobody listens")

    submissions.learn(str(take.pk))
    before = rights()
    days_ago = timezone.now() - timedelta(days=9)
    Submission.objects.update(graded_at=days_ago, heartbeat_at=days_ago)
    with monkeypatch.context() as patch:
        patch.setattr("lessons.tasks.learn_from_submission.apply_async", down)
        rule_on(take, ms_clark, "n3", "correct", "")
    assert Ruling.objects.count() == 1 and "nobody listens" in caplog.text
    assert submissions.sweep() == 0
    Submission.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    queued = []
    monkeypatch.setattr("lessons.tasks.grade_submission.apply_async", lambda args, **_: queued.append(args))
    assert submissions.sweep() == 1
    submissions.grade(*queued[0])
    assert rights() > before
    assert submissions.sweep() == 0


def test_a_ruling_that_is_refused_teaches_nothing_again(take, ms_clark):
    submissions.learn(str(take.pk))
    with pytest.raises(ClassroomError):
        rule_on(take, ms_clark, "n99", "correct", "")
    assert Submission.objects.get().learned_at is not None


def rights():
    return sum(SkillState.objects.values_list("right", flat=True))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"note_id": "n99"}, "no such note"),
        ({"verdict": "splendid"}, "verdict"),
        ({"note_id": ""}, "note_id"),
        ({"why": "w" * 301}, "why"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused(api, take, ms_clark, asked, words):
    answer = rule(api, ms_clark, take, **asked)
    assert answer.status_code == 400 and words in answer.data["detail"]
    assert not Ruling.objects.exists()


def test_a_clapped_stroke_is_there_or_not_and_never_wrong(api, ada, ms_clark):
    """Its grade would not follow: only when the strokes come is graded."""
    take = graded(student=ada, clapped=True)
    take.assessments.update(rubric=get_rubric("clapping").to_dict())
    before = take.current_assessment.overall
    answer = rule(api, ms_clark, take, verdict="wrong")
    assert answer.status_code == 400 and "right, left out or not heard" in answer.data["detail"]
    assert rule(api, ms_clark, take, verdict="missing").status_code == 201
    assert take.current_assessment.overall < before


def test_a_take_that_is_not_graded_has_nothing_to_rule_on(api, ada, ms_clark):
    answer = rule(api, ms_clark, SubmissionFactory(student=ada))
    assert answer.status_code == 400 and answer.data["detail"] == "This take has not been graded yet."


def test_a_teacher_who_plays_does_not_rule_on_themselves(ms_clark):
    with pytest.raises(PermissionDenied):
        rule_on(graded(student=ms_clark), ms_clark, "n1", "correct", "")


def test_the_list_in_the_order_they_were_made(api, take, ada, ms_clark):
    rule(api, ms_clark, take, "n5", "correct")
    rule(api, ms_clark, take, "n3", "correct")
    api.force_login(ada)
    listed = api.get(reverse("api-ruling-list", args=[take.pk])).data
    assert [ruling["note_id"] for ruling in listed] == ["n5", "n3"]


def test_a_ruling_stands_when_the_take_is_heard_anew(api, take, ada, ms_clark, monkeypatch):
    """A later engine, or an exercise with another rubric: the same note is wrong in its ears too."""
    from dataclasses import replace

    from tests.factories import heard_as

    rule(api, ms_clark, take)
    ruled = assessment(api, ada, take)["grade"]["overall"]
    anew = replace(heard_as(take.as_score(), {"n3": "wrong", "n5": "missing"}), engine="test-ear/2")
    monkeypatch.setattr("tutor.assess.assess_recording", lambda *_, **__: anew)
    Submission.objects.filter(pk=take.pk).update(state="received")
    submissions.grade(str(take.pk))
    assert take.assessments.count() == 2 and Ruling.objects.count() == 1
    seen = assessment(api, ada, take)
    assert (seen["engine"], verdicts(seen)["n3"], seen["grade"]["overall"]) == ("test-ear/2", "correct", ruled)
    assert take.assessments.first().overall == ruled


def test_the_later_of_two_rulings_stands(api, take, ada, ms_clark):
    for verdict in ("correct", "missing", "wrong"):
        assert rule(api, ms_clark, take, verdict=verdict).status_code == 201
    assert verdicts(assessment(api, ada, take))["n3"] == "wrong"
    assert Ruling.objects.count() == 3
