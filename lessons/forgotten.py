"""A forgotten password: a link by e-mail with which its reader chooses another one, once, within a day.

Whoever asks learns nothing of who is here: the page answers before anybody is looked for, alike for all. The worker
looks, and writes to the address that is kept, never to the one that was typed.
"""

from __future__ import annotations

import time
from collections import defaultdict

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from lessons.models import SchoolSettings, User
from lessons.reader import language_of

# More than anybody needs who looks into their mail, and no flood of a mailbox by somebody else.
LETTERS_A_MAILBOX, WINDOW_S = 3, 3600
# A family may share an address; whoever has more accounts at one asks by username.
MOST_ACCOUNTS = 10
NOWHERE = ("console.EmailBackend", "dummy.EmailBackend", "filebased.EmailBackend")


def school_sends_mail() -> bool:
    """Whether letters leave the house: on a console, a disk or nowhere nobody reads them."""
    return not settings.EMAIL_BACKEND.endswith(NOWHERE)


def send_links(who: str, asked_in: str) -> None:
    """One letter to each address that is kept with this username, or is this address itself. A mailbox that is refused
    keeps no other from its letter."""
    school, trouble = SchoolSettings.current(), None
    for people in _by_mailbox(who):
        try:
            _write(people, asked_in, school)
        except OSError as refused:
            trouble = refused
    if trouble:
        raise trouble


def _by_mailbox(who: str) -> list[list[User]]:
    found = User.objects.filter(Q(username__iexact=who) | Q(email__iexact=who), is_active=True).exclude(email="")
    boxes: defaultdict[str, list[User]] = defaultdict(list)
    for person in found.order_by("pk"):
        boxes[_mailbox(person.email)].append(person)
    return [people[:MOST_ACCOUNTS] for people in boxes.values()]


def _mailbox(address: str) -> str:
    """Beyond ASCII, letters that fold alike are of two mailboxes: “ß” is not “ss”, and two people have them."""
    return address.lower() if address.isascii() else address


def _write(people: list[User], asked_in: str, school: SchoolSettings) -> None:
    address, language = people[0].email, language_of(people[0].language, asked_in, school)
    counter = _counter(address)
    if cache.get(counter, 0) < LETTERS_A_MAILBOX:
        with translation.override(language):
            send_mail(*_letter(people, school), settings.DEFAULT_FROM_EMAIL, [address])
        cache.set(counter, cache.get(counter, 0) + 1, 2 * WINDOW_S)


def _counter(address: str) -> str:
    """The cache's key for the letters of this hour. No address stands in it."""
    mailbox = salted_hmac("lessons.forgotten", address.casefold()).hexdigest()
    return f"forgotten-{int(time.time() // WINDOW_S)}-{mailbox}"


def _letter(people: list[User], school: SchoolSettings) -> tuple[str, str]:
    """Subject and body."""
    subject = _("Another password at %(school)s") % {"school": school.name}
    accounts = [(person.username, f"{settings.SITE_URL}{_way(person)}") for person in people]
    context = {"reader": people[0], "accounts": accounts, "school": school.name, "site": settings.SITE_URL}
    # One line, whatever the school's name has in it: a header has no more.
    return " ".join(subject.split()), render_to_string("entrance/forgotten_mail.txt", context)


def _way(person: User) -> str:
    key = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("new-password", args=[key, default_token_generator.make_token(person)])
