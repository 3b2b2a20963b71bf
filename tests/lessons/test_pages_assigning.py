"""The pages of assignments: the teacher assigns, sees and changes; the student finds, plays and sees what counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons.assigning import examining
from lessons.models import Assignment, Exercise, Membership, Notice, StudentGroup, User
from tests.factories import (
    AssignmentFactory,
    ClassroomFactory,
    ExerciseFactory,
    LessonFactory,
    StudentFactory,
    TeacherFactory,
    graded,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def scale() -> Exercise:
    return ExerciseFactory(title="G major", lesson=LessonFactory(title="Sharps"))


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def assign(client: Any, classroom: Any, **fields: Any) -> Any:
    return client.post(reverse("class-assign", args=[classroom.pk]), {"whom": "class", **fields})


def test_three_clicks_from_the_class(client: Any, ada: User, ms_clark: User, classroom: Any, scale: Exercise) -> None:
    """The page as it comes, one radio chosen, sent."""
    client.force_login(ms_clark)
    form = client.get(reverse("class-assign", args=[classroom.pk])).context["form"]
    as_it_comes = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    due = as_it_comes.pop("due_at").strftime("%Y-%m-%dT%H:%M")
    answer = assign(client, classroom, **as_it_comes, due_at=due, what=f"exercise-{scale.pk}")
    made = Assignment.objects.get()
    assert answer.url == reverse("assignment-of-class", args=[classroom.pk, made.pk])
    assert (made.exercise, made.audience, made.mode, made.counts, made.tries) == (
        scale,
        "class",
        "practice",
        "best",
        None,
    )
    assert made.opens_at <= timezone.now()
    assert timedelta(days=6) < made.due_at - timezone.now() < timedelta(days=8)
    assert made.assigned_by == ms_clark


def test_all_that_can_be_said(client: Any, ada: User, ben: User, ms_clark: User, classroom: Any, scale: Any) -> None:
    client.force_login(ms_clark)
    rules = {"opens_at": "2030-05-01T08:00", "due_at": "2030-05-08T20:00", "tries": 3, "counts": "last", "goal": 85}
    late = {"late": "penalty", "late_penalty": 10, "weight": 2, "remind_days": 2, "note": "Slowly!"}
    assign(client, classroom, what=f"lesson-{scale.lesson_id}", whom="students", students=[ada.pk], **rules, **late)
    made = Assignment.objects.get()
    assert (made.lesson, list(made.students.all()), made.audience) == (scale.lesson, [ada], "students")
    assert (made.tries, made.counts, made.goal, made.late, made.late_penalty) == (3, "last", 85, "penalty", 10)
    assert (made.weight, made.remind_days, made.note) == (2, 2, "Slowly!")
    assert made.due_at.isoformat() == "2030-05-08T20:00:00+00:00"


def test_hours_are_the_teachers(client: Any, ms_clark: User, classroom: Any, scale: Exercise) -> None:
    User.objects.filter(pk=ms_clark.pk).update(time_zone="Asia/Tokyo")
    client.force_login(ms_clark)
    assign(client, classroom, what=f"exercise-{scale.pk}", opens_at="2030-05-01T08:00", due_at="2030-05-08T20:00")
    assert Assignment.objects.get().due_at.isoformat() == "2030-05-08T11:00:00+00:00"
    page = client.get(reverse("assignment-change", args=[classroom.pk, Assignment.objects.get().pk]))
    assert 'value="2030-05-08T20:00"' in text_of(page)


def test_a_kind_to_compose_and_what_it_may_look_like(client: Any, ada: User, ms_clark: User, classroom: Any) -> None:
    client.force_login(ms_clark)
    order = {"kind": "rhythm", "grade": "2", "bars": "4", "same": "1"}
    preview = client.get(reverse("class-assign-preview", args=[classroom.pk]), order)
    assert preview["Content-Type"].startswith("image/svg+xml")
    refused = client.get(reverse("class-assign-preview", args=[classroom.pk]), {**order, "grade": ""})
    assert (refused.status_code, "needs a grade" in refused.content.decode()) == (422, True)
    assign(client, classroom, what="order", **order)
    made = Assignment.objects.get()
    assert made.title == "Rhythm, grade 2, 4 bars"
    change = reverse("assignment-change", args=[classroom.pk, made.pk])
    client.post(change, {"whom": "class", "what": "order", **order, "note": "Clap it"})
    changed = Assignment.objects.get()
    assert (changed.note, changed.order) == ("Clap it", made.order), "the same order stays the same music"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose what they are to play"),
        ({"what": "exercise-999999"}, "Choose what they are to play"),
        ({"what": "scale", "whom": "students"}, "Choose at least one student"),
        ({"what": "scale", "whom": "group-7"}, "Choose a group"),
        ({"what": "scale", "opens_at": "2030-05-01T08:00", "due_at": "2030-04-01T08:00"}, "due after it opens"),
        ({"what": "scale", "late": "penalty"}, "how many points"),
        ({"what": "scale", "tries": "0"}, "needs another look"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    fields: dict[str, Any], words: str, client: Any, ms_clark: User, classroom: Any, scale: Exercise
) -> None:
    client.force_login(ms_clark)
    sent = {**fields, "what": f"exercise-{scale.pk}"} if fields.get("what") == "scale" else fields
    answer = assign(client, classroom, **sent)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Assignment.objects.exists()


def test_the_search_finds_by_words_and_keeps_what_was_chosen(client: Any, ms_clark: User, classroom: Any) -> None:
    chosen = ExerciseFactory(title="Zebra")
    ExerciseFactory(title="Minuet in G")
    ExerciseFactory(title="Minuet, a draft", status="draft")
    client.force_login(ms_clark)
    found = text_of(
        client.get(reverse("class-assign-find", args=[classroom.pk]), {"q": "minu", "what": f"exercise-{chosen.pk}"})
    )
    assert "Minuet in G" in found
    assert "a draft" not in found
    assert "Zebra" in found


def test_everybody_stands_on_the_page_of_one(client: Any, ada: User, ben: User, ms_clark: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, tries=3, goal=90)
    take = graded(student=ada, exercise=work.exercise, assignment=work)
    client.force_login(ms_clark)
    page = text_of(client.get(reverse("assignment-of-class", args=[classroom.pk, work.pk])))
    assert take.get_absolute_url() in page
    assert "Goal reached" in page
    assert "Not played" in page
    listed = client.get(reverse("class-assignments", args=[classroom.pk]))
    (line,) = listed.context["lines"]
    assert (line.done, line.missing, line.of) == (1, 0, 2)


def test_a_full_class_costs_no_more_queries(client: Any, ms_clark: User, classroom: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(name: str, *args: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse(name, args=[classroom.pk, *args])).status_code == 200
        return len(asked)

    client.force_login(ms_clark)
    work = AssignmentFactory(classroom=classroom, tries=2)
    counts = []
    for students in (2, 10):
        for _ in range(students):
            graded(student=StudentFactory(classroom=classroom), exercise=work.exercise, assignment=work)
            AssignmentFactory(classroom=classroom, lesson=LessonFactory())
        counts.append((cost("assignment-of-class", work.pk), cost("class-assignments"), cost("class-assign")))
    assert counts[0] == counts[1]


def test_withdraw_bring_back_copy_and_another_try(client: Any, ada: User, ms_clark: User, classroom: Any) -> None:
    other = ClassroomFactory()
    Membership.objects.create(user=ms_clark, classroom=other, role="teacher")
    work = AssignmentFactory(classroom=classroom, mode="test")
    sitting = examining.begin(work, ada, work.exercise)
    client.force_login(ms_clark)

    def do(name: str, *more: int, **fields: Any) -> Any:
        return client.post(reverse(name, args=[classroom.pk, work.pk, *more]), fields)

    do("assignment-again", sitting.pk)
    sitting.refresh_from_db()
    assert sitting.set_aside_by == ms_clark
    do("assignment-withdraw")
    assert Assignment.objects.get(pk=work.pk).withdrawn_at
    do("assignment-withdraw", back=1)
    assert not Assignment.objects.get(pk=work.pk).withdrawn_at
    assert do("assignment-copy", classroom=other.pk).status_code == 302
    assert other.assignments.get().exercise == work.exercise
    assert do("assignment-copy", classroom=ClassroomFactory().pk).status_code == 404


TEACHERS = ["class-assignments", "class-assign", "class-assign-find", "class-assign-preview"]
OF_ONE = ["assignment-of-class", "assignment-change", "assignment-withdraw", "assignment-copy"]


@pytest.mark.parametrize("name", TEACHERS + OF_ONE)
def test_a_teachers_pages_are_nobody_elses(
    name: str, client: Any, ada: User, zoe: User, ms_clark: User, classroom: Any
) -> None:
    work = AssignmentFactory(classroom=classroom)
    address = reverse(name, args=[classroom.pk, work.pk] if name in OF_ONE else [classroom.pk])
    ask = client.post if name in ("assignment-withdraw", "assignment-copy") else client.get
    for somebody in (ada, zoe, TeacherFactory(classroom=ClassroomFactory()), StudentFactory(is_staff=True)):
        client.force_login(somebody)
        assert ask(address).status_code == 404
    client.logout()
    assert ask(address).status_code == 302
    # Through another class of one's own the address finds nothing either.
    if name in OF_ONE:
        other = ClassroomFactory()
        Membership.objects.create(user=ms_clark, classroom=other, role="teacher")
        client.force_login(ms_clark)
        assert ask(reverse(name, args=[other.pk, work.pk])).status_code == 404


# The student


def test_the_list_is_in_order_of_what_can_be_done(client: Any, ada: User, classroom: Any) -> None:
    now = timezone.now()
    works = {
        "Played": AssignmentFactory(classroom=classroom, exercise=ExerciseFactory(title="Played")),
        "Late": AssignmentFactory(
            classroom=classroom, exercise=ExerciseFactory(title="Late"), opens_at=now - 9 * DAY, due_at=now - DAY
        ),
        "Open": AssignmentFactory(classroom=classroom, exercise=ExerciseFactory(title="Open"), due_at=now + DAY),
        "Coming": AssignmentFactory(classroom=classroom, exercise=ExerciseFactory(title="Coming"), opens_at=now + DAY),
    }
    graded(student=ada, exercise=works["Played"].exercise)
    client.force_login(ada)
    page = client.get(reverse("assignments"))
    listed = [(name, [line.assignment.title for line in lines]) for name, lines in page.context["sections"]]
    assert listed == [("open", ["Open"]), ("late", ["Late"]), ("coming", ["Coming"]), ("done", ["Played"])]
    home = text_of(client.get(reverse("home")))
    assert all(works[name].get_absolute_url() in home for name in ("Late", "Open", "Coming"))
    assert works["Played"].get_absolute_url() not in home


def test_from_the_list_to_the_stand_and_what_it_says_there(client: Any, ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, tries=2, goal=80, due_at=timezone.now() + DAY)
    graded(student=ada, exercise=work.exercise, assignment=work)
    client.force_login(ada)
    page = client.get(work.get_absolute_url())
    (piece,) = page.context["pieces"]
    stand = client.get(piece["url"], follow=True)
    assert stand.context["desk"]["assignment"] == work.pk
    assert "1 of 2 tries used" in text_of(stand)
    assert "goal 80" in text_of(stand)
    graded(student=ada, exercise=work.exercise, assignment=work)
    stand = client.get(piece["url"], follow=True)
    assert stand.context["desk"]["assignment"] is None
    assert "No tries are left: what you play is practice." in text_of(stand)


def test_a_piece_that_is_practised_says_what_it_is_in(client: Any, ada: User, classroom: Any) -> None:
    free = AssignmentFactory(classroom=classroom)
    last = AssignmentFactory(classroom=classroom, counts="last")
    client.force_login(ada)
    for work, words in ((free, "each take counts for it"), (last, "it counts when you play it from there")):
        stand = client.get(reverse("practice", args=[work.exercise_id]))
        assert words in text_of(stand)
        assert stand.context["desk"]["assignment"] is None


def test_what_is_composed_is_composed_once_when_it_is_opened(client: Any, ada: User, classroom: Any) -> None:
    order = {"kind": "rhythm", "grade": 1.0, "bars": 4, "style": "", "skills": [], "same": False, "seed": 1}
    work = AssignmentFactory(classroom=classroom, order=order)
    client.force_login(ada)
    assert client.get(work.get_absolute_url()).status_code == 200
    assert not Exercise.objects.filter(composed_for=ada).exists()
    ways = {client.get(reverse("assignment-play", args=[work.pk, 0])).url for _ in range(2)}
    assert len(ways) == Exercise.objects.filter(composed_for=ada).count() == 1


def test_somebody_elses_work_is_not_there(client: Any, ada: User, ben: User, zoe: User, classroom: Any) -> None:
    group = StudentGroup.objects.create(classroom=classroom, name="Seconds")
    group.members.add(ben)
    works = [AssignmentFactory(classroom=classroom, group=group), AssignmentFactory(classroom=ClassroomFactory())]
    client.force_login(ada)
    for work in works:
        for name, args in (("assignment", []), ("assignment-play", [0]), ("assignment-test", [0])):
            assert client.get(reverse(name, args=[work.pk, *args])).status_code == 404


def test_the_take_says_what_it_was_for(client: Any, ada: User, ms_clark: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom)
    take = graded(student=ada, exercise=work.exercise, assignment=work)
    for who, address in (
        (ada, work.get_absolute_url()),
        (ms_clark, reverse("assignment-of-class", args=[classroom.pk, work.pk])),
    ):
        client.force_login(who)
        page = text_of(client.get(take.get_absolute_url()))
        assert "this take counts" in page
        assert f'href="{address}"' in page


def test_assigning_tells_them_at_once(
    client: Any, ada: User, ms_clark: User, classroom: Any, scale: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(ms_clark)
    with django_capture_on_commit_callbacks(execute=True):
        assign(client, classroom, what=f"exercise-{scale.pk}")
    notice = Notice.objects.get()
    assert (notice.reader, notice.kind, notice.facts["title"]) == (ada, "assigned", "G major")


def test_what_one_student_has(client: Any, ada: User, ben: User, zoe: User, ms_clark: User, classroom: Any) -> None:
    AssignmentFactory(classroom=classroom, exercise=ExerciseFactory(title="For Ada"), students=[ada])
    client.force_login(ms_clark)
    pages = [client.get(reverse("student-assignments", args=[classroom.pk, who.pk])) for who in (ada, ben)]
    assert ["For Ada" in text_of(page) for page in pages] == [True, False]
    assert client.get(reverse("student-assignments", args=[classroom.pk, zoe.pk])).status_code == 404
    client.force_login(ben)
    assert client.get(reverse("student-assignments", args=[classroom.pk, ada.pk])).status_code == 404


@pytest.mark.parametrize("whole_lesson", [True, False])
def test_what_its_author_took_back_offers_nothing_to_play(
    client: Any, ada: User, classroom: Any, scale: Exercise, whole_lesson: bool
) -> None:
    what = {"lesson": scale.lesson} if whole_lesson else {"exercise": scale}
    made = AssignmentFactory(classroom=classroom, **{"lesson": None, "exercise": None, **what})
    client.force_login(ada)
    address = reverse("assignment", args=[made.pk])
    assert reverse("assignment-play", args=[made.pk, scale.pk]) in text_of(client.get(address))
    row = scale.lesson if whole_lesson else scale
    type(row).objects.filter(pk=row.pk).update(status="retired")
    page = text_of(client.get(address))
    assert f"“{made.title}” is not published." in page
    assert "/play/" not in page
