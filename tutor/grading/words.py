"""How a teacher says notes, bars and keys: "B flat", "bars 2 and 3", "two flats"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tutor.notation.score import Pitch
from tutor.saying import Phrase, joined, listed, phrase, phrase_n, term

NUMBERS = (
    term("number", "no"),
    term("number", "one"),
    term("number", "two"),
    term("number", "three"),
    term("number", "four"),
    term("number", "five"),
    term("number", "six"),
    term("number", "seven"),
    term("number", "eight"),
    term("number", "nine"),
    term("number", "ten"),
    term("number", "eleven"),
    term("number", "twelve"),
)
# By letter, from double flat to double sharp.
NOTES: Mapping[str, tuple[Phrase, ...]] = {
    "C": (
        term("note", "C double flat"),
        term("note", "C flat"),
        term("note", "C"),
        term("note", "C sharp"),
        term("note", "C double sharp"),
    ),
    "D": (
        term("note", "D double flat"),
        term("note", "D flat"),
        term("note", "D"),
        term("note", "D sharp"),
        term("note", "D double sharp"),
    ),
    "E": (
        term("note", "E double flat"),
        term("note", "E flat"),
        term("note", "E"),
        term("note", "E sharp"),
        term("note", "E double sharp"),
    ),
    "F": (
        term("note", "F double flat"),
        term("note", "F flat"),
        term("note", "F"),
        term("note", "F sharp"),
        term("note", "F double sharp"),
    ),
    "G": (
        term("note", "G double flat"),
        term("note", "G flat"),
        term("note", "G"),
        term("note", "G sharp"),
        term("note", "G double sharp"),
    ),
    "A": (
        term("note", "A double flat"),
        term("note", "A flat"),
        term("note", "A"),
        term("note", "A sharp"),
        term("note", "A double sharp"),
    ),
    "B": (
        term("note", "B double flat"),
        term("note", "B flat"),
        term("note", "B"),
        term("note", "B sharp"),
        term("note", "B double sharp"),
    ),
}
# By pitch class: a letter and its place there.
AS_SHARPS = ("C2", "C3", "D2", "D3", "E2", "F2", "F3", "G2", "G3", "A2", "A3", "B2")
AS_FLATS = ("C2", "D1", "D2", "E1", "E2", "F2", "G1", "G2", "A1", "A2", "B1", "B2")
MOST_NAMED = 6
ORDER_OF_SHARPS = "FCGDAEB"
INTERVALS = (
    "",
    term("interval", "a semitone"),
    term("interval", "a whole tone"),
    term("interval", "a minor third"),
    term("interval", "a major third"),
    term("interval", "a fourth"),
    term("interval", "a tritone"),
    term("interval", "a fifth"),
    term("interval", "a minor sixth"),
    term("interval", "a major sixth"),
    term("interval", "a minor seventh"),
    term("interval", "a major seventh"),
    term("interval", "an octave"),
)
SIGNATURES = {
    0: phrase("no sharps or flats"),
    1: phrase("one sharp"),
    2: phrase("two sharps"),
    3: phrase("three sharps"),
    4: phrase("four sharps"),
    5: phrase("five sharps"),
    6: phrase("six sharps"),
    7: phrase("seven sharps"),
    -1: phrase("one flat"),
    -2: phrase("two flats"),
    -3: phrase("three flats"),
    -4: phrase("four flats"),
    -5: phrase("five flats"),
    -6: phrase("six flats"),
    -7: phrase("seven flats"),
}


def note_name(pitch: Pitch) -> Phrase:
    """B flat, F sharp, C."""
    return NOTES[pitch.step][pitch.alter + 2]


def heard_name(written_midi: int, meant: Pitch, fifths: int) -> Phrase:
    """What a student would call a pitch they played where `meant` is written: the same letter if that is possible."""
    # Beside a sharp nobody thinks of a flat: a whole tone below A sharp is G sharp, and not A flat.
    for alter in {-1: (0, -1), 1: (0, 1)}.get(meant.alter, (0, -1, 1)):
        is_usual = (meant.step, alter) not in {("E", 1), ("B", 1), ("C", -1), ("F", -1)}
        if is_usual and (Pitch(meant.octave, meant.step, alter).midi - written_midi) % 12 == 0:
            return note_name(Pitch(meant.octave, meant.step, alter))
    name = (AS_FLATS if fifths < 0 or (fifths == 0 and meant.alter < 0) else AS_SHARPS)[written_midi % 12]
    return NOTES[name[0]][int(name[1])]


def key_alteration(step: str, fifths: int) -> int:
    """What the key signature does to a letter: -1, 0 or 1."""
    if fifths > 0:
        return int(step in ORDER_OF_SHARPS[:fifths])
    return -int(step in ORDER_OF_SHARPS[::-1][:-fifths]) if fifths < 0 else 0


def key_signature(fifths: int) -> Phrase:
    """two flats, one sharp, no sharps or flats."""
    return SIGNATURES[fifths]


def number(count: int) -> str:
    """Small numbers in words."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def times(count: int) -> Phrase:
    """once, twice, three times."""
    return {1: phrase("once"), 2: phrase("twice")}.get(count) or phrase("{number} times", number=number(count))


