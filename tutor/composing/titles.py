"""What composed exercises are called. Rows keep the English title alone; lessons/titles.py finds in it the template
that it was made from, and says it in a reader's language."""

from __future__ import annotations

from tutor.saying import phrase

SCALE = phrase("Scale of {key}")
ARPEGGIO = phrase("Arpeggio of {key}")
RHYTHM = phrase("Rhythm: {skill}")
PATTERN = phrase("Rhythm: a pattern in {metre}")
STUDY_OF = phrase("Study in {key}: {skill}")
VARIATION = phrase("Variation on {theme}")
MELODY_WITH = phrase("A melody with {skill}")
AT_SIGHT = phrase("A few bars at sight")
# The longer first: what “Melody to sing in {key}” says, “Melody in {key}” must not be asked.
TITLES = (
    SCALE,
    ARPEGGIO,
    PATTERN,
    RHYTHM,
    STUDY_OF,
    VARIATION,
    MELODY_WITH,
    AT_SIGHT,
    phrase("Melody to sing in {key}"),
    phrase("Melody in {key}"),
    phrase("Rhythm to clap in {metre}"),
    phrase("Echo in {key}"),
    phrase("Broken chords in {key}"),
    phrase("Study in {key}"),
    phrase("Seconds in {key}"),
    phrase("Thirds in {key}"),
    phrase("Fourths in {key}"),
    phrase("Fifths in {key}"),
    phrase("Sixths in {key}"),
    phrase("Sevenths in {key}"),
    phrase("Octaves in {key}"),
    phrase("Broken thirds in {key}"),
    phrase("Broken fourths in {key}"),
    phrase("Broken fifths in {key}"),
    phrase("Broken sixths in {key}"),
    phrase("Broken sevenths in {key}"),
    phrase("Broken octaves in {key}"),
    phrase("Long tones in {key}"),
)
FORMS = {
    "harmonic": phrase("{key}, harmonic"),
    "melodic": phrase("{key}, melodic"),
    "natural": phrase("{key}, natural"),
}
