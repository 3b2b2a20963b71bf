"""Old takes heard again: new hearings beside the old ones, once, and nobody's word or skill is lost by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessons import jobs, submissions
from lessons.models import Assessment, Job, SkillState, Submission
from lessons.rubrics import choose_preset
from lessons.verdicts import rule
from tests.factories import ClassroomFactory, StudentFactory, TeacherFactory, graded, heard_as
from tutor.grading.rubric import STANDARD, get_rubric
from tutor.listening.errors import NothingHeard

NEW = "test-ear/2"


@pytest.fixture
def ear(monkeypatch):
    """The ear of tomorrow: it hears what `faulty` says, by exercise, and counts how often it was asked."""

    class Ear:
        times = 0
        faulty = {"n2": "missing"}
        fails_at = None

        def __call__(self, recording, score, rubric, clock, **_):
            self.times += 1
            if self.times == self.fails_at:
                raise KeyboardInterrupt
            return replace(heard_as(score, self.faulty), engine=NEW, rubric=rubric.name)

    ear = Ear()
    monkeypatch.setattr("tutor.assess.assess_recording", ear)
    monkeypatch.setattr("tutor.assess.ENGINE", NEW)
    return ear


@pytest.fixture
def take(ada):
    return a_take(ada)


def a_take(student, **how):
    take = graded({"n3": "wrong", "n5": "missing"}, student=student, **how)
    submissions.learn(str(take.pk))
    return take


def regrade(**options) -> str:
    """As at the command line: regrade(engine_before="x/2", dry_run=True)."""
    said = StringIO()
    words = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    arguments = [name if value is True else f"{name}={value}" for name, value in words.items()]
    call_command("regrade", *arguments, stdout=said)
    return said.getvalue()


def verdicts(assessment):
    return {note["id"]: note["verdict"] for note in assessment.result["notes"] if note["verdict"] != "correct"}


def test_the_new_hearing_counts_and_the_old_one_stays_as_it_was(take, ear, client, ada):
    old = take.assessments.get()
    said = regrade()
    now = take.current_assessment
    assert (now.engine, verdicts(now)) == (NEW, {"n2": "missing"})
    assert now.rubric_digest == STANDARD.digest and now.trace == {}
    old.refresh_from_db()
    assert verdicts(old) == {"n3": "wrong", "n5": "missing"} and not old.counts
    client.force_login(ada)
    assert client.get(reverse("api-assessment", args=[take.pk])).json()["engine"] == NEW
    assert client.get(reverse("api-submission", args=[take.pk])).json()["overall"] == now.overall
    assert "1 take heard again. The grade moved by +" in said and "3 of 8 verdicts changed." in said


def test_a_second_time_there_is_nothing_to_do(take, ear):
    regrade()
    assert "0 takes heard again." in regrade()
    assert ear.times == 1 and take.assessments.count() == 2


def test_killed_in_the_middle_it_goes_on_where_it_stopped(ada, ear):
    takes = [a_take(ada) for _ in range(3)]
    ear.fails_at = 2
    with pytest.raises(KeyboardInterrupt):
        regrade()
    assert Assessment.objects.filter(engine=NEW).count() == 1
    assert Submission.objects.filter(learned_at=None).count() == 1  # the sweep's, should nobody begin again
    ear.fails_at = None
    regrade()
    assert Assessment.objects.filter(engine=NEW, counts=True).count() == 3 and ear.times == 4
    assert {take.current_assessment.engine for take in takes} == {NEW}


def test_a_teachers_word_stands_over_the_new_ear(take, ear, ms_clark):
    ear.faulty = {"n3": "wrong"}
    rule(take, ms_clark, "n3", "correct")
    regrade()
    now = take.current_assessment
    assert verdicts(now) == {"n3": "wrong"} and now.rulings.count() == 1
    assert now.overall == 100.0


def test_a_dry_run_compares_and_keeps_nothing(take, ear):
    said = regrade(dry_run=True)
    assert "3 of 8 verdicts changed" in said and "Nothing was kept." in said
    assert take.assessments.count() == 1 and take.current_assessment.engine == "test-ear/1"
    take.refresh_from_db()
    assert take.learned_at is not None


def test_another_rubric_and_back_again(take, ear):
    regrade(rubric="strict")
    assert take.current_assessment.rubric == get_rubric("strict").to_dict()
    # A new ear keeps the rubric that the student was told of.
    assert "0 takes heard again" in regrade()
    regrade(rubric="standard")
    assert take.current_assessment.rubric["name"] == "standard"
    # What was set aside counts again; nobody need hear it a third time.
    regrade(rubric="strict")
    assert take.current_assessment.rubric["name"] == "strict"
    assert ear.times == 2 and take.assessments.count() == 3


def test_what_was_clapped_is_never_graded_as_notes(ada, ear):
    take = graded(student=ada, clapped=True)
    take.assessments.update(rubric=get_rubric("clapping").to_dict())
    regrade(rubric="strict")
    assert take.current_assessment.rubric["name"] == "clapping" and take.assessments.count() == 2


def test_what_the_exercise_had_clapped_is_not_either(ada, ear):
    """Nobody pressed “Clap it instead”: the exercise's own rubric asked for strokes. And back from a mistake."""
    clapped, played = graded(student=ada), graded(student=ada)
    clapping = get_rubric("clapping")
    clapped.assessments.update(rubric=clapping.to_dict(), rubric_digest=clapping.digest)
    regrade(rubric="strict")
    assert clapped.current_assessment.rubric["name"] == "clapping"
    regrade(rubric="clapping", exercise=played.exercise_id)
    regrade(rubric="standard")
    assert played.current_assessment.rubric["name"] == "standard"


