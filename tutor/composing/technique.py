"""The technique composer: scales, arpeggios, broken intervals, long tones and rhythm patterns, made to order.

Same order, same exercise: the seed is part of it. Every exercise stays in the player's range, fills its bars,
spells by its key and ends on the tonic on a strong beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm_patterns import figures_for, rhythm_bar
from tutor.composing.scales import MODES, degree_pitch, key_name, pitch_name, raised_degrees
from tutor.composing.skills import describe
from tutor.composing.titles import ARPEGGIO, PATTERN, RHYTHM, SCALE
from tutor.notation.durations import NOTE_VALUES, beat_length, split
from tutor.notation.instruments import Instrument, UnknownInstrument, get_instrument
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol
from tutor.saying import phrase, pitch, sentence_in

# The wider interval of "broken" exercises, in steps.
BROKEN = {
    "broken-thirds": 2,
    "broken-fourths": 3,
    "broken-fifths": 4,
    "broken-sixths": 5,
    "broken-sevenths": 6,
    "broken-octaves": 7,
}
# What drills each generic size of interval, as skill tags write it.
KIND_OF_SIZE = {"2": "scale"} | {str(steps + 1): kind for kind, steps in BROKEN.items()}
KINDS = ("scale", "arpeggio", *BROKEN, "long-tones", "rhythm")
WHAT = {
    "scale": phrase("a scale"),
    "arpeggio": phrase("an arpeggio"),
    "broken-thirds": phrase("broken thirds"),
    "broken-fourths": phrase("broken fourths"),
    "broken-fifths": phrase("broken fifths"),
    "broken-sixths": phrase("broken sixths"),
    "broken-sevenths": phrase("broken sevenths"),
    "broken-octaves": phrase("broken octaves"),
    "long-tones": phrase("long tones"),
    "rhythm": phrase("a rhythm pattern"),
}
METRES = ("2/4", "3/4", "4/4", "5/4", "6/4", "2/2", "3/2", "3/8", "6/8", "9/8", "12/8", "5/8", "7/8")
SLOWEST_BPM, FASTEST_BPM = 30, 240
MOST_BARS = 64
FEWEST_NOTES = 12  # a short arpeggio is played twice
# How far above the tonic an exercise goes, in degrees, by the grade that it first suits; the first that fits is taken.
SPANS = ((5.0, (14, 7, 4)), (2.0, (7, 4)), (0.0, (4, 7)))
BREATHING = ("woodwind", "brass", "voice")


@dataclass(frozen=True, slots=True)
class TechniqueOrder:
    """What is wanted. `low` and `high` are written MIDI numbers; None leaves a choice to the composer.

    `fifths` is the key signature (A minor is 0). `mode` "minor" plays the harmonic form, then the melodic.
    `note_value` is a name such as "eighth"; `figure` names the rhythm to practise, "" any of the grade.
    """

    kind: str
    instrument: Instrument | str
    fifths: int = 0
    mode: str = "major"
    bpm: float = 72
    low: int | None = None
    high: int | None = None
    note_value: str | None = None
    bars: int | None = None
    metre: str = "4/4"
    grade: float = 1.0
    seed: int = 0
    figure: str = ""

    @property
    def player(self) -> Instrument:
        """The instrument itself, where it was named."""
        return get_instrument(self.instrument) if isinstance(self.instrument, str) else self.instrument


@dataclass(frozen=True, slots=True)
class Technique:
    """An exercise and the order that it was made to, as plain values that can be stored and ordered again."""

    score: Score
    title: str
    recipe: dict[str, Any]


def compose(order: TechniqueOrder) -> Technique:
    """The exercise for this order. Raises CannotCompose."""
    metre = _check(order)
    key = Key(Fraction(0), order.fifths, "major" if order.mode == "major" else "minor")
    tonic_octave, ladder = _place(order, key)
    make = _rhythm if order.kind == "rhythm" else _long_tones if order.kind == "long-tones" else _run
    line = make(order, metre, ladder)
    title = _title(order, key)
    return Technique(_score(order, key, metre, tonic_octave, line, title), title, _recipe(order))


def _check(order: TechniqueOrder) -> Metre:
    """The order's metre, if all else in it can be had."""
    if order.kind not in KINDS:
        raise CannotCompose(
            phrase("“{kind}” is no kind of exercise; the kinds are {names}.", kind=order.kind, names=", ".join(KINDS))
        )
    if not -7 <= order.fifths <= 7:
        raise CannotCompose(phrase("A key signature has at most seven sharps or flats."))
    if order.mode not in MODES:
        raise CannotCompose(
            phrase("“{mode}” is no mode; the modes are {names}.", mode=order.mode, names=", ".join(MODES))
        )
    if not SLOWEST_BPM <= order.bpm <= FASTEST_BPM:
        raise CannotCompose(
            phrase(
                "The tempo must lie between {slowest} and {fastest} beats a minute.",
                slowest=SLOWEST_BPM,
                fastest=FASTEST_BPM,
            )
        )
    if order.metre not in METRES:
        raise CannotCompose(
            phrase(
                "{metre} is no metre that can be written here; these are: {names}.",
                metre=order.metre,
                names=", ".join(METRES),
            )
        )
    if order.bars is not None and not 2 <= order.bars <= MOST_BARS:
        raise CannotCompose(phrase("An exercise has 2 to {most} bars.", most=MOST_BARS))
    if order.note_value is not None and order.note_value not in NOTE_VALUES:
        raise CannotCompose(
            phrase(
                "“{note_value}” is no note value; these are: {names}.",
                note_value=order.note_value,
                names=", ".join(NOTE_VALUES),
            )
        )
    try:
        order.player  # noqa: B018 - an unknown name is refused here
    except UnknownInstrument as error:
        raise CannotCompose(sentence_in(error)) from error
    beats, beat_type = map(int, order.metre.split("/"))
    return Metre(Fraction(0), beats, beat_type)


