"""Who may come in where: the decorators that the pages share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def player_required(view: View) -> View:
    """Logged in, and with an instrument: there is no score to show to somebody who plays nothing yet."""

    @wraps(view)
    @login_required
    def with_instrument(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return view(request, *args, **kwargs) if request.user.instrument else redirect("setup")

    return with_instrument


def author_required(view: View) -> View:
    """The author's desk: to everybody else it is not there."""

    @wraps(view)
    @login_required
    def for_authors(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.writes_lessons:
            raise Http404
        return view(request, *args, **kwargs)

    return for_authors
