"""A teacher's classes: opened, shared, moved between, put into the archive."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from lessons import classroom as school
from lessons.classroom import ClassroomError
from lessons.comments import comment
from lessons.models import Classroom, Departure, Membership, Submission, TeacherInvitation, User
from lessons.pages import manage
from lessons.practice import limits
from lessons.roster import classes, students, teachers
from lessons.rubrics import choose_preset, rubric_of
from tests.factories import ClassroomFactory, ExerciseFactory, SubmissionFactory, TeacherFactory, UserFactory, graded


@pytest.fixture
def monday(ms_clark):
    group = ClassroomFactory(name="Monday strings")
    Membership.objects.create(classroom=group, user=ms_clark, role="teacher")
    return group


@pytest.fixture
def mr_grey(classroom):
    """Ms Clark's colleague in Thursday strings, and in that alone."""
    return TeacherFactory(username="grey", first_name="Tom", last_name="Grey", classroom=classroom)


def post(client, page, /, *args, **data):
    return client.post(reverse(page, args=args), data)


# Opening


def test_a_teacher_opens_a_class_and_sees_its_code(client, ms_clark):
    client.force_login(ms_clark)
    answer = post(client, "class-new", name="  Chamber music ")
    made = Classroom.objects.get(name="Chamber music")
    assert answer.url == reverse("class-manage", args=[made.pk])
    assert made.join_code in client.get(answer.url).content.decode()


@pytest.mark.parametrize(("given", "may"), [({}, False), ({"may_teach": True}, True), ({"is_staff": True}, True)])
def test_who_may_open_one(client, db, given, may):
    client.force_login(UserFactory(**given))
    assert post(client, "class-new", name="Mine").status_code == (302 if may else 403)
    assert Classroom.objects.filter(name="Mine").exists() == may


def test_whoever_was_made_a_teacher_begins_at_their_classes(client, db):
    client.force_login(UserFactory(may_teach=True))
    assert client.get(reverse("welcome")).url == reverse("classes")
    assert "New class" in client.get(reverse("classes")).content.decode()


def test_a_name_is_needed(client, classroom, ms_clark):
    client.force_login(ms_clark)
    answer = post(client, "class-name", classroom.pk, name=" ")
    assert "name" in answer.context["name_form"].errors
    classroom.refresh_from_db()
    assert classroom.name == "Thursday strings"


# The code


def test_a_renewed_code_stops_the_old_one_at_once(client, classroom, ms_clark, zoe):
    old = classroom.join_code
    client.force_login(ms_clark)
    post(client, "class-code-set", classroom.pk, what="renew")
    with pytest.raises(ClassroomError):
        school.join(zoe, old)
    classroom.refresh_from_db()
    school.join(zoe, classroom.join_code)


def test_a_closed_code_lets_nobody_in_until_it_is_opened(client, classroom, ms_clark, zoe):
    client.force_login(ms_clark)
    post(client, "class-code-set", classroom.pk, what="close")
    with pytest.raises(ClassroomError):
        school.join(zoe, classroom.join_code)
    assert classroom.join_code not in client.get(reverse("class-manage", args=[classroom.pk])).content.decode()
    assert client.get(reverse("class-code", args=[classroom.pk])).status_code == 302
    post(client, "class-code-set", classroom.pk, what="open")
    school.join(zoe, classroom.join_code)


def test_a_code_that_another_class_has_is_drawn_again(classroom, monday, monkeypatch):
    codes = iter([monday.join_code, "FRESH2"])
    monkeypatch.setattr("lessons.models.people.new_join_code", lambda: next(codes))
    classroom.renew_code()
    assert classroom.join_code == "FRESH2"


def test_the_projector_shows_where_and_what(client, classroom, ms_clark):
    client.force_login(ms_clark)
    page = client.get(reverse("class-code", args=[classroom.pk])).content.decode()
    assert "testserver/join" in page and classroom.join_code in page


# Teachers


def test_a_colleague_is_added_by_username_or_address(classroom, ms_clark, monday):
    grey = TeacherFactory(username="grey", email="Grey@example.org", classroom=ClassroomFactory())
    assert teachers.add_teacher(classroom, "GREY") == grey
    assert teachers.add_teacher(monday, "grey@EXAMPLE.org") == grey
    with pytest.raises(ClassroomError, match="already"):
        teachers.add_teacher(classroom, "grey")


@pytest.mark.parametrize("who", ["zoe", "ada", "nobody", "", "zoe@example.org"])
def test_whoever_does_not_teach_is_not_added_by_a_name(classroom, zoe, ada, who):
    with pytest.raises(ClassroomError):
        teachers.add_teacher(classroom, who)
    assert classroom.memberships.filter(role="teacher").count() == 0