# A ladder is the degrees that an exercise may use, lowest first; a line is (degree or None for a rest, beats) in order.
Ladder = Sequence[int]
Line = list[tuple[int | None, Fraction]]


def _place(order: TechniqueOrder, key: Key) -> tuple[int, Ladder]:
    """Where the tonic lies, and the degrees above it: the grade's first span that the range can hold."""
    player = order.player
    low, high = _ordered_range(order)
    middle = (player.beginner_low + player.beginner_high) / 2
    for span in _spans(order):
        for bottom, top in ((low, high), _widest(order)):
            octaves = [
                octave
                for octave in range(-1, 9)
                if bottom <= degree_pitch(key, octave, 0).midi and _highest(order, key, octave, span) <= top
            ]
            if octaves:
                return _nearest(key, octaves, span, middle), _ladder(order, span)
    raise CannotCompose(
        phrase(
            "From {low} to {high} there is no room for {what} in {key}.",
            low=pitch(pitch_name(low)),
            high=pitch(pitch_name(high)),
            what=WHAT[order.kind],
            key=key_name(key),
        )
    )


def _highest(order: TechniqueOrder, key: Key, octave: int, span: int) -> int:
    """The highest MIDI number of a run: its top degree, raised where its form of minor may raise it."""
    form = {"minor": "melodic-minor" if order.kind == "scale" else "harmonic-minor"}.get(order.mode, order.mode)
    return degree_pitch(key, octave, span, raised=int(span % 7 in raised_degrees(form, ascending=True))).midi


def _nearest(key: Key, octaves: Sequence[int], span: int, middle: float) -> int:
    """The octave whose run lies nearest to the middle of a beginner's range."""

    def distance(octave: int) -> float:
        return abs((degree_pitch(key, octave, 0).midi + degree_pitch(key, octave, span).midi) / 2 - middle)

    return min(octaves, key=distance)


def _ordered_range(order: TechniqueOrder) -> tuple[int, int]:
    player = order.player
    comfortable_low, comfortable_high = player.range_at(order.grade)
    low = comfortable_low if order.low is None else order.low
    high = comfortable_high if order.high is None else order.high
    if low < player.written_low or high > player.written_high:
        raise CannotCompose(
            phrase(
                "The {instrument} plays from {low} to {high} as written; the order goes beyond.",
                instrument=phrase(player.label),
                low=pitch(pitch_name(player.written_low)),
                high=pitch(pitch_name(player.written_high)),
            )
        )
    return low, high


def _widest(order: TechniqueOrder) -> tuple[int, int]:
    """As far as the order lets it go: to the end of the instrument, where no limit was asked for."""
    player = order.player
    return (
        player.written_low if order.low is None else order.low,
        player.written_high if order.high is None else order.high,
    )


def _spans(order: TechniqueOrder) -> Sequence[int]:
    if order.kind in BROKEN:
        interval = BROKEN[order.kind]
        return tuple(dict.fromkeys((max(7, interval + 3), interval + 2, interval + 1)))
    if order.kind in ("rhythm", "long-tones"):
        return (4,)
    spans = next(spans for grade, spans in SPANS if order.grade >= grade)
    # A five-note arpeggio would be no arpeggio: it needs its octave.
    return [span for span in spans if span >= 7] if order.kind == "arpeggio" else spans


def _ladder(order: TechniqueOrder, span: int) -> Ladder:
    if order.kind == "arpeggio":
        return [degree for degree in range(span + 1) if degree % 7 in (0, 2, 4)]
    return range(span + 1)


