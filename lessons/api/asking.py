"""What a stranger may put into a request: lists no longer than a page, numbers no larger than a column holds."""

from __future__ import annotations

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

LARGEST_ID = 2**63 - 1


class Page(LimitOffsetPagination):
    """`?limit=&offset=`; nobody reads more at once than this, and nobody makes the database count further."""

    default_limit = 50
    max_limit = 200

    def get_offset(self, request: Request) -> int:
        return min(super().get_offset(request), 1_000_000)


def text_asked(request: Request, name: str) -> str:
    """A query parameter's text; PostgreSQL knows no NUL, and no title has one."""
    return request.query_params.get(name, "").replace("\x00", "")


def number_asked(request: Request, name: str) -> float | None:
    """A query parameter's number, None where it is missing or none that could be meant."""
    try:
        number = float(request.query_params.get(name, ""))
    except ValueError:
        return None
    return number if abs(number) < 1e6 else None


def id_asked(request: Request, name: str) -> int | None:
    """A query parameter's id, None where there is none. What no id can be is refused: to ignore it would answer
    with everybody's."""
    asked = request.query_params.get(name, "").strip()
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 20 and int(asked) <= LARGEST_ID):
        raise ValidationError({name: "This must be a number."})
    return int(asked)
