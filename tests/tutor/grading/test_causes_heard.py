"""The causes in real sound, from an instrument of known truth through the whole ear."""

import pytest

from tests.scores import score_of
from tests.synthesis import play
from tests.tutor.test_assess import assess, codes
from tutor.notation.instruments import get_instrument

BPM = 84.0
EIGHTHS = "C4/0.5 D4/0.5 E4/0.5 F4/0.5 G4/0.5 E4/0.5 F4/0.5 D4/0.5"


def score(text, **how):
    return score_of(text, bpm=BPM, **how)


B_FLAT_MAJOR = score("F4 G4 A4 Bb4 C5 Bb4 A4 G4 F4 A4 Bb4 F4", fifths=-2)
SIGNED = score("D4 F#4 G4 F#4 A4 F4 G4 E4 F4 D4 G4 E4 C4/2 E4 C4")
CLIMBING = score("C4 D4 E4 F4 G4 A4 B4 C5 D5 E5 F5 G5 F5 E5 D5 C5 B4 A4 G4 F4 E4 D4 C4/2")
SKIPPING = score("C4 A4 E4 C5 D4 B4 F4 D5 E4 C5 G4 E5 F4 D5 A4 C5 E4 G4 D5 C4")
RUNNING = score(f"{EIGHTHS} {EIGHTHS} {EIGHTHS} C4/4")
LILTING = score(" ".join(["C4/2/3 D4/1/3 E4/2/3 F4/1/3 G4/2/3 E4/1/3 D4"] * 3))
DOTTED = score(" ".join(["C4/1.5 D4/0.5 E4 F4 G4/1.5 F4/0.5 E4 D4"] * 2) + " C4/4")
RESTING = score("C4 D4 E4 r F4 G4 A4 r B4 A4 G4 F4 E4/2 r/2 C4/4")
LONG = score("C4/2 D4/2 E4/4 F4 G4 A4 B4 C5/4 A4/2 F4/2 C4/4")
TIED = score("C4 D4 E4 F4/1~ F4/1 G4 A4 B4 C5 A4 G4 F4 E4/4")


def off_the_beat(music, beats, amount_beats):
    """`shift` for every note that begins within a figure."""
    return {note.id: amount_beats * 60 / BPM for note in music.notes if note.onset_beat % beats > 0.01}


def at_rests(music, lost):
    """`shift` that takes this part of every rest away from it, and from all that comes after."""
    shift, away_s = {}, 0.0
    for symbol in music.symbols:
        if symbol.pitch is None:
            away_s += lost * float(symbol.duration_beat) * 60 / BPM
        else:
            shift[symbol.id] = -away_s
    return shift


def by_height(music, cents_a_semitone):
    return {note.id: cents_a_semitone * (note.pitch - 60) for note in music.notes}


def by_order(music, cents_a_note):
    return {note.id: cents_a_note * place for place, note in enumerate(music.notes)}


def squared(music):
    """Dotted quarters held two thirds of their two beats, and not three quarters."""
    return {note.id: -60 / BPM / 6 for note in music.notes if note.duration_beat == 0.5}


def by_turns(music, amount):
    """Loud and soft in no order that a melody could have: 5 to -8 times the amount."""
    return {note.id: amount * (5, -3, 1, -8)[place * place % 7 % 4] for place, note in enumerate(music.notes)}


TAKES = [
    ("key_signature", B_FLAT_MAJOR, {"wrong": {"n4": 1, "n6": 1, "n11": 1}, "timbre": "clarinet"}),
    ("accidental_not_carried", SIGNED, {"wrong": {"n4": -1}, "timbre": "reed"}),
    ("accidental", SIGNED, {"wrong": {"n2": -1, "n4": -1}, "timbre": "string"}),
    ("accidental_past_its_bar", SIGNED, {"wrong": {"n6": 1}, "timbre": "flute"}),
    ("octave", CLIMBING, {"wrong": {"n8": -12}, "timbre": "clarinet"}),
    ("transposition", SKIPPING, {"transpose": 2, "timbre": "brass"}),
    ("flat_on_high", CLIMBING, {"detune": by_height(CLIMBING, -3.0), "timbre": "flute"}),
    (
        "sharp_when_loud",
        SKIPPING,
        {"louder": by_turns(SKIPPING, 1.0), "detune": by_turns(SKIPPING, 2.5), "timbre": "flute"},
    ),
    ("drifted_flat", SKIPPING, {"detune": by_order(SKIPPING, -3.0), "timbre": "voice"}),
    ("rushing", RUNNING, {"drift": 0.25, "timbre": "reed"}),
    ("dragging", RUNNING, {"drift": -0.25, "timbre": "flute"}),
    ("swung", RUNNING, {"shift": off_the_beat(RUNNING, 1, 1 / 6), "timbre": "reed"}),
    ("straightened", LILTING, {"shift": off_the_beat(LILTING, 1, -1 / 6), "timbre": "brass"}),
    ("dotted_squared_off", DOTTED, {"shift": squared(DOTTED), "timbre": "clarinet"}),
    ("rests_cut_short", RESTING, {"shift": at_rests(RESTING, 0.9), "timbre": "reed"}),
    (
        "released_early",
        LONG,
        {"stretch": {"n1": 0.5, "n2": 0.5, "n3": 0.5, "n8": 0.5, "n9": 0.5, "n10": 0.5}, "timbre": "brass"},
    ),
    ("clipped", CLIMBING, {"gate": 0.25, "timbre": "clarinet"}),
    ("tie_struck", TIED, {"add": [(4.0, 1.0, 65)], "stretch": {"n4": 0.45}, "timbre": "brass"}),
    ("restarted", CLIMBING, {"restart": ("n12", "n9"), "timbre": "reed"}),
    (
        "skipped",
        CLIMBING,
        {
            "skip": [f"n{one}" for one in range(9, 13)],
            "shift": dict.fromkeys((f"n{one}" for one in range(13, 24)), -4 * 60 / BPM),
            "timbre": "clarinet",
        },
    ),
    ("tempo", CLIMBING, {"tempo": 0.7, "timbre": "flute"}),
]


@pytest.mark.parametrize(("code", "music", "how"), TAKES, ids=[take[0] for take in TAKES])
def test_a_take_that_has_it_is_heard_so(code, music, how):
    assert codes(assess(play(music, seed=1, **how), music)) == {code}


MUSIC = {"eighths": RUNNING, "triplets": LILTING, "dots": DOTTED, "rests": RESTING, "long": LONG, "ties": TIED}


@pytest.mark.parametrize("music", MUSIC.values(), ids=MUSIC)
def test_a_take_as_written_has_none(music):
    assert codes(assess(play(music, timbre="string", seed=2), music)) == set()


def test_the_next_partial_is_told_of_a_brass_player():
    music = score_of("C4 D4 E4 F4 G4 A4 B4 C5 B4 A4 G4 E4 C4/4", bpm=BPM, transposition=-2)
    wave = play(music, wrong={"n5": 5}, timbre="brass")
    assert codes(assess(wave, music, instrument=get_instrument("trumpet"))) == {"neighbour_partial"}


def test_the_next_string_is_told_of_a_violinist():
    music = score("D4 E4 F#4 G4 A4 B4 A4 G4 F#4 E4 D4 F#4 D4/4", fifths=2)
    wave = play(music, wrong={"n3": 7}, timbre="string")
    assert codes(assess(wave, music, instrument=get_instrument("violin"))) == {"neighbour_string"}
