"""From an order to a **Specification**, in which nothing is open: explicit wishes first, then what the grade and the
kind say, and where they leave a choice, the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from tutor.composing.figures import NEEDED_VALUES, can_hold, opened_by, why_not
from tutor.composing.grades import (
    FIRST_MINOR,
    FIRST_MODULATION,
    FIRST_UPBEAT,
    NEEDS_LEAVE,
    STEPS,
    Holdings,
    holdings,
)
from tutor.composing.kinds import DRILLED_SIZES, KINDS, Kind
from tutor.composing.ordering import Count, MelodyOrder, count_of
from tutor.composing.refusal import CannotCompose
from tutor.composing.scales import degree_pitch
from tutor.composing.skills import describe
from tutor.composing.technique import BREATHING
from tutor.composing.tempi import tempi
from tutor.composing.validating import METRE_NAMES, interval_size
from tutor.composing.windows import window
from tutor.notation.durations import beat_length
from tutor.notation.instruments import Instrument
from tutor.notation.score import Key, Metre
from tutor.saying import phrase

CHANCE_OF_MINOR, CHANCE_OF_UPBEAT, CHANCE_OF_MODULATION, CHANCE_OF_CHROMATIC = 0.3, 0.4, 0.5, 0.6
# A key one step further round the circle of fifths is this much rarer.
KEY_DECAY = 0.8
NEW_METRE_WEIGHT = 2.0  # a metre that the grade brings is met more often
_ZERO = Fraction(0)
CHANCE_OF_FEATURE = 0.5
FEATURED = {"rhythm:triplet": 3, "rhythm:sixteenths": 4}  # times at least; all else twice, as a motif comes back
FIRST_QUICK_SINGING = 6  # the grade from which a voice meets sixteenths and triplets unasked
FEWEST_ROOMY_BARS = 4
DRILLED_AT_LEAST = 3  # times up, and as often down


@dataclass(frozen=True, slots=True)
class Specification:
    """An order with nothing left open. `rhythm_counts` and `line_counts` are what the two samplers keep exactly;
    `bars` and `tempi` (quarter notes a minute) leave a
    choice to whoever aims at the difficulty."""

    order: MelodyOrder
    kind: Kind
    player: Instrument
    held: Holdings
    metre: tuple[int, int]
    bars: tuple[int, ...]
    tempi: tuple[float, ...]
    upbeat: int
    fifths: int
    mode: str
    low: int
    high: int
    values: frozenset[int]
    rests: bool
    breathes: bool
    sizes: frozenset[int]
    rhythm_counts: tuple[Count, ...]
    line_counts: tuple[Count, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    chromatic: bool
    modulates: bool
    drilled: int  # the size of interval that a drill is for; 0 for none

    @property
    def bar_ticks(self) -> int:
        """A full bar."""
        return 96 * self.metre[0] // self.metre[1]


def specify(order: MelodyOrder, rng: np.random.Generator) -> Specification:
    """The order with every choice made but those that aiming at the difficulty needs. Raises CannotCompose."""
    order = _signatures_from_counts(order)
    kind, player, held = KINDS[order.kind], order.player, holdings(order.grade)
    order = replace(order, metre=order.metre or _metre(order, held, rng))
    _check_figures(order)
    fifths, mode = _key(order, kind, held, player, rng)
    drilled = _drilled(order, kind, held, rng)
    sizes = _sizes(order, kind, held, drilled)
    low, high = window(order, kind, held, fifths, mode, _widest_wish(order, drilled), rng)
    tags = opened_by(count.tag for count in order.counts if count.least)
    chromatic = _chromatic(order, kind, held, rng)
    featured_rhythm, featured_line = _featured(order, kind, held, chromatic, rng)
    return Specification(
        order=order,
        kind=kind,
        player=player,
        held=held,
        metre=order.beats,
        bars=_bars(order, kind, held, rng),
        tempi=tempi(order, held),
        upbeat=_upbeat(order, kind, held, rng),
        fifths=fifths,
        mode=mode,
        low=low,
        high=high,
        values=_values(order, held, tags),
        rests=held.rests or "rhythm:rest" in tags,
        breathes=kind.breathes or player.family in BREATHING,
        sizes=sizes,
        rhythm_counts=_rhythm_counts(order, held, tags) + featured_rhythm,
        line_counts=_line_counts(order, drilled) + featured_line,
        start=order.start or _within(low, high, Key(_ZERO, fifths, mode), kind.starts_on),
        end=order.end or _within(low, high, Key(_ZERO, fifths, mode), (1,)),
        chromatic=chromatic,
        modulates=_modulates(order, kind, held, rng),
        drilled=drilled,
    )


def _within(low: int, high: int, key: Key, degrees: tuple[int, ...]) -> tuple[int, ...]:
    """These degrees, if the range has one of them; a range without a tonic has another note of its chord, or any."""
    there = {pitch % 12 for pitch in range(low, high + 1)}
    for choice in (degrees, (1, 3, 5), tuple(range(1, 8))):
        found = tuple(degree for degree in choice if degree_pitch(key, 4, degree - 1).midi % 12 in there)
        if found:
            return found
    return degrees


def with_room(order: MelodyOrder) -> MelodyOrder:
    """The order with what it leaves open of metre, length and key made as roomy as may be."""
    kind, held = KINDS[order.kind], holdings(order.grade)
    counts = [count for count in order.counts if count.least]
    metres = [metre for metre in ("4/4", "6/8") if all(can_hold(metre, count.tag) for count in counts)]
    settled = {count.tag.partition(":")[0] for count in counts}
    return replace(
        order,
        metre=order.metre or (metres[0] if metres and "metre" not in settled else None),
        bars=order.bars or max(*(kind.bars or held.bars), FEWEST_ROOMY_BARS),
        fifths=0 if order.fifths is None and "key" not in settled else order.fifths,
    )


def without_extras(spec: Specification) -> Specification:
    """Without what nobody asked for, where an order can't be had with it: breaths, an upbeat, a grade's figures."""
    ordered = {count.tag for count in spec.order.counts}
    return replace(
        spec,
        breathes=False,
        upbeat=spec.order.upbeat or 0,
        rhythm_counts=tuple(count for count in spec.rhythm_counts if count.tag in ordered or not count.least),
        line_counts=tuple(count for count in spec.line_counts if count.tag in ordered or interval_size(count.tag)),
    )


def _signatures_from_counts(order: MelodyOrder) -> MelodyOrder:
    """A wish for `key:2` or `metre:6/8` is a wish for that key or metre."""
    for count in order.counts:
        kind, _, rest = count.tag.partition(":")
        if kind not in ("key", "metre") or not count.least:
            continue
        asked = order.fifths if kind == "key" else order.metre
        wished = int(rest) if kind == "key" else rest
        if asked not in (None, wished):
            words = describe(count.tag)
            sentence = (
                phrase("The order asks for {words} and for another key as well.", words=words)
                if kind == "key"
                else phrase("The order asks for {words} and for another metre as well.", words=words)
            )
            raise CannotCompose(sentence, (f"one {kind}",))
        if kind == "metre" and rest not in METRE_NAMES:
            raise CannotCompose(phrase("{rest} is no metre that can be written here.", rest=rest), ("another metre",))
        if kind == "key" and not -7 <= int(rest) <= 7:
            raise CannotCompose(phrase("A key signature has at most seven sharps or flats."), ("another key",))
        order = replace(order, fifths=int(rest)) if kind == "key" else replace(order, metre=rest)
    kept = tuple(count for count in order.counts if count.tag.partition(":")[0] not in ("key", "metre"))
    return replace(order, counts=kept)


def _metre(order: MelodyOrder, held: Holdings, rng: np.random.Generator) -> str:
    """One that holds all figures wished for; those that the grade brings come more often."""
    wished = [count.tag for count in order.counts if count.least]
    metres = [metre for metre in held.metres if all(can_hold(metre, tag) for tag in wished)] or ["4/4"]
    if order.upbeat:
        metres = [metre for metre in metres if replace(order, metre=metre).bar_ticks > order.upbeat] or ["4/4"]
    newest = holdings(held.grade - 1).metres if held.grade > 1 else ()
    weights = [NEW_METRE_WEIGHT if newest and metre not in newest else 1.0 for metre in metres]
    return metres[draw(weights, rng)]


def _check_figures(order: MelodyOrder) -> None:
    assert order.metre is not None
    for count in order.counts:
        if count.least and not can_hold(order.metre, count.tag):
            better = next(metre for metre in ("4/4", "3/4", "6/8") if can_hold(metre, count.tag))
            raise CannotCompose(
                phrase("{why}: take {better} instead.", why=why_not(order.metre, count.tag), better=better),
                (f"another metre, such as {better}", f"no {describe(count.tag)}"),
            )


def _key(
    order: MelodyOrder, kind: Kind, held: Holdings, player: Instrument, rng: np.random.Generator
) -> tuple[int, str]:
    """Near keys come more often than far ones, sharps on strings and flats on winds a little more than the others."""
    accidental = count_of(order.counts, "accidental")
    may_be_minor = held.grade >= FIRST_MINOR and not (accidental and accidental.most is not None)
    is_minor = rng.random() < CHANCE_OF_MINOR and may_be_minor and order.chromatic is not False
    mode = order.mode or ("minor" if is_minor else "major")
    furthest = held.fifths
    keys = [0] if kind.is_clapped else list(range(-furthest, furthest + 1))
    lean = {"strings": 1, "woodwind": -1, "brass": -1}.get(player.family, 0)
    weights = [KEY_DECAY ** abs(key) * (1.5 if key * lean > 0 else 1.0) for key in keys]
    drawn = keys[draw(weights, rng)]
    return (drawn if order.fifths is None else order.fifths), mode


def _drilled(order: MelodyOrder, kind: Kind, held: Holdings, rng: np.random.Generator) -> int:
    """The interval that a drill is for: the one wished for most, or one of the grade's."""
    if not kind.is_drill:
        return 0
    wished = [count for count in order.counts if count.least and interval_size(count.tag) > 2]
    if wished:
        return interval_size(max(wished, key=lambda count: count.least).tag)
    sizes = [size for size in DRILLED_SIZES[held.grade - 1] if order.sizes is None or size in order.sizes]
    return (sizes or [3])[int(rng.integers(len(sizes or [3])))]


