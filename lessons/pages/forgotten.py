"""The way back for whoever forgot their password: asking for a link, and choosing another one by it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lessons import forgotten, login_guard
from lessons.models import User
from lessons.pages.entrance import BACKEND, landing
from lessons.pages.entrance_forms import USERNAME
from lessons.queue import hand_out
from lessons.roster import slips
from lessons.tasks import send_password_links


class ForgottenForm(forms.Form):
    who = forms.CharField(label=gettext_lazy("Username or e-mail address"), max_length=254, widget=USERNAME)


def ask(request: HttpRequest) -> HttpResponse:
    """The answer is the same for everybody, at the same speed: nobody is looked for here."""
    sends = forgotten.school_sends_mail()
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and sends and form.is_valid():
        if not login_guard.may_ask_for_a_link(request):
            form.add_error(None, _("Too many asked from here. Wait five minutes, and try again."))
        elif not hand_out(send_password_links, form.cleaned_data["who"], get_language() or ""):
            form.add_error(None, _("No e-mail can be sent at the moment. Try again in a few minutes."))
        else:
            return redirect("forgotten-sent")
    return render(request, "entrance/forgotten.html", {"form": form, "sends": sends})


def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "entrance/forgotten_sent.html")


class NewPassword(PasswordResetConfirmView):
    """Django's: the token of the link goes into the session, and stands in no address that is passed on."""

    template_name = "entrance/new_password.html"
    post_reset_login = True
    post_reset_login_backend = BACKEND

    def get_user(self, uidb64: str) -> User | None:
        found = super().get_user(uidb64)
        return found if found is not None and found.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            slips.no_other_way_in(self.user)
        messages.success(self.request, _("The new password holds from now on."))
        return response

    def get_success_url(self) -> str:
        return landing(self.user) if self.user.instrument or self.user.is_staff else reverse("setup")