def test_the_last_teacher_stays(client, classroom, ms_clark, mr_grey):
    client.force_login(ms_clark)
    post(client, "class-teachers", classroom.pk, remove=mr_grey.pk)
    assert not mr_grey.memberships.exists()
    post(client, "class-teachers", classroom.pk, remove=ms_clark.pk)
    assert ms_clark.memberships.exists()
    assert "A class needs a teacher" in client.get(reverse("class-manage", args=[classroom.pk])).content.decode()


def test_an_invitation_makes_a_teacher_once(client, classroom, ms_clark, zoe, ben):
    client.force_login(ms_clark)
    post(client, "class-teachers", classroom.pk, invite="")
    code = TeacherInvitation.objects.get().code
    client.force_login(zoe)
    assert post(client, "teach", code=f"{code[:6].lower()} {code[6:]}").url == reverse("class", args=[classroom.pk])
    assert Membership.objects.get(user=zoe).role == "teacher"
    zoe.refresh_from_db()
    assert zoe.opens_classes
    client.force_login(UserFactory())
    assert "code" in post(client, "teach", code=code).context["form"].errors


def test_a_newcomer_comes_by_an_invitation(client, classroom, ms_clark):
    code = teachers.invite(ms_clark, classroom).code
    said = {"code": code, "name": "Tom Grey", "username": "grey", "password": "seven-green-doors"}
    assert post(client, "teach", **said).url == reverse("class", args=[classroom.pk])
    assert Classroom.objects.taught_by(User.objects.get(username="grey")).get() == classroom


@pytest.mark.parametrize("stop", ["withdrawn", "expired", "archived", "inviter left", "student here"])
def test_an_invitation_that_does_not_stand(client, classroom, ms_clark, mr_grey, ada, zoe, stop):
    invitation = teachers.invite(ms_clark, classroom)
    client.force_login(ms_clark)
    if stop == "withdrawn":
        post(client, "class-teachers", classroom.pk, withdraw=invitation.pk)
    elif stop == "expired":
        TeacherInvitation.objects.update(expires_at=timezone.now())
    elif stop == "archived":
        classes.archive(classroom)
    elif stop == "inviter left":
        teachers.remove_teacher(classroom, ms_clark)
    who = ada if stop == "student here" else zoe
    with pytest.raises(ClassroomError):
        teachers.accept(who, invitation.code)
    assert not Membership.objects.filter(user=who, role="teacher").exists()


def test_only_the_office_invites_to_no_class_in_particular(client, ms_clark, zoe):
    with pytest.raises(PermissionDenied):
        teachers.invite(ms_clark)
    code = teachers.invite(UserFactory(is_staff=True)).code
    client.force_login(zoe)
    assert post(client, "teach", code=code).url == reverse("class-new")


# Students


def test_a_student_moves_with_their_history(client, classroom, monday, ada, ms_clark, mr_grey):
    take = graded(student=ada)
    comment(take, ms_clark, 0.5, "Lovely.")
    client.force_login(ms_clark)
    asked = post(client, "class-students-set", classroom.pk, student=[ada.pk], to=monday.pk, move="")
    assert f"hears nothing of them any more: {mr_grey.display_name}." in asked.content.decode()
    assert classroom.members.filter(pk=ada.pk).exists(), "asked, not yet done"
    post(client, "class-students-set", classroom.pk, student=[ada.pk], to=monday.pk, move="", sure="")
    assert [one.classroom for one in ada.memberships.all()] == [monday]
    assert take.comments.count() == 1 and take.assessments.count() == 1
    seen = {who: Submission.objects.visible_to(who).filter(pk=take.pk).exists() for who in (ada, ms_clark, mr_grey)}
    assert seen == {ada: True, ms_clark: True, mr_grey: False}
    gone = Departure.objects.get()
    assert (gone.classroom, gone.student, gone.moved_to, gone.by) == (classroom, ada, monday, ms_clark)
    assert "moved to Monday strings" in client.get(reverse("class-manage", args=[classroom.pk])).content.decode()


def test_whoever_is_in_both_classes_only_leaves_the_one(classroom, monday, ada, ms_clark):
    Membership.objects.create(classroom=monday, user=ada)
    students.move(classroom, [ada.pk], monday, ms_clark)
    assert [one.classroom for one in ada.memberships.all()] == [monday]


def test_nobody_is_moved_where_one_does_not_teach(client, classroom, ada, ms_clark):
    elsewhere = ClassroomFactory()
    client.force_login(ms_clark)
    post(client, "class-students-set", classroom.pk, student=[ada.pk], to=elsewhere.pk, move="", sure="")
    with pytest.raises(PermissionDenied):
        students.move(classroom, [ada.pk], elsewhere, ms_clark)
    assert [one.classroom for one in ada.memberships.all()] == [classroom]