def test_as_the_class_chooses_now(take, ear, classroom):
    classroom.rubric = "beginner"
    classroom.save()
    regrade(rubric="chosen")
    assert take.current_assessment.rubric["name"] == "beginner"


def test_skills_are_moved_by_the_new_hearing_and_the_take_counts_once(ada, ben, ear):
    """As if the new ear had heard it all from the beginning."""
    ear.faulty = {"n2": "wrong", "n4": "wrong"}
    for _ in range(2):
        a_take(ada)
    regrade(student="ada")
    for _ in range(2):
        take = graded(ear.faulty, student=ben)
        submissions.learn(str(take.pk))
    skills = [
        dict(SkillState.objects.filter(student=one).values_list("skill", "right").order_by("skill"))
        for one in (ada, ben)
    ]
    heard = [
        dict(SkillState.objects.filter(student=one).values_list("skill", "heard").order_by("skill"))
        for one in (ada, ben)
    ]
    assert skills[0] and skills[0] == skills[1] and heard[0] == heard[1]
    assert not Submission.objects.filter(learned_at=None).exists()


def test_a_take_that_was_not_learnt_from_yet_is_left_to_the_worker(ada, ear):
    take = graded(student=ada)
    regrade()
    take.refresh_from_db()
    assert take.learned_at is None and take.heartbeat_at is not None


@pytest.mark.parametrize("trouble", [NothingHeard(-60.0), FileNotFoundError("gone")])
def test_what_cannot_be_heard_again_keeps_its_grade(take, ear, monkeypatch, trouble):
    def deaf(*_, **__):
        raise trouble

    monkeypatch.setattr("tutor.assess.assess_recording", deaf)
    said = regrade()
    assert "1 could not be heard again and keep" in said
    assert take.current_assessment.engine == "test-ear/1"


def test_a_take_deleted_while_it_is_heard_stops_nobody_elses(ada, ear, monkeypatch):
    gone, stays = a_take(ada), a_take(ada)

    def forget(*asked, **how):
        Submission.objects.filter(pk=gone.pk).delete()
        return ear(*asked, **how)

    monkeypatch.setattr("tutor.assess.assess_recording", forget)
    assert "1 take heard again" in regrade()
    assert stays.current_assessment.engine == NEW
    assert not Submission.objects.filter(learned_at=None).exists()


