"""What a reader leaves out or does not understand, counted by bar and said in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

MOST_BARS_NAMED = 6

WORDS = {
    "voice": ("note of a lower voice was left out", "notes of lower voices were left out"),
    "staff": ("note of a lower staff was left out", "notes of lower staves were left out"),
    "chord": ("lower chord note was left out", "lower chord notes were left out"),
    "grace": ("grace note was left out", "grace notes were left out"),
    "cue": ("cue note was left out", "cue notes were left out"),
    "unpitched": ("note without pitch was left out", "notes without pitch were left out"),
    "ornaments": ("ornament was left out", "ornaments were left out"),
    "microtone": ("microtone was rounded to a semitone", "microtones were rounded to semitones"),
    "clef": ("change of clef was left out", "changes of clef were left out"),
    "transposition": ("change of transposition was left out", "changes of transposition were left out"),
    "tempo": ("change of tempo was left out", "changes of tempo were left out"),
    "jump": ("jump (da capo, dal segno) was not followed", "jumps (da capo, dal segno) were not followed"),
    "dynamics": ("dynamic is not shown", "dynamics are not shown"),
    "wedge": ("hairpin is not shown", "hairpins are not shown"),
    "words": ("written direction is not shown", "written directions are not shown"),
    "pedal": ("pedal mark is not shown", "pedal marks are not shown"),
    "octave-shift": ("octave line is written out", "octave lines are written out"),
    "fermata": ("fermata is not shown", "fermatas are not shown"),
    "technical": ("fingering or bowing is not shown", "fingerings or bowings are not shown"),
    "glissando": ("glissando is not shown", "glissandos are not shown"),
    "slide": ("slide is not shown", "slides are not shown"),
    "arpeggiate": ("arpeggio sign is not shown", "arpeggio signs are not shown"),
    "harmony": ("chord symbol is not shown", "chord symbols are not shown"),
    "verse": ("syllable of a further verse is not shown", "syllables of further verses are not shown"),
}


class LeftOut:
    """A count by what and where."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, bar: str, count: int = 1) -> None:
        """`bar` is the bar's number as the file has it, "" where it is not known."""
        if count:
            self._counts[what, bar] += count

    def sentences(self) -> Iterator[str]:
        """`3 grace notes were left out, in bars 2 and 5.`"""
        for what, (one, many) in WORDS.items():
            bars = {bar: count for (left, bar), count in self._counts.items() if left == what}
            if count := sum(bars.values()):
                named = [bar for bar in bars if bar]
                where = f", in {bars_in_words(named)}" if named else ""
                yield f"{count} {one if count == 1 else many}{where}."


def bars_in_words(labels: Sequence[str]) -> str:
    """`bar 3`, `bars 2, 5 and 9`, `bars 1, 2, 3, 4, 5, 6 and 20 more`."""
    if len(labels) == 1:
        return f"bar {labels[0]}"
    more = len(labels) - MOST_BARS_NAMED
    last = f"{more} more" if more > 0 else labels[-1]
    return f"bars {', '.join(labels[: min(len(labels) - 1, MOST_BARS_NAMED)])} and {last}"
