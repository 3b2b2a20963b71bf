"""What a person says of themselves."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons import leaving
from lessons.local_time import zone_names, zone_of
from lessons.models import SchoolSettings, User
from lessons.reader import offered_languages


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "time_zone", "language", "wants_mail"]
        labels = {
            "first_name": gettext_lazy("First name"),
            "last_name": gettext_lazy("Last name"),
            "email": gettext_lazy("E-mail address"),
            "wants_mail": gettext_lazy("Send me notices by e-mail too"),
        }
        help_texts = {
            "email": gettext_lazy(
                "For notices, and for a link when you have forgotten your password. It may be left empty."
            ),
            "wants_mail": gettext_lazy("What is assigned, due, said and ruled. They always stand in the app."),
        }

    field_order = ["first_name", "last_name", "email", "password"]
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, school: SchoolSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, word in (("first_name", "given-name"), ("last_name", "family-name"), ("email", "email")):
            self.fields[name].widget.attrs["autocomplete"] = word
        self.fields["first_name"].required = True
        # Asked for once another address was given: a link to it opens the account.
        if not self.is_bound or "email" not in self.changed_data or not self.instance.has_usable_password():
            del self.fields["password"]
        offered = offered_languages(school)
        self.fields["language"].choices = [("", _("As the browser asks for")), *offered.items()]  # type: ignore[attr-defined]
        zone = self.fields["time_zone"]
        zone.choices = [("", _("The school's: %(zone)s") % {"zone": timezone.get_default_timezone_name()}), *_zones()]  # type: ignore[attr-defined]
        now = datetime.now(zone_of(self.instance))
        zone.help_text = _("By this clock it is %(time)s now.") % {"time": f"{now:%H:%M}"}

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            _check_password(self.instance, password)
        elif "email" in self.cleaned_data:
            raise forms.ValidationError(
                _("For another address say your password too: its mail lets its reader in here.")
            )
        return password


class PasswordForm(PasswordChangeForm):
    field_order = ["old_password", "new_password1", "new_password2"]


class GoodbyeForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=gettext_lazy("So that nobody else does this at a screen you left open."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        if hindrance := leaving.what_hinders(self.user):
            raise forms.ValidationError(hindrance)
        return super().clean() or {}

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        _check_password(self.user, password)
        return password


def _check_password(user: User, password: str) -> None:
    """As slow to guess as at the door."""
    counter = f"own-password-{user.pk}"
    if cache.get(counter, 0) >= 10:
        raise forms.ValidationError(_("Too many wrong passwords. Wait five minutes, and try again."))
    if not user.check_password(password):
        cache.set(counter, cache.get(counter, 0) + 1, 300)
        raise forms.ValidationError(_("This is not your password."))


def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Cities by continent."""
    places = sorted(name.split("/", 1) for name in zone_names() if "/" in name)
    grouped = groupby(places, key=lambda place: place[0])
    cities = [
        (continent, [("/".join(place), place[1].replace("_", " ")) for place in places])
        for continent, places in grouped
    ]
    return [*cities, ("UTC", [("UTC", "UTC")])]
