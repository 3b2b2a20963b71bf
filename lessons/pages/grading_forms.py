"""A teacher's choice for a class: one of the presets, or a few tolerances of their own over what counts now."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from lessons.models import Classroom
from lessons.rubrics import OWN, PRESETS, own_rubric
from lessons.words import said, sentence_of
from tutor.grading.rubric import MEANINGS, Rubric
from tutor.grading.rubric_fields import BadRubric

NO_CHOICE = ("", _("None: each exercise's own, or Standard"))
# As a teacher thinks of them: field, its unit on the page, and how many of those make one of the rubric's.
CENTS, MILLISECONDS, PERCENT = (_("cents"), 1), ("ms", 1000), ("%", 100)
ASKED = {
    "cents_in_tune": CENTS,
    "pitch_none_cents": CENTS,
    "onset_window_most_s": MILLISECONDS,
    "time_none_s": MILLISECONDS,
    "pitch_weight": PERCENT,
    "rhythm_weight": PERCENT,
    "intonation_weight": PERCENT,
    "extra_weight": PERCENT,
    "least_confidence": PERCENT,
}
SWITCHES = ("any_octave", "free_key")
# What reads well in a table of all tolerances reads oddly alone.
LABELS = {"onset_window_most_s": _("On time within"), "time_none_s": _("No points for time from")}
HELP = {"onset_window_most_s": _("Further off, a note is called early or late. In fast music it is less.")}


class PresetForm(forms.Form):
    preset = forms.ChoiceField(label=_("Graded as"), required=False)

    def __init__(self, *args: Any, classroom: Classroom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, initial={"preset": classroom.rubric})
        own = own_rubric(classroom)
        choices = [
            NO_CHOICE,
            *((name, said(one.label)) for name, one in PRESETS.items()),
            *([(OWN, said(own.label))] if own else []),
        ]
        self.fields["preset"].choices = choices  # type: ignore[attr-defined]


class OwnForm(forms.Form):
    """`cleaned_data["rubric"]` is the whole rubric: what was asked for, over `beginning`."""

    def __init__(self, *args: Any, beginning: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beginning = beginning
        for name, (unit, times) in ASKED.items():
            meaning = MEANINGS[name]
            least, most = round(meaning.least * times, 3), round(meaning.most * times, 3)
            between = _("Between %(least)s and %(most)s, please.") % {"least": localize(least), "most": localize(most)}
            self.fields[name] = forms.FloatField(
                label=f"{LABELS.get(name) or said(meaning.label)} ({unit})",
                min_value=least,
                max_value=most,
                error_messages=dict.fromkeys(("min_value", "max_value", "invalid", "required"), between),
                initial=f"{getattr(beginning, name) * times:g}",
                help_text=HELP.get(name) or said(meaning.help),
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )
        for name in SWITCHES:
            meaning = MEANINGS[name]
            self.fields[name] = forms.BooleanField(
                label=said(meaning.label),
                required=False,
                initial=getattr(beginning, name),
                help_text=said(meaning.help),
            )

    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in ASKED]

    def switches(self) -> list[forms.BoundField]:
        return [self[name] for name in SWITCHES]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        asked = {name: data[name] / times for name, (_, times) in ASKED.items()} | {
            name: data[name] for name in SWITCHES
        }
        whole = {one.name: getattr(self.beginning, one.name) for one in fields(Rubric)} | asked
        whole["by_jury"] = False  # A jury has tolerances of its own.
        # Narrower than before, the tolerances that were not asked about go along.
        # Asked in seconds, meant at any ordinary tempo: the part of a beat that comes first in fast music goes along.
        wider = whole["onset_window_most_s"] / self.beginning.onset_window_most_s
        beats = MEANINGS["onset_window_beats"]
        whole["onset_window_beats"] = min(max(whole["onset_window_beats"] * wider, beats.least), beats.most)
        whole["onset_window_least_s"] = min(whole["onset_window_least_s"], whole["onset_window_most_s"])
        whole["pitch_full_cents"] = min(whole["pitch_full_cents"], whole["pitch_none_cents"] / 2)
        whole["time_full_s"] = min(whole["time_full_s"], whole["time_none_s"] / 2)
        try:
            data["rubric"] = Rubric.from_dict(whole)
        except BadRubric as bad:
            self.add_error(None, sentence_of(bad))
        return data
