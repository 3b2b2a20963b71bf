"""The way in: welcome, login, joining a class, choosing what to play."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lessons import classroom
from lessons.models import Classroom, User
from lessons.pages.forms import FIND_OUT, LEVELS, JoinForm, NewcomerForm, SetupForm, families
from lessons.pages.overture import overture
from lessons.pages.placing import say_level

# Usernames that `manage.py seed` makes.
DEMO_USERS = {"student": "ada", "teacher": "ms_clark", "admin": "admin"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def welcome(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(landing(request.user))
    return render(
        request, "entrance/welcome.html", {"demo": DEMO_USERS if settings.DEMO else {}, "overture": overture()}
    )


class LoginPage(LoginView):
    template_name = "entrance/login.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return landing(self.request.user)


@require_POST
def demo_login(request: HttpRequest, who: str) -> HttpResponse:
    if not settings.DEMO or who not in DEMO_USERS:
        raise Http404
    user = get_object_or_404(User, username=DEMO_USERS[who], is_active=True)
    login(request, user, backend=BACKEND)
    return redirect("admin:index" if who == "admin" else landing(user))


def landing(user: User | AnonymousUser) -> str:
    """Where somebody begins: a teacher at the class, a student at the stand, the office at the admin's desk."""
    taught = list(Classroom.objects.taught_by(user)[:2])
    if len(taught) == 1:
        return reverse("class", args=[taught[0].pk])
    if taught:
        return reverse("classes")
    return reverse("admin:index" if user.is_staff and not user.instrument else "home")


def join(request: HttpRequest) -> HttpResponse:
    """A newcomer gives code, name and password in one step; who is logged in, the code alone."""
    kind = JoinForm if request.user.is_authenticated else NewcomerForm
    form = kind(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        user = request.user
        if isinstance(form, NewcomerForm):
            user = form.save()
            login(request, user, backend=BACKEND)
        classroom.join(user, form.cleaned_data["code"].join_code)
        return redirect("home" if user.instrument else "setup")
    return render(request, "entrance/join.html", {"form": form})


@login_required
def setup(request: HttpRequest) -> HttpResponse:
    """Instrument and level. Who has played nothing yet may have the level found by a few short takes."""
    is_new = not request.user.submissions.filter(state="done").exists()
    level = request.user.level if request.user.instrument or not is_new else FIND_OUT
    form = SetupForm(request.POST or None, initial={"instrument": request.user.instrument, "level": level})
    if request.method == "POST" and form.is_valid():
        request.user.instrument = form.cleaned_data["instrument"]
        request.user.save(update_fields=["instrument"])
        say_level(request, form.cleaned_data["level"])
        return redirect("home")
    chosen = {"instrument": form["instrument"].value() or "", "level": str(form["level"].value() or "")}
    context = {"here": "setup", "form": form, "families": list(families()), "levels": LEVELS, "chosen": chosen}
    return render(request, "entrance/setup.html", context | {"find_out": FIND_OUT if is_new else ""})
