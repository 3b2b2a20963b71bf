"""What a person plays, and how far they are. Who they are and which class: entrance_forms.py."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lessons.words import pitch_words, said
from tutor.notation.instruments import INSTRUMENTS, Instrument

LEVELS = {
    1: _("I am starting: a few notes, slow, in one position."),
    2: _("I read simple tunes in easy keys."),
    3: _("Sixteenths and an accidental don't stop me."),
    4: _("I play in 6/8, with upbeats, over more than an octave."),
    5: _("Syncopation and triplets, keys with four sharps or flats."),
    6: _("Most of my instrument, in compound and odd metres."),
    7: _("Any key, chromatic lines, changes of tempo."),
    8: _("The whole range, at sight."),
}


# Instead of a level: a few takes say it.
FIND_OUT = "find-out"


class SetupForm(forms.Form):
    """Drawn by its template as cards; the form only checks what comes back. `level` is None to have it found."""

    instrument = forms.ChoiceField(choices=[(name, item.label) for name, item in INSTRUMENTS.items()])
    level = forms.ChoiceField(choices=[(FIND_OUT, _("Find it out with me")), *LEVELS.items()])

    def clean_level(self) -> int | None:
        chosen: str = self.cleaned_data["level"]
        return None if chosen == FIND_OUT else int(chosen)


def families() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """(family, instruments with their range in words), in the data file's order."""
    for family in dict.fromkeys(item.family for item in INSTRUMENTS.values()):
        members = [item for item in INSTRUMENTS.values() if item.family == family]
        label = said(family).capitalize()
        yield label, [{"name": item.name, "label": said(item.label), "range": _range(item)} for item in members]


def _range(item: Instrument) -> str:
    return gettext("%(low)s to %(high)s") % {"low": _name(item.written_low), "high": _name(item.written_high)}


def _name(midi: int) -> str:
    """A range's end, spelt with sharps or the customary B flat and E flat: the printed C4 is middle C."""
    step, alter = [
        ("C", 0),
        ("C", 1),
        ("D", 0),
        ("E", -1),
        ("E", 0),
        ("F", 0),
        ("F", 1),
        ("G", 0),
        ("A", -1),
        ("A", 0),
        ("B", -1),
        ("B", 0),
    ][midi % 12]
    return pitch_words(step, alter, midi // 12 - 1)
