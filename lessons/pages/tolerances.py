"""A rubric as words and drawings: what each tolerance is, and how the points fall from all to none.

Drawings are in SVG user units: a width of 320, the middle at 160, the points' full height 48 above their floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import localize, localize_input
from django.utils.translation import gettext as _

from lessons.words import said
from tutor.grading.rubric import MEANINGS, STANDARD, Rubric
from tutor.grading.rubric_fields import LENGTH, PITCH, Meaning

WIDTH, MIDDLE, FLOOR = 320.0, 160.0, 48.0
WIDEST_CENTS, WIDEST_MS = 160.0, 320.0
WIDEST_PERCENT = 110.0
# What a jury does not add up, and what a clapping hand has none of.
OF_A_NOTE = {"pitch_weight", "intonation_weight", "rhythm_weight", "extra_weight"}
OF_A_TONE = OF_A_NOTE | {"by_jury", "time_full_s", "time_none_s", "least_confidence"}
BY_HUNDREDS = ("of the written length", "of the asked tempo", "of a note's points", "of certainty")


@dataclass(frozen=True, slots=True)
class Line:
    """One tolerance as a page prints it: “In tune within”, “35 cents”, and why."""

    part: str
    label: str
    value: str
    help: str


@dataclass(frozen=True, slots=True)
class Slope:
    """How points fall on both sides of what is written. `points`: a trapezium; `zone`: what is called right."""

    points: str
    zone_x: float
    zone_width: float
    ticks: tuple[tuple[float, str], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a note's points, along a line of the drawing's width."""

    label: str
    percent: int
    x: float
    width: float


def lines(rubric: Rubric) -> list[Line]:
    """Every tolerance that means something under this rubric, in the order of its parts."""
    return [
        Line(said(meaning.part), said(meaning.label), _value(meaning, getattr(rubric, name)), said(meaning.help))
        for name, meaning in MEANINGS.items()
        if not (rubric.onsets_only and (meaning.part in (PITCH, LENGTH) or name in OF_A_TONE))
        and not (rubric.by_jury and name in OF_A_NOTE)
    ]


def of_pitch(rubric: Rubric) -> Slope | None:
    """Points for pitch over cents off; None where no pitch is graded."""
    if rubric.onsets_only:
        return None
    full, none, tune = rubric.pitch_full_cents, rubric.pitch_none_cents, rubric.cents_in_tune
    words = _("All points to %(full).0f cents off, none from %(none).0f; called sharp or flat beyond %(tune).0f.")
    words %= {"full": full, "none": none, "tune": tune}
    return _slope(full, none, tune, WIDEST_CENTS, (50, 100), words)


def of_intervals(rubric: Rubric) -> Slope | None:
    """Points for the time between two strokes, over how much of it they are off; None where notes are graded."""
    if not rubric.onsets_only:
        return None
    from tutor.grading.rhythm_only import INTERVAL_FULL, INTERVAL_NONE

    full, none = 100 * INTERVAL_FULL, 100 * INTERVAL_NONE * rubric.time_none_s / STANDARD.time_none_s
    words = _("All points to %(full)s percent of what is written, none from %(none)s percent.")
    words %= {"full": f"{full:.0f}", "none": f"{none:.0f}"}
    return _slope(full, none, 0, WIDEST_PERCENT, (50, 100), words)


def of_time(rubric: Rubric) -> Slope | None:
    """Points for time over milliseconds early or late, at 90 beats a minute; None where only intervals are graded."""
    if rubric.onsets_only:
        return None
    full, none, window = (1000 * s for s in (rubric.time_full_s, rubric.time_none_s, rubric.onset_window_s(60 / 90)))
    words = _(
        "All points to %(full).0f ms off, none from %(none).0f; called early or late beyond %(window).0f (at 90)."
    )
    words %= {"full": full, "none": none, "window": window}
    return _slope(full, none, window, WIDEST_MS, (100, 200, 300), words)


def of_weights(rubric: Rubric) -> list[Share]:
    """What a note's points are made of. Shares of the whole, whatever the weights add up to."""
    if rubric.onsets_only or rubric.by_jury:
        return []
    weights: Mapping[str, float] = {
        _("right notes"): rubric.pitch_weight,
        _("rhythm"): rubric.rhythm_weight,
        _("tuning"): rubric.intonation_weight,
    }
    total = sum(weights.values())
    shares, x = [], 0.0
    for label, weight in weights.items():
        if weight > 0:
            width = WIDTH * weight / total
            shares.append(Share(label, round(100 * weight / total), round(x, 1), round(width, 1)))
            x += width
    return shares


def _value(meaning: Meaning, value: float | bool) -> str:
    if not meaning.unit:
        return _("yes") if value else _("no")
    if meaning.unit in BY_HUNDREDS:
        return f"{100 * value:.0f} % {said(meaning.unit)}"
    if meaning.unit == "s":
        return f"{1000 * value:.0f} ms"
    if meaning.unit == "beats":
        return _("%(value)s of a beat") % {"value": localize(value)}
    return f"{localize_input(f'{value:g}')} {said(meaning.unit)}"


def _slope(full: float, none: float, zone: float, widest: float, marks: tuple[int, ...], words: str) -> Slope:
    def x(distance: float) -> float:
        return round(MIDDLE + MIDDLE * min(max(distance / widest, -1), 1), 1)

    def height(distance: float) -> float:
        return round(FLOOR * (1 - min(max((none - distance) / (none - full), 0), 1)), 1)

    # Beyond the drawing's edge the slope goes on: it is cut there, at the height that it has.
    corners = [
        (-widest, height(widest)),
        (-none, FLOOR),
        (-full, 0),
        (full, 0),
        (none, FLOOR),
        (widest, height(widest)),
    ]
    inside = [corner for corner in corners if abs(corner[0]) <= widest]
    outline = [(x(-widest), FLOOR), *((x(at), y) for at, y in inside), (x(widest), FLOOR)]
    ticks = ((0, "0"), *((sign * mark, str(mark)) for mark in marks for sign in (-1, 1)))
    return Slope(
        points=" ".join(f"{at:g},{y:g}" for at, y in outline),
        zone_x=x(-zone),
        zone_width=round(x(zone) - x(-zone), 1),
        ticks=tuple((x(at), label) for at, label in ticks),
        words=words,
    )
