"""Scales as they are spelled: degrees of a key, 0 the tonic, 7 the tonic above, -1 the note below."""

from __future__ import annotations

from tutor.notation.musicxml import altered_by_key
from tutor.notation.score import SEMITONES_ABOVE_C, Key, Pitch
from tutor.saying import term

STEPS = "CDEFGAB"
SIGNS = {-1: "♭", 0: "", 1: "♯"}
MODES = ("major", "minor", "natural-minor", "harmonic-minor", "melodic-minor")


def tonic_step(key: Key) -> str:
    """The letter of the first degree; a minor key begins a third below its relative major."""
    major = (4 * key.fifths) % 7
    return STEPS[major if key.mode == "major" else (major - 2) % 7]


KEYS = {
    str(name): name
    for name in (
        term("key", "C♭ major"),
        term("key", "G♭ major"),
        term("key", "D♭ major"),
        term("key", "A♭ major"),
        term("key", "E♭ major"),
        term("key", "B♭ major"),
        term("key", "F major"),
        term("key", "C major"),
        term("key", "G major"),
        term("key", "D major"),
        term("key", "A major"),
        term("key", "E major"),
        term("key", "B major"),
        term("key", "F♯ major"),
        term("key", "C♯ major"),
        term("key", "A♭ minor"),
        term("key", "E♭ minor"),
        term("key", "B♭ minor"),
        term("key", "F minor"),
        term("key", "C minor"),
        term("key", "G minor"),
        term("key", "D minor"),
        term("key", "A minor"),
        term("key", "E minor"),
        term("key", "B minor"),
        term("key", "F♯ minor"),
        term("key", "C♯ minor"),
        term("key", "G♯ minor"),
        term("key", "D♯ minor"),
        term("key", "A♯ minor"),
    )
}


def key_name(key: Key) -> str:
    """“E♭ major”, “F♯ minor”."""
    step = tonic_step(key)
    name = f"{step}{SIGNS[altered_by_key(key, step)]} {key.mode}"
    return KEYS.get(name, name)


def degree_pitch(key: Key, tonic_octave: int, degree: int, *, raised: int = 0) -> Pitch:
    """The pitch of a degree counted from the tonic of this octave, as the key spells it, raised if asked."""
    diatonic = 7 * tonic_octave + STEPS.index(tonic_step(key)) + degree
    octave, index = divmod(diatonic, 7)
    step = STEPS[index]
    return Pitch(octave, step, altered_by_key(key, step) + raised)


def raised_degrees(form: str, *, ascending: bool) -> frozenset[int]:
    """Degrees (5 the sixth, 6 the seventh) that a form of minor raises: harmonic always, melodic only going up."""
    if form == "harmonic-minor":
        return frozenset({6})
    if form == "melodic-minor" and ascending:
        return frozenset({5, 6})
    return frozenset()


def pitch_name(midi: int) -> str:
    """A MIDI number in words, sharps for the black keys."""
    octave, pitch_class = divmod(midi, 12)
    below = max(value for value in SEMITONES_ABOVE_C.values() if value <= pitch_class)
    step = next(name for name, value in SEMITONES_ABOVE_C.items() if value == below)
    return f"{step}{'♯' if pitch_class > below else ''}{octave - 1}"
