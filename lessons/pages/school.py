"""What the office decides for the school: its name, who may come in, for how long sound is kept, which languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.models import SchoolSettings
from lessons.reader import offered_languages
from lessons.roster import teachers

SIGN_UP_WORDS = {
    SchoolSettings.SignUp.OPEN: gettext_lazy("Anybody may make an account and join a class later."),
    SchoolSettings.SignUp.CODE: gettext_lazy("Whoever has the code of a class, or an invitation to teach."),
    SchoolSettings.SignUp.CLOSED: gettext_lazy("Nobody. The office makes accounts, and teachers by their class lists."),
}


class SchoolForm(forms.ModelForm):
    class Meta:
        model = SchoolSettings
        fields = ["name", "sign_up", "recordings_kept_days", "languages", "second_reader"]
        labels = {
            "name": gettext_lazy("Name of the school"),
            "recordings_kept_days": gettext_lazy("Days that recordings are kept"),
            "second_reader": gettext_lazy("Lessons are read by a second author before they are published"),
        }
        help_texts = {
            "name": gettext_lazy("It stands on every page, and in e-mails."),
            "recordings_kept_days": gettext_lazy(
                "After so many days the sound of a take is deleted, each night; its grade stays. Empty: it is kept "
                "until somebody deletes it. A take that is not graded yet or that is contested keeps its sound."
            ),
            "second_reader": gettext_lazy("Unticked, each author publishes what they wrote. The office always may."),
        }

    sign_up = forms.ChoiceField(choices=list(SIGN_UP_WORDS.items()), widget=forms.RadioSelect)
    languages = forms.MultipleChoiceField(
        choices=django_settings.LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    first_language = forms.ChoiceField(
        choices=django_settings.LANGUAGES,
        required=False,
        label=gettext_lazy("The school's own language"),
        help_text=gettext_lazy("E-mails are in it for whoever has not chosen one in their profile."),
    )

    def clean(self) -> dict[str, Any]:
        """The school's own goes before the others, and is always on offer. None ticked: all are."""
        said = super().clean() or {}
        first, ticked = said.get("first_language"), said.get("languages", [])
        if first and "languages" in said:
            said["languages"] = [first, *(code for code in ticked or _all() if code != first)]
        return said


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    school = SchoolSettings.current()
    if request.method == "POST" and ("invite" in request.POST or "withdraw" in request.POST):
        return _invite(request)
    offered = list(offered_languages(school))
    initial = {"languages": offered, "first_language": offered[0]}
    form = SchoolForm(request.POST or None, instance=school, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect("school")
    context = {"here": "school", "form": form, "invitations": teachers.open_invitations(None)}
    return render(request, "school/settings.html", context)


def _invite(request: HttpRequest) -> HttpResponse:
    """A code by which somebody becomes a teacher here, of no class yet."""
    if "invite" in request.POST:
        teachers.invite(request.user)
    else:
        withdrawn = request.POST["withdraw"]
        teachers.open_invitations(None).filter(pk=withdrawn if withdrawn.isdecimal() else 0).delete()
    return redirect(reverse("school") + "#teachers")


def _all() -> list[str]:
    return [code for code, _name in django_settings.LANGUAGES]
