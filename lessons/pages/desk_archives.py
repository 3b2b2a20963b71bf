"""A course as one file: out of the school, and into it after a look at what would happen."""

from __future__ import annotations

from collections import Counter

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lessons import jobs
from lessons.curriculum.archive_reading import LARGEST_ARCHIVE_BYTES
from lessons.models import Course, Job
from lessons.pages.doors import author_required

A_PAGE = 50


class ArchiveForm(forms.Form):
    archive = forms.FileField(
        label=gettext_lazy("Archive of a course"),
        help_text=gettext_lazy("A .zip that a Woodshed wrote. Nothing is saved until you have seen what is in it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_archive(self) -> object:
        file = self.cleaned_data["archive"]
        if file.size > LARGEST_ARCHIVE_BYTES:
            raise forms.ValidationError(
                _("The archive is larger than %(mb)d MB.") % {"mb": LARGEST_ARCHIVE_BYTES // 2**20}
            )
        return file


@author_required
@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    course = get_object_or_404(Course, pk=pk)
    return redirect(
        jobs.start("course-export", request.user, _("Export of %(title)s") % {"title": course.title}, {"course": pk})
    )


@author_required
def upload(request: HttpRequest) -> HttpResponse:
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["archive"]
        title = _("Look into %(name)s") % {"name": (file.name or "")[:80]}
        return redirect(jobs.start("course-archive", request.user, title, upload=file))
    context = {"here": "desk", "form": form}
    return render(request, "desk/archive.html", context, status=400 if form.errors else 200)


@author_required
def preview(request: HttpRequest, pk: object) -> HttpResponse:
    """What would happen; and, on yes, the job that does it."""
    looked_at = get_object_or_404(
        Job, pk=pk, owner=request.user, kind="course-archive", state=Job.State.DONE, result__has_key="lines"
    )
    if request.method == "POST":
        if not looked_at.upload:
            messages.error(request, _("The archive is no longer here: upload it again."))
            return redirect("desk-archive")
        title = _("Import of %(title)s") % {"title": looked_at.result["title"]}
        return redirect(jobs.start("course-import", request.user, title, {"archive": str(looked_at.pk)}))
    lines = looked_at.result["lines"]
    context = {
        "here": "desk",
        "job": looked_at,
        "counts": Counter(line["state"] for line in lines),
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desk/archive_preview.html", context)
