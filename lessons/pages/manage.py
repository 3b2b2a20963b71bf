"""Running a class: its name, its code, its teachers, groups and students, and the archive."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lessons.classroom import ClassroomError
from lessons.models import Classroom, Membership, User
from lessons.pages.manage_forms import GroupForm, NameForm, TeacherForm
from lessons.roster import classes, slips, students, teachers

LISTED = 25
STUDENTS_A_PAGE = 60


@login_required
def new_class(request: HttpRequest) -> HttpResponse:
    if not request.user.opens_classes:
        raise PermissionDenied
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = classes.open_class(request.user, form.cleaned_data["name"])
        return redirect("class-manage", made.pk)
    return render(request, "manage/new.html", {"here": "classes", "form": form})


@login_required
def archive_list(request: HttpRequest) -> HttpResponse:
    """Classes that are over."""
    archived = Classroom.objects.taught_by(request.user, archived=True).exclude(archived_at=None)
    page = Paginator(archived.counted().order_by("-archived_at"), LISTED).get_page(request.GET.get("page"))
    return render(request, "manage/archive_list.html", {"here": "classes", "page": page})


@login_required
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _taught(request, pk))


@login_required
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """For the projector: nothing but where to go and what to type."""
    group = _taught(request, pk)
    if not group.code_open or group.is_archived:
        return redirect("class-manage", pk)
    where = request.build_absolute_uri(reverse("join")).partition("://")[2]
    return render(request, "manage/code.html", {"classroom": group, "where": where.rstrip("/")})


@login_required
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    group = _to_change(request, pk)
    form = NameForm(request.POST, instance=group)
    if not form.is_valid():
        group.refresh_from_db()
        return _page(request, group, name_form=form)
    form.save()
    return redirect("class-manage", pk)


@login_required
@require_POST
def set_code(request: HttpRequest, pk: int) -> HttpResponse:
    group = _to_change(request, pk)
    what = request.POST.get("what")
    if what == "renew":
        group.renew_code()
        messages.success(request, _("The class has a new code. The old one lets nobody in any more."))
    elif what in ("open", "close"):
        Classroom.objects.filter(pk=pk).update(code_open=what == "open")
    return redirect("class-manage", pk)


@login_required
@require_POST
def set_teachers(request: HttpRequest, pk: int) -> HttpResponse:
    """Another teacher by name, an invitation, one teacher fewer, one invitation fewer."""
    group = _to_change(request, pk)
    form = TeacherForm(request.POST if "add" in request.POST else None)
    try:
        if "invite" in request.POST:
            teachers.invite(request.user, group)
        elif withdrawn := _number(request, "withdraw"):
            teachers.open_invitations(group).filter(pk=withdrawn).delete()
        elif removed := _number(request, "remove"):
            return _remove_teacher(request, group, removed)
        elif form.is_valid():
            teachers.add_teacher(group, form.cleaned_data["who"])
    except ClassroomError as trouble:
        if not form.is_bound:
            messages.error(request, str(trouble))
            return redirect("class-manage", pk)
        form.add_error("who", str(trouble))
    if form.is_bound and form.errors:
        return _page(request, group, teacher_form=form)
    return redirect(reverse("class-manage", args=[pk]) + "#teachers")


@login_required
@require_POST
def set_students(request: HttpRequest, pk: int) -> HttpResponse:
    """Those ticked go to another class, or out of this one: first it is said what that means, then it is done. Or they
    get a slip, since they forgot their password."""
    group = _to_change(request, pk)
    chosen = students.students_of(group).filter(pk__in=numbers(request, "student"))
    if "slip" in request.POST and chosen:
        return _to_slips(request, group, slips.begin_anew(chosen, request.user), len(chosen))
    to = _classes_beside(request, group).filter(pk=_number(request, "to")).first() if "move" in request.POST else None
    if not chosen or ("move" in request.POST and to is None):
        messages.error(request, _("Tick somebody first, and say where to."))
        return redirect(reverse("class-manage", args=[pk]) + "#students")
    if "sure" not in request.POST:
        context = {"classroom": group, "chosen": chosen, "to": to, "cannot": _who_hears_no_more(group, to)}
        return render(request, "manage/leaving.html", context)
    try:
        messages.success(request, _done(group, [one.pk for one in chosen], to, request))
    except ClassroomError as trouble:
        messages.error(request, str(trouble))
    return redirect(reverse("class-manage", args=[pk]) + "#students")


@login_required
@require_POST
def set_group(request: HttpRequest, pk: int, group_pk: int | None = None) -> HttpResponse:
    """A new group, or another name and other members for one, or none of it."""
    group = _to_change(request, pk)
    some = get_object_or_404(group.groups, pk=group_pk) if group_pk else None
    form = GroupForm(request.POST)
    if some and "delete" in request.POST:
        some.delete()
    elif form.is_valid():
        try:
            shown = numbers(request, "shown") if "at" in request.POST else None
            students.save_group(group, form.cleaned_data["name"], numbers(request, "member"), some, shown)
        except ClassroomError as trouble:
            form.add_error("name", str(trouble))
    if form.errors and "delete" not in request.POST:
        if some is None:
            return _page(request, group, group_form=form)
        messages.error(request, " ".join(str(one) for ones in form.errors.values() for one in ones))
    return redirect(reverse("class-manage", args=[pk]) + _where(request) + "#groups")


@login_required
@require_POST
def set_archive(request: HttpRequest, pk: int) -> HttpResponse:
    group = _taught(request, pk)
    if "back" in request.POST:
        classes.take_out_of_archive(group)
        messages.success(request, _("The class goes on. Its code is closed until you open it."))
    else:
        classes.archive(group)
        messages.success(request, _("The class is in the archive."))
    return redirect("class-manage", pk)


def _to_slips(request: HttpRequest, group: Classroom, refused: list[User], asked: int) -> HttpResponse:
    for person in refused:
        facts = {"name": person.display_name}
        messages.error(request, _("%(name)s does more here than learn: the office gives a new password.") % facts)
    if len(refused) == asked:
        return redirect(reverse("class-manage", args=[group.pk]) + "#students")
    return redirect("class-slips", group.pk)


def _page(request: HttpRequest, group: Classroom, **forms: Any) -> HttpResponse:
    """The whole page, with the forms that were refused in place of empty ones."""
    everybody, asked = students.students_of(group), request.GET.get("q", "").replace("\x00", "").strip()
    found = Paginator(students.called(everybody, asked), STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    shown, ticked = list(found), set(_ids(request.GET.getlist("student")))
    elsewhere = ticked.difference(one.pk for one in shown)
    return render(
        request,
        "manage/manage.html",
        {
            "classroom": group,
            "page": found,
            "students": shown,
            "ticked": ticked,
            "elsewhere": list(everybody.filter(pk__in=elsewhere)) if elsewhere else [],
            "count": everybody.count(),
            "q": asked,
            # In pages there is more than can be ticked at once.
            "in_parts": bool(asked) or found.has_other_pages(),
            "at": request.GET.urlencode(),
            "teachers": group.memberships.filter(role=Membership.Role.TEACHER).select_related("user"),
            "invitations": teachers.open_invitations(group),
            "departures": group.departures.select_related("student", "moved_to")[:LISTED],
            "groups": [(one, {member.pk for member in one.members.all()}) for one in _groups(group)],
            "unopened": {one.pk for one in slips.unopened(group)},
            "others": _classes_beside(request, group),
            "name_form": NameForm(instance=group),
            "teacher_form": TeacherForm(),
            "group_form": GroupForm(auto_id="new_group_%s"),
        }
        | forms,
    )


def _where(request: HttpRequest) -> str:
    """Back to the students that were looked at."""
    at = QueryDict(request.POST.get("at", ""), mutable=True)
    kept = urlencode({name: at[name] for name in ("q", "page") if name in at})
    return f"?{kept}" if kept else ""


def _groups(group: Classroom) -> Any:
    return group.groups.prefetch_related("members")


def _taught(request: HttpRequest, pk: int) -> Classroom:
    return get_object_or_404(Classroom.objects.taught_by(request.user, archived=True), pk=pk)


def _to_change(request: HttpRequest, pk: int) -> Classroom:
    """In the archive it is to be read alone: who may see it and may not do it is told so."""
    group = _taught(request, pk)
    if group.is_archived:
        raise PermissionDenied
    return group


def _classes_beside(request: HttpRequest, group: Classroom) -> Any:
    return Classroom.objects.taught_by(request.user).exclude(pk=group.pk).order_by("name")


def _remove_teacher(request: HttpRequest, group: Classroom, pk: int) -> HttpResponse:
    place = get_object_or_404(group.memberships.filter(role=Membership.Role.TEACHER), user=pk)
    teachers.remove_teacher(group, place.user)
    if place.user == request.user:
        messages.success(request, _("You don't teach %(name)s any more.") % {"name": group.name})
        return redirect("classes")
    return redirect(reverse("class-manage", args=[group.pk]) + "#teachers")


def _who_hears_no_more(group: Classroom, to: Classroom | None) -> list[str]:
    """Teachers of this class who do not teach the other one."""
    teachers = group.memberships.filter(role=Membership.Role.TEACHER).select_related("user")
    there = to.memberships.filter(role=Membership.Role.TEACHER).values("user") if to else []
    return [place.user.display_name for place in teachers.exclude(user__in=there)]


def _done(group: Classroom, chosen: list[int], to: Classroom | None, request: HttpRequest) -> str:
    if to is None:
        count = students.remove(group, chosen, request.user)
        said = ngettext("%(n)d student is out of the class.", "%(n)d students are out of the class.", count)
        return said % {"n": count} + (
            " " + _("Renew the code if they should not come back.") if group.code_open else ""
        )
    count = students.move(group, chosen, to, request.user)
    said = ngettext("%(n)d student is in %(to)s now.", "%(n)d students are in %(to)s now.", count)
    return said % {"n": count, "to": to.name}


def _number(request: HttpRequest, name: str) -> int | None:
    return next(iter(numbers(request, name)), None)


def numbers(request: HttpRequest, name: str) -> list[int]:
    """What nobody can have sent from the page is nobody's number."""
    return _ids(request.POST.getlist(name))


def _ids(sent: list[str]) -> list[int]:
    return [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 16]
