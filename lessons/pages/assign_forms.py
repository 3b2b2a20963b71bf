"""What a teacher fills in to assign something. Drawn by its own templates: what, who, when, and the rest under More."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.assigning import orders
from lessons.assigning.writing import USUAL_TIME, choosable_exercises, choosable_lessons
from lessons.models import Assignment, Classroom, User
from lessons.models.assignments import LONGEST_LOOK_S, MOST_TRIES, SHORTEST_LOOK_S
from lessons.namesakes import told_apart
from lessons.pages.choosing_forms import KINDS as KIND_WORDS
from lessons.pages.choosing_forms import LENGTHS, STYLES
from lessons.pages.skill_map import FAMILIES
from lessons.practice.limits import settable_tags
from lessons.practice.orders import can_be_ordered
from lessons.words import said
from tutor.composing.skills import describe
from tutor.learner.syllabus import first_grade

LESSON, EXERCISE, ORDER = "lesson", "exercise", "order"
CLASS, GROUP, STUDENTS = "class", "group", "students"
LOCAL = "%Y-%m-%dT%H:%M"


def _moment(label: Any, required: bool = False) -> forms.DateTimeField:
    """In the reader's time zone, which is active while their page is made."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(label=label, required=required, widget=widget)


def _grades() -> list[tuple[str, str]]:
    words = _("grade %(grade)s")
    halves = [
        (f"{half / 2:g}", words % {"grade": localize(half / 2 if half % 2 else half // 2)}) for half in range(2, 17)
    ]
    return [("", _("each student’s own level")), *halves]


class AssignForm(forms.Form):
    """`fields_to_write` is what lessons.assigning.writing takes."""

    what = forms.CharField(required=False, max_length=20)  # "lesson-3", "exercise-7" or "order"
    kind = forms.ChoiceField(choices=[(name, KIND_WORDS[name][0]) for name in orders.KINDS], required=False)
    grade = forms.TypedChoiceField(
        label=gettext_lazy("How hard"), choices=_grades, coerce=float, empty_value=None, required=False
    )
    bars = forms.TypedChoiceField(choices=list(LENGTHS.items()), coerce=int, empty_value=None, required=False)
    style = forms.ChoiceField(choices=list(STYLES.items()), required=False)
    skills = forms.MultipleChoiceField(
        choices=lambda: sorted((tag, tag) for tag in settable_tags() if can_be_ordered(tag)), required=False
    )
    same = forms.TypedChoiceField(
        choices=[("", gettext_lazy("One for each student")), ("1", gettext_lazy("The same for all"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )
    whom = forms.CharField(max_length=20)  # "class", "students" or "group-4"
    students = forms.ModelMultipleChoiceField(queryset=User.objects.none(), required=False)
    opens_at = _moment(gettext_lazy("Opens"))
    due_at = _moment(gettext_lazy("Due"))
    mode = forms.ChoiceField(
        choices=[("practice", gettext_lazy("Practice")), ("test", gettext_lazy("Test"))], required=False
    )
    look_s = forms.IntegerField(
        label=gettext_lazy("Seconds to look at the score"),
        min_value=SHORTEST_LOOK_S,
        max_value=LONGEST_LOOK_S,
        required=False,
    )
    told = forms.ChoiceField(
        choices=[("at once", gettext_lazy("as soon as it is graded")), ("after due", gettext_lazy("after it is due"))],
        required=False,
    )
    tries = forms.IntegerField(
        label=gettext_lazy("Tries"),
        min_value=1,
        max_value=MOST_TRIES,
        required=False,
        help_text=gettext_lazy("Of each piece; empty: any number."),
    )
    counts = forms.ChoiceField(
        choices=[("best", gettext_lazy("The best")), ("last", gettext_lazy("The last"))], required=False
    )
    goal = forms.FloatField(
        label=gettext_lazy("Goal"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("A grade from 0 to 100; empty: none."),
    )
    late = forms.ChoiceField(
        choices=[
            ("accept", gettext_lazy("Counts in full")),
            ("penalty", gettext_lazy("Loses points")),
            ("refuse", gettext_lazy("Doesn’t count")),
        ],
        required=False,
    )
    late_penalty = forms.FloatField(
        label=gettext_lazy("Points off when late"), min_value=0, max_value=100, required=False
    )
    weight = forms.FloatField(
        label=gettext_lazy("Weight in the gradebook"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("1 is usual, 2 counts twice, 0 not at all."),
    )
    remind_days = forms.IntegerField(
        label=gettext_lazy("Remind them so many days before"),
        min_value=0,
        max_value=30,
        required=False,
        help_text=gettext_lazy("Only who has not played it; empty: nobody."),
    )
    note = forms.CharField(
        label=gettext_lazy("A word to them"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, classroom: Classroom, *args: Any, assignment: Assignment | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = (_as_it_is(assignment) if assignment else _usual()) | kwargs.get("initial", {})
        super().__init__(*args, label_suffix="", **kwargs)
        self.assignment = assignment
        self.members = told_apart(classroom.students.order_by("first_name", "last_name", "username"))
        self.groups = list(classroom.groups.prefetch_related("members"))
        for group in self.groups:
            group.radio = f"{GROUP}-{group.pk}"
        self.fields["students"].queryset = User.objects.filter(pk__in=[one.pk for one in self.members])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data |= {"work": self._work(), "audience": self._audience()}
        if data.get("late") == "penalty" and data.get("late_penalty") is None:
            self.add_error("late_penalty", _("Say how many points a late take loses."))
        return data

    def _work(self) -> dict[str, Any]:
        """What it is; of an assignment that is changed and leaves it alone, nothing."""
        what, _dash, pk = self.cleaned_data.get("what", "").partition("-")
        if what == ORDER:
            names = ("kind", "grade", "bars", "style", "skills", "same")
            order = {name: self.cleaned_data.get(name) for name in names}
            kept = self.assignment.order if self.assignment else None
            # The same order again is the same music.
            return {} if kept and all(kept[name] == order[name] for name in names) else {ORDER: order}
        rows = {LESSON: choosable_lessons, EXERCISE: choosable_exercises}.get(what)
        found = rows().filter(pk=pk).first() if rows and pk.isdecimal() and len(pk) < 10 else None
        if found is not None:
            return {what: found}
        if self.assignment is None:
            self.add_error("what", _("Choose what they are to play: a lesson, an exercise, or a kind to compose."))
        return {}

    def _audience(self) -> dict[str, Any]:
        whom, _dash, pk = self.cleaned_data.get("whom", "").partition("-")
        if whom == GROUP:
            group = next((one for one in self.groups if str(one.pk) == pk), None)
            if group is None:
                self.add_error("whom", _("Choose a group of this class."))
            return {"group": group, "audience": GROUP}
        if whom == STUDENTS:
            students = list(self.cleaned_data.get("students") or ())
            if not students:
                self.add_error("whom", _("Choose at least one student."))
            return {"students": students, "audience": STUDENTS}
        return {"audience": CLASS}

    @property
    def fields_to_write(self) -> dict[str, Any]:
        data = self.cleaned_data
        usual = {"mode": "practice", "counts": "best", "told": "at once", "late": "accept"}
        rules = {name: data.get(name) or value for name, value in usual.items()}
        if data.get("opens_at"):
            rules["opens_at"] = data["opens_at"]
        elif self.assignment is None:
            rules["opens_at"] = timezone.now()
        numbers = {"look_s": 30, "late_penalty": 0.0, "weight": 1.0}
        rules |= {name: value if data.get(name) is None else data[name] for name, value in numbers.items()}
        rules |= {name: data.get(name) for name in ("due_at", "tries", "goal", "remind_days")}
        if rules["mode"] == "test":
            rules["tries"] = 1
        return rules | {"note": data.get("note", "")} | data["work"] | data["audience"]

    @property
    def order_kinds(self) -> list[tuple[str, Any, Any]]:
        """Name, what it is called, what one does."""
        return [(name, *KIND_WORDS[name]) for name in orders.KINDS]

    @property
    def families(self) -> Iterator[tuple[str, int, list[tuple[str, str, bool]]]]:
        """(family, how many of it are chosen, its skills: tag, words, whether), the easiest first."""
        chosen = self["skills"].value() or []
        tags = sorted((tag for tag in settable_tags() if can_be_ordered(tag)), key=lambda tag: (first_grade(tag), tag))
        for family in dict.fromkeys(FAMILIES.values()):
            members = [tag for tag in tags if FAMILIES.get(tag.partition(":")[0]) == family]
            if members:
                yield (
                    family,
                    sum(tag in chosen for tag in members),
                    [(tag, said(describe(tag)), tag in chosen) for tag in members],
                )

    @property
    def ticks(self) -> list[tuple[User, bool]]:
        """Every student, and whether they are chosen by name."""
        chosen = {str(getattr(one, "pk", one)) for one in self["students"].value() or ()}
        return [(one, str(one.pk) in chosen) for one in self.members]

    @property
    def more_is_open(self) -> bool:
        """What is not as usual, or was refused, is in sight."""
        names = ("tries", "counts", "goal", "late", "late_penalty", "weight", "remind_days")
        usual = {"counts": "best", "late": "accept", "weight": "1", "remind_days": "1"}
        values = {name: str(self[name].value() if self[name].value() is not None else "") for name in names}
        refused = self.is_bound and any(name in self.errors for name in names)
        return refused or any(values[name] not in ("", "0", "0.0", usual.get(name, "")) for name in names)


def _usual() -> dict[str, Any]:
    """From now on, until a week from now at the end of the day where the teacher is."""
    due = timezone.localtime(timezone.now() + USUAL_TIME).replace(hour=23, minute=59, second=0, microsecond=0)
    return {"whom": CLASS, "due_at": due, "mode": "practice", "look_s": 30, "weight": 1, "remind_days": 1}


def _as_it_is(one: Assignment) -> dict[str, Any]:
    names = ("due_at", "mode", "look_s", "told", "tries", "counts", "goal", "late", "weight", "remind_days", "note")
    values = {name: getattr(one, name) for name in (*names, "opens_at")}
    values["late_penalty"] = one.late_penalty or None
    order = one.order or {}
    order_values = {name: order[name] for name in ("kind", "bars", "style", "skills") if order.get(name)}
    if order:
        order_values |= {"grade": f"{order['grade']:g}" if order["grade"] else "", "same": "1" if order["same"] else ""}
    return values | order_values | {"what": _what(one), "whom": _whom(one), "students": _named(one)}


def _what(one: Assignment) -> str:
    if one.lesson_id:
        return f"{LESSON}-{one.lesson_id}"
    return f"{EXERCISE}-{one.exercise_id}" if one.exercise_id else ORDER


def _whom(one: Assignment) -> str:
    return f"{GROUP}-{one.group_id}" if one.audience == GROUP else one.audience


def _named(one: Assignment) -> list[int]:
    return list(one.students.values_list("pk", flat=True)) if one.audience == STUDENTS else []