def _widest_wish(order: MelodyOrder, drilled: int) -> int:
    return max([drilled, *(interval_size(count.tag) for count in order.counts if count.least)], default=0)


def _sizes(order: MelodyOrder, kind: Kind, held: Holdings, drilled: int) -> frozenset[int]:
    """A drill moves by its interval and by step."""
    wished = {interval_size(count.tag) for count in order.counts if count.least} - {0}
    if order.sizes is not None:
        return frozenset(order.sizes)
    if drilled:
        return frozenset({2, drilled} | wished)
    widest = min(held.leap, kind.leaps[held.grade - 1])
    if kind.is_broken_chords:
        widest = max(widest, 4)
    return frozenset(range(1, widest + 1)) | wished


def _bars(order: MelodyOrder, kind: Kind, held: Holdings, rng: np.random.Generator) -> tuple[int, ...]:
    """The lengths to choose from, the seed's favourite first."""
    if order.bars is not None:
        return (order.bars,)
    choices = list(kind.bars or held.bars)
    first = choices[int(rng.integers(len(choices)))]
    return tuple(dict.fromkeys([first, *choices]))


def _upbeat(order: MelodyOrder, kind: Kind, held: Holdings, rng: np.random.Generator) -> int:
    """An order for bars is counted out exactly: unasked, an upbeat comes only where they are left open."""
    luck, shorter = rng.random(), rng.random() < 0.3
    if order.upbeat is not None:
        return order.upbeat
    if order.bars is not None or held.grade < FIRST_UPBEAT or not kind.upbeats or luck > CHANCE_OF_UPBEAT:
        return 0
    over, under = order.beats
    if under == 8 or shorter:
        return 12
    return 24 if over > 1 else 0


