"""Each page in the reader's own language and by the reader's own clock."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from lessons.local_time import zone_of
from lessons.models import SchoolSettings


class Reader:
    """After the middlewares that know the browser's language and who is asking. `request.school` is the school's row
    of settings, for whoever needs it next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        request.school = SchoolSettings.current()
        language = language_of(user.language if user else "", translation.get_language() or "", request.school)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone_of(user) if user else None):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(own: str, browsers: str, school: SchoolSettings) -> str:
    """The person's choice, else the browser's wish; of those that the school offers, else the first of them: a letter
    has no browser."""
    offered = offered_languages(school)
    return next((code for code in (own, browsers) if code in offered), next(iter(offered)))


def offered_languages(school: SchoolSettings) -> dict[str, str]:
    """Code -> its own name, the school's own first; all that there are, while the school has chosen none."""
    there_are = dict(settings.LANGUAGES)
    return {code: there_are[code] for code in school.languages if code in there_are} or there_are
