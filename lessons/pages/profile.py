"""Oneself: name, password, clock and language; what is kept of one, to take along or to have deleted."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from lessons import jobs, leaving
from lessons.local_time import is_zone
from lessons.models import Job, User
from lessons.pages.context import school_of
from lessons.pages.profile_forms import GoodbyeForm, PasswordForm, ProfileForm
from lessons.roster import slips


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=_self(request), school=school_of(request))
    if request.method == "POST" and form.is_valid():
        with override(form.save().language or None):
            messages.success(request, _("Kept."))
        return redirect("profile")
    return render(request, "profile/profile.html", {"here": "profile", "form": form})


@login_required
@require_POST
def zone(request: HttpRequest) -> HttpResponse:
    """What the browser takes for the time zone, at the first visit. Whoever chose one is not asked."""
    asked = request.POST.get("zone", "")
    if is_zone(asked):
        User.objects.filter(pk=request.user.pk, time_zone="").update(time_zone=asked)
    return HttpResponse(status=204)


@login_required
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(_self(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        # Other browsers are logged out by it.
        slips.no_other_way_in(user)
        update_session_auth_hash(request, user)
        messages.success(request, _("The new password holds from now on."))
        return redirect("profile")
    return render(request, "profile/password.html", {"here": "profile", "form": form})


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """All that is kept of oneself, as one file."""
    if request.method == "POST":
        return redirect(jobs.start("my-data", _self(request), _("All that is yours here")))
    done = Job.objects.filter(owner=_self(request), kind="my-data", state=Job.State.DONE).first()
    context = {"here": "profile", "done": done, "kept_days": school_of(request).recordings_kept_days}
    return render(request, "profile/my_data.html", context)


@login_required
def goodbye(request: HttpRequest) -> HttpResponse:
    """Deletes the account, and what is theirs with it; the password says that it is they who ask."""
    user = _self(request)
    form = GoodbyeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        leaving.forget(user)
        logout(request)
        messages.success(request, _("Your account is deleted, and all that you played with it."))
        return redirect("welcome")
    return render(request, "profile/goodbye.html", {"here": "profile", "form": form, "what": leaving.what_goes(user)})


def _self(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
