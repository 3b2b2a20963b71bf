"""Who plays: instruments of three unlike sound sources, their ranges, and the fold that each is left out with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Player:
    """Sounding MIDI ranges: where students play, and all of it (for the low and high registers)."""

    source: str
    instrument: str
    low: int
    high: int
    lowest: int
    highest: int
    program: int = -1  # General MIDI, of the soundfont
    rings: bool = False  # what is struck or plucked and left alone: its notes end when they like
    sways: bool = True  # can play a vibrato
    blurs: bool = False  # its notes melt into each other: what it strikes again, nobody hears

    @property
    def key(self) -> str:
        return f"{self.source}/{self.instrument}"

    def can_play(self, pitch: int) -> bool:
        """Whether it sounds at all."""
        return self.lowest - BEYOND <= pitch <= self.highest + BEYOND


# A mistake may leave the whole range by so much: there, the soundfont still sounds.
BEYOND = 2
# instrument: program, usual range, whole range, and r: rings, s: steady (no vibrato), b: blurs.
SOUNDFONT = {
    "violin": (40, 55, 86, 55, 99, ""),
    "viola": (41, 48, 76, 48, 84, ""),
    "cello": (42, 38, 67, 36, 76, ""),
    "double-bass": (43, 30, 52, 28, 55, ""),
    "plucked-bass": (45, 36, 60, 28, 67, "rs"),
    "flute": (73, 60, 90, 60, 98, ""),
    "piccolo": (72, 74, 98, 74, 104, ""),
    "recorder": (74, 66, 92, 65, 95, ""),
    "oboe": (68, 58, 86, 58, 91, ""),
    "english-horn": (69, 52, 78, 52, 81, ""),
    "clarinet": (71, 50, 82, 50, 91, ""),
    "bassoon": (70, 36, 65, 34, 74, ""),
    "soprano-sax": (64, 56, 84, 56, 88, ""),
    "alto-sax": (65, 49, 78, 49, 81, ""),
    "tenor-sax": (66, 44, 72, 44, 76, ""),
    "baritone-sax": (67, 37, 66, 36, 69, ""),
    "trumpet": (56, 54, 80, 52, 86, ""),
    "muted-trumpet": (59, 54, 80, 52, 84, ""),
    "horn": (60, 41, 72, 36, 77, ""),
    "trombone": (57, 40, 68, 34, 74, ""),
    "tuba": (58, 30, 53, 26, 60, ""),
    "guitar": (24, 40, 76, 40, 83, "s"),
    "steel-guitar": (25, 40, 76, 40, 83, "s"),
    "bass-guitar": (33, 28, 52, 28, 60, "s"),
    "harp": (46, 43, 80, 31, 81, "rs"),
    "banjo": (105, 50, 79, 48, 86, "rs"),
    "piano": (0, 45, 84, 28, 98, "s"),
    "organ": (19, 45, 84, 36, 91, "s"),
    "accordion": (21, 53, 86, 48, 91, "s"),
    "choir": (52, 50, 76, 45, 81, "b"),
    "voice": (53, 50, 76, 45, 81, ""),
    "vibraphone": (11, 53, 86, 53, 89, "rs"),
    "marimba": (12, 48, 86, 45, 93, "rs"),
}
# Recorded single notes: the ranges in which the set has (nearly) every note.
NOTES = {
    "violin": (55, 88, 55, 100, ""),
    "cello": (38, 72, 36, 82, "s"),
    "double-bass": (28, 55, 26, 64, "s"),
    "guitar": (40, 78, 40, 84, "s"),
    "flute": (60, 90, 60, 98, ""),
    "clarinet": (50, 84, 50, 92, "s"),
    "bassoon": (36, 68, 34, 75, "s"),
    "horn": (41, 72, 36, 76, "s"),
    "trumpet": (54, 80, 52, 86, "s"),
    "tuba": (28, 55, 24, 62, "s"),
}
SYNTHESIS = {
    "synthetic-flute": (60, 84, 58, 96, ""),
    "synthetic-clarinet": (50, 79, 46, 90, ""),
    "synthetic-brass": (45, 77, 34, 84, ""),
    "synthetic-reed": (49, 80, 36, 88, ""),
    "synthetic-string": (48, 84, 36, 96, ""),
    "synthetic-voice": (50, 76, 43, 84, ""),
    "synthetic-plucked": (40, 72, 36, 84, "s"),
    "synthetic-piano": (45, 84, 33, 96, "s"),
    # A new timbre in every take.
    "synthetic-bright": (45, 84, 33, 93, ""),
    "synthetic-hollow": (45, 84, 33, 93, ""),
    "synthetic-dull": (45, 84, 33, 93, ""),
    "synthetic-struck": (45, 84, 33, 93, "s"),
}


def _players() -> dict[str, Player]:
    every = [
        Player("soundfont", name, *ranges, program, "r" in traits, "s" not in traits, "b" in traits)  # type: ignore[misc]
        for name, (program, *ranges, traits) in SOUNDFONT.items()
    ]
    for source, table in (("notes", NOTES), ("synthesis", SYNTHESIS)):
        every += [
            Player(source, name, *ranges, rings="r" in traits, sways="s" not in traits)  # type: ignore[misc]
            for name, (*ranges, traits) in table.items()
        ]
    return {player.key: player for player in every}


PLAYERS: dict[str, Player] = _players()

# Every family in every fold, so that each is heard by ears that know its cousins and not itself.
FOLDED = (
    "violin oboe clarinet trombone steel-guitar tenor-sax accordion voice plucked-bass "
    "synthetic-flute synthetic-piano synthetic-dull",
    "cello flute bassoon muted-trumpet harp alto-sax piano vibraphone "
    "synthetic-clarinet synthetic-string synthetic-struck recorder",
    "viola english-horn trumpet tuba guitar soprano-sax choir marimba "
    "synthetic-reed synthetic-plucked synthetic-hollow",
    "double-bass piccolo horn bass-guitar baritone-sax organ banjo synthetic-brass synthetic-voice synthetic-bright",
)
FOLDS: dict[str, int] = {name: fold for fold, names in enumerate(FOLDED) for name in names.split()}
