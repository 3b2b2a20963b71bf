"""What an author can't do, in one sentence that they can act on."""

from __future__ import annotations


class Refused(ValueError):
    """str() is the sentence."""


class NotYours(Refused):
    """It may be done, but not by this person: they see the thing, so this is a 403."""