def _values(order: MelodyOrder, held: Holdings, tags: frozenset[str]) -> frozenset[int]:
    """What the grade prints, and what the figures wished for need; a metre in eighths needs its dotted quarter."""
    if order.note_values is not None:
        return frozenset(order.note_values)
    metre = Metre(_ZERO, *order.beats)
    needed = {value for tag in tags for value in NEEDED_VALUES.get(tag, ())}
    beat = int(24 * beat_length(metre))
    counted = {36} if beat % 36 == 0 or order.beats[1] == 8 else set()
    return _usual_values(order, held) | needed | counted | {beat, 12}


def _usual_values(order: MelodyOrder, held: Holdings) -> frozenset[int]:
    """What the grade prints; a hymn has nothing quicker than eighths, nor has a voice that is still learning."""
    is_learner = order.player.family == "voice" and held.grade < FIRST_QUICK_SINGING
    if order.style == "hymn" or is_learner:
        return frozenset(ticks for ticks in held.note_values if ticks >= 12 and ticks % 3 == 0)
    return held.note_values


def _rhythm_counts(order: MelodyOrder, held: Holdings, tags: frozenset[str]) -> tuple[Count, ...]:
    """What is ordered, and of what needs leave and has none, nothing."""
    ordered = tuple(count for count in order.counts if count.tag.startswith("rhythm:"))
    named = {count.tag for count in ordered}
    locked = (f"rhythm:{name}" for name in NEEDS_LEAVE if name not in held.figures)
    return ordered + tuple(Count(tag, 0, 0) for tag in locked if tag not in tags and tag not in named)


