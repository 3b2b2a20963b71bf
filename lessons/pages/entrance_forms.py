"""Who comes in, and by what: a class code, an invitation to teach, the slip of a class list, or nothing at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons import classroom
from lessons.models import Classroom, TeacherInvitation, User
from lessons.roster.teachers import find_invitation

USERNAME = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
PASSWORD_HELP = gettext_lazy("At least eight characters, and not a common word.")


class CodeField(forms.CharField):
    """Read off a blackboard: case, spaces and dashes don't matter."""

    def clean(self, value: Any) -> Classroom | None:
        typed = super().clean(value)
        try:
            return classroom.find_classroom(typed) if typed else None
        except classroom.ClassroomError as error:
            raise forms.ValidationError(str(error)) from None


class InvitationField(forms.CharField):
    def clean(self, value: Any) -> TeacherInvitation:
        try:
            return find_invitation(super().clean(value))
        except classroom.ClassroomError as error:
            raise forms.ValidationError(str(error)) from None


class JoinForm(forms.Form):
    """Somebody who is logged in already needs the code alone."""

    code = CodeField(
        label=gettext_lazy("Class code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class TeachForm(forms.Form):
    code = InvitationField(
        label=gettext_lazy("Invitation"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class PersonForm(forms.Form):
    """An account of one's own."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=gettext_lazy("Username"), max_length=150, validators=[User.username_validator], widget=USERNAME
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody has this username already."))
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
        first, _space, last = self.cleaned_data["name"].strip().partition(" ")
        return User.objects.create_user(
            self.cleaned_data["username"], password=self.cleaned_data["password"], first_name=first, last_name=last
        )


class NewcomerForm(PersonForm, JoinForm):
    """Into a class with a new account; in an open school the code may be left for later."""

    field_order = ["code", "name", "username", "password"]

    def __init__(self, *args: Any, needs_code: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("As your teacher calls you.")
        if not needs_code:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("If a teacher gave you one. You can join a class later, too.")


class NewTeacherForm(PersonForm, TeachForm):
    field_order = ["code", "name", "username", "password"]


class StartForm(forms.Form):
    """The slip's two lines, and a password of one's own."""

    username = forms.CharField(label=gettext_lazy("Username"), max_length=150, widget=USERNAME)
    code = forms.CharField(
        label=gettext_lazy("Code on your slip"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=gettext_lazy("A password of your own"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )
