"""What a score asks of its player: every note tagged with the skills that it needs.

Tags are plain strings, so that they can be counted, stored and learnt about:
`interval:3:up`, `accidental`, `key:2`, `metre:6/8`, `range:high`, `rhythm:dotted-quarter-eighth`, …
A note carries what the player must master *to get this note right*: an interval belongs to the note it
leads to, a rhythm figure to each of its notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from tutor.composing.places import PARTS_OF_A_BEAT, Place, parts, parts_of, places_of
from tutor.notation.musicxml import altered_by_key
from tutor.notation.score import Note, Score
from tutor.saying import phrase

WIDEST_NAMED_INTERVAL = 8  # what is wider than an octave has no name
# Beyond the staff by more than a ledger line. Diatonic steps from the staff's middle line.
LEDGER_STEPS = 6
MIDDLE_LINES = {"G": ("B", 4, 2), "F": ("D", 3, 4), "C": ("C", 4, 3)}
DIATONIC = "CDEFGAB"

Lengths = Sequence[Fraction]


def tag(score: Score) -> dict[str, tuple[str, ...]]:
    """Note id -> its tags, sorted; every sounding note has at least its key and metre."""
    tags: dict[str, set[str]] = {note.id: set() for note in score.notes}
    for tagger in (_signatures, _intervals, _accidentals, _ranges, _rhythms):
        for note_id, name in tagger(score):
            tags[note_id].add(name)
    return {note_id: tuple(sorted(names)) for note_id, names in tags.items()}


def skill_counts(score: Score) -> dict[str, int]:
    """Tag -> how many notes show it."""
    return dict(sorted(Counter(name for names in tag(score).values() for name in names).items()))


def occurrences(score: Score) -> dict[str, int]:
    """Tag -> how often it occurs, as it is ordered: a figure of several notes is one, all else counts by its notes."""
    return occurrences_of(score, tag(score))


def occurrences_of(score: Score, tags: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The same of a score whose tags are known."""
    notes = Counter(name for names in tags.values() for name in names)
    figures = Counter(f"rhythm:{name}" for name, _ in figures_of(score))
    return {name: figures.get(name, notes[name]) for name in sorted(notes)}


def _signatures(score: Score) -> Iterable[tuple[str, str]]:
    for note in score.notes:
        metre = score.metre_at(note.onset_beat)
        yield note.id, f"key:{score.key_at(note.onset_beat).fifths}"
        yield note.id, f"metre:{metre.beats}/{metre.beat_type}"


def _intervals(score: Score) -> Iterable[tuple[str, str]]:
    """Between neighbours with no rest between, by the steps on the staff: an augmented unison has no size, nor has
    what is wider than an octave."""
    for before, note in pairwise(score.notes):
        steps = note.written.diatonic - before.written.diatonic
        if 0 < abs(steps) < WIDEST_NAMED_INTERVAL and _touch(before, note):
            yield note.id, f"interval:{abs(steps) + 1}:{'up' if steps > 0 else 'down'}"


def _touch(before: Note, note: Note) -> bool:
    return abs(before.offset_beat - note.onset_beat) < 1e-6


def _accidentals(score: Score) -> Iterable[tuple[str, str]]:
    for note in score.notes:
        if note.written.alter != altered_by_key(score.key_at(note.onset_beat), note.written.step):
            yield note.id, "accidental"


def _ranges(score: Score) -> Iterable[tuple[str, str]]:
    """Above or below the staff with two ledger lines or more, whichever clef it is."""
    middle = middle_of_staff(score.clef)
    for note in score.notes:
        if abs(note.written.diatonic - middle) > LEDGER_STEPS:
            yield note.id, f"range:{'high' if note.written.diatonic > middle else 'low'}"


