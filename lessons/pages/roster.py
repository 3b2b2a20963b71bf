"""A class list, from the file to the slips of paper: upload, preview, confirm, print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons import jobs
from lessons.classroom import ClassroomError
from lessons.models import Classroom, RosterImport
from lessons.pages.manage import numbers
from lessons.pages.manage_forms import ListForm
from lessons.roster import importing, reading, rows, slips, words
from lessons.roster.planning import DONE, digest, plan

COLUMNS = [
    (words.IGNORED, gettext_lazy("left out")),
    (words.FIRST, gettext_lazy("first name")),
    (words.LAST, gettext_lazy("last name")),
    (words.NAME, gettext_lazy("name: first last")),
    (words.LAST_FIRST, gettext_lazy("name: last, first")),
    (words.USERNAME, gettext_lazy("username")),
    (words.EMAIL, gettext_lazy("e-mail")),
    (words.INSTRUMENT, gettext_lazy("instrument")),
    (words.LEVEL, gettext_lazy("level, 1 to 8")),
    (words.GROUP, gettext_lazy("group")),
]
OUTCOMES = {
    rows.NEW: gettext_lazy("New account"),
    rows.JOINS: gettext_lazy("Joins"),
    rows.THERE: gettext_lazy("Already here"),
    rows.CODE: gettext_lazy("Needs the code"),
    rows.TWICE: gettext_lazy("Twice in the list"),
    rows.INVALID: gettext_lazy("Can't be read"),
}


@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    group = _taught(request, pk)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            table, name = _read(form)
            made = importing.keep_list(group, request.user, table, name)
            return redirect("class-roster-preview", pk, made.pk)
        except ClassroomError as trouble:
            form.add_error(None, str(trouble))
    return render(request, "manage/upload.html", {"classroom": group, "form": form})


@login_required
def preview(request: HttpRequest, pk: int, roster_pk: int) -> HttpResponse:
    """What would happen, row by row; the columns can be set right; then it is done, or thrown away."""
    group = _taught(request, pk)
    roster = get_object_or_404(RosterImport, pk=roster_pk, classroom=group, made_by=request.user)
    if roster.done_at:
        return redirect("class-slips", pk)
    if "drop" in request.POST:
        roster.delete()
        return redirect("class-roster", pk)
    if request.method == "POST" and "seen" not in request.POST:
        _set_columns(roster, request.POST.getlist("column"))
        return redirect("class-roster-preview", pk, roster_pk)
    if request.method == "POST":
        try:
            return _confirm(request, group, roster)
        except ClassroomError as trouble:
            messages.error(request, str(trouble))
            return redirect("class-roster-preview", pk, roster_pk)
    return render(request, "manage/preview.html", {"classroom": group, "roster": roster} | _planned(roster))


@login_required
def slip_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has not opened their account yet; ticked ones get a slip, on paper or by e-mail."""
    group = _taught(request, pk)
    waiting = slips.unopened(group)
    if request.method != "POST":
        return render(request, "manage/slips.html", {"classroom": group, "waiting": waiting})
    chosen = waiting.filter(
        pk__in=[one for one in request.POST.getlist("student") if one.isdecimal() and len(one) < 16]
    )
    if "mail" in request.POST:
        return _send(request, group, [one.pk for one in chosen.exclude(email="")])
    issued = [(slip.person, slips.shown(slip.code)) for slip in slips.issue(chosen, request.user)]
    where = request.build_absolute_uri(reverse("start"))
    response = render(request, "manage/slip_sheet.html", {"classroom": group, "slips": issued, "where": where})
    response.headers["Cache-Control"] = "no-store"  # Codes: not to be found again by going back.
    return response


def _taught(request: HttpRequest, pk: int) -> Classroom:
    found = get_object_or_404(Classroom.objects.taught_by(request.user, archived=True), pk=pk)
    if found.is_archived:
        raise PermissionDenied
    return found


def _read(form: ListForm) -> tuple[reading.Table, str]:
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file:
        if file.size > reading.MOST_BYTES:
            raise ClassroomError(_("This file is too large for a class list. Save the names alone as CSV."))
        return reading.read(file.read()), file.name
    if not text.strip():
        raise ClassroomError(_("Choose a file, or type names."))
    return reading.read_text(text), _("Typed names")


def _set_columns(roster: RosterImport, asked: list[str]) -> None:
    kinds = [kind if kind in dict(COLUMNS) else words.IGNORED for kind in asked]
    if len(kinds) == len(roster.columns):
        roster.columns = reading.once_each(kinds)
        roster.save(update_fields=["columns"])


def _planned(roster: RosterImport) -> dict[str, Any]:
    planned = plan(roster)
    outcomes = [row.outcome for row in planned]
    return {
        "rows": [(row, roster.cells[row.number - 1], OUTCOMES[row.outcome], row.outcome in DONE) for row in planned],
        "counts": [(OUTCOMES[one], one, outcomes.count(one)) for one in OUTCOMES if one in outcomes],
        "doing": sum(one in DONE for one in outcomes),
        "columns": [(chosen, number) for number, chosen in enumerate(roster.columns, start=1)],
        "kinds": COLUMNS,
        "seen": digest(planned),
    }


def _confirm(request: HttpRequest, group: Classroom, roster: RosterImport) -> HttpResponse:
    ticked = set(numbers(request, "row"))
    left_out = [number for number in range(1, len(roster.cells) + 1) if number not in ticked]
    after = reverse("class-slips", args=[group.pk])
    if len(roster.cells) > importing.MOST_AT_ONCE:
        params = {"roster": roster.pk, "seen": request.POST["seen"], "left_out": left_out, "next_url": after}
        title = _("Class list for %(name)s") % {"name": group.name}
        return redirect(jobs.start("roster-import", request.user, title, params))
    messages.success(request, importing.in_words(importing.confirm(roster, request.POST["seen"], left_out)))
    return redirect(after)


def _send(request: HttpRequest, group: Classroom, people: list[int]) -> HttpResponse:
    if not people:
        messages.error(request, _("Nobody of those has an e-mail address."))
        return redirect("class-slips", group.pk)
    said = ngettext("An e-mail to %(n)d student", "E-mails to %(n)d students", len(people)) % {"n": len(people)}
    params = {"people": people, "classroom": group.pk, "where": request.build_absolute_uri(reverse("start"))}
    return redirect(jobs.start("slips-mail", request.user, said, params))
