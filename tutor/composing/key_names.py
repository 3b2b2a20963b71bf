"""Keys as people type them: `G`, `Em`, `F#`, `Bb`, `Eb minor`, `c minor`, `f#m`, `G major`."""

from __future__ import annotations

import re

FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
TYPED = re.compile(r"(?P<step>[A-Ga-g])\s*(?P<alter>#|♯|b|♭|[- ]?sharp|[- ]?flat|)\s*(?P<mode>.*)", re.DOTALL)
MODES = {"": "", "m": "minor", "min": "minor", "minor": "minor", "-": "minor", "maj": "major", "major": "major"}
MINOR_BELOW = 3  # A minor has the signature of C, three fifths below A major's


class UnknownKey(ValueError):
    """No key of that name."""


def parse_key(text: str) -> tuple[int, str]:
    """(fifths, mode); a small letter alone is minor, as musicians write it. More than seven sharps or flats come
    back as they are, for the composer to refuse. Raises UnknownKey."""
    typed = TYPED.fullmatch(text.strip())
    said = typed["mode"].strip() if typed else ""
    # “M” is major and “m” minor, all else is read without its case.
    mode = "major" if said == "M" else MODES.get(said.lower().strip("- "))
    if typed is None or mode is None:
        raise UnknownKey(f"“{text}” is no key; write one such as G, B♭, F#, Em or “c minor”.")
    step, alter = typed["step"], typed["alter"].strip("- ")
    if not mode:
        mode = "minor" if step.islower() else "major"
    fifths = FIFTHS[step.upper()] + 7 * {"#": 1, "♯": 1, "sharp": 1, "": 0}.get(alter, -1)
    return fifths - MINOR_BELOW * (mode == "minor"), mode