def _run(order: TechniqueOrder, metre: Metre, ladder: Ladder) -> Line:
    """Up and down in equal notes, as often as the bars ask, to a tonic on a strong beat that fills its bar."""
    value = _note_value(order, metre)
    excursions = [_excursion(order.kind, ladder, top) for top in range(1, len(ladder))]
    excursions = [excursion for excursion in excursions if excursion]
    times = 2 if order.mode == "minor" and order.kind == "scale" and order.bars is None else 1
    natural = max(times, -(-FEWEST_NOTES // len(excursions[-1]))) * len(excursions[-1])
    count, final = _length(order, metre, value, natural)
    degrees = _fill(excursions, count)
    if degrees is None:
        raise CannotCompose(
            phrase(
                "{bars} bars are too few for {what} in notes of this length.",
                bars=order.bars or 0,
                what=WHAT[order.kind],
            )
        )
    return [*((degree, value * units) for degree, units in degrees), (0, final)]


def _excursion(kind: str, ladder: Ladder, top: int) -> list[int]:
    """From the tonic up to a rung of the ladder and back to just before the tonic; [] where it is too small."""
    if kind not in BROKEN:
        return [*ladder[:top], *reversed(ladder[1 : top + 1])]
    step = BROKEN[kind]
    up = [degree for low in range(top - step + 1) for degree in (low, low + step)]
    down = [degree for high in range(top, step - 1, -1) for degree in (high, high - step)]
    return up + down


def _note_value(order: TechniqueOrder, metre: Metre) -> Fraction:
    default = "eighth" if metre.beat_type == 8 or order.grade >= 3 else "quarter"
    name = order.note_value or default
    value = NOTE_VALUES[name]
    if metre.bar_beats % value:
        raise CannotCompose(phrase("Notes of this length do not fill bars of {metre}: take others.", metre=order.metre))
    return value


def _length(order: TechniqueOrder, metre: Metre, value: Fraction, natural: int) -> tuple[int, Fraction]:
    """How many notes come before the last one, and how long that lasts.

    The last note begins on a bar, or in the middle of one where the metre has a middle; without an order for
    bars it comes as soon as the natural length is reached."""
    bar = metre.bar_beats
    places = [Fraction(0)]
    if metre.beats % 2 == 0 and metre.beats > 2 and (bar / 2) % value == 0:
        places.append(bar / 2)
    if order.bars is not None:
        return int((order.bars - 1) * bar / value), bar
    counts = [
        (int((whole * bar + place) / value), bar - place)
        for whole in range(MOST_BARS)
        for place in places
        if whole * bar + place >= natural * value
    ]
    return min(counts)


def _fill(excursions: Sequence[Sequence[int]], count: int) -> list[tuple[int, int]] | None:
    """Degrees with their lengths in note values, `count` values in all: whole excursions, then a smaller one.

    What is left over is held at the top of the last excursion, where a turn wants time anyway."""
    filled: list[tuple[int, int]] = []
    left = count
    while fitting := [excursion for excursion in excursions if len(excursion) <= left]:
        excursion = max(fitting, key=len)
        filled += [(degree, 1) for degree in excursion]
        left -= len(excursion)
        last = len(excursion)
    if not filled:
        return None
    if left:
        start = len(filled) - last
        top = max(range(start, len(filled)), key=lambda index: filled[index][0])
        filled[top] = (filled[top][0], 1 + left)
    return filled


def _long_tones(order: TechniqueOrder, metre: Metre, ladder: Ladder) -> Line:
    """A note to a bar, up and down five steps; who plays with breath gets a beat for it."""
    breath = beat_length(metre) if order.player.family in BREATHING and metre.bar_beats > beat_length(metre) else 0
    bars = order.bars or 2 * len(ladder) - 1
    excursions = [_excursion("scale", ladder, top) for top in range(1, len(ladder))]
    degrees = _fill(excursions, bars - 1) or [(0, bars - 1)]
    line: Line = []
    for degree, units in degrees:
        for _ in range(units):
            line.append((degree, metre.bar_beats - breath))
            if breath:
                line.append((None, Fraction(breath)))
    return [*line, (0, metre.bar_beats)]


def _rhythm(order: TechniqueOrder, metre: Metre, ladder: Ladder) -> Line:
    """Bars that show the figure, on a line that moves by step, since a repeated note is hard to hear as two."""
    rng = Random(f"{order.figure}/{order.metre}/{order.seed}")
    bars = order.bars or 4
    lengths: list[Fraction] = []
    for _ in range(bars - 1):
        bar = rhythm_bar(metre, order.figure, order.grade, rng)
        if not bar:
            raise CannotCompose(
                phrase(
                    "“{figure}” has no place in {metre}; there are {names}.",
                    figure=order.figure,
                    metre=order.metre,
                    names=", ".join(figures_for(metre)),
                )
            )
        lengths += bar
    degrees = iter(_steps_home(sum(length > 0 for length in lengths), ladder, rng))
    line: Line = [(next(degrees) if length > 0 else None, abs(length)) for length in lengths]
    return [*line, (0, metre.bar_beats)]


def _steps_home(count: int, ladder: Ladder, rng: Random) -> list[int]:
    """A walk by step of this many notes that begins on the tonic and ends a step above it, for the last to close."""
    walk = [0]
    direction = 1
    while len(walk) < count:
        left = count - len(walk)
        here = walk[-1]
        if here >= min(left, ladder[-1]):
            direction = -1
        elif here <= 0 or (rng.random() < 0.2 and here + 1 <= left):
            direction = 1
        walk.append(max(here + direction, 1 if left == 1 else 0))
    return walk


def _score(order: TechniqueOrder, key: Key, metre: Metre, tonic_octave: int, line: Line, title: str) -> Score:
    player = order.player
    pitches = _spelled(order, key, tonic_octave, [degree for degree, _ in line if degree is not None])
    symbols: list[Symbol] = []
    onset = Fraction(0)
    following = iter(pitches)
    for degree, duration in line:
        pitch = None if degree is None else next(following)
        symbols += _symbols(pitch, onset, duration, metre, len(symbols))
        onset += duration
    bars = int(onset / metre.bar_beats)
    return Score(
        symbols=tuple(symbols),
        bars=tuple(Bar(index + 1, index * metre.bar_beats, metre.bar_beats) for index in range(bars)),
        keys=(key,),
        metres=(metre,),
        bpm=float(order.bpm),
        clef=player.clef,
        transposition=player.transposition,
        title=title,
        composer="Woodshed",
    )


def _symbols(pitch: Pitch | None, onset: Fraction, duration: Fraction, metre: Metre, count: int) -> list[Symbol]:
    """One note or rest, cut at the barlines and into printable lengths, the pieces tied."""
    pieces: list[tuple[Fraction, Fraction]] = []
    end = onset + duration
    while onset < end:
        in_bar = onset % metre.bar_beats
        here = min(end - onset, metre.bar_beats - in_bar)
        for piece in split(in_bar, here, metre):
            pieces.append((onset, piece))
            onset += piece
    last = len(pieces) - 1
    ties = [
        "" if last == 0 or pitch is None else "start" if i == 0 else "stop" if i == last else "continue"
        for i in range(last + 1)
    ]
    return [
        Symbol(f"n{count + index}", begins, length, pitch, tie)
        for index, ((begins, length), tie) in enumerate(zip(pieces, ties, strict=True), 1)
    ]


def _spelled(order: TechniqueOrder, key: Key, tonic_octave: int, degrees: Sequence[int]) -> list[Pitch]:
    """Degrees as pitches; minor raises its sixth and seventh by its form and the way that the line goes."""
    pitches = []
    for index, degree in enumerate(degrees):
        following = degrees[min(index + 1, len(degrees) - 1)]
        form = _form_at(order, degrees, index)
        raised = degree % 7 in raised_degrees(form, ascending=following > degree)
        pitches.append(degree_pitch(key, tonic_octave, degree, raised=int(raised)))
    return pitches


def _form_at(order: TechniqueOrder, degrees: Sequence[int], index: int) -> str:
    """“minor” is the harmonic form, and in a scale that returns to its tonic half way, then the melodic one."""
    if order.mode != "minor":
        return order.mode
    home = next((place for place in range(1, len(degrees) - 1) if degrees[place] == 0), len(degrees))
    return "melodic-minor" if order.kind == "scale" and index >= home else "harmonic-minor"


def _title(order: TechniqueOrder, key: Key) -> str:
    form = order.mode.partition("-minor")[0] if order.mode.endswith("-minor") else ""
    name = key_name(key).replace(" minor", f" {form} minor") if form else key_name(key)
    match order.kind:
        case "scale":
            return phrase(SCALE, key=name)
        case "arpeggio":
            return phrase(ARPEGGIO, key=name)
        case "rhythm":
            if order.figure:
                return phrase(RHYTHM, skill=describe(f"rhythm:{order.figure}"))
            return phrase(PATTERN, metre=order.metre)
    return f"{order.kind.replace('-', ' ').capitalize()} in {name}"


def _recipe(order: TechniqueOrder) -> dict[str, Any]:
    """The order in plain values; TechniqueOrder(**recipe) makes the same exercise again."""
    return {name: getattr(order, name) for name in order.__slots__} | {"instrument": order.player.name}
