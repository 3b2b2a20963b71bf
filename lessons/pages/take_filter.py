"""A student's takes, looked through by their teacher: what is asked for, as a form that stands in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lessons.dashboards import TakeFilter

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TakeFilterForm(forms.Form):
    word = forms.BooleanField(label=_("Only takes without a word from you"), required=False)
    exercise = forms.TypedChoiceField(label=_("Exercise"), coerce=int, empty_value=None, required=False)
    first = forms.DateField(label=_("From"), widget=DAY, required=False)
    last = forms.DateField(label=_("To"), widget=DAY, required=False)
    skill = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)

    def __init__(self, *args: Any, exercises: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercise"].choices = [("", _("all exercises")), *exercises]  # type: ignore[attr-defined]

    def wanted(self) -> TakeFilter:
        """What can be understood of it; the rest is said beside its field."""
        self.is_valid()
        asked = self.cleaned_data
        return TakeFilter(
            no_word=bool(asked.get("word")),
            exercise=asked.get("exercise"),
            skill=asked.get("skill") or "",
            first=asked.get("first"),
            last=asked.get("last"),
        )
