"""The forms of the gradebook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.gradebook.weighing import LEFT_OUT, PARTS, ZERO
from lessons.models import Assignment

PART_WORDS = {
    "pitch": gettext_lazy("Right notes"),
    "intonation": gettext_lazy("Tuning"),
    "rhythm": gettext_lazy("Rhythm"),
    "tempo": gettext_lazy("Tempo"),
    "completeness": gettext_lazy("Completeness"),
}


class MarkForm(forms.Form):
    """A mark by hand: a number or excused, and always a reason."""

    overall = forms.FloatField(label=gettext_lazy("Mark, 0 to 100"), required=False, min_value=0, max_value=100)
    excused = forms.BooleanField(label=gettext_lazy("Excused: counts neither for nor against"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("excused") and said.get("overall") is None and "overall" not in self.errors:
            self.add_error("overall", _("Give a number from 0 to 100, or excuse the student."))
        return said


class WeightsForm(forms.Form):
    """What counts how much: the parts of a grade, each assignment, and what is missing."""

    by = forms.ChoiceField(choices=[("overall", ""), ("parts", "")])
    missing = forms.ChoiceField(choices=[(ZERO, ""), (LEFT_OUT, "")])

    def __init__(self, *args: Any, assignments: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignments = assignments
        for part in PARTS:
            self.fields[f"part-{part}"] = _weight(str(PART_WORDS[part]), required=False)
        for one in assignments:
            self.fields[f"work-{one.pk}"] = _weight(one.title)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("by") == "parts" and not self.errors and not any(self.parts.values()):
            self.add_error(None, _("At least one part of a grade must count for something."))
        return said

    @property
    def parts(self) -> dict[str, float]:
        """Empty where each take's own overall counts."""
        if self.cleaned_data["by"] != "parts":
            return {}
        return {part: self.cleaned_data[f"part-{part}"] or 0.0 for part in PARTS}

    @property
    def weights(self) -> dict[int, float]:
        return {one.pk: self.cleaned_data[f"work-{one.pk}"] for one in self.assignments}


def _weight(label: str, *, required: bool = True) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=100, required=required)
