"""Guessing a password is slow work: after a few failures a name, or the place they come from, has to wait.

As the first of the authentication backends it stands before every door alike: the pages, the API's token, the admin.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from rest_framework.throttling import BaseThrottle

WINDOW_S = 300
# A name from one address; and all names from it, where a whole class may sit behind one.
TRIES_A_NAME, TRIES_AN_ADDRESS = 10, 100
LINKS_AN_ADDRESS = 40


class LoginGuard:
    """Knows nobody, and lets everybody pass to the next backend who has not failed too often."""

    def authenticate(self, request: Any, username: str | None = None, **_: Any) -> None:
        name, address = _counters(request, username)
        if cache.get(name, 0) >= TRIES_A_NAME or cache.get(address, 0) >= TRIES_AN_ADDRESS:
            raise PermissionDenied


@receiver(user_login_failed)
def count_failure(credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    for counter in _counters(request, credentials.get("username")):
        cache.set(counter, cache.get(counter, 0) + 1, 2 * WINDOW_S)


def may_try_codes(request: Any) -> bool:
    """Class codes and invitations: as slow to guess as passwords are, from one address."""
    return int(cache.get(_code_counter(request), 0)) < TRIES_AN_ADDRESS


def count_wrong_code(request: Any) -> None:
    counter = _code_counter(request)
    cache.set(counter, cache.get(counter, 0) + 1, 2 * WINDOW_S)


def may_ask_for_a_link(request: Any) -> bool:
    """Counts, too: a class behind one address may forget their passwords, and nobody makes us write by the thousand."""
    counter = f"links-{int(time.time() // WINDOW_S)}-{address_of(request)}"
    asked = int(cache.get(counter, 0))
    cache.set(counter, asked + 1, 2 * WINDOW_S)
    return asked < LINKS_AN_ADDRESS


def _code_counter(request: Any) -> str:
    return f"codes-{int(time.time() // WINDOW_S)}-{address_of(request)}"


def _counters(request: Any, username: str | None) -> tuple[str, str]:
    """The cache's keys for now: whoever has to wait waits no longer than the window, however often they knock."""
    address = address_of(request) if request is not None else ""
    window = int(time.time() // WINDOW_S)
    name = hashlib.sha256(f"{(username or '').casefold()}\n{address}".encode(errors="replace")).hexdigest()
    return f"login-name-{window}-{name}", f"login-address-{window}-{address}"


def address_of(request: Any) -> str:
    """As the API's throttles count: behind a proxy that is known (WOODSHED_PROXIES) what the proxy says, else whoever
    knocks. A header that anybody may send counts for nothing."""
    return BaseThrottle().get_ident(request) or ""