@pytest.mark.parametrize("damage", ["ear", "rubric"])
def test_one_take_that_breaks_the_ear_stops_none_of_the_others(ada, ear, monkeypatch, caplog, damage):
    broken, whole = a_take(ada), a_take(ada)
    if damage == "rubric":
        broken.assessments.update(rubric={"cents_in_tune": -1})

    def breaks_first(*asked, **how):
        if damage == "ear" and not ear.times:
            ear.times += 1
            raise ZeroDivisionError
        return ear(*asked, **how)

    monkeypatch.setattr("tutor.assess.assess_recording", breaks_first)
    said = regrade()
    assert "the fault is ours" in said and "1 could not be heard again" in said
    assert str(broken.pk) in caplog.text
    assert broken.current_assessment.engine == "test-ear/1" and whole.current_assessment.engine == NEW


def test_a_dry_run_says_what_would_be_with_the_teachers_word_in_it(take, ear, ms_clark):
    ear.faulty = {"n3": "wrong", "n5": "missing"}
    rule(take, ms_clark, "n3", "correct")
    assert "0 of 8 verdicts changed" in regrade(dry_run=True)
    assert "0 of 8 verdicts changed" in regrade()


def test_the_takes_asked_for_are_no_list_of_numbers(take, ear):
    """A database takes only so many of them in one query."""
    others = [a_take(take.student) for _ in range(2)]
    with CaptureQueriesContext(connection) as asked:
        assert "3 takes heard again" in regrade(engine_before=NEW, limit=3, dry_run=True)
    ids = [str(one.pk.hex) for one in (take, *others)]
    hearings = [str(one.current_assessment.pk) for one in (take, *others)]
    lists = [
        sql for sql in (one["sql"] for one in asked) for known in (ids, hearings) if f"IN ({', '.join(known)})" in sql
    ]
    assert not lists


def test_only_those_that_are_asked_for(ada, ben, zoe, ear, classroom):
    old, new = a_take(ada), a_take(ada)
    Submission.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=90))
    his, strangers = a_take(ben), a_take(zoe)
    month_ago = f"{timezone.now() - timedelta(days=30):%Y-%m-%d}"

    def found(**options):
        said = regrade(dry_run=True, **options)
        return int(said.split()[0])

    assert found() == 4
    assert found(classroom=classroom.name) == 3 == found(classroom=str(classroom.pk))
    assert found(student="ada") == 2
    assert found(exercise=his.exercise_id) == 1
    assert found(since=month_ago) == 3
    assert found(limit=2) == 2 and found(limit=0) == 0
    assert found(engine_before=NEW) == 4 and found(engine_before="test-ear/1") == 0
    regrade(student="zoe")
    assert found(engine_before=NEW) == 3
    assert strangers.current_assessment.engine == NEW and new.current_assessment.engine == "test-ear/1"


@pytest.mark.parametrize(
    "options",
    [{"rubric": "harsh"}, {"classroom": "Nobody's"}, {"engine_before": "two"}, {"since": "yesterday"}],
    ids=str,
)
def test_what_makes_no_sense_is_refused(db, options):
    with pytest.raises(CommandError):
        regrade(**options)


def test_two_classes_of_one_name_are_told_apart_by_number(db, ear):
    first, second = (ClassroomFactory(name="Winds") for _ in range(2))
    TeacherFactory(classroom=first)
    a_take(StudentFactory(classroom=second))
    with pytest.raises(CommandError, match="Several"):
        regrade(classroom="Winds")
    assert "1 take to look at" in regrade(classroom=str(second.pk), dry_run=True)


def test_a_teacher_has_the_class_heard_again_in_a_job(ear, take, client, ms_clark, classroom, zoe):
    client.force_login(ms_clark)
    choose_preset(classroom, "strict")
    address = reverse("class-hear-again", args=[classroom.pk])
    client.post(address, {"days": "30"})
    job = Job.objects.get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    assert job.sentence.startswith("1 take heard again.")
    assert take.current_assessment.rubric["name"] == "strict"
    client.force_login(zoe)
    assert client.post(address, {"days": "30"}).status_code == 404


def test_who_teaches_the_class_no_more_hears_nothing_again(ear, take, ms_clark, classroom):
    job = jobs.start("regrade-class", ms_clark, "Again", {"classroom": classroom.pk})
    classroom.memberships.filter(user=ms_clark).delete()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, ear.times) == ("failed", 0)
