"""A student says that the machine is wrong; a teacher listens and has the last word; and who said what is kept."""

from dataclasses import replace

import pytest
from django.urls import reverse

from lessons import contests, submissions
from lessons.models import Contest, Membership, Notice, Ruling, SkillState, Submission
from lessons.tasks import learn_from_submission
from tests.factories import ClassroomFactory, StudentFactory, TeacherFactory, UserFactory, graded, heard_as
from tutor.grading.assessment import Fault
from tutor.grading.grade import grade_notes
from tutor.grading.rubric import STANDARD


@pytest.fixture
def take(ada, ms_clark):
    """The ear heard the third note wrong, the fifth not at all, and the sixth late."""
    take = graded(student=ada, faulty={"n3": "wrong", "n5": "missing"})
    return heard_late(take, "n6")


def heard_late(take, note_id, ms=180.0):
    assessment = take.assessments.get()
    machine = heard_as(take.as_score(), {"n3": "wrong", "n5": "missing"})
    late = tuple(
        replace(note, onset_error_ms=ms, faults=(Fault("late", ms),)) if note.id == note_id else note
        for note in machine.notes
    )
    machine = replace(machine, notes=late, grade=grade_notes(late, STANDARD))
    assessment.result, assessment.overall = machine.to_dict(), machine.grade.overall
    assessment.save()
    return take


def contest(api, who, take, note_id="n3", why="I played E."):
    api.force_login(who)
    return api.post(reverse("api-contest-list", args=[take.pk]), {"note_id": note_id, "why": why})


def answer(api, who, one, **said):
    api.force_login(who)
    return api.post(reverse("api-contest-answer", args=[one if isinstance(one, int) else one["id"]]), said)


def listed(api, who, take):
    api.force_login(who)
    return api.get(reverse("api-contest-list", args=[take.pk])).data


def queue(api, who):
    api.force_login(who)
    return [one["note_id"] for one in api.get(reverse("api-contest-queue")).data["results"]]


def verdict(take, note_id):
    from lessons.rulings import effective_assessment

    counts = effective_assessment(take.current_assessment)
    return next(note for note in counts.notes if note.id == note_id)


def test_a_contest_reaches_the_teacher_with_what_was_heard(api, take, ada, ms_clark):
    made = contest(api, ada, take)
    assert made.status_code == 201 and made.data["state"] == "open"
    (seen,) = listed(api, ms_clark, take)
    assert (seen["student"], seen["why"], seen["heard"]["kinds"]) == ("Ada", "I played E.", ["pitch"])
    assert (seen["heard"]["written"], seen["heard"]["bar"]) == ("E4", 1)
    assert queue(api, ms_clark) == ["n3"]
    assert seen["answer_url"] and not seen["withdraw_url"]
    (own,) = listed(api, ada, take)
    assert own["withdraw_url"] and not own["answer_url"]


def test_every_teacher_of_a_class_that_the_student_is_in_is_told(api, take, ada, ms_clark, classroom):
    """Of all classes that go on, once each; and nobody else."""
    second = TeacherFactory(classroom=classroom)
    other_class, of_another_class = ClassroomFactory(), TeacherFactory()
    Membership.objects.create(classroom=other_class, user=ada)
    Membership.objects.create(classroom=other_class, user=ms_clark, role="teacher")
    Membership.objects.create(classroom=other_class, user=of_another_class, role="teacher")
    TeacherFactory(classroom=ClassroomFactory())
    contest(api, ada, take)
    told = Notice.objects.filter(kind="contested")
    assert sorted(notice.reader_id for notice in told) == sorted([ms_clark.pk, second.pk, of_another_class.pk])
    facts = told.first().facts
    assert (facts["by"], facts["why"], facts["title"]) == ("Ada", "I played E.", take.exercise.title)
    assert told.first().url.startswith(take.get_absolute_url()) and "n3" in told.first().url
    assert queue(api, second) == queue(api, of_another_class) == ["n3"]


def test_granted_it_regrades_and_says_so(api, take, ada, ms_clark):
    before = take.current_assessment.overall
    made = contest(api, ada, take).data
    done = answer(api, ms_clark, made, verdict="correct", answer="You are right.")
    assert done.status_code == 200
    (seen,) = listed(api, ada, take)
    assert (seen["state"], seen["answer"], seen["answered_by"]) == ("granted", "You are right.", "Joan Clark")
    assert seen["ruling"]["verdict"] == "correct" and seen["closed_at"]
    assert verdict(take, "n3").verdict == "correct" and take.current_assessment.overall > before
    notice = Notice.objects.get(reader=ada)
    assert (notice.kind, notice.facts["granted"], notice.facts["answer"]) == ("ruled", True, "You are right.")