def bars(numbers: Sequence[int]) -> Phrase:
    """Bar 3; Bars 3 and 5; Bars 1 to 4 and 7; The upbeat and bar 2; Bars 1, 3, 5, 7, 9 and 20 more.

    The upbeat is bar 0."""
    unique = sorted(set(numbers))
    counted = [one for one in unique if one > 0]
    if len(counted) == len(unique):
        return phrase_n("Bar {bars}", "Bars {bars}", len(counted), bars=_named(counted)) if counted else joined([])
    return phrase("The upbeat and {bars}", bars=bars_within(counted)) if counted else phrase("The upbeat")


def bars_within(numbers: Sequence[int]) -> Phrase:
    """The same inside a sentence: bar 3; bars 3 and 5; the upbeat and bar 2."""
    unique = sorted(set(numbers))
    counted = [one for one in unique if one > 0]
    said = phrase_n("bar {bars}", "bars {bars}", len(counted), bars=_named(counted)) if counted else joined([])
    if len(counted) == len(unique):
        return said
    return phrase("the upbeat and {bars}", bars=said) if counted else phrase("the upbeat")


def _named(numbers: Sequence[int]) -> Phrase:
    return listed(_few(_runs(numbers)))


def _runs(numbers: Sequence[int]) -> list[Sequence[int]]:
    """1 to 4, 7: from four in a row."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [part for run in runs for part in ([run] if len(run) > 3 else [[one] for one in run])]


def _few(runs: Sequence[Sequence[int]]) -> list[str]:
    """The first ones by name; of a long list nobody reads the rest."""
    named = runs if len(runs) <= MOST_NAMED else runs[: MOST_NAMED - 1]
    said = [str(run[0]) if len(run) == 1 else phrase("{first} to {last}", first=run[0], last=run[-1]) for run in named]
    others = sum(map(len, runs[len(named) :]))
    return [*said, phrase("{n} more", n=others)] if others else said


def seconds(amount_s: float) -> Phrase:
    """0.2 s; never 0.0."""
    return phrase("{seconds:.1f} s", seconds=max(float(amount_s), 0.1))


def decimal(amount: float) -> Phrase:
    """1.5; 2, and never 2.0."""
    return phrase("{amount:g}", amount=float(f"{amount:.1f}"))


def interval(semitones: int) -> str:
    """a whole tone; an octave and a whole tone; two octaves."""
    octaves, rest = divmod(abs(semitones), 12)
    if octaves == 0 or abs(semitones) == 12:
        return INTERVALS[abs(semitones)]
    name = INTERVALS[12] if octaves == 1 else phrase("{number} octaves", number=number(octaves))
    return phrase("{octaves} and {rest}", octaves=name, rest=INTERVALS[rest]) if rest else name
