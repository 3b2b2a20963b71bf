"""Song, dance or hymn: what the book calls a tune, else its title, else its place in the book, else how it runs."""

from __future__ import annotations

import re

from tutor.composing.corpus.written import TICKS_A_QUARTER, WrittenTune

DANCES = re.compile(
    r"\b(reel|hornpipe|jig|jigg|gigg|giga|slip ?jig|slide|strathspey|strathsy|clog|fling|waltz|walk ?around|minuet|"
    r"gavot(te)?|cotill?i?on|allemand|polka|quadrille|rigadoon|hop|contra ?dance|dance|rant|galop|schottische|"
    r"mazurka|polonaise|essence|quick ?step)\b",
    re.IGNORECASE,
)
SONGS = re.compile(
    r"\b(air|song|march|lament|lullaby|lilt|aria|ballad|carol|psalm|hymn|coronach|pibroch|slow|troop|retreat|adagio|"
    r"andante|largo)\b",
    re.IGNORECASE,
)
# O'Neill's Music of Ireland prints its tunes by kind: numbers of the airs and songs (with Carolan's pieces), and
# of the marches and miscellaneous pieces; between them stand the dances.
ONEILL_SONGS = (range(1, 701), range(1801, 1851))
# Notes a felt beat beyond which a tune dances, by metre: between the songs and the dances that say what they are.
DANCING_NOTES_A_BEAT = {(2, 2): 3.2, (2, 4): 2.8, (4, 4): 1.8, (3, 4): 1.7}
DANCING_IN_COMPOUND_TIME = 2.3
DANCING_ELSEWHERE = 1.8


def style_of(collection: str, tune: WrittenTune) -> str:
    """ "hymn", "dance" or "song"."""
    if collection == "bach":
        return "hymn"
    for text in (tune.kind, tune.title):
        if DANCES.search(text):
            return "dance"
        if SONGS.search(text):
            return "song"
    number = int(re.sub(r"\D", "", tune.number) or 0)
    if collection == "oneills1850":
        return "song" if any(number in numbers for numbers in ONEILL_SONGS) else "dance"
    return "dance" if collection == "ryansMammoth" or _runs(tune) else "song"


def _runs(tune: WrittenTune) -> bool:
    """Whether it runs as dances do: by its notes a felt beat, a dotted quarter in 6/8 and a half in 2/2."""
    beats, beat_type = tune.metre
    is_compound = beat_type == 8 and beats % 3 == 0
    beat_ticks = 1.5 * TICKS_A_QUARTER if is_compound else TICKS_A_QUARTER * (2 if beat_type == 2 else 1)
    notes = sum(note.pitch is not None and not note.tied for bar in tune.bars for note in bar.notes)
    notes_a_beat = notes * beat_ticks / max(1, sum(bar.ticks for bar in tune.bars))
    dancing = DANCING_IN_COMPOUND_TIME if is_compound else DANCING_NOTES_A_BEAT.get(tune.metre, DANCING_ELSEWHERE)
    return notes_a_beat > dancing
