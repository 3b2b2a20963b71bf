"""One take is listened to once, whoever asks and however often; and the student moves on by it."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from lessons import practice, submissions, workers
from lessons.models import Assessment, PracticePlan, SkillState, Submission
from tests.factories import ExerciseFactory, SubmissionFactory, heard_as, melody
from tutor.listening.errors import RecordingError


@pytest.fixture
def ear(monkeypatch):
    """An ear that hears everything right at once, and counts; the real one is in the last test."""

    class Ear:
        times = 0
        trouble: Exception | None = None
        stages: list[str] = []

        def __call__(self, recording, score, rubric, clock, *, instrument=None, progress=None, **_):
            self.times += 1
            self.heard = recording, score, rubric, clock, instrument
            for stage in ("listening", "grading"):
                progress(stage, 0.5)
                self.stages.append(Submission.objects.get().state)
            if self.trouble:
                raise self.trouble
            return heard_as(score)

    ear = Ear()
    ear.stages = []
    monkeypatch.setattr("tutor.assess.assess_recording", ear)
    return ear


@pytest.fixture
def take(ada):
    return SubmissionFactory(student=ada, exercise=ExerciseFactory(skills={"key:0": 8}))


def test_a_take_is_graded(take, ear):
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert (take.state, take.attempts, take.trouble) == ("done", 1, "")
    assert ear.stages == ["listening", "grading"]
    hearing = take.assessments.get()
    assert hearing.overall == 100.0
    assert [note["verdict"] for note in hearing.result["notes"]] == ["correct"] * 8
    assert hearing.rubric["name"] == "standard" and hearing.rubric_digest
    assert ear.heard[0] == take.recording.read()
    assert ear.heard[4].name == "violin"


def test_the_student_moves_on_in_the_same_task(take, ear):
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.learned_at is not None
    assert SkillState.objects.filter(student=take.student).exists()
    assert PracticePlan.objects.filter(student=take.student, made_by="take").count() == 1


def test_grading_twice_leaves_one_assessment(take, ear):
    submissions.grade(str(take.pk))
    submissions.grade(str(take.pk))
    assert ear.times == 1
    assert Assessment.objects.count() == 1
    assert PracticePlan.objects.filter(made_by="take").count() == 1


def test_a_take_in_living_hands_is_left_alone(take, ear):
    Submission.objects.update(state="listening", attempts=1, heartbeat_at=timezone.now(), worker=workers.my_name())
    submissions.grade(str(take.pk))
    assert ear.times == 0


def test_a_stale_take_is_taken_over(take, ear):
    long_ago = timezone.now() - submissions.STALE_AFTER - timedelta(seconds=1)
    Submission.objects.update(state="grading", attempts=1, heartbeat_at=long_ago, worker="a machine far away")
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert (take.state, take.attempts) == ("done", 2)


def test_a_worker_that_lost_its_claim_writes_nothing(take, ear, monkeypatch):
    """It slept through its heartbeat, and another worker took the take over."""

    def overtaken(recording, score, rubric, clock, **_):
        Submission.objects.filter(pk=take.pk).update(attempts=2)
        return heard_as(score)

    monkeypatch.setattr("tutor.assess.assess_recording", overtaken)
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.state == "listening" and not take.assessments.exists()


def test_what_the_student_can_mend_is_said_and_not_retried(take, ear):
    ear.trouble = RecordingError("The recording is silent: move closer to the microphone.")
    submissions.grade(str(take.pk))
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert (take.state, take.attempts) == ("failed", 1)
    assert take.trouble == "The recording is silent: move closer to the microphone."


def test_our_own_fault_is_tried_three_times_and_then_said(take, ear, caplog):
    ear.trouble = ZeroDivisionError("ours")
    for attempt in (1, 2):
        submissions.grade(str(take.pk))
        take.refresh_from_db()
        assert (take.state, take.attempts, take.trouble) == ("received", attempt, "")
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert (take.state, take.trouble) == ("failed", submissions.OUR_FAULT)
    assert ear.times == 3
    assert "ZeroDivisionError" in caplog.text


def test_a_learner_that_fails_loses_no_grade_and_catches_up(take, ear, monkeypatch, caplog):
    def stumble(_):
        raise RuntimeError("no plan today")

    with monkeypatch.context() as patch:
        patch.setattr(practice, "choose_next", stumble)
        submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.state == "done" and take.learned_at is None
    assert not SkillState.objects.exists()  # Neither half of the learning stands without the other.
    assert "no plan today" in caplog.text
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.learned_at is not None and ear.times == 1


def test_an_unknown_take_is_nobodys_trouble(db):
    submissions.grade("6b1f7dd0-0000-4000-8000-000000000000")


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_listen_once(take, ear, monkeypatch):
    monkeypatch.setattr(submissions, "learn", lambda _: None)
    gate = threading.Barrier(8)

    def one():
        try:
            gate.wait()
            submissions.grade(str(take.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ear.times == 1
    assert Assessment.objects.count() == 1


def test_a_recording_that_arrived_in_part_is_said_to_be(ada):
    """The browser counted a minute, a second arrived: the ear must not grade the rest as left out."""
    take = SubmissionFactory(student=ada, claimed_duration_s=60.0)
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.state == "failed"
    assert "1 of 60 seconds" in take.trouble


def test_a_real_recording_is_really_heard(ada, tmp_path):
    """Two wrong notes and one left out, synthesised, through decoder, ear and grader."""
    from tests.synthesis import play

    score = melody("G4 A4 B4 C5 D5 C5 B4 A4", bpm=80)
    wave = play(score, wrong={"n3": 2, "n6": -2}, skip=["n5"], timbre="string").write_wav(tmp_path / "take.wav")
    exercise = ExerciseFactory(music=score)
    take = SubmissionFactory(student=ada, exercise=exercise, sound=wave.read_bytes(), tempo_bpm=80.0)
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.state == "done", take.trouble
    verdicts = {note["id"]: note["verdict"] for note in take.assessments.get().result["notes"]}
    assert {note for note, verdict in verdicts.items() if verdict == "wrong"} == {"n3", "n6"}
    assert {note for note, verdict in verdicts.items() if verdict == "missing"} == {"n5"}


def test_a_take_marked_as_queued_in_the_middle_of_a_claim_is_graded_all_the_same(take, ear, monkeypatch):
    """The web process says "queued" after the queue has it: a quick worker may be claiming the take just then."""
    name = workers.my_name()

    def the_upload_is_slower():
        Submission.objects.filter(pk=take.pk).update(state="queued")
        return name

    monkeypatch.setattr(workers, "my_name", the_upload_is_slower)
    submissions.grade(str(take.pk))
    take.refresh_from_db()
    assert take.state == "done"
