"""The three forms a person fills in here: who they are, which class, what they play."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth import password_validation

from lessons import classroom
from lessons.models import Classroom, User
from tutor.notation.instruments import INSTRUMENTS, Instrument
from tutor.notation.score import ACCIDENTAL_SIGNS

LEVELS = {
    1: "I am starting: a few notes, slow, in one position.",
    2: "I read simple tunes in easy keys.",
    3: "Sixteenths and an accidental don't stop me.",
    4: "I play in 6/8, with upbeats, over more than an octave.",
    5: "Syncopation and triplets, keys with four sharps or flats.",
    6: "Most of my instrument, in compound and odd metres.",
    7: "Any key, chromatic lines, changes of tempo.",
    8: "The whole range, at sight.",
}


class CodeField(forms.CharField):
    """Read off a blackboard: case, spaces and dashes don't matter."""

    def clean(self, value: Any) -> Classroom:
        try:
            return classroom.find_classroom(super().clean(value))
        except classroom.ClassroomError as error:
            raise forms.ValidationError(str(error)) from None


class JoinForm(forms.Form):
    """Somebody who is logged in already needs the code alone."""

    code = CodeField(label="Class code", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class NewcomerForm(JoinForm):
    name = forms.CharField(
        label="Your name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As your teacher calls you.",
    )
    username = forms.CharField(
        max_length=150,
        validators=[User.username_validator],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least eight characters, and not a common word.",
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("Somebody has this username already.")
        return username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                password_validation.validate_password(password, User(username=data.get("username", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data

    def save(self) -> User:
        first, _, last = self.cleaned_data["name"].strip().partition(" ")
        return User.objects.create_user(
            self.cleaned_data["username"], password=self.cleaned_data["password"], first_name=first, last_name=last
        )


# Instead of a level: a few takes say it.
FIND_OUT = "find-out"


class SetupForm(forms.Form):
    """Drawn by its template as cards; the form only checks what comes back. `level` is None to have it found."""

    instrument = forms.ChoiceField(choices=[(name, item.label) for name, item in INSTRUMENTS.items()])
    level = forms.ChoiceField(choices=[(FIND_OUT, "Find it out with me"), *LEVELS.items()])

    def clean_level(self) -> int | None:
        chosen: str = self.cleaned_data["level"]
        return None if chosen == FIND_OUT else int(chosen)


def families() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """(family, instruments with their range in words), in the data file's order."""
    for family in dict.fromkeys(item.family for item in INSTRUMENTS.values()):
        members = [item for item in INSTRUMENTS.values() if item.family == family]
        yield family, [{"name": item.name, "label": item.label, "range": _range(item)} for item in members]


def _range(item: Instrument) -> str:
    return f"{_name(item.written_low)} to {_name(item.written_high)}"


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
    return f"{step}{ACCIDENTAL_SIGNS[alter]}{midi // 12 - 1}"