@pytest.mark.parametrize("said", [{}, {"verdict": "wrong"}, {"verdict": ""}])
def test_kept_the_machines_verdict_is_confirmed(api, take, ada, ms_clark, said):
    before = take.current_assessment.overall
    done = answer(api, ms_clark, contest(api, ada, take).data, answer="Listen at 0:02.", **said)
    assert done.data["state"] == "kept" and done.data["ruling"]["verdict"] == "wrong"
    assert take.current_assessment.overall == before
    assert Notice.objects.get(reader=ada).facts["granted"] is False


def test_a_note_that_was_not_late_is_cleared_of_it(api, take, ada, ms_clark):
    before = take.current_assessment.overall
    made = contest(api, ada, take, "n6", "I was in time.").data
    assert made["heard"]["kinds"] == ["late"]
    done = answer(api, ms_clark, made, cleared=["late"])
    assert done.data["state"] == "granted" and done.data["ruling"]["cleared"] == ["late"]
    assert verdict(take, "n6").faults == () and take.current_assessment.overall > before


@pytest.mark.django_db(transaction=True)
def test_the_learner_moves_in_a_worker(api, take, ada, ms_clark, monkeypatch):
    queued = []
    monkeypatch.setattr("lessons.tasks.learn_from_submission.apply_async", lambda args, **_: queued.append(args))
    submissions.learn(str(take.pk))
    before = sum(SkillState.objects.values_list("right", flat=True))
    answer(api, ms_clark, contest(api, ada, take).data, verdict="correct")
    assert queued == [(str(take.pk),)]
    learn_from_submission(*queued[0])
    assert sum(SkillState.objects.values_list("right", flat=True)) > before


def test_a_ruling_made_on_the_take_answers_the_contest(api, take, ada, ms_clark):
    """The teacher rules on note after note by keyboard, and need not open the queue for it."""
    contest(api, ada, take)
    contest(api, ada, take, "n5", "I played it, softly.")
    api.force_login(ms_clark)
    address = reverse("api-ruling-list", args=[take.pk])
    api.post(address, {"note_id": "n3", "verdict": "correct", "why": "Yes."})
    api.post(address, {"note_id": "n5", "verdict": "missing", "why": "I hear none."})
    assert [(one["note_id"], one["state"], one["answer"]) for one in listed(api, ada, take)] == [
        ("n3", "granted", "Yes."),
        ("n5", "kept", "I hear none."),
    ]
    assert queue(api, ms_clark) == []


def test_one_is_open_on_a_note_at_a_time(api, take, ada):
    assert contest(api, ada, take).status_code == 201
    again = contest(api, ada, take)
    assert again.status_code == 409 and "already" in again.data["detail"]
    assert contest(api, ada, take, "n5").status_code == 201


def test_what_a_teacher_decided_is_not_contested_again(api, take, ada, ms_clark):
    answer(api, ms_clark, contest(api, ada, take).data)
    again = contest(api, ada, take)
    assert again.status_code == 409 and "comment" in again.data["detail"]


def test_what_is_taken_back_stays_in_the_list(api, take, ada, ms_clark):
    made = contest(api, ada, take).data
    assert api.post(reverse("api-contest-withdraw", args=[made["id"]])).data["state"] == "withdrawn"
    assert queue(api, ms_clark) == []
    assert answer(api, ms_clark, made).status_code == 409
    assert contest(api, ada, take).status_code == 201
    assert [one["state"] for one in listed(api, ada, take)] == ["withdrawn", "open"]


def test_an_answer_is_given_once(api, take, ada, ms_clark):
    made = contest(api, ada, take).data
    answer(api, ms_clark, made, verdict="correct")
    assert answer(api, ms_clark, made, verdict="wrong").status_code == 409
    api.force_login(ada)
    assert api.post(reverse("api-contest-withdraw", args=[made["id"]])).status_code == 409
    assert Ruling.objects.get().verdict == "correct"


