"""In which grade a skill is first met: a synthesis of common syllabuses, and nobody's exam board."""

from __future__ import annotations

# Interval size on the staff -> grade: leaps grow from a third in grade 1 to an octave in grade 4.
INTERVALS = {2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 4, 8: 4}
SHARPS_OR_FLATS = (1, 1, 2, 3, 5, 6, 7, 8)
METRES = {"2/4": 1, "3/4": 1, "3/8": 3, "6/8": 4, "2/2": 5, "9/8": 6, "5/8": 6, "5/4": 6, "12/8": 7, "7/8": 7}
RHYTHMS = {
    "eighths": 1,
    "long-notes": 1,
    "dotted-half-quarter": 1,
    "dotted-quarter-eighth": 2,
    "tie": 2,
    "rest": 2,
    "sixteenths": 3,
    "eighth-two-sixteenths": 3,
    "two-sixteenths-eighth": 4,
    "dotted-eighth-sixteenth": 4,
    "syncopation": 5,
    "triplet": 5,
    "snap": 6,
}
KINDS = {"accidental": 3, "range": 3}


def first_grade(tag: str) -> int:
    """1 to 8. A tag that no syllabus names belongs to grade 1: nothing is locked for want of a rule."""
    kind, _, rest = tag.partition(":")
    if kind == "interval":
        return INTERVALS.get(_number(rest.partition(":")[0]), 6)
    if kind == "key":
        return SHARPS_OR_FLATS[min(7, abs(_number(rest)))]
    if kind == "metre":
        return METRES.get(rest, 1)
    if kind == "rhythm":
        return RHYTHMS.get(rest, 1)
    return KINDS.get(kind, 1)


def skills_up_to(grade: float) -> list[str]:
    """What a player of this grade may have met, the newest first: what to teach where no shelf says so."""
    tags = [f"interval:{size}:{way}" for size in INTERVALS for way in ("up", "down")]
    tags += [f"key:{fifths}" for sharps in range(1, 8) for fifths in (sharps, -sharps)]
    tags += [f"metre:{name}" for name in METRES]
    tags += [f"rhythm:{name}" for name in RHYTHMS]
    tags += ["accidental", "range:high", "range:low"]
    return sorted((tag for tag in tags if first_grade(tag) <= grade), key=lambda tag: -first_grade(tag))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
