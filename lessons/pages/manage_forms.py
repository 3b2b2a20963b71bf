"""What a teacher fills in to run a class."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lessons.models import Classroom


class NameForm(forms.ModelForm):
    class Meta:
        model = Classroom
        fields = ["name"]
        labels = {"name": _("Name of the class")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}


class TeacherForm(forms.Form):
    who = forms.CharField(
        label=_("Username or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name of the group"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))


class ListForm(forms.Form):
    """A file, or cells that were pasted."""

    file = forms.FileField(
        label=_("A CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=_("From Excel, LibreOffice or your school's register. A heading is not needed."),
    )
    text = forms.CharField(
        label=_("Or names, one a line"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("Copied cells are read as columns."),
    )
