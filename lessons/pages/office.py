"""What is told to a person and what is done for them at length: notices and jobs, with a page for each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from lessons import notices
from lessons.models import Job
from lessons.notices_words import in_words

A_PAGE = 25


@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """Newest first. "All" that are marked as read are those that the reader has seen, not what came since."""
    every = request.user.notices.all()
    if request.method == "POST":
        seen = request.POST.get("up_to", "")
        notices.mark_read(every.filter(pk__lte=int(seen)) if seen.isdecimal() and len(seen) < 19 else every.none())
        return redirect("notices")
    page = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "notices",
        "page": page,
        "lines": [(notice, in_words(notice)) for notice in page],
        "unread": notices.unread(request.user),
        "newest": every.first(),
    }
    return render(request, "notices/notices.html", context)


@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, and on to what it is about."""
    found = get_object_or_404(request.user.notices, pk=pk)
    notices.mark_read(request.user.notices.filter(pk=found.pk))
    return redirect(found.url or "notices")


@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(request.user.jobs.all(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/jobs.html", {"page": page})


@login_required
def job(request: HttpRequest, pk: object) -> HttpResponse:
    found = get_object_or_404(Job, pk=pk, owner=request.user)
    return render(request, "jobs/job.html", {"job": found, "state": _state(found)})


@login_required
def job_state(request: HttpRequest, pk: object) -> HttpResponse:
    return JsonResponse(_state(get_object_or_404(Job, pk=pk, owner=request.user)))


@login_required
def job_file(request: HttpRequest, pk: object) -> HttpResponseBase:
    found = get_object_or_404(Job, pk=pk, owner=request.user, state=Job.State.DONE)
    if not found.output:
        raise Http404
    answer = FileResponse(found.output.open("rb"), as_attachment=True, filename=found.output_name)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _state(found: Job) -> dict[str, object]:
    return {
        "state": found.state,
        "done": found.done,
        "total": found.total,
        "sentence": found.sentence,
        "next_url": found.next_url if found.state == Job.State.DONE else "",
        "file": bool(found.output) and found.state == Job.State.DONE,
    }
