"""What each tolerance of a rubric means, and what it may be: for the class that defines them and the pages that show
them."""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any

from tutor.saying import phrase


class BadRubric(ValueError):
    """Tolerances that nobody could be graded by. str() is one sentence for a teacher."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One tolerance in a teacher's words. `part` is the heading it stands under; the limits are in `unit`."""

    part: str
    label: str
    unit: str
    help: str
    least: float
    most: float


PITCH, TIME, LENGTH = phrase("Pitch"), phrase("Time"), phrase("Length")
TEMPO, WEIGHTS, HEARING = phrase("Tempo"), phrase("What counts"), phrase("Hearing")


def tolerance(part: str, default: float, label: str, unit: str, limits: tuple[float, float], help: str) -> Any:  # noqa: A002
    """A dataclass field that carries its meaning."""
    return field(default=default, metadata={"meaning": Meaning(part, label, unit, help, *limits)})


def switch(part: str, label: str, help: str) -> Any:  # noqa: A002
    """The same for something that is on or off, and off by default."""
    return field(default=False, metadata={"meaning": Meaning(part, label, "", help, 0, 1)})


def checked(one: Field[Any], value: object) -> Any:
    """The value as the field's own type. Raises BadRubric where it is none, or beyond the field's limits."""
    meaning: Meaning | None = one.metadata.get("meaning")
    if meaning is None:
        return _checked_text(one.name, value)
    if not meaning.unit:
        return _checked_switch(meaning, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRubric(phrase("“{label}” must be a number ({unit}).", label=meaning.label, unit=meaning.unit))
    if not meaning.least <= value <= meaning.most:  # NaN lies nowhere.
        raise BadRubric(
            phrase(
                "“{label}” must lie between {least:g} and {most:g} {unit}.",
                label=meaning.label,
                least=meaning.least,
                most=meaning.most,
                unit=meaning.unit,
            )
        )
    return float(value)


def _checked_text(name: str, value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise BadRubric(phrase("The {name} of a rubric must be a text of 1 to 100 letters.", name=name))
    return value


def _checked_switch(meaning: Meaning, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadRubric(phrase("“{label}” must be yes or no.", label=meaning.label))
    return value