def test_nobody_of_another_class_is_moved_or_removed(client, classroom, monday, zoe, ms_clark):
    place = Membership.objects.create(classroom=ClassroomFactory(), user=zoe)
    client.force_login(ms_clark)
    for how in ({"move": "", "to": monday.pk}, {"remove": ""}):
        post(client, "class-students-set", classroom.pk, student=[zoe.pk], sure="", **how)
    assert list(zoe.memberships.all()) == [place]


def test_a_teacher_is_not_removed_as_a_student(client, classroom, ms_clark, mr_grey):
    client.force_login(ms_clark)
    post(client, "class-students-set", classroom.pk, student=[mr_grey.pk], remove="", sure="")
    assert mr_grey.memberships.exists()


def test_who_is_removed_keeps_everything_and_leaves_their_groups(client, classroom, ada, ben, ms_clark):
    take = graded(student=ada)
    students.save_group(classroom, "Solo", [ada.pk, ben.pk])
    client.force_login(ms_clark)
    post(client, "class-students-set", classroom.pk, student=[ada.pk], remove="", sure="")
    assert Submission.objects.visible_to(ada).get() == take
    assert not Submission.objects.visible_to(ms_clark).exists()
    assert list(classroom.groups.get().members.all()) == [ben]
    assert classroom.departures.get().moved_to is None


# Groups


def test_a_group_holds_students_of_its_class(client, classroom, ada, ben, ms_clark, zoe):
    client.force_login(ms_clark)
    post(client, "class-groups", classroom.pk, name="Solo", member=[ada.pk, zoe.pk, ms_clark.pk])
    group = classroom.groups.get()
    assert list(group.members.all()) == [ada]
    post(client, "class-group", classroom.pk, group.pk, name="Duo", member=[ada.pk, ben.pk])
    group.refresh_from_db()
    assert (group.name, set(group.members.all())) == ("Duo", {ada, ben})
    assert "name" in post(client, "class-groups", classroom.pk, name="duo").context["group_form"].errors
    post(client, "class-group", classroom.pk, group.pk, delete="")
    assert not classroom.groups.exists()


@pytest.fixture
def many(classroom, monkeypatch):
    """Five students on pages of two, in the order of their names."""
    monkeypatch.setattr(manage, "STUDENTS_A_PAGE", 2)
    classroom.memberships.filter(role="student").delete()
    names = ("Anna Abel", "Bela Brandt", "Carl Brandt", "Dora Dvorak", "Emil Eriksson")
    people = [UserFactory(first_name=first, last_name=last) for first, last in map(str.split, names)]
    Membership.objects.bulk_create(Membership(classroom=classroom, user=one) for one in people)
    return people


@pytest.mark.parametrize(
    ("asked", "shown"),
    [({}, [0, 1]), ({"page": 2}, [2, 3]), ({"page": 9}, [4]), ({"q": "brandt"}, [1, 2]), ({"q": "brandt c"}, [2])],
)
def test_a_large_class_is_shown_in_pages_and_searched(client, classroom, ms_clark, many, asked, shown):
    client.force_login(ms_clark)
    page = client.get(reverse("class-manage", args=[classroom.pk]), asked).content.decode()
    listed = re.findall(r'name="student" value="(\d+)"', page)
    assert listed == [str(many[number].pk) for number in shown]
    assert "5 students" in page


@pytest.mark.parametrize("asked", [{"page": 2}, {"q": "brandt"}, {"q": "nobody of this name"}])
def test_who_is_ticked_on_another_page_stays_ticked(client, classroom, ms_clark, zoe, many, asked):
    client.force_login(ms_clark)
    ticked = [many[0].pk, many[2].pk]
    address = reverse("class-manage", args=[classroom.pk])
    page = client.get(address, {**asked, "student": [*ticked, zoe.pk, "9" * 30, "\x00"]}).content.decode()
    found = re.findall(r'name="student" value="(\d+)" checked', page)
    assert sorted(map(int, found)) == ticked, "nobody twice, and nobody of another class"
    assert "Ticked on other pages" in page


def test_a_username_finds_somebody_and_nobody_is_said(client, classroom, ms_clark, many):
    client.force_login(ms_clark)
    address = reverse("class-manage", args=[classroom.pk])
    assert f'value="{many[4].pk}"' in client.get(address, {"q": many[4].username}).content.decode()
    page = client.get(address, {"q": "zz\0"}).content.decode()
    assert 'name="student"' not in page and "Nobody of that name" in page