def test_a_second_thought_of_the_teacher_leaves_the_first_in_the_log(api, take, ada, ms_clark):
    answer(api, ms_clark, contest(api, ada, take).data, verdict="correct")
    api.post(reverse("api-ruling-list", args=[take.pk]), {"note_id": "n3", "verdict": "wrong"})
    (seen,) = listed(api, ada, take)
    assert (seen["state"], seen["ruling"]["verdict"]) == ("granted", "correct")
    assert verdict(take, "n3").verdict == "wrong" and Ruling.objects.count() == 2


def test_it_goes_over_when_the_take_is_heard_again(api, take, ada, ms_clark, monkeypatch):
    """Open and closed ones. What was contested is what the ear of then had said."""
    answer(api, ms_clark, contest(api, ada, take, "n5").data, verdict="correct")
    contest(api, ada, take)
    anew = replace(heard_as(take.as_score(), {}), engine="test-ear/2")
    monkeypatch.setattr("tutor.assess.assess_recording", lambda *_, **__: anew)
    Submission.objects.filter(pk=take.pk).update(state="received")
    submissions.grade(str(take.pk))
    assert set(Contest.objects.values_list("assessment__engine", flat=True)) == {"test-ear/2"}
    assert [one["note_id"] for one in listed(api, ada, take)] == ["n5", "n3"] and queue(api, ms_clark) == ["n3"]
    assert [one["heard"]["kinds"] for one in listed(api, ada, take)] == [["missing"], ["pitch"]]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"note_id": "n99"}, "no such note"),
        ({"note_id": ""}, "note_id"),
        ({"why": ""}, "why"),
        ({"why": "   "}, "why"),
        ({"why": "w" * 301}, "why"),
    ],
)
def test_a_contest_that_makes_no_sense_is_refused(api, take, ada, asked, words):
    made = contest(api, ada, take, **asked)
    assert made.status_code == 400 and words in made.data["detail"]
    assert not Contest.objects.exists()


@pytest.mark.parametrize("said", [{"verdict": "splendid"}, {"cleared": ["pitch"]}, {"answer": "w" * 301}])
def test_an_answer_that_makes_no_sense_is_refused(api, take, ada, ms_clark, said):
    made = contest(api, ada, take).data
    assert answer(api, ms_clark, made, **said).status_code == 400
    assert Contest.objects.get().state == "open" and not Ruling.objects.exists()


def test_a_take_that_was_not_graded_has_nothing_to_contest(api, ada, ms_clark):
    from tests.factories import SubmissionFactory

    assert contest(api, ada, SubmissionFactory(student=ada)).status_code == 409


def test_who_has_no_teacher_is_told_so(api, zoe):
    made = contest(api, zoe, graded(student=zoe, faulty={"n3": "wrong"}))
    assert made.status_code == 409 and "no teacher" in made.data["detail"]


def test_nobody_buries_a_teacher_in_contests(api, take, ada, monkeypatch):
    monkeypatch.setattr(contests, "MOST_OPEN", 2)
    assert [contest(api, ada, take, note).status_code for note in ("n3", "n5", "n6")] == [201, 201, 409]


def test_it_has_a_throttle(api, take, ada, settings):
    from rest_framework.throttling import ScopedRateThrottle

    ScopedRateThrottle.THROTTLE_RATES = {**ScopedRateThrottle.THROTTLE_RATES, "contests": "1/hour"}
    try:
        assert [contest(api, ada, take, note).status_code for note in ("n3", "n5")] == [201, 429]
    finally:
        ScopedRateThrottle.THROTTLE_RATES = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]


# Who may


@pytest.fixture
def people(ada, ben, zoe, ms_clark, classroom):
    return {
        "ada": ada,
        "ben": ben,
        "zoe": zoe,
        "ms_clark": ms_clark,
        "co-teacher": TeacherFactory(classroom=classroom),
        "other teacher": TeacherFactory(classroom=ClassroomFactory()),
        "author": UserFactory(is_author=True),
        "office": UserFactory(is_staff=True, is_superuser=True),
    }


STRANGERS = ["ben", "zoe", "other teacher", "author", "office"]


@pytest.mark.parametrize(
    ("who", "status"), [("ms_clark", 403), ("co-teacher", 403), *((who, 404) for who in STRANGERS)]
)
def test_only_who_played_contests(api, take, people, who, status):
    assert contest(api, people[who], take).status_code == status
    assert not Contest.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("co-teacher", 200), *((who, 404) for who in STRANGERS)])
