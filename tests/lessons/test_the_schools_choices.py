"""What the office decides: who comes in, the school's name, for how long sound is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import regrading, retention, submissions
from lessons.contests import contest
from lessons.models import Classroom, Comment, SchoolSettings, Submission, TeacherInvitation, User
from tests.factories import SubmissionFactory, UserFactory, graded

NEWCOMER = {"name": "Nina Okonkwo", "username": "nina", "password": "seven-green-doors"}


@pytest.fixture
def office(db):
    return UserFactory(is_staff=True)


def school(**choices):
    SchoolSettings(**choices).save()


# Sign-up


@pytest.mark.parametrize(
    ("sign_up", "with_code", "without"), [("open", True, True), ("code", True, False), ("closed", False, False)]
)
def test_who_comes_in(client, classroom, sign_up, with_code, without):
    school(sign_up=sign_up)
    for code, comes in ((classroom.join_code, with_code), ("", without)):
        client.post(reverse("join"), {**NEWCOMER, "code": code})
        assert User.objects.filter(username="nina").exists() == comes
        assert classroom.members.filter(username="nina").exists() == (comes and bool(code))
        User.objects.filter(username="nina").delete()
        client.logout()


def test_a_wrong_code_lets_nobody_in_even_where_none_is_needed(client, classroom):
    school(sign_up="open")
    assert "code" in client.post(reverse("join"), {**NEWCOMER, "code": "NOSUCH"}).context["form"].errors
    assert not User.objects.filter(username="nina").exists()


def test_who_has_an_account_joins_in_a_closed_school_too(client, classroom, zoe):
    school(sign_up="closed")
    client.force_login(zoe)
    client.post(reverse("join"), {"code": classroom.join_code})
    assert classroom.members.filter(pk=zoe.pk).exists()


@pytest.mark.parametrize(
    ("sign_up", "door"),
    [("open", "Make an account"), ("code", "Join with a class code"), ("closed", "Begin with a slip")],
)
def test_the_welcome_page_opens_the_right_door(client, db, sign_up, door):
    school(sign_up=sign_up, name="Elm Road Music School")
    page = client.get(reverse("welcome")).content.decode()
    assert door in page and "Elm Road Music School" in page


def test_class_codes_are_slow_to_guess_at_the_door(client, classroom):
    for number in range(101):
        client.post(reverse("join"), {**NEWCOMER, "code": f"AAAA{number}"})
    answer = client.post(reverse("join"), {**NEWCOMER, "code": classroom.join_code})
    assert "Too many" in answer.content.decode() and not User.objects.filter(username="nina").exists()


# The office's page


def test_the_office_decides(client, office):
    client.force_login(office)
    said = {"name": "Elm Road", "sign_up": "open", "recordings_kept_days": "90", "languages": ["de"]}
    assert client.post(reverse("school"), said).url == reverse("school")
    kept = SchoolSettings.current()
    assert (kept.name, kept.sign_up, kept.recordings_kept_days, kept.languages) == ("Elm Road", "open", 90, ["de"])


@pytest.mark.parametrize(
    ("first", "ticked", "kept"),
    [("de", ["en", "de"], ["de", "en"]), ("de", ["en"], ["de", "en"]), ("en", [], ["en", "de"]), ("", ["de"], ["de"])],
)
def test_the_schools_own_language_goes_first(client, office, first, ticked, kept):
    client.force_login(office)
    said = {"name": "Elm Road", "sign_up": "open", "first_language": first, "languages": ticked}
    client.post(reverse("school"), said)
    assert SchoolSettings.current().languages == kept
    assert f'value="{kept[0]}" selected' in client.get(reverse("school")).content.decode()


@pytest.mark.parametrize(
    "change", [{"recordings_kept_days": "0"}, {"languages": ["xx"]}, {"sign_up": "x"}, {"name": ""}]
)
def test_what_can_not_be_is_refused(client, office, change):
    client.force_login(office)
    said = {"name": "Elm Road", "sign_up": "open", "recordings_kept_days": "90", "languages": ["de"], **change}
    assert set(client.post(reverse("school"), said).context["form"].errors) == set(change)
    assert SchoolSettings.current().name == "Woodshed"


@pytest.mark.parametrize("who", ["ada", "ms_clark"])
def test_nobody_else_decides(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("school")).status_code == 403
    assert client.post(reverse("school"), {"invite": ""}).status_code == 403
    assert not TeacherInvitation.objects.exists()


def test_the_office_invites_teachers(client, office):
    client.force_login(office)
    client.post(reverse("school"), {"invite": ""})
    code = TeacherInvitation.objects.get().code
    client.logout()
    client.post(reverse("teach"), {**NEWCOMER, "code": code})
    assert client.post(reverse("class-new"), {"name": "Wind band"}).status_code == 302
    assert Classroom.objects.taught_by(User.objects.get(username="nina")).exists()


# Retention


def aged(days, **take):
    made = graded(**take)
    Submission.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
    return made


@pytest.fixture
def ninety_days(db):
    school(recordings_kept_days=90)


def test_old_sound_goes_and_its_grade_stays(client, ninety_days, ada, django_capture_on_commit_callbacks):
    old, new = aged(91, student=ada), aged(89, student=ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_old_sound() == (1, 0)
    was = old.recording.name, old.current_assessment.overall
    assert not old.recording.storage.exists(was[0])
    assert new.recording.storage.exists(new.recording.name)
    old.refresh_from_db()
    assert old.current_assessment.overall == was[1] and not old.recording
    client.force_login(ada)
    assert "as the school keeps recordings for 90 days" in client.get(old.get_absolute_url()).content.decode()
    answer = client.get(reverse("api-recording", args=[old.pk]))
    assert answer.status_code == 404 and "was deleted on" in answer.json()["detail"]


def test_nothing_goes_where_the_school_keeps_all(db, ada):
    aged(10_000, student=ada)
    assert retention.forget_old_sound() == (0, 0)


@pytest.mark.parametrize("state", ["received", "queued", "listening", "grading"])
def test_a_take_that_is_not_graded_yet_keeps_its_sound(ninety_days, ada, state):
    take = SubmissionFactory(student=ada, state=state)
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now() - timedelta(days=99))
    assert retention.forget_old_sound() == (0, 0)


def test_a_contested_take_keeps_its_sound_until_it_is_answered(ninety_days, ada, ms_clark):
    take = aged(99, student=ada, faulty={"n2": "wrong"})
    objection = contest(take, ada, "n2", "I played F sharp.")
    assert retention.forget_old_sound() == (0, 0)
    type(objection).objects.update(state="kept")
    assert retention.forget_old_sound() == (1, 0)


def test_spoken_comments_go_with_their_takes(ninety_days, ada, ms_clark, django_capture_on_commit_callbacks):
    from django.core.files.base import ContentFile

    take = aged(99, student=ada)
    said = Comment.objects.create(submission=take, author=ms_clark, text="Hear this.", voice_s=2.0)
    said.voice.save("v.webm", ContentFile(b"sound"))
    Comment.objects.update(created_at=timezone.now() - timedelta(days=98))
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_old_sound() == (1, 1)
    assert not said.voice.storage.exists(said.voice.name)
    said.refresh_from_db()
    assert (said.text, bool(said.voice)) == ("Hear this.", False)


def test_a_deletion_that_is_rolled_back_loses_no_sound(ninety_days, ada, monkeypatch):
    take = aged(99, student=ada)
    assert retention.forget_old_sound() == (1, 0)  # No commit in this test: nothing may be gone from the disk.
    assert take.recording.storage.exists(take.recording.name)


def test_hearing_again_passes_the_silent_over_with_a_sentence(ninety_days, ada):
    aged(99, student=ada)
    retention.forget_old_sound()
    (told,) = regrading.regrade(regrading.graded_takes())
    assert "was deleted on" in told.trouble and told.before is not None
    assert "could not be heard again and keeps its grade" in regrading.in_words([told])


def test_what_a_crash_left_behind_is_an_orphan(ninety_days, ada):
    take, heard = aged(99, student=ada), aged(1, student=ada)
    retention.forget_old_sound()
    assert submissions._known([take.pk, heard.pk]) == {heard.pk}
