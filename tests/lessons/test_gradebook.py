"""The gradebook: what marks come to, who may read and change them, and that it costs the same for any class."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lessons.classroom import ClassroomError
from lessons.gradebook import writing
from lessons.gradebook.book import Filters, book_of
from lessons.gradebook.weighing import PARTS, Cell, State, course_mark, weigh_parts
from lessons.models import Assignment, Gradebook, MarkOverride, StudentGroup, Submission
from tests.factories import ClassroomFactory, ExerciseFactory, StudentFactory, TeacherFactory, UserFactory, graded

# Of eight notes: each one off is 12.5 points.
FAULTS = {
    100.0: {},
    87.5: {"n1": "missing"},
    75.0: {"n1": "missing", "n2": "missing"},
    50.0: dict.fromkeys(("n1", "n2", "n3", "n4"), "missing"),
}


@pytest.fixture
def assign(classroom, ms_clark):
    def make(days=-1, title="A scale", **more):
        now = timezone.now()
        piece = more.pop("exercise", None) or ExerciseFactory(title=title)
        opened = {"opens_at": now - timedelta(days=60), "due_at": now + timedelta(days=days) if days else None}
        return Assignment.objects.create(classroom=classroom, exercise=piece, assigned_by=ms_clark, **opened, **more)

    return make


def play(student, assignment, overall=100.0, days_ago=3):
    take = graded(student=student, exercise=assignment.exercise, assignment=assignment, faulty=FAULTS[overall])
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    return take


def row_of(classroom, student, **filters):
    return next(row for row in book_of(classroom, Filters(**filters)).rows if row.student == student)


def cell_of(classroom, student, **filters):
    return row_of(classroom, student, **filters).cells[0]


# What it comes to


def test_a_mark_is_what_was_played(classroom, ada, ben, assign):
    work = assign()
    take = play(ada, work, 87.5)
    cell = cell_of(classroom, ada)
    assert (cell.mark, cell.state, cell.take_ids, cell.counts) == (87.5, State.DONE, (take.pk,), True)
    assert cell_of(classroom, ben).missing


def test_the_course_mark_weighs_the_assignments(classroom, ada, assign):
    play(ada, assign(weight=3), 100.0)
    play(ada, assign(weight=1), 50.0)
    assert row_of(classroom, ada).mark == 87.5


@pytest.mark.parametrize(("missing", "mark"), [("zero", 50.0), ("left_out", 100.0)])
def test_what_is_missing_counts_as_the_class_says(classroom, ada, assign, missing, mark):
    play(ada, assign(), 100.0)
    assign()
    Gradebook.objects.create(classroom=classroom, missing=missing)
    row = row_of(classroom, ada)
    assert (row.mark, row.missing) == (mark, 1)


def test_what_is_still_open_does_not_count_yet(classroom, ada, assign):
    play(ada, assign(), 75.0)
    assign(days=5)
    assign(days=None)
    row = row_of(classroom, ada)
    assert row.mark == 75.0 and row.missing == 0


def test_work_half_played_is_no_mark_before_it_is_over(classroom, ada, assign):
    from tests.factories import LessonFactory

    lesson = LessonFactory()
    first, _second = (ExerciseFactory(lesson=lesson, position=place) for place in (1, 2))
    now = timezone.now()
    work = Assignment.objects.create(
        classroom=classroom, lesson=lesson, opens_at=now - timedelta(days=9), due_at=now + timedelta(days=1)
    )
    graded(student=ada, exercise=first, assignment=work)
    cell = cell_of(classroom, ada)
    assert (cell.mark, cell.so_far, cell.counts, cell.done, cell.of) == (100.0, True, False, 1, 2)
    Assignment.objects.update(due_at=now - timedelta(hours=1))
    Submission.objects.update(created_at=now - timedelta(days=2))
    assert (cell_of(classroom, ada).mark, cell_of(classroom, ada).counts) == (50.0, True)
    Gradebook.objects.create(classroom=classroom, missing="left_out")
    assert (cell_of(classroom, ada).mark, cell_of(classroom, ada).counts) == (100.0, True)


def test_what_was_not_assigned_to_somebody_is_no_hole(classroom, ada, ben, assign):
    group = StudentGroup.objects.create(classroom=classroom, name="Violins")
    group.members.add(ada)
    assign(group=group)
    assert cell_of(classroom, ben) is None and row_of(classroom, ben).mark is None
    assert cell_of(classroom, ada).missing


def test_parts_count_as_the_class_weighs_them(classroom, ada, assign):
    """Half of the notes were left out: all that was played was right."""
    play(ada, assign(), 50.0)
    book = Gradebook.objects.create(classroom=classroom, part_weights={"pitch": 1, "completeness": 0})
    assert cell_of(classroom, ada).mark == 100.0
    book.part_weights = {"pitch": 1, "completeness": 3}
    book.save()
    assert cell_of(classroom, ada).mark == 62.5


def test_a_late_take_loses_its_points_however_parts_are_weighed(classroom, ada, assign):
    work = assign(late="penalty", late_penalty=10)
    play(ada, work, 100.0, days_ago=0)
    assert (cell_of(classroom, ada).mark, cell_of(classroom, ada).late) == (90.0, True)
    Gradebook.objects.create(classroom=classroom, part_weights={"pitch": 1})
    assert cell_of(classroom, ada).mark == 90.0


def test_a_ruling_moves_the_mark_by_parts_too(classroom, ada, ms_clark, assign):
    from lessons.verdicts import rule

    take = play(ada, assign(), 50.0)
    Gradebook.objects.create(classroom=classroom, part_weights={"completeness": 1})
    before = cell_of(classroom, ada).mark
    rule(take, ms_clark, "n1", "correct")
    assert cell_of(classroom, ada).mark == before + 12.5


part = st.one_of(st.none(), st.floats(0, 100))
weight = st.floats(0.01, 100)


@given(st.fixed_dictionaries(dict.fromkeys(PARTS, part)), st.fixed_dictionaries(dict.fromkeys(PARTS, weight)), part)
def test_weighed_parts_lie_between_the_parts(parts, weights, overall):
    heard = [value for value in parts.values() if value is not None]
    weighed = weigh_parts(parts, overall, weights)
    if not heard:
        assert weighed == overall
    else:
        assert min(heard) - 1e-9 <= weighed <= max(heard) + 1e-9
        assert weighed == pytest.approx(weigh_parts(parts, overall, {one: 7 * w for one, w in weights.items()}))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), min_size=1, max_size=8))
def test_a_course_mark_lies_between_its_marks(marks):
    cells = [Cell(place, 1, State.DONE, mark, mark, True) for place, (mark, _weight) in enumerate(marks)]
    weights = {place: weight for place, (_mark, weight) in enumerate(marks)}
    low, high = min(mark for mark, _ in marks), max(mark for mark, _ in marks)
    assert low - 0.05 <= course_mark(cells, weights) <= high + 0.05


# By hand


def test_a_mark_by_hand_counts_and_says_why(classroom, ada, ms_clark, assign):
    work = assign()
    play(ada, work, 50.0)
    writing.set_mark(work, ada, ms_clark, 80, "Her string broke.")
    cell = cell_of(classroom, ada)
    assert (cell.mark, cell.played, cell.by_hand) == (80.0, 50.0, True) and row_of(classroom, ada).mark == 80.0
    kept = MarkOverride.objects.get()
    assert (kept.before, kept.reason, kept.by) == (50.0, "Her string broke.", ms_clark)


def test_the_excused_count_neither_way(classroom, ada, ms_clark, assign):
    play(ada, assign(), 75.0)
    work = assign()
    writing.excuse(work, ada, ms_clark, "Ill.")
    row = row_of(classroom, ada)
    assert (row.mark, row.missing) == (75.0, 0)


def test_undone_it_is_as_it_was_played_and_all_is_kept(classroom, ada, ms_clark, assign):
    work = assign()
    play(ada, work, 50.0)
    writing.set_mark(work, ada, ms_clark, 80, "A mistake.")
    writing.undo(work, ada, ms_clark)
    assert cell_of(classroom, ada).mark == 50.0
    assert [(one.kind, one.before, one.overall) for one in MarkOverride.objects.all()] == [
        ("set", 50.0, 80.0),
        ("undone", 80.0, None),
    ]
    with pytest.raises(ClassroomError):
        writing.undo(work, ada, ms_clark)


@pytest.mark.parametrize(("overall", "reason"), [(101, "So."), (-1, "So."), (float("nan"), "So."), (50, " ")])
def test_a_mark_that_makes_no_sense_is_refused(ada, ms_clark, assign, overall, reason):
    with pytest.raises(ClassroomError):
        writing.set_mark(assign(), ada, ms_clark, overall, reason)
    assert not MarkOverride.objects.exists()


def test_nobody_else_writes_marks(ada, ben, zoe, assign):
    work = assign()
    for person in (ada, ben, zoe, UserFactory(is_staff=True), TeacherFactory(classroom=ClassroomFactory())):
        with pytest.raises(PermissionDenied):
            writing.set_mark(work, ada, person, 100, "Because.")


# The pages


@pytest.fixture
def teacher(client, ms_clark):
    client.force_login(ms_clark)
    return client


def book_page(client, classroom, **asked):
    return client.get(reverse("class-gradebook", args=[classroom.pk]), asked)


def names(page):
    return [line["row"].student.first_name for line in page.context["lines"]]


def test_a_cell_leads_to_its_take(teacher, classroom, ada, assign):
    take = play(ada, assign(title="Ode to Joy"))
    said = book_page(teacher, classroom).content.decode()
    assert take.get_absolute_url() in said and "Ode to Joy" in said


def test_a_cell_of_several_takes_leads_to_all_of_them(teacher, classroom, ada):
    from tests.factories import LessonFactory

    lesson = LessonFactory()
    pieces = [ExerciseFactory(lesson=lesson, position=place) for place in (1, 2)]
    work = Assignment.objects.create(classroom=classroom, lesson=lesson, opens_at=timezone.now() - timedelta(days=9))
    takes = [graded(student=ada, exercise=piece, assignment=work) for piece in pieces]
    page = reverse("class-mark", args=[classroom.pk, work.pk, ada.pk])
    assert f'<a href="{page}">100' in book_page(teacher, classroom).content.decode()
    said = teacher.get(page).content.decode()
    assert all(take.get_absolute_url() in said for take in takes)


def test_sorted_by_any_column_and_nobody_without_a_mark_first(teacher, classroom, ada, ben, assign):
    cleo, dora = (StudentFactory(first_name=name, classroom=classroom) for name in ("Cleo", "Dora"))
    work, group = assign(), StudentGroup.objects.create(classroom=classroom, name="Others")
    group.members.add(dora)
    Assignment.objects.update(audience="students")
    work.students.set([ada, ben, cleo])
    for student, overall in ((ada, 75.0), (ben, 100.0), (cleo, 50.0)):
        play(student, work, overall)
    for sort in ("mark", str(work.pk)):
        assert names(book_page(teacher, classroom, sort=sort)) == ["Cleo", "Ada", "Ben", "Dora"]
        assert names(book_page(teacher, classroom, sort=sort, down="1")) == ["Ben", "Ada", "Cleo", "Dora"]
    assert names(book_page(teacher, classroom)) == ["Ada", "Ben", "Cleo", "Dora"]
    assert names(book_page(teacher, classroom, down="1")) == ["Dora", "Cleo", "Ben", "Ada"]


def test_filtered(teacher, classroom, ada, ben, assign):
    old, new = assign(days=-30, title="Old"), assign(days=-1, title="New")
    play(ada, old, days_ago=40)
    play(ada, new)
    play(ben, old, days_ago=20)
    group = StudentGroup.objects.create(classroom=classroom, name="Violins")
    group.members.add(ben)
    assert names(book_page(teacher, classroom, group=group.pk)) == ["Ben"]
    assert names(book_page(teacher, classroom, shown="missing")) == ["Ben"]
    assert names(book_page(teacher, classroom, shown="late")) == ["Ben"]
    week_ago = (timezone.localdate() - timedelta(days=7)).isoformat()
    assert [one.title for one in book_page(teacher, classroom, since=week_ago).context["book"].assignments] == ["New"]
    assert [one.title for one in book_page(teacher, classroom, until=week_ago).context["book"].assignments] == ["Old"]
    assert book_page(teacher, classroom, assignment=old.pk).context["book"].assignments == [old]


@pytest.mark.parametrize(
    "asked",
    [
        *({"group": "x"}, {"group": "99999"}, {"assignment": "9" * 30}, {"since": "never"}, {"until": "9999-12-31"}),
        *({"sort": "99"}, {"sort": "nothing"}, {"page": "77"}, {"work": "x"}, {"shown": "everything"}),
    ],
)
def test_an_old_link_still_opens(teacher, classroom, ada, assign, asked):
    assign()
    assert book_page(teacher, classroom, **asked).status_code == 200


def test_an_empty_book_says_what_to_do(teacher, classroom, ada, assign):
    assert reverse("class-assign", args=[classroom.pk]) in book_page(teacher, classroom).content.decode()
    assign()
    assert "Nobody is late" in book_page(teacher, classroom, shown="late").content.decode()
    assert "Nothing was assigned in this time" in book_page(teacher, classroom, until="1999-01-01").content.decode()


def test_a_mark_is_set_and_undone_on_its_page(teacher, classroom, ada, assign):
    work = assign()
    page = reverse("class-mark", args=[classroom.pk, work.pk, ada.pk])
    refused = teacher.post(page, {"overall": "120", "reason": "Why not."})
    assert refused.status_code == 400 and not MarkOverride.objects.exists()
    assert teacher.post(page, {"overall": "90"}).status_code == 400
    assert teacher.post(page, {"overall": "90.5", "reason": "Played it to me."}).status_code == 302
    said = teacher.get(page).content.decode()
    assert "90.5" in said and "Played it to me." in said and "Joan Clark" in said
    assert "by hand" in book_page(teacher, classroom).content.decode()
    teacher.post(reverse("class-mark-undo", args=[classroom.pk, work.pk, ada.pk]))
    assert cell_of(classroom, ada).override is None
    teacher.post(page, {"excused": "on", "reason": "Ill."})
    assert cell_of(classroom, ada).excused


def pages_of(classroom, work, student):
    mark = [classroom.pk, work.pk, student.pk]
    return [
        ("get", reverse("class-gradebook", args=[classroom.pk])),
        ("get", reverse("class-mark", args=mark)),
        ("post", reverse("class-mark", args=mark)),
        ("post", reverse("class-mark-undo", args=mark)),
        ("get", reverse("class-weights", args=[classroom.pk])),
        ("post", reverse("class-weights", args=[classroom.pk])),
        ("post", reverse("class-gradebook-export", args=[classroom.pk])),
        ("get", reverse("class-reports", args=[classroom.pk])),
        ("get", reverse("class-report", args=[classroom.pk, student.pk])),
        ("post", reverse("class-report", args=[classroom.pk, student.pk])),
    ]


@pytest.mark.parametrize("who", ["ada", "ben", "zoe", "office", "author", "other teacher"])
def test_it_is_for_the_classs_teachers(client, request, classroom, ada, assign, who):
    strangers = {
        "office": lambda: UserFactory(is_staff=True, is_superuser=True),
        "author": lambda: UserFactory(is_author=True),
        "other teacher": lambda: TeacherFactory(classroom=ClassroomFactory()),
    }
    client.force_login(strangers[who]() if who in strangers else request.getfixturevalue(who))
    sent = {"overall": "100", "reason": "x", "text": "x", "as": "csv", "keep": "1"}
    for method, address in pages_of(classroom, assign(), ada):
        assert getattr(client, method)(address, sent).status_code == 404, address
    assert not MarkOverride.objects.exists() and not Gradebook.objects.exists()


def test_a_student_of_another_class_is_not_in_it(teacher, classroom, zoe, assign):
    work = assign()
    elsewhere = Assignment.objects.create(classroom=ClassroomFactory(), exercise=work.exercise)
    mark = reverse("class-mark", args=[classroom.pk, work.pk, zoe.pk])
    assert teacher.get(mark).status_code == 404
    assert teacher.get(reverse("class-mark", args=[classroom.pk, elsewhere.pk, zoe.pk])).status_code == 404
    assert teacher.get(reverse("class-report", args=[classroom.pk, zoe.pk])).status_code == 404


def test_in_the_archive_it_is_read_and_not_written(teacher, classroom, ada, assign):
    work = assign()
    classroom.archived_at = timezone.now()
    classroom.save()
    assert book_page(teacher, classroom).status_code == 200
    page = reverse("class-mark", args=[classroom.pk, work.pk, ada.pk])
    assert teacher.get(page).status_code == 200
    assert teacher.post(page, {"overall": "90", "reason": "x"}).status_code == 403
    assert teacher.get(reverse("class-weights", args=[classroom.pk])).status_code == 404


# What counts how much


def weigh(client, classroom, *works, press="show", **said):
    sent = {"by": "overall", "missing": "zero", **{f"part-{part}": "0" for part in PARTS}}
    sent |= {f"work-{one.pk}": "1" for one in works} | said | {press: "1"}
    return client.post(reverse("class-weights", args=[classroom.pk]), sent)


def test_a_change_is_shown_before_it_is_kept(teacher, classroom, ada, assign):
    one, two = assign(), assign()
    play(ada, one, 100.0)
    play(ada, two, 50.0)
    shown = weigh(teacher, classroom, one, two, **{f"work-{one.pk}": "3"})
    (change,) = shown.context["changes"]
    assert (change.now, change.then, change.by) == (75.0, 87.5, 12.5)
    assert not Gradebook.objects.exists() and row_of(classroom, ada).mark == 75.0
    kept = weigh(teacher, classroom, one, two, press="keep", **{f"work-{one.pk}": "3"})
    assert kept.status_code == 302 and row_of(classroom, ada).mark == 87.5


def test_parts_and_what_is_missing_are_kept(teacher, classroom, ada, ms_clark, assign):
    one = assign()
    weigh(teacher, classroom, one, press="keep", by="parts", missing="left_out", **{"part-rhythm": "60"})
    kept = Gradebook.objects.get()
    assert (kept.part_weights["rhythm"], kept.missing, kept.changed_by) == (60.0, "left_out", ms_clark)
    weigh(teacher, classroom, one, press="keep")
    assert Gradebook.objects.get().part_weights == {}


@pytest.mark.parametrize(
    "said", [{"by": "parts"}, {"by": "x"}, {"missing": "x"}, {"part-pitch": "-1"}, {"part-pitch": "nan"}]
)
def test_weights_that_make_no_sense_are_refused(teacher, classroom, ada, assign, said):
    assert weigh(teacher, classroom, assign(), press="keep", **said).status_code == 400
    assert not Gradebook.objects.exists()


def test_it_begins_with_what_the_classs_rubric_says(teacher, classroom, ada):
    from lessons.rubrics import choose_preset

    choose_preset(classroom, "strict")
    initial = teacher.get(reverse("class-weights", args=[classroom.pk])).context["form"].initial
    assert (initial["by"], initial["part-pitch"], initial["part-intonation"]) == ("overall", "45", "20")


# Whatever the class


def test_forty_students_and_thirty_assignments_cost_no_more_queries(teacher, classroom, ms_clark, assign):
    """The same pages at two students and two assignments."""
    group = StudentGroup.objects.create(classroom=classroom, name="Some")

    def more(students, works):
        fresh = [StudentFactory(classroom=classroom) for _ in range(students)]
        group.members.add(*fresh[:1])
        made = [assign(group=group if number % 2 else None) for number in range(works)]
        for student in fresh:
            play(student, made[0], 75.0)
        MarkOverride.objects.create(
            assignment=made[0], student=fresh[0], overall=60, before=75, reason="So.", by=ms_clark
        )

    def queries(address):
        with CaptureQueriesContext(connection) as asked:
            assert teacher.get(address).status_code == 200
        return len(asked)

    addresses = [reverse(name, args=[classroom.pk]) for name in ("class-gradebook", "class-weights", "class-reports")]
    more(2, 2)
    few = [queries(address) for address in addresses]
    more(38, 28)
    assert [queries(address) for address in addresses] == few
    assert len(book_page(teacher, classroom).context["book"].assignments) == 30


def test_the_days_of_a_filter_are_whole(classroom, ada, assign):
    work = assign()
    due = timezone.localdate(work.due_at)
    assert book_of(classroom, Filters(since=due, until=due)).assignments == [work]
    assert book_of(classroom, Filters(until=due - timedelta(days=1))).assignments == []
    assert book_of(classroom, Filters(since=date(2200, 1, 1))).assignments == []


def test_a_mark_names_the_takes_that_could_not_be_heard(client, classroom, ada, ms_clark, assign):
    work = assign()
    sent = play(ada, work)
    Submission.objects.filter(pk=sent.pk).update(state=Submission.State.FAILED)
    client.force_login(ms_clark)
    said = client.get(reverse("class-mark", args=[classroom.pk, work.pk, ada.pk])).content.decode()
    assert "could not be heard" in said and sent.get_absolute_url() in said


def everywhere(client, classroom, student, teacher, work):
    """What the pages say of one mark: the student's list and page of it, the teacher's list and page, the take's."""
    client.force_login(student)
    own = [client.get(address).content.decode() for address in ("/assignments/", work.get_absolute_url())]
    client.force_login(teacher)
    theirs = [
        client.get(reverse(name, args=args)).content.decode()
        for name, args in (
            ("assignment-of-class", [classroom.pk, work.pk]),
            ("student-assignments", [classroom.pk, student.pk]),
        )
    ]
    return own + theirs


def test_a_mark_set_by_hand_is_the_mark_wherever_it_is_read(client, classroom, ada, ms_clark, assign):
    work = assign()
    writing.set_mark(work, ada, ms_clark, 71.0, "She played it to me.")
    for said in everywhere(client, classroom, ada, ms_clark, work):
        assert "71" in said and "by hand" in said and "Missing" not in said
    take = play(ada, work, 50.0)
    assert "71" in client.get(take.get_absolute_url()).content.decode()


def test_an_excuse_is_read_wherever_the_mark_is(client, classroom, ada, ms_clark, assign):
    work = assign()
    writing.excuse(work, ada, ms_clark, "Ill")
    for said in everywhere(client, classroom, ada, ms_clark, work):
        assert "xcused" in said


def test_the_weights_of_a_class_hold_in_its_students_lists_too(client, classroom, ada, ms_clark, assign):
    work = assign()
    play(ada, work, 50.0)
    Gradebook.objects.create(classroom=classroom, part_weights={"rhythm": 1})
    mark = book_of(classroom).rows[0].cells[0].mark
    assert mark != 50.0
    for said in everywhere(client, classroom, ada, ms_clark, work):
        assert f"<b>{mark:.0f}</b>" in said or f"{mark:.0f} of 100" in said
