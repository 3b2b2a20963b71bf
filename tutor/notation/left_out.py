"""What a reader leaves out or does not understand, counted by bar and said in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tutor.saying import Phrase, joined, listed, phrase, phrase_n

MOST_BARS_NAMED = 6

Say = Callable[[int, Phrase], Phrase]

# What, and the sentence of how many and where. Literals, so that scripts/messages.py can collect them.
WORDS: dict[str, Say] = {
    "voice": lambda n, where: phrase_n(
        "{n} note of a lower voice was left out{where}.",
        "{n} notes of lower voices were left out{where}.",
        n,
        where=where,
    ),
    "staff": lambda n, where: phrase_n(
        "{n} note of a lower staff was left out{where}.",
        "{n} notes of lower staves were left out{where}.",
        n,
        where=where,
    ),
    "chord": lambda n, where: phrase_n(
        "{n} lower chord note was left out{where}.", "{n} lower chord notes were left out{where}.", n, where=where
    ),
    "grace": lambda n, where: phrase_n(
        "{n} grace note was left out{where}.", "{n} grace notes were left out{where}.", n, where=where
    ),
    "cue": lambda n, where: phrase_n(
        "{n} cue note was left out{where}.", "{n} cue notes were left out{where}.", n, where=where
    ),
    "unpitched": lambda n, where: phrase_n(
        "{n} note without pitch was left out{where}.", "{n} notes without pitch were left out{where}.", n, where=where
    ),
    "ornaments": lambda n, where: phrase_n(
        "{n} ornament was left out{where}.", "{n} ornaments were left out{where}.", n, where=where
    ),
    "microtone": lambda n, where: phrase_n(
        "{n} microtone was rounded to a semitone{where}.",
        "{n} microtones were rounded to semitones{where}.",
        n,
        where=where,
    ),
    "clef": lambda n, where: phrase_n(
        "{n} change of clef was left out{where}.", "{n} changes of clef were left out{where}.", n, where=where
    ),
    "transposition": lambda n, where: phrase_n(
        "{n} change of transposition was left out{where}.",
        "{n} changes of transposition were left out{where}.",
        n,
        where=where,
    ),
    "tempo": lambda n, where: phrase_n(
        "{n} change of tempo was left out{where}.", "{n} changes of tempo were left out{where}.", n, where=where
    ),
    "jump": lambda n, where: phrase_n(
        "{n} jump (da capo, dal segno) was not followed{where}.",
        "{n} jumps (da capo, dal segno) were not followed{where}.",
        n,
        where=where,
    ),
    "dynamics": lambda n, where: phrase_n(
        "{n} dynamic is not shown{where}.", "{n} dynamics are not shown{where}.", n, where=where
    ),
    "wedge": lambda n, where: phrase_n(
        "{n} hairpin is not shown{where}.", "{n} hairpins are not shown{where}.", n, where=where
    ),
    "words": lambda n, where: phrase_n(
        "{n} written direction is not shown{where}.", "{n} written directions are not shown{where}.", n, where=where
    ),
    "pedal": lambda n, where: phrase_n(
        "{n} pedal mark is not shown{where}.", "{n} pedal marks are not shown{where}.", n, where=where
    ),
    "octave-shift": lambda n, where: phrase_n(
        "{n} octave line is written out{where}.", "{n} octave lines are written out{where}.", n, where=where
    ),
    "fermata": lambda n, where: phrase_n(
        "{n} fermata is not shown{where}.", "{n} fermatas are not shown{where}.", n, where=where
    ),
    "technical": lambda n, where: phrase_n(
        "{n} fingering or bowing is not shown{where}.",
        "{n} fingerings or bowings are not shown{where}.",
        n,
        where=where,
    ),
    "glissando": lambda n, where: phrase_n(
        "{n} glissando is not shown{where}.", "{n} glissandos are not shown{where}.", n, where=where
    ),
    "slide": lambda n, where: phrase_n(
        "{n} slide is not shown{where}.", "{n} slides are not shown{where}.", n, where=where
    ),
    "arpeggiate": lambda n, where: phrase_n(
        "{n} arpeggio sign is not shown{where}.", "{n} arpeggio signs are not shown{where}.", n, where=where
    ),
    "harmony": lambda n, where: phrase_n(
        "{n} chord symbol is not shown{where}.", "{n} chord symbols are not shown{where}.", n, where=where
    ),
    "verse": lambda n, where: phrase_n(
        "{n} syllable of a further verse is not shown{where}.",
        "{n} syllables of further verses are not shown{where}.",
        n,
        where=where,
    ),
}


class LeftOut:
    """A count by what and where."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, bar: str, count: int = 1) -> None:
        """`bar` is the bar's number as the file has it, "" where it is not known."""
        if count:
            self._counts[what, bar] += count

    def sentences(self) -> Iterator[Phrase]:
        """`3 grace notes were left out, in bars 2 and 5.`"""
        for what, sentence in WORDS.items():
            bars = {bar: count for (left, bar), count in self._counts.items() if left == what}
            if count := sum(bars.values()):
                yield sentence(count, _where([bar for bar in bars if bar]))


def _where(labels: Sequence[str]) -> Phrase:
    """`, in bar 3`; `, in bars 2, 5 and 9`; `, in bars 1, 2, 3, 4, 5, 6 and 20 more`; nothing where none is known."""
    if not labels:
        return joined([])
    more = len(labels) - MOST_BARS_NAMED
    if more > 0:
        return phrase(", in bars {bars} and {more} more", bars=", ".join(labels[:MOST_BARS_NAMED]), more=more)
    return phrase_n(", in bar {bars}", ", in bars {bars}", len(labels), bars=listed(labels))
