"""What a student may ask for: a kind, a style, a length, a skill. Whatever is left open is the tutor's to choose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lessons.practice.limits import settable_tags
from lessons.words import said
from tutor.composing.skills import describe

SURPRISE = "surprise"
# Name: what it is called, and what one does.
KINDS = {
    SURPRISE: (_("Surprise me"), _("any kind, at your level")),
    "sight-reading": (_("Sight-reading"), _("a tune that you have never seen")),
    "sight-singing": (_("Sight-singing"), _("find it with your voice")),
    "echo": (_("Echo"), _("hear it, then play it")),
    "rhythm": (_("Rhythm"), _("clap it or tap it")),
    "intervals": (_("Intervals"), _("one leap in many places")),
    "arpeggios": (_("Arpeggios"), _("chords, note by note")),
    "technique": (_("Technique"), _("scales and their kin")),
}
STYLES = {"": _("Any style"), "song": _("Song"), "dance": _("Dance"), "hymn": _("Hymn")}
LENGTHS = {"": _("Any length"), "4": _("4 bars"), "8": _("8 bars"), "12": _("12 bars"), "16": _("16 bars")}


def kinds_for(family: str) -> dict[str, tuple[str, str]]:
    """Who sings is not offered to read for an instrument, and the other way round."""
    hidden = "sight-reading" if family == "voice" else "sight-singing"
    return {name: words for name, words in KINDS.items() if name != hidden}


class ChoiceForm(forms.Form):
    """Drawn by its template as cards; the form only checks what comes back."""

    kind = forms.ChoiceField(choices=[(name, words[0]) for name, words in KINDS.items()], required=False)
    style = forms.ChoiceField(choices=list(STYLES.items()), required=False)
    bars = forms.TypedChoiceField(choices=list(LENGTHS.items()), coerce=int, empty_value=None, required=False)
    skill = forms.CharField(max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        """A skill comes from a button of ours, or from nowhere."""
        skill = self.cleaned_data.get("skill")
        if skill and skill not in settable_tags():
            self.add_error(None, _("There is no such skill."))
        return self.cleaned_data

    @property
    def asked(self) -> dict[str, str]:
        """What stands in the fields, for the template to tick."""
        return {name: str(self[name].value() or "") for name in self.fields}

    @property
    def skill_words(self) -> str:
        skill = self.asked["skill"]
        return said(describe(skill)) if skill in settable_tags() else ""
