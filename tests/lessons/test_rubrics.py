"""By which rubric a take is graded: the order of who is asked, what a teacher can choose, what everybody can read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import rubrics, submissions
from lessons.models import Membership, Submission
from tests.factories import ClassroomFactory, ExerciseFactory, SubmissionFactory, graded, heard_as, tone_wav
from tutor.grading.rubric import CLAPPING, RUBRICS, STANDARD, STRICT

OWN = {
    "cents_in_tune": "20",
    "pitch_none_cents": "80",
    "onset_window_most_s": "55",
    "time_none_s": "200",
    "pitch_weight": "40",
    "rhythm_weight": "60",
    "intonation_weight": "0",
    "extra_weight": "50",
    "least_confidence": "70",
    "any_octave": "on",
}


@pytest.fixture
def exercise(db):
    return ExerciseFactory()


@pytest.fixture
def rhythm(db):
    return ExerciseFactory(recipe={"kind": "rhythm"})


def test_standard_if_nobody_chose(exercise, ada):
    assert rubrics.rubric_of(exercise, ada).rubric == STANDARD


def test_the_class_before_standard_and_the_exercise_before_the_class(exercise, ada, classroom):
    rubrics.choose_preset(classroom, "strict")
    chosen = rubrics.rubric_of(exercise, ada)
    assert chosen.rubric == STRICT and classroom.name in chosen.by
    exercise.rubric = "standard"
    assert rubrics.rubric_of(exercise, ada).rubric == STANDARD
    rubrics.choose_preset(classroom, "")
    exercise.rubric = ""
    assert rubrics.rubric_of(exercise, ada).rubric == STANDARD


def test_a_clapping_hand_before_both(rhythm, ada, classroom):
    rubrics.choose_preset(classroom, "strict")
    rhythm.rubric = "strict"
    assert rubrics.rubric_of(rhythm, ada, clapped=True).rubric == CLAPPING


def test_of_two_classes_the_one_joined_last(exercise, ada, classroom):
    rubrics.choose_preset(classroom, "strict")
    later = ClassroomFactory(name="Band")
    Membership.objects.create(classroom=later, user=ada)
    assert rubrics.rubric_of(exercise, ada).rubric == STRICT  # The band chose nothing.
    rubrics.choose_preset(later, "beginner")
    assert rubrics.rubric_of(exercise, ada).rubric.name == "beginner"
    Membership.objects.filter(classroom=later).update(joined_at=timezone.now() - timedelta(days=400))
    assert rubrics.rubric_of(exercise, ada).rubric == STRICT


def test_what_the_class_chose_is_no_matter_of_its_teacher(exercise, ms_clark, classroom):
    rubrics.choose_preset(classroom, "strict")
    assert rubrics.rubric_of(exercise, ms_clark).rubric == STANDARD


@pytest.mark.parametrize(
    "damage",
    [
        {"rubric": "harsh"},
        {"rubric": "own"},
        {"rubric": "own", "tolerances": {"cents_in_tune": -1}},
        {"rubric": "own", "tolerances": {"cents_in_tune": 10**400}},
        {"rubric": "own", "tolerances": ["strict"]},
        {"rubric": "own", "tolerances": "strict"},
    ],
    ids=lambda damage: str(damage)[:60],
)
def test_a_choice_that_cannot_be_read_is_none(exercise, ada, classroom, damage, client, ms_clark):
    for name, value in damage.items():
        setattr(classroom, name, value)
    classroom.save()
    assert rubrics.rubric_of_class(classroom) is None
    assert rubrics.rubric_of(exercise, ada).by == ""
    client.force_login(ms_clark)
    page = client.get(reverse("class-grading", args=[classroom.pk]))
    assert page.status_code == 200
    assert "own" not in dict(page.context["by_preset"].fields["preset"].choices)


def test_a_take_is_graded_so_and_keeps_it(ada, classroom, monkeypatch):
    heard = []

    def ear(recording, score, rubric, clock, **_):
        heard.append(rubric)
        return heard_as(score)

    monkeypatch.setattr("tutor.assess.assess_recording", ear)
    rubrics.choose_preset(classroom, "strict")
    take = SubmissionFactory(student=ada)
    submissions.grade(str(take.pk))
    rubrics.choose_preset(classroom, "beginner")
    assert heard == [STRICT] and take.current_assessment.rubric == STRICT.to_dict()


# The teacher's page


def test_ms_clark_chooses_a_preset_and_takes_it_back(client, ms_clark, classroom):
    client.force_login(ms_clark)
    address = reverse("class-grading", args=[classroom.pk])
    assert client.post(address, {"preset": "strict"}).status_code == 302
    classroom.refresh_from_db()
    assert rubrics.rubric_of_class(classroom) == STRICT
    assert client.get(address).context["rubric"] == STRICT
    client.post(address, {"preset": ""})
    classroom.refresh_from_db()
    assert rubrics.rubric_of_class(classroom) is None


def test_her_own_tolerances_begin_as_what_counts_now(client, ms_clark, classroom):
    client.force_login(ms_clark)
    address = reverse("class-grading", args=[classroom.pk])
    client.post(address, {"preset": "strict"})
    assert client.get(address).context["own"]["cents_in_tune"].value() == "25"
    assert client.post(address, OWN).status_code == 302
    classroom.refresh_from_db()
    own = rubrics.rubric_of_class(classroom)
    assert own is not None
    assert (own.name, own.cents_in_tune, own.any_octave, own.least_confidence) == ("own", 20, True, 0.7)
    assert (own.onset_window_least_s, own.onset_window_most_s) == (0.055, 0.055)
    assert own.slowest_tempo == STRICT.slowest_tempo  # not asked about
    assert classroom.name in own.label
    # A preset for a while, and back to what was their own.
    client.post(address, {"preset": "standard"})
    assert "own" in dict(client.get(address).context["by_preset"].fields["preset"].choices)
    client.post(address, {"preset": "own"})
    classroom.refresh_from_db()
    assert rubrics.rubric_of_class(classroom) == own


def test_what_is_shown_and_sent_back_unchanged_changes_nothing(client, ms_clark, classroom):
    client.force_login(ms_clark)
    address = reverse("class-grading", args=[classroom.pk])
    for name in rubrics.PRESETS:
        client.post(address, {"preset": name})
        own = client.get(address).context["own"]
        shown = {field.name: field.value() for field in [*own.numbers(), *own.switches()]}
        client.post(address, {key: value for key, value in shown.items() if value is not False})
        classroom.refresh_from_db()
        now = rubrics.rubric_of_class(classroom)
        assert now is not None
        # Tolerances of one's own are added up, also those that began as a jury's.
        ours = {"name": "", "label": "", "by_jury": False}
        assert now.to_dict() | ours == RUBRICS[name].to_dict() | ours


@pytest.mark.parametrize("asked_ms", [55, 150, 300])
def test_on_time_is_as_wide_as_was_asked_at_an_ordinary_tempo(client, ms_clark, classroom, asked_ms):
    client.force_login(ms_clark)
    client.post(reverse("class-grading", args=[classroom.pk]), OWN | {"onset_window_most_s": str(asked_ms)})
    classroom.refresh_from_db()
    own = rubrics.rubric_of_class(classroom)
    assert own is not None and own.onset_window_s(60 / 84) == pytest.approx(asked_ms / 1000)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"cents_in_tune": "-5"},
        {"cents_in_tune": ""},
        {"cents_in_tune": "nan"},
        {"pitch_weight": "0", "rhythm_weight": "0"},
        {"least_confidence": "150"},
        {"onset_window_most_s": "1e99"},
        {"preset": "clapping"},
        {"preset": "harsh"},
    ],
    ids=str,
)
def test_nonsense_is_said_and_not_kept(client, ms_clark, classroom, nonsense):
    client.force_login(ms_clark)
    answer = client.post(reverse("class-grading", args=[classroom.pk]), OWN | nonsense)
    page = answer.content.decode()
    assert answer.status_code == 400 and "errorlist" in page
    assert "Ensure this value" not in page and "Enter a number" not in page
    classroom.refresh_from_db()
    assert classroom.rubric == ""


@pytest.mark.parametrize("who", ["ada", "zoe"])
def test_nobody_but_its_teacher_chooses_for_a_class(client, request, classroom, who):
    client.force_login(request.getfixturevalue(who))
    address = reverse("class-grading", args=[classroom.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"preset": "beginner"}).status_code == 404


# What everybody can read


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_every_preset_can_be_read(client, ada, rubric):
    client.force_login(ada)
    page = client.get(reverse("grading-preset", args=[rubric.name])).content.decode()
    assert rubric.label in page
    assert ("cents off" in page) is not rubric.onsets_only and ("From stroke to stroke" in page) is rubric.onsets_only
    assert client.get(reverse("grading")).status_code == 200
    assert client.get(reverse("grading-preset", args=["harsh"])).status_code == 404


def test_the_stand_says_by_which_rubric_and_why(client, ada, exercise, classroom):
    client.force_login(ada)
    rubrics.choose_preset(classroom, "strict")
    page = client.get(reverse("practice", args=[exercise.pk])).content.decode()
    assert "Graded as Strict" in page and classroom.name in page
    assert client.get(reverse("api-exercise", args=[exercise.pk])).json()["rubric"] == "strict"
    assert "25 cents" in client.get(reverse("practice-grading", args=[exercise.pk])).content.decode()


def test_a_take_says_how_it_was_graded_whatever_is_chosen_since(client, ada, ben, classroom):
    take = graded(student=ada)
    rubrics.choose_preset(classroom, "strict")
    client.force_login(ada)
    page = client.get(reverse("take-grading", args=[take.pk])).content.decode()
    assert "Standard" in page and "35 cents" in page
    assert client.get(reverse("api-assessment", args=[take.pk])).json()["rubric_label"] == "Standard"
    client.force_login(ben)
    assert client.get(reverse("take-grading", args=[take.pk])).status_code == 404


def test_a_take_that_was_not_heard_yet_has_no_rubric(client, ada):
    client.force_login(ada)
    assert client.get(reverse("take-grading", args=[SubmissionFactory(student=ada).pk])).status_code == 404


# Clapping


def send(client, exercise, **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    recording = SimpleUploadedFile("take.wav", tone_wav(), content_type="audio/wav")
    data = {"exercise": exercise.pk, "recording": recording, "tempo_bpm": 84, **fields}
    return client.post(reverse("api-submission-list"), data, headers={"Idempotency-Key": "one"})


def test_a_rhythm_can_be_clapped(client, ada, rhythm):
    client.force_login(ada)
    played = client.get(reverse("practice", args=[rhythm.pk]))
    assert "Clap it instead" in played.content.decode() and not played.context["desk"]["onsets_only"]
    clapped = client.get(reverse("practice", args=[rhythm.pk]) + "?clap=1")
    assert "Clap or tap this rhythm" in clapped.content.decode() and clapped.context["desk"]["onsets_only"]
    assert "strokes" in client.get(reverse("practice-grading", args=[rhythm.pk]) + "?clap=1").content.decode()
    assert send(client, rhythm, clapped="true").json()["clapped"]
    assert rubrics.rubric_of_take(Submission.objects.get()) == CLAPPING


def test_what_was_clapped_is_clapped_again(client, ada, rhythm):
    client.force_login(ada)
    stand = reverse("practice", args=[rhythm.pk])
    for clapped, address in ((True, f"{stand}?clap=1"), (False, f"{stand}?play=1")):
        page = client.get(graded(student=ada, exercise=rhythm, clapped=clapped).get_absolute_url()).content.decode()
        assert page.count(f'href="{address}"') == 2  # “Try again”, and “Play it again” where it failed


def test_a_melody_cannot(client, ada, exercise):
    client.force_login(ada)
    page = client.get(reverse("practice", args=[exercise.pk]) + "?clap=1")
    assert "Clap" not in page.content.decode() and not page.context["desk"]["onsets_only"]
    refused = send(client, exercise, clapped="true")
    assert refused.status_code == 400 and "Only a rhythm exercise" in refused.json()["detail"]


def test_an_exercise_whose_rubric_is_clapping_is_clapped_by_everybody(client, ada, exercise):
    exercise.rubric = "clapping"
    exercise.save()
    client.force_login(ada)
    page = client.get(reverse("practice", args=[exercise.pk])).content.decode()
    assert "Clap or tap this rhythm" in page and "instead" not in page
    assert client.get(reverse("api-exercise", args=[exercise.pk])).json()["onsets_only"]


def test_of_clapping_nothing_is_learnt_about_pitch(ada, rhythm):
    take = graded(student=ada, exercise=rhythm, clapped=True)
    take.assessments.update(rubric=CLAPPING.to_dict())
    submissions.learn(str(take.pk))
    skills = set(ada.skill_states.values_list("skill", flat=True))
    assert skills and all(skill.startswith(("rhythm", "metre")) for skill in skills)