def middle_of_staff(clef: str) -> int:
    """The middle line in staff steps above C0, as `Pitch.diatonic` counts them."""
    sign, line = clef[0], int(clef[1])
    step, octave, usual_line = MIDDLE_LINES[sign]
    middle = 7 * octave + DIATONIC.index(step) - 2 * (line - usual_line)
    return middle + {"8vb": -7, "8va": 7, "15mb": -14, "15ma": 14}.get(clef.partition("_")[2], 0)


def _rhythms(score: Score) -> Iterable[tuple[str, str]]:
    symbols = {symbol.id: symbol for symbol in score.symbols}
    places = places_of(score)
    for note, place in zip(score.notes, places, strict=True):
        if len(note.symbol_ids) > 1:
            yield note.id, "rhythm:tie"
        for symbol_id in note.symbol_ids:
            yield from ((note.id, f"rhythm:{name}") for name in _of_length(symbols[symbol_id].duration_beat))
        if place.is_syncopated:
            yield note.id, "rhythm:syncopation"
    yield from ((note.id, f"rhythm:{name}") for name, group in figures_of(score, places) for note in group)
    yield from _after_rests(score)


SINGLE_FIGURES: Mapping[str, Callable[[Fraction], bool]] = {
    "triplet": lambda length: length.denominator % 3 == 0,
    "sixteenths": lambda length: length.denominator >= 4 and length.denominator % 3 != 0 and length.numerator == 1,
    "eighths": lambda length: length == Fraction(1, 2),
    "long-notes": lambda length: length >= 3,
}


@lru_cache(maxsize=256)
def _of_length(printed: Fraction) -> tuple[str, ...]:
    return tuple(name for name, is_one in SINGLE_FIGURES.items() if is_one(printed))


# Figures of neighbouring notes: their lengths in beats.
PAIRED_FIGURES: Mapping[str, Lengths] = {
    "dotted-half-quarter": (Fraction(3), Fraction(1)),
    "dotted-quarter-eighth": (Fraction(3, 2), Fraction(1, 2)),
    "dotted-eighth-sixteenth": (Fraction(3, 4), Fraction(1, 4)),
    "snap": (Fraction(1, 4), Fraction(3, 4)),
    "eighth-two-sixteenths": (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),
    "two-sixteenths-eighth": (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)),
}


def figures_of(score: Score, places: Sequence[Place] | None = None) -> Iterable[tuple[str, Sequence[Note]]]:
    """Each figure of several notes with its notes: in one bar, each printed as one symbol, with no rest between.
    `places` are the score's own, where they are known."""
    for index, place in enumerate(places_of(score) if places is None else places):
        for name in FIGURES_BEGUN_BY.get(place.duration, ()):
            lengths = FIGURES_IN_PARTS[name]
            group = score.notes[index : index + len(lengths)]
            if _has_lengths(group, lengths) and group[-1].bar == group[0].bar and _is_figure_place(place, name):
                yield name, group


