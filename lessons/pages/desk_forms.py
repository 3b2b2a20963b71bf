"""What an author types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.curriculum.prerequisites import STRONGEST, USUAL, WEAKEST, known_skills
from lessons.models import Course, Lesson, Unit


class TitleForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)


class CourseForm(forms.ModelForm):
    class Meta:
        model = Course
        fields = ["title", "summary"]
        labels = {"title": gettext_lazy("Title"), "summary": gettext_lazy("What it is about")}


class UnitForm(forms.ModelForm):
    class Meta:
        model = Unit
        fields = ["title", "text"]
        labels = {"title": gettext_lazy("Title"), "text": gettext_lazy("What it is about")}


class LessonForm(forms.Form):
    """A lesson's words, its place, and what it needs first. Needs are ticked off, and added one at a time."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What the student reads before playing. An empty line begins a paragraph."),
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit"), required=False)
    need_lesson = forms.CharField(
        label=gettext_lazy("A lesson that must be done first"),
        required=False,
        widget=forms.TextInput(attrs={"list": "lessons-there-are", "autocomplete": "off"}),
    )
    need_skill = forms.CharField(
        label=gettext_lazy("A skill that must be there first"),
        required=False,
        widget=forms.TextInput(attrs={"list": "skills-there-are", "autocomplete": "off"}),
    )
    strength = forms.IntegerField(
        label=gettext_lazy("How firm, in percent"),
        required=False,
        min_value=WEAKEST,
        max_value=STRONGEST,
        initial=USUAL,
    )

    def __init__(self, *args: Any, lesson: Lesson, needs: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lesson, self.needs = lesson, needs
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = lesson.course.units.all()
        units.empty_label = _("None: before the first unit")

    def clean_need_lesson(self) -> Lesson | None:
        typed = self.cleaned_data["need_lesson"].strip()
        if not typed:
            return None
        found = [one for one in lessons_there_are(self.lesson) if lesson_name(one) == typed or one.title == typed]
        if len(found) != 1:
            raise forms.ValidationError(_("Choose one of the lessons that appear as you type."))
        return found[0]

    def clean_need_skill(self) -> str:
        typed = self.cleaned_data["need_skill"].strip()
        if not typed:
            return ""
        found = [tag for tag, name in known_skills().items() if typed in (tag, str(name))]
        if len(found) != 1:
            raise forms.ValidationError(_("Choose one of the skills that appear as you type."))
        return found[0]

    def wanted_needs(self, kept: list[str]) -> list[dict[str, Any]]:
        """Those of before that are still ticked, and what was added."""
        needs = [one for one in self.needs if need_key(one) in kept]
        if other := self.cleaned_data["need_lesson"]:
            needs.append({"lesson": str(other.uid)})
        if skill := self.cleaned_data["need_skill"]:
            needs = [one for one in needs if one.get("skill") != skill]
            needs.append({"skill": skill, "strength": self.cleaned_data["strength"] or USUAL})
        return needs


def need_key(need: dict[str, Any]) -> str:
    return str(need.get("lesson") or need["skill"])


def lessons_there_are(besides: Lesson) -> list[Lesson]:
    return list(Lesson.objects.exclude(pk=besides.pk).select_related("course"))


def lesson_name(lesson: Lesson) -> str:
    return f"{lesson.title} ({lesson.course.title})"
