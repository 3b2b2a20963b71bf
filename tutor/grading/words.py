"""How a teacher says notes, bars and keys: "B flat", "bars 2 and 3", "two flats"."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.notation.score import Pitch

ACCIDENTALS = {-2: " double flat", -1: " flat", 0: "", 1: " sharp", 2: " double sharp"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SHARP_NAMES = ("C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B")
FLAT_NAMES = ("C", "D flat", "D", "E flat", "E", "F", "G flat", "G", "A flat", "A", "B flat", "B")
MOST_NAMED = 6
ORDER_OF_SHARPS = "FCGDAEB"
INTERVALS = (
    "",
    "a semitone",
    "a whole tone",
    "a minor third",
    "a major third",
    "a fourth",
    "a tritone",
    "a fifth",
    "a minor sixth",
    "a major sixth",
    "a minor seventh",
    "a major seventh",
    "an octave",
)


def note_name(pitch: Pitch) -> str:
    """B flat, F sharp, C."""
    return pitch.step + ACCIDENTALS[pitch.alter]


def heard_name(written_midi: int, meant: Pitch, fifths: int) -> str:
    """What a student would call a pitch they played where `meant` is written: the same letter if that is possible."""
    # Beside a sharp nobody thinks of a flat: a whole tone below A sharp is G sharp, and not A flat.
    for alter in {-1: (0, -1), 1: (0, 1)}.get(meant.alter, (0, -1, 1)):
        is_usual = (meant.step, alter) not in {("E", 1), ("B", 1), ("C", -1), ("F", -1)}
        if is_usual and (Pitch(meant.octave, meant.step, alter).midi - written_midi) % 12 == 0:
            return note_name(Pitch(meant.octave, meant.step, alter))
    return (FLAT_NAMES if fifths < 0 or (fifths == 0 and meant.alter < 0) else SHARP_NAMES)[written_midi % 12]


def key_alteration(step: str, fifths: int) -> int:
    """What the key signature does to a letter: -1, 0 or 1."""
    if fifths > 0:
        return int(step in ORDER_OF_SHARPS[:fifths])
    return -int(step in ORDER_OF_SHARPS[::-1][:-fifths]) if fifths < 0 else 0


def key_signature(fifths: int) -> str:
    """two flats, one sharp, no sharps or flats."""
    if fifths == 0:
        return "no sharps or flats"
    kind = "sharp" if fifths > 0 else "flat"
    return f"{number(abs(fifths))} {kind}{'s' if abs(fifths) > 1 else ''}"


def number(count: int) -> str:
    """Small numbers in words."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def times(count: int) -> str:
    """once, twice, three times."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")


def bars(numbers: Sequence[int]) -> str:
    """Bar 3; Bars 3 and 5; Bars 1 to 4 and 7; The upbeat and bar 2; Bars 1, 3, 5, 7, 9 and 20 more.

    The upbeat is bar 0."""
    unique = sorted(set(numbers))
    counted = [one for one in unique if one > 0]
    said = f"Bar{'s' if len(counted) > 1 else ''} {_and(_few(_runs(counted)))}" if counted else ""
    if len(counted) == len(unique):
        return said
    return f"The upbeat and {said.lower()}" if said else "The upbeat"


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
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in named]
    others = sum(map(len, runs[len(named) :]))
    return [*said, f"{others} more"] if others else said


def _and(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def seconds(amount_s: float) -> str:
    """0.2 s; never 0.0."""
    return f"{max(amount_s, 0.1):.1f} s"


def decimal(amount: float) -> str:
    """1.5; 2, and never 2.0."""
    return f"{amount:.1f}".removesuffix(".0")


def interval(semitones: int) -> str:
    """a whole tone; an octave and a whole tone; two octaves."""
    octaves, rest = divmod(abs(semitones), 12)
    if octaves == 0 or abs(semitones) == 12:
        return INTERVALS[abs(semitones)]
    name = "an octave" if octaves == 1 else f"{number(octaves)} octaves"
    return f"{name} and {INTERVALS[rest]}" if rest else name
