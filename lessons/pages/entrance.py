"""The way in: welcome, login, joining a class, choosing what to play."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lessons import classroom, login_guard
from lessons.models import Classroom, SchoolSettings, User
from lessons.pages.context import school_of
from lessons.pages.entrance_forms import JoinForm, NewcomerForm, NewTeacherForm, StartForm, TeachForm
from lessons.pages.forms import FIND_OUT, LEVELS, SetupForm, families
from lessons.pages.overture import overture
from lessons.pages.placing import is_placing, say_level
from lessons.roster import slips, teachers

# Usernames that `manage.py seed` makes.
DEMO_USERS = {"student": "ada", "teacher": "ms_clark", "admin": "admin"}
DEMO_WORDS = {"student": gettext_lazy("Student"), "teacher": gettext_lazy("Teacher"), "admin": gettext_lazy("Admin")}
BACKEND = "django.contrib.auth.backends.ModelBackend"
SignUp = SchoolSettings.SignUp


def welcome(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(landing(request.user))
    demo = [(who, name, DEMO_WORDS[who]) for who, name in DEMO_USERS.items()] if settings.DEMO else []
    context = {"demo": demo, "overture": overture(), "sign_up": school_of(request).sign_up}
    return render(request, "entrance/welcome.html", context)


class LoginPage(LoginView):
    template_name = "entrance/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, sign_up=school_of(self.request).sign_up)

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
    if taught or getattr(user, "may_teach", False):
        return reverse("classes")
    return reverse("admin:index" if user.is_staff and not user.instrument else "home")


def join(request: HttpRequest) -> HttpResponse:
    """A newcomer gives code, name and password in one step; who is logged in, the code alone. Whether newcomers are let
    in at all, and without a code, is the school's choice."""
    sign_up = school_of(request).sign_up
    if request.user.is_authenticated:
        return _joined(request, JoinForm(request.POST or None, initial={"code": request.GET.get("code", "")}))
    if sign_up == SignUp.CLOSED:
        return render(request, "entrance/closed.html", status=403 if request.method == "POST" else 200)
    needs_code = sign_up != SignUp.OPEN
    initial = {"code": request.GET.get("code", "")}
    return _joined(request, NewcomerForm(request.POST or None, initial=initial, needs_code=needs_code))


def teach(request: HttpRequest) -> HttpResponse:
    """By an invitation: a teacher here, and of a class if it is for one."""
    kind = TeachForm if request.user.is_authenticated else NewTeacherForm
    form = kind(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and _may_try(request, form, "code") and form.is_valid():
        try:
            with transaction.atomic():
                user = form.save() if isinstance(form, NewTeacherForm) else request.user
                group = teachers.accept(user, form.cleaned_data["code"].code)
        except classroom.ClassroomError as trouble:
            form.add_error("code", str(trouble))
        else:
            if not request.user.is_authenticated:
                login(request, user, backend=BACKEND)
            return redirect("class", group.pk) if group else redirect("class-new")
    return render(request, "entrance/teach.html", {"form": form})


def start(request: HttpRequest) -> HttpResponse:
    """By a slip: username, code, and the password that one chooses."""
    form = StartForm(request.POST or None, initial={"username": request.GET.get("username", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        user = authenticate(request, username=said["username"], start_token=said["code"])
        try:
            if user is None:
                form.add_error(
                    "code", _("This does not fit. Look at your slip again, or ask your teacher for a new one.")
                )
            else:
                slips.choose_password(user, said["password"])
                login(request, user, backend=BACKEND)
                return redirect("home" if user.instrument else "setup")
        except ValidationError as weak:
            form.add_error("password", weak)
    return render(request, "entrance/start.html", {"form": form})


def _joined(request: HttpRequest, form: JoinForm) -> HttpResponse:
    if request.method == "POST" and _may_try(request, form, "code") and form.is_valid():
        user = request.user
        if isinstance(form, NewcomerForm):
            user = form.save()
            login(request, user, backend=BACKEND)
        if form.cleaned_data["code"]:
            classroom.join(user, form.cleaned_data["code"].join_code)
        return redirect("home" if user.instrument else "setup")
    return render(request, "entrance/join.html", {"form": form})


def _may_try(request: HttpRequest, form: Form, field: str) -> bool:
    """Codes are guessed as slowly as passwords are."""
    if not login_guard.may_try_codes(request):
        form.add_error(None, _("Too many wrong codes came from here. Wait five minutes, and try again."))
        return False
    if field in form.errors:
        login_guard.count_wrong_code(request)
    return True


@login_required
def setup(request: HttpRequest) -> HttpResponse:
    """Instrument and level. Who has played nothing yet may have the level found by a few short takes, and go on with
    that on another instrument."""
    is_new = not request.user.submissions.filter(state="done").exists()
    placing = is_placing(request.user)
    level = FIND_OUT if placing or (is_new and not request.user.instrument) else request.user.level
    form = SetupForm(request.POST or None, initial={"instrument": request.user.instrument, "level": level})
    if request.method == "POST" and form.is_valid():
        request.user.instrument = form.cleaned_data["instrument"]
        request.user.save(update_fields=["instrument"])
        say_level(request, form.cleaned_data["level"])
        return redirect("home")
    chosen = {"instrument": form["instrument"].value() or "", "level": str(form["level"].value() or "")}
    context = {"here": "setup", "form": form, "families": list(families()), "levels": LEVELS, "chosen": chosen}
    return render(request, "entrance/setup.html", context | {"find_out": FIND_OUT if is_new or placing else ""})