def _is_figure_place(place: Place, name: str) -> bool:
    """Figures begin on a beat. In 6/8 a dotted quarter is the beat itself and only the short dots are figures."""
    if place.metre.beat_type >= 8 and place.metre.beats % 3 == 0:
        return name in ("dotted-eighth-sixteenth", "snap") and place.onset % (PARTS_OF_A_BEAT // 2) == 0
    return place.onset % PARTS_OF_A_BEAT == 0


def _has_lengths(group: Sequence[Note], lengths: Sequence[int]) -> bool:
    if len(group) < len(lengths):
        return False
    if any(
        len(note.symbol_ids) > 1 or parts(note.duration_beat) != length
        for note, length in zip(group, lengths, strict=True)
    ):
        return False
    return all(_touch(before, note) for before, note in pairwise(group))


def _after_rests(score: Score) -> Iterable[tuple[str, str]]:
    """The note after a rest: coming in again is what a rest asks for."""
    rested = False
    by_first_symbol = {note.symbol_ids[0] for note in score.notes}
    for symbol in score.symbols:
        if symbol.pitch is None:
            rested = True
        elif symbol.id in by_first_symbol:
            if rested:
                yield symbol.id, "rhythm:rest"
            rested = False


FIGURES_IN_PARTS = {name: tuple(map(parts_of, lengths)) for name, lengths in PAIRED_FIGURES.items()}
FIGURES_BEGUN_BY = {
    first: tuple(name for name, lengths in FIGURES_IN_PARTS.items() if lengths[0] == first)
    for first in {lengths[0] for lengths in FIGURES_IN_PARTS.values()}
}


INTERVAL_NAMES = {
    2: phrase("steps"),
    3: phrase("skips of a third"),
    4: phrase("leaps of a fourth"),
    5: phrase("leaps of a fifth"),
    6: phrase("leaps of a sixth"),
    7: phrase("leaps of a seventh"),
    8: phrase("leaps of an octave"),
}
WORDS = {
    "accidental": phrase("accidentals"),
    "range:high": phrase("high notes"),
    "range:low": phrase("low notes"),
    "rhythm:tie": phrase("tied notes"),
    "rhythm:triplet": phrase("triplets"),
    "rhythm:sixteenths": phrase("sixteenths"),
    "rhythm:eighths": phrase("eighths"),
    "rhythm:long-notes": phrase("long notes"),
    "rhythm:rest": phrase("coming in after a rest"),
    "rhythm:syncopation": phrase("syncopation"),
    "rhythm:snap": phrase("snaps, short before long"),
    "rhythm:dotted-half-quarter": phrase("dotted halves"),
    "rhythm:dotted-quarter-eighth": phrase("dotted quarters"),
    "rhythm:dotted-eighth-sixteenth": phrase("dotted eighths"),
    "rhythm:eighth-two-sixteenths": phrase("an eighth and two sixteenths"),
    "rhythm:two-sixteenths-eighth": phrase("two sixteenths and an eighth"),
    "interval:2:up": phrase("steps, upwards"),
    "interval:2:down": phrase("steps, downwards"),
    "interval:3:up": phrase("skips of a third, upwards"),
    "interval:3:down": phrase("skips of a third, downwards"),
    "interval:4:up": phrase("leaps of a fourth, upwards"),
    "interval:4:down": phrase("leaps of a fourth, downwards"),
    "interval:5:up": phrase("leaps of a fifth, upwards"),
    "interval:5:down": phrase("leaps of a fifth, downwards"),
    "interval:6:up": phrase("leaps of a sixth, upwards"),
    "interval:6:down": phrase("leaps of a sixth, downwards"),
    "interval:7:up": phrase("leaps of a seventh, upwards"),
    "interval:7:down": phrase("leaps of a seventh, downwards"),
    "interval:8:up": phrase("leaps of an octave, upwards"),
    "interval:8:down": phrase("leaps of an octave, downwards"),
    "key:0": phrase("no sharps or flats in the key"),
    "key:1": phrase("one sharp in the key"),
    "key:2": phrase("two sharps in the key"),
    "key:3": phrase("three sharps in the key"),
    "key:4": phrase("four sharps in the key"),
    "key:5": phrase("five sharps in the key"),
    "key:6": phrase("six sharps in the key"),
    "key:7": phrase("seven sharps in the key"),
    "key:-1": phrase("one flat in the key"),
    "key:-2": phrase("two flats in the key"),
    "key:-3": phrase("three flats in the key"),
    "key:-4": phrase("four flats in the key"),
    "key:-5": phrase("five flats in the key"),
    "key:-6": phrase("six flats in the key"),
    "key:-7": phrase("seven flats in the key"),
}


def describe(tag_name: str) -> str:
    """A tag in a teacher's words, to begin a sentence with: `interval:6:up` is “leaps of a sixth, upwards”, `key:2`
    “two sharps in the key”."""
    if tag_name in WORDS:
        return WORDS[tag_name]
    kind, _, rest = tag_name.partition(":")
    if kind == "metre":
        return phrase("{metre} time", metre=rest)
    return rest.replace("-", " ") or tag_name