def _line_counts(order: MelodyOrder, drilled: int) -> tuple[Count, ...]:
    ordered = tuple(count for count in order.counts if not count.tag.startswith("rhythm:"))
    if not drilled:
        return ordered
    both = (f"interval:{drilled}:{way}" for way in ("up", "down"))
    return ordered + tuple(Count(tag, DRILLED_AT_LEAST) for tag in both if count_of(ordered, tag) is None)


def _featured(
    order: MelodyOrder, kind: Kind, held: Holdings, chromatic: bool, rng: np.random.Generator
) -> tuple[tuple[Count, ...], tuple[Count, ...]]:
    """Something that the grade brings, now and then: counts of rhythm, and of pitch. Tunes seldom have it unasked."""
    lucky, which = rng.random() < CHANCE_OF_FEATURE, rng.random()
    if not lucky or kind.is_drill or kind.is_broken_chords or not kind.aims:
        return (), ()
    assert order.metre is not None
    recent = [f"rhythm:{name}" for step in STEPS[max(held.grade - 3, 0) : held.grade] for name in step.figures]
    values = set(order.note_values or _usual_values(order, held))
    choices = [tag for tag in recent if can_hold(order.metre, tag) and set(NEEDED_VALUES[tag]) <= values]
    choices += ["accidental"] * (chromatic and kind.accidentals)
    choices = [tag for tag in choices if count_of(order.counts, tag) is None]
    if not choices:
        return (), ()
    tag = choices[int(which * len(choices))]
    count = (Count(tag, FEATURED.get(tag, 2), None),)
    return ((), count) if tag == "accidental" else (count, ())


def _chromatic(order: MelodyOrder, kind: Kind, held: Holdings, rng: np.random.Generator) -> bool:
    luck = rng.random() < CHANCE_OF_CHROMATIC
    accidental = count_of(order.counts, "accidental")
    if order.chromatic is not None:
        return order.chromatic
    if accidental:
        return accidental.least > 0 or (accidental.most != 0 and held.accidentals)
    return luck and held.accidentals and kind.accidentals


def _modulates(order: MelodyOrder, kind: Kind, held: Holdings, rng: np.random.Generator) -> bool:
    luck = rng.random() < CHANCE_OF_MODULATION
    if order.modulates is not None:
        return order.modulates
    is_free = kind.accidentals and not kind.is_clapped and count_of(order.counts, "accidental") is None
    return luck and is_free and order.chromatic is not False and held.grade >= FIRST_MODULATION


def draw(weights: Sequence[float], rng: np.random.Generator) -> int:
    """An index, by weight."""
    sums = np.cumsum(weights)
    return int(min(np.searchsorted(sums, rng.random() * sums[-1], side="right"), len(sums) - 1))