def test_only_their_teachers_answer(api, take, ada, people, who, status):
    made = contest(api, ada, take).data
    assert answer(api, people[who], made, verdict="correct").status_code == status
    assert Ruling.objects.exists() == (status == 200)


@pytest.mark.parametrize(("who", "status"), [("ms_clark", 403), *((who, 404) for who in STRANGERS)])
def test_only_who_contested_takes_it_back(api, take, ada, people, who, status):
    made = contest(api, ada, take).data
    api.force_login(people[who])
    assert api.post(reverse("api-contest-withdraw", args=[made["id"]])).status_code == status
    assert Contest.objects.get().state == "open"


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_sees_one(api, take, ada, people, who):
    contest(api, ada, take)
    api.force_login(people[who])
    assert api.get(reverse("api-contest-list", args=[take.pk])).status_code == 404
    assert queue(api, people[who]) == []


def test_of_a_class_in_the_archive_nothing_waits(api, take, ada, ms_clark, classroom):
    from django.utils import timezone

    made = contest(api, ada, take).data
    classroom.archived_at = timezone.now()
    classroom.save()
    assert queue(api, ms_clark) == [] and answer(api, ms_clark, made).status_code == 403


def test_the_queue_costs_the_same_for_many(ms_clark, classroom, django_assert_num_queries):
    def lines():
        return [(one.assessment.submission.student.display_name, one.heard) for one in contests.open_for(ms_clark)]

    for count in (2, 20):
        while Contest.objects.count() < count:
            student = StudentFactory(classroom=classroom)
            contests.contest(graded(student=student, faulty={"n3": "wrong"}), student, "n3", "No.")
        with django_assert_num_queries(1):
            assert len(lines()) == count


def test_the_oldest_comes_first(api, take, ada, ms_clark):
    for note in ("n5", "n3", "n6"):
        contest(api, ada, take, note)
    assert queue(api, ms_clark) == ["n5", "n3", "n6"]


# What a ruling is about


@pytest.mark.parametrize(
    ("said", "ruled", "claims"),
    [
        (("wrong", ["pitch"]), ("correct", []), {"pitch": True}),
        (("wrong", ["pitch"]), ("wrong", []), {"pitch": False}),
        (("wrong", ["octave", "late"]), ("correct", []), {"octave": True}),
        (("wrong", ["pitch", "late"]), ("wrong", ["late"]), {"pitch": False, "late": True}),
        (("correct", ["late", "short"]), ("correct", ["late"]), {"late": True, "short": False}),
        (("correct", ["late"]), ("correct", []), {"late": False}),
        (("correct", ["late"]), ("missing", []), {"late": True}),
        (("correct", ["late"]), ("wrong", []), {}),
        (("correct", []), ("wrong", []), {"right": True}),
        (("correct", []), ("correct", []), {"right": False}),
        (("missing", []), ("correct", []), {"missing": True}),
        (("not_heard", []), ("not_heard", []), {"not_heard": False}),
    ],
)
def test_a_ruling_is_about_what_was_said(said, ruled, claims):
    from lessons.rulings import claims_of

    heard = {"verdict": said[0], "faults": [{"kind": kind, "amount": 1.0} for kind in said[1]]}
    assert dict(claims_of(heard, *ruled)) == claims


def test_sharp_and_flat_are_two_things():
    from lessons.rulings import kinds_of

    def out(cents):
        return {"verdict": "correct", "faults": [{"kind": "intonation", "amount": cents}]}

    assert (kinds_of(out(41.0)), kinds_of(out(-41.0))) == (["sharp"], ["flat"])


def test_the_list_of_classes_says_how_many_are_in_each_and_how_many_notes_wait(
    api, client, take, ada, ben, ms_clark, django_assert_max_num_queries
):
    empty = ClassroomFactory(name="Aardvarks")
    Membership.objects.create(classroom=empty, user=ms_clark, role="teacher")
    contest(api, ada, take)
    contest(api, ada, take, "n5")
    client.force_login(ms_clark)
    said = client.get(reverse("classes")).content.decode()
    assert "0 students" in said and "2 students" in said
    assert said.count("Contested notes: 2") == 1 == said.count("Contested notes")
    for number in range(20):
        Membership.objects.create(classroom=ClassroomFactory(name=f"{number}"), user=ms_clark, role="teacher")
    with django_assert_max_num_queries(12):
        client.get(reverse("classes"))
