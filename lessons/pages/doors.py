"""Who may come in where: the decorators that the pages share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def player_required(view: View) -> View:
    """Logged in, and with an instrument: there is no score to show to somebody who plays nothing yet."""

    @wraps(view)
    @login_required
    def with_instrument(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return view(request, *args, **kwargs) if request.user.instrument else redirect("setup")

    return with_instrument
