"""Orders that make no sense, or that nobody could meet, each refused in one sentence before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.composing.figures import MADE_OF
from tutor.composing.kinds import KIND_NAMES, KINDS
from tutor.composing.ordering import STYLES, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm.pulse import METRES
from tutor.composing.scales import pitch_name
from tutor.composing.skills import describe
from tutor.composing.tags import COUNTABLE
from tutor.saying import Phrase, capital, listed, phrase, pitch

SLOWEST_BPM, FASTEST_BPM = 30, 240
FEWEST_BARS, MOST_BARS = 2, 64
LOWEST_GRADE, HIGHEST_GRADE = 0.5, 9.0
MOST_OF_ONE_SKILL = 500
# The narrowest that a generic size can be written, in semitones: a major second has two, a minor one one. In minor a
# leading note lies a diminished fourth from the third above it, and a diminished seventh from the sixth.
NARROWEST = {2: 1, 3: 3, 4: 4, 5: 6, 6: 8, 7: 9, 8: 12}
METRE_NAMES = tuple(f"{over}/{under}" for over, under in METRES)


def validate(order: MelodyOrder) -> None:
    """Raises CannotCompose with the first thing that is wrong."""
    for sentence, relax in _faults(order):
        raise CannotCompose(sentence, (relax,))


def _faults(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    yield from _unknown(order)
    yield from _out_of_bounds(order)
    yield from _bad_counts(order)
    yield from _contradictions(order)
    yield from _bad_range(order)
    yield from _bad_kind(order)


def _unknown(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    if order.kind not in KINDS:
        yield _no_kind(order.kind), "another kind"
    if order.style not in STYLES:
        names = ", ".join(STYLES)
        yield phrase("“{style}” is no style; the styles are {names}.", style=order.style, names=names), "another style"
    if order.mode not in (None, "major", "minor"):
        yield (
            phrase("“{mode}” is no mode that melodies are made in; these are major and minor.", mode=order.mode or ""),
            "another mode",
        )
    if order.metre is not None and order.metre not in METRE_NAMES:
        yield (
            phrase(
                "{metre} is no metre that can be written here; these are: {names}.",
                metre=order.metre,
                names=", ".join(METRE_NAMES),
            ),
            "another metre",
        )


def _no_kind(kind: str) -> Phrase:
    return phrase("“{kind}” is no kind of exercise; the kinds are {names}.", kind=kind, names=", ".join(KIND_NAMES))


def _out_of_bounds(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    if not LOWEST_GRADE <= order.grade <= HIGHEST_GRADE:
        bounds = {"lowest": LOWEST_GRADE, "highest": HIGHEST_GRADE}
        yield phrase("The grade must lie between {lowest:g} and {highest:g}.", **bounds), "another grade"
    if order.tolerance <= 0:
        yield phrase("The tolerance of the grade must be more than nothing."), "a tolerance of .25"
    if order.fifths is not None and not -7 <= order.fifths <= 7:
        yield (
            phrase("A key signature has at most seven sharps or flats; take the same key by its other name."),
            "another key",
        )
    if order.bars is not None and not FEWEST_BARS <= order.bars <= MOST_BARS:
        bars = phrase("An exercise has {fewest} to {most} bars.", fewest=FEWEST_BARS, most=MOST_BARS)
        yield bars, f"{FEWEST_BARS} to {MOST_BARS} bars"
    if order.bpm is not None and not SLOWEST_BPM <= order.bpm <= FASTEST_BPM:
        bpm = {"slowest": SLOWEST_BPM, "fastest": FASTEST_BPM}
        yield (
            phrase("The tempo must lie between {slowest} and {fastest} quarter notes a minute.", **bpm),
            "another tempo",
        )
    if order.upbeat is not None and order.metre is not None and not 0 <= order.upbeat < order.bar_ticks:
        yield (
            phrase(
                "An upbeat is shorter than the bar, which has {ticks} ticks in {metre}.",
                ticks=order.bar_ticks,
                metre=order.metre,
            ),
            "a shorter upbeat",
        )
    if order.note_values is not None and not all(0 < value <= 192 for value in order.note_values):
        yield phrase("Note values are ticks from 1 to 192, 24 a quarter note."), "other note values"
    if order.sizes is not None and not (order.sizes and set(order.sizes) <= set(range(1, 9))):
        yield phrase("Sizes of intervals are 1 (a repeated note) to 8 (an octave)."), "other sizes"
    for degrees in (order.start, order.end):
        if degrees is not None and not (degrees and set(degrees) <= set(range(1, 8))):
            yield phrase("Degrees of the scale are 1 to 7."), "another degree"
    if order.level not in (1, 2, 3):
        yield phrase("A variation goes as far as level 1, 2 or 3."), "level 1, 2 or 3"


def _bad_counts(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for count in order.counts:
        if count.tag not in COUNTABLE and count.tag.partition(":")[0] not in ("key", "metre"):
            yield phrase("“{tag}” is no skill that can be ordered.", tag=count.tag), "another skill"
        facts: dict[str, str | int] = {"skill": describe(count.tag), "least": count.least, "most": count.most or 0}
        if count.least < 0:
            yield capital(phrase("{skill}: {least} can't be.", **facts)), "other numbers"
        if count.most is not None and count.most < count.least:
            yield capital(phrase("{skill}: at least {least} and at most {most} can't be.", **facts)), "other numbers"
        if count.tag in seen:
            yield capital(phrase("{skill} can be ordered only once.", **facts)), "one count for each skill"
        if count.least > MOST_OF_ONE_SKILL:
            sentence = phrase("{skill}: {least} are more than an exercise can hold.", **facts)
            yield capital(sentence), f"fewer {describe(count.tag)}"
        seen.add(count.tag)


def _contradictions(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    """Figures that bring more notes of a kind along than are allowed."""
    for allowed in order.counts:
        figures = [count for count in order.counts if count.least and allowed.tag in MADE_OF.get(count.tag, ())]
        brought = sum(count.least * MADE_OF[count.tag][allowed.tag] for count in figures)
        if allowed.most is not None and brought > allowed.most:
            kind = describe(allowed.tag)
            yield (
                phrase(
                    "As often as ordered, {names} bring {brought} {kind} along, and at most {most} are allowed: ask for"
                    " fewer of the first, or allow more {kind}.",
                    names=listed(describe(count.tag) for count in figures),
                    brought=brought,
                    kind=kind,
                    most=allowed.most,
                ),
                f"more {kind}",
            )


def _bad_range(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    player = order.player
    low = player.written_low if order.low is None else order.low
    high = player.written_high if order.high is None else order.high
    if low < player.written_low or high > player.written_high:
        yield (
            phrase(
                "The {instrument} plays from {low} to {high} as written; the order goes beyond.",
                instrument=phrase(player.label),
                low=pitch(pitch_name(player.written_low)),
                high=pitch(pitch_name(player.written_high)),
            ),
            f"{pitch_name(player.written_low)} to {pitch_name(player.written_high)}",
        )
    if high <= low:
        yield phrase("The highest note must lie above the lowest one."), "a wider range"
    for count in order.counts:
        size = interval_size(count.tag)
        if count.least and size and NARROWEST[size] > high - low:
            yield (
                phrase(
                    "From {low} to {high} there is no room for {what}: widen the range to {semitones} semitones or"
                    " more.",
                    low=pitch(pitch_name(low)),
                    high=pitch(pitch_name(high)),
                    what=describe(count.tag),
                    semitones=NARROWEST[size],
                ),
                f"a range of {NARROWEST[size]} semitones or more",
            )
        if count.least and size and order.sizes is not None and size not in order.sizes:
            sentence = phrase(
                "{skill} are wished for, but intervals of that size are not allowed.", skill=describe(count.tag)
            )
            yield capital(sentence), "more sizes"


def interval_size(tag: str) -> int:
    """The generic size that an interval tag names; 0 for other tags."""
    kind, _, rest = tag.partition(":")
    return int(rest.partition(":")[0]) if kind == "interval" else 0


def _bad_kind(order: MelodyOrder) -> Iterator[tuple[str, str]]:
    kind = KINDS[order.kind]
    if kind.is_clapped:
        for count in order.counts:
            if count.least and not count.tag.startswith(("rhythm:", "metre:")):
                yield (
                    phrase(
                        "A clapped rhythm has one pitch, so it can't hold {skill}: order another kind.",
                        skill=describe(count.tag),
                    ),
                    "another kind of exercise",
                )
    if order.kind == "variation" and order.theme is None:
        yield phrase("A variation needs a theme: name the score it is made on."), "a theme"
