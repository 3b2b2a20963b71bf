"""What a teacher set, in words: “between grades 2 and 4, working on dotted quarters, dances”."""

from __future__ import annotations

from collections.abc import Sequence

from lessons.practice.limits import EASIEST, HARDEST
from tutor.composing.skills import describe

STYLE_WORDS = {"song": "songs", "dance": "dances", "hymn": "hymns"}


def limit_words(floor: float | None, ceiling: float | None, focus: Sequence[str], style: str) -> str:
    """Empty where nothing is set. What limits nothing (None, or the ends of the scale) isn't mentioned."""
    parts = [grade_words(floor, ceiling), f"working on {listed([describe(tag) for tag in focus])}" if focus else ""]
    parts.append(STYLE_WORDS.get(style, ""))
    return ", ".join(part for part in parts if part)


def student_words(floor: float, ceiling: float, focus: Sequence[str], style: str, *, after_this: bool = False) -> str:
    """The same, to the student: one sentence, or nothing. `after_this`: what comes now was chosen before."""
    grades, kinds = grade_words(floor, ceiling), STYLE_WORDS.get(style, "")
    work = f"working on {listed([describe(tag) for tag in focus])}" if focus else ""
    who = "After this one, your teacher" if after_this else "Your teacher"
    if not grades and not work:
        return f"{who} asks for {kinds}." if kinds else ""
    parts = (grades, work, f"with {kinds}" if kinds else "")
    return f"{who} {'keeps' if grades else 'has'} you {', '.join(part for part in parts if part)}."


def grade_words(floor: float | None, ceiling: float | None) -> str:
    low = floor if floor is not None and floor > EASIEST else None
    high = ceiling if ceiling is not None and ceiling < HARDEST else None
    if low is not None and high is not None:
        return f"at grade {low:g}" if low == high else f"between grades {low:g} and {high:g}"
    if low is not None:
        return f"from grade {low:g} on"
    return f"up to grade {high:g}" if high is not None else ""


def listed(words: Sequence[str]) -> str:
    """`one, two and three`"""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
