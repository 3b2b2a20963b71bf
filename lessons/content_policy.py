"""What a page of the school may load and run: its own, and nothing that anybody wrote into it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Verovio and the charts place things by inline style.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        # A take is played in the page before it is sent.
        "media-src 'self' blob:",
        "connect-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


ADMIN = "/admin/"
# The theme of the admin is written for Alpine.js, which reads its expressions out of attributes: that is an eval. It is
# for the office's pages alone; nothing that a student or an author wrote is marked up as safe there.
ADMIN_POLICY = f"{POLICY}; script-src 'self' 'unsafe-eval'"


class ContentPolicy:
    """Middleware. An answer that brings a narrower policy keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = ADMIN_POLICY if request.path_info.startswith(ADMIN) else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