def test_a_group_keeps_who_stands_on_other_pages(client, classroom, ms_clark, many):
    group = classroom.groups.create(name="Solo")
    group.members.set([many[0], many[3]])
    client.force_login(ms_clark)
    page = client.get(reverse("class-manage", args=[classroom.pk]), {"page": 2}).content.decode()
    shown = [str(many[2].pk), str(many[3].pk)]
    assert set(re.findall(r'name="shown" value="(\d+)"', page)) == set(shown)
    told = {"name": "Solo", "shown": shown, "member": [shown[0]], "at": "page=2"}
    answer = post(client, "class-group", classroom.pk, group.pk, **told)
    assert answer.url == reverse("class-manage", args=[classroom.pk]) + "?page=2#groups"
    assert set(group.members.all()) == {many[0], many[2]}
    # Searched for, and nobody found: nobody was shown, and nobody leaves.
    post(client, "class-group", classroom.pk, group.pk, name="Solo", at="q=zz")
    assert set(group.members.all()) == {many[0], many[2]}


def test_another_classes_group_is_not_there(client, classroom, monday, ms_clark):
    students.save_group(monday, "Solo", [])
    client.force_login(ms_clark)
    assert post(client, "class-group", classroom.pk, monday.groups.get().pk, delete="").status_code == 404


# The archive


def test_an_archived_class_is_read_and_not_changed(client, classroom, ada, ms_clark):
    before = graded(student=ada)
    client.force_login(ms_clark)
    post(client, "class-archive", classroom.pk)
    after = SubmissionFactory(student=ada)
    assert list(Submission.objects.visible_to(ms_clark)) == [before], "what was played until then"
    assert client.get(after.get_absolute_url()).status_code == 404
    assert not Submission.objects.taught_by(ms_clark).exists(), "and nobody rules on it"
    assert client.get(reverse("class-manage", args=[classroom.pk])).status_code == 200
    assert "Thursday strings" in client.get(reverse("class-archive-list")).content.decode()
    for name in ("class-name", "class-code-set", "class-teachers", "class-students-set", "class-groups"):
        assert post(client, name, classroom.pk, name="x", student=[ada.pk], remove="", sure="").status_code == 403
    assert ada.memberships.exists()


def test_the_archive_counts_who_learned_there(client, classroom, monday, ada, ms_clark):
    """A teacher who learns in another class is no student of this one."""
    colleague = UserFactory(username="colleague")
    Membership.objects.create(classroom=classroom, user=colleague, role="teacher")
    Membership.objects.create(classroom=monday, user=colleague)
    client.force_login(ms_clark)
    post(client, "class-archive", classroom.pk)
    assert "1 student, since" in client.get(reverse("class-archive-list")).content.decode()


def test_its_students_are_planned_nothing_by_it(classroom, ada, ms_clark):
    limits.set_for_class(classroom, ms_clark, floor=5.0)
    choose_preset(classroom, "strict")
    exercise = ExerciseFactory()
    assert (limits.limits_of(ada).floor, rubric_of(exercise, ada).rubric.name) == (5.0, "strict")
    classes.archive(classroom)
    assert (limits.limits_of(ada).floor, rubric_of(exercise, ada).rubric.name) == (limits.EASIEST, "standard")
    with pytest.raises(ClassroomError):
        school.join(UserFactory(), classroom.join_code)


def test_it_comes_back_with_its_code_closed(client, classroom, ada, ms_clark, zoe):
    client.force_login(ms_clark)
    post(client, "class-archive", classroom.pk)
    take = SubmissionFactory(student=ada)
    post(client, "class-archive", classroom.pk, back="")
    assert Submission.objects.taught_by(ms_clark).get() == take
    with pytest.raises(ClassroomError):
        school.join(zoe, classroom.join_code)


def test_the_page_asks_the_same_however_many_students(client, classroom, ms_clark):
    from tests.factories import StudentFactory

    client.force_login(ms_clark)
    asked = []
    for count in (2, 18):
        for _ in range(count):
            student = StudentFactory(classroom=classroom)
        students.save_group(classroom, f"Group {count}", [student.pk])
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("class-manage", args=[classroom.pk]))
        asked.append(len(queries))
    assert asked[0] == asked[1] < 25, asked


def test_the_gradebook_keeps_the_line_of_who_was_moved(client, classroom, monday, ada, ms_clark):
    students.move(classroom, [ada.pk], monday, ms_clark)
    client.force_login(ms_clark)
    assert "moved to Monday strings" in client.get(reverse("class-gradebook", args=[classroom.pk])).content.decode()


@pytest.mark.parametrize("asked", [{}, {"until": "2099-01-01"}, {"since": "2098-01-01", "until": "2099-01-01"}])
def test_a_report_from_the_archive_tells_of_no_day_since(client, classroom, ada, ms_clark, asked):
    classes.archive(classroom)
    Classroom.objects.filter(pk=classroom.pk).update(archived_at=timezone.now() - timedelta(days=3))
    graded(student=ada)
    client.force_login(ms_clark)
    page = client.get(reverse("class-report", args=[classroom.pk, ada.pk]), asked)
    assert page.context["until"] == timezone.localdate() - timedelta(days=3)
    assert page.context["since"] <= page.context["until"]
    assert page.context["reports"][0]["report"].takes == 0
