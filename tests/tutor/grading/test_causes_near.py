"""Every cause in a take that has it, and not in one that nearly has it: just under the edge, or for another reason."""

from dataclasses import dataclass

import pytest

from tests.scores import score_of
from tests.tutor.grading.hearings import causes_of, in_figures
from tutor.composing.skills import skill_counts
from tutor.composing.technique import FASTEST_BPM, SLOWEST_BPM, TechniqueOrder, compose
from tutor.notation.instruments import get_instrument

B_FLAT_MAJOR = score_of("F4 G4 A4 Bb4 C5 Bb4 A4 G4 F4 A4 Bb4 F4", fifths=-2)
# F sharp is signed before the first one only; the bar after has F again.
SIGNED = score_of("F#4 G4 F#4 D4 E4 F4 G4 C4")
CLIMBING = score_of("C4 D4 E4 F4 G4 A4 B4 C5 D5 E5 F5 G5 F5 E5 D5 C5 B4 A4 G4 F4")
SKIPPING = score_of("C4 A4 E4 C5 D4 B4 F4 D5 E4 C5 G4 E5 F4 D5 A4 C5 E4 G4 D5 C4")
EIGHTHS = score_of(" ".join(["C4/0.5 D4/0.5 E4/0.5 F4/0.5 G4/0.5 F4/0.5 E4/0.5 D4/0.5"] * 2) + " C4/4")
LILTING = score_of(" ".join(["C4/2/3 D4/1/3 E4/2/3 F4/1/3 G4/2/3 E4/1/3 D4"] * 3))
IN_SIX_EIGHT = score_of(" ".join(["C4 D4/0.5 E4 F4/0.5"] * 4), metre=(6, 8))
TRIPLETS = score_of(" ".join(["C4/1/3 D4/1/3 E4/1/3 F4 G4 E4"] * 4))
DOTTED = score_of(" ".join(["C4/1.5 D4/0.5 E4 F4"] * 3))
DOTTED_EIGHTHS = score_of(" ".join(["C4/0.75 D4/0.25 E4/0.75 F4/0.25 G4 F4"] * 2))
RESTING = score_of("C4 D4 E4 r F4 G4 A4 r B4 A4 G4 F4 E4/2 r/2 C4/4")
LONG = score_of("C4/2 D4/2 E4/4 F4 G4 A4 B4 C5/4")
TIED = score_of("C4 D4 E4 F4/1~ F4/1 G4 A4 B4 C5/4")
VIOLIN, TRUMPET, HORN, CLARINET = (get_instrument(name) for name in ("violin", "trumpet", "horn", "clarinet"))


@dataclass(frozen=True)
class Case:
    """What is played, with the cause and (almost) without it."""

    code: str
    score: object
    has: dict
    nearly: dict
    notes: tuple = ()
    says: str = ""


def by_order(score, value):
    return {note.id: value(number) for number, note in enumerate(score.notes)}


def by_height(score, cents_a_semitone, base=0.0):
    return {note.id: base + cents_a_semitone * (note.pitch - 60) for note in score.notes}


def levels(score):
    return by_order(score, lambda number: (0.0, -4.0, -9.0, -14.0)[number * 7 % 4])


def louder_sharper(score, cents_a_db):
    return {note_id: cents_a_db * (level + 7.0) for note_id, level in levels(score).items()}


def shifted(score, beats, amount_beats):
    return {"shift_s": in_figures(score, beats, amount_beats), "late_s": in_figures(score, beats, amount_beats)}


def pulled(score, seconds):
    """By note id, how much earlier: from each of these on, everything comes so much sooner; no note is called early."""
    away, shifts = 0.0, {}
    for note in score.notes:
        away += seconds.get(note.id, 0.0)
        shifts[note.id] = -away
    return {"shift_s": shifts, "late_s": dict.fromkeys(shifts, 0.0)}


CASES = [
    Case(
        "key_signature",
        B_FLAT_MAJOR,
        {"wrong": {"n4": 1, "n6": 1, "n11": 1}},
        {"wrong": {"n4": -1, "n6": -1, "n11": -1}},
        ("n4", "n6", "n11"),
        "B flat, you played B three times. The key signature has two flats.",
    ),
    Case(
        "accidental_not_carried",
        SIGNED,
        {"wrong": {"n3": -1}},
        {"wrong": {"n1": -1, "n3": -1}},  # the sign itself was passed over
        ("n3",),
        "Bar 1: F sharp, you played F. The sharp before the first F holds to the end of the bar.",
    ),
    Case(
        "accidental",
        SIGNED,
        {"wrong": {"n1": -1}},
        {"wrong": {"n1": 1}},
        ("n1",),
        "Look for a sharp before the note",
    ),
    Case(
        "accidental_past_its_bar",
        SIGNED,
        {"wrong": {"n6": 1}},
        {"wrong": {"n6": -1}},
        ("n6",),
        "Bar 2: F, you played F sharp. A sharp holds to the end of its bar, and this one stands in bar 1.",
    ),
    Case("octave", CLIMBING, {"wrong": {"n8": -12}}, {"wrong": {"n8": -11}}, ("n8",), "an octave too low"),
    Case(
        "transposition",
        CLIMBING,
        {"wrong": dict.fromkeys((f"n{one}" for one in range(1, 14)), 2)},
        {"wrong": dict.fromkeys((f"n{one}" for one in range(1, 12)), 2)},  # a good half, and not most of it
        says="a whole tone above what is written",
    ),
    Case(
        "neighbour_string",
        CLIMBING,
        {"wrong": {"n5": 7, "n7": -7}, "instrument": VIOLIN},
        {"wrong": {"n5": 6, "n7": -8}, "instrument": VIOLIN},
        ("n5", "n7"),
        "right finger, next string",
    ),
    Case(
        "neighbour_string",
        CLIMBING,
        {"wrong": {"n8": -7}, "instrument": VIOLIN},
        {"wrong": {"n8": -7}},  # of whom it is not known what they play
    ),
    Case(
        "neighbour_partial",
        CLIMBING,
        {"wrong": {"n1": 7, "n8": 4}, "instrument": TRUMPET},  # C4 -> G4, C5 -> E5, all of them open
        {"wrong": {"n1": 5, "n8": 3}, "instrument": TRUMPET},
        ("n1", "n8"),
        "right fingering, next partial",
    ),
    Case(
        "neighbour_partial",
        CLIMBING,
        {"wrong": {"n5": 19}, "instrument": CLARINET},
        {"wrong": {"n5": 18}, "instrument": CLARINET},
        says="wrong register",
    ),
    Case(
        "neighbour_partial",
        CLIMBING,
        {"wrong": {"n5": -3}, "instrument": HORN},
        {"wrong": {"n5": -4}, "instrument": HORN},
    ),
    Case(
        "different_piece",
        CLIMBING,
        {
            "late_s": by_order(CLIMBING, lambda number: (0.0, -0.7, 0.6, 0.9)[number % 4]),
            "extras": [(61, one + 0.5) for one in range(13)],
        },
        {  # all of it in its place: somebody embellished it
            "extras": [(61, one + 0.5) for one in range(13)],
        },
        says="This does not sound like this piece",
    ),
    Case(
        "different_piece",
        CLIMBING,
        {"bpm": 190.0, "wrong": by_order(CLIMBING, lambda number: (0, 5, 0, -3, 2)[number % 5]), "asked_bpm": 90.0},
        {"bpm": 95.0, "wrong": by_order(CLIMBING, lambda number: (0, 5, 0, -3, 2)[number % 5]), "asked_bpm": 90.0},
    ),
    Case(
        "different_piece",
        CLIMBING,
        {
            "late_s": by_order(CLIMBING, lambda number: (0.2, -0.4, 0.5)[number % 3]),
            "missing": dict.fromkeys((f"n{one}" for one in range(4, 20, 2)), ""),
        },
        {  # the same notes left out, the others in time
            "missing": dict.fromkeys((f"n{one}" for one in range(4, 20, 2)), ""),
        },
    ),
    Case("same_slip", SKIPPING, {"wrong": {"n3": 2, "n9": 2}}, {"wrong": {"n3": 2, "n9": 1}}, ("n3", "n9"), "twice"),
    Case(
        "wrong_notes", SKIPPING, {"wrong": {"n3": 2, "n8": 3}}, {}, ("n3", "n8"), "Bar 1: E, you played F sharp. Bar 2"
    ),
    Case(
        "flat_on_high",
        CLIMBING,
        {"cents": by_height(CLIMBING, -3.0)},
        {"cents": by_height(CLIMBING, -0.8)},
        says="Your high notes were flat: the highest lay about 57 cents below the lowest",
    ),
    Case(
        "flat_on_high",
        CLIMBING,
        {"cents": by_height(CLIMBING, -3.0)},
        {"cents": by_order(CLIMBING, lambda number: (-40.0, 5.0, 20.0, -15.0, 30.0)[number * 3 % 5])},  # in no order
    ),
    Case("sharp_on_high", CLIMBING, {"cents": by_height(CLIMBING, 3.0)}, {"cents": by_height(CLIMBING, 0.8)}),
    Case("flat_on_low", CLIMBING, {"cents": by_height(CLIMBING, 3.0, -50.0)}, {"cents": by_height(CLIMBING, 3.0, 5.0)}),
    Case("sharp_on_low", CLIMBING, {"cents": by_height(CLIMBING, -3.0, 55.0)}, {"cents": by_height(CLIMBING, -3.0)}),
    Case(
        "sharp_when_loud",
        SKIPPING,
        {"level_db": levels(SKIPPING), "cents": louder_sharper(SKIPPING, 3.0)},
        {"level_db": levels(SKIPPING), "cents": louder_sharper(SKIPPING, 1.0)},
        says="The louder, the sharper: your loud notes lay about 42 cents above your soft ones.",
    ),
    Case(
        "sharp_when_loud",
        SKIPPING,
        {"level_db": levels(SKIPPING), "cents": louder_sharper(SKIPPING, 3.0)},
        {"cents": louder_sharper(SKIPPING, 3.0)},  # how loud it was is not known
    ),
    Case(
        "flat_when_loud",
        SKIPPING,
        {"level_db": levels(SKIPPING), "cents": louder_sharper(SKIPPING, -3.0)},
        {"level_db": levels(SKIPPING), "cents": louder_sharper(SKIPPING, -1.0)},
    ),
    Case(
        "drifted_flat",
        SKIPPING,
        {"cents": by_order(SKIPPING, lambda number: 40.0 - 4.0 * number)},
        {"cents": by_order(SKIPPING, lambda number: 10.0 - 1.2 * number)},
        says="Your tuning sank as you went on: the end lay about 76 cents below the beginning.",
    ),
    Case(
        "drifted_sharp",
        SKIPPING,
        {"cents": by_order(SKIPPING, lambda number: 3.0 * number - 30)},
        {"cents": by_order(SKIPPING, lambda number: 1.0 * number - 10)},
    ),
    Case("rushing", CLIMBING, {"drift": 1.12}, {"drift": 1.08}, says="12 % faster"),
    Case("dragging", CLIMBING, {"drift": 0.88}, {"drift": 0.92}, says="12 % slower"),
    Case(
        "swung",
        EIGHTHS,
        shifted(EIGHTHS, 1, 0.14),
        shifted(EIGHTHS, 1, 0.07),
        says="the eighths were swung: the first of each two lasted 1.8 times as long",
    ),
    Case(
        "swung",
        EIGHTHS,
        shifted(EIGHTHS, 1, 0.14),
        shifted(EIGHTHS, 1, lambda note: 0.14 if note.onset_beat % 2 < 1 else -0.14),  # uneven, and no swing
    ),
    Case(
        "uneven",
        EIGHTHS,
        shifted(EIGHTHS, 1, lambda note: 0.14 if note.onset_beat % 2 < 1 else -0.1),
        shifted(EIGHTHS, 1, lambda note: 0.06 if note.onset_beat % 2 < 1 else -0.06),
        says="took 40 to 64 % of their time, where half is written",
    ),
    Case("uneven", EIGHTHS, shifted(EIGHTHS, 1, -0.1), shifted(EIGHTHS, 1, -0.05)),
    Case(
        "straightened",
        LILTING,
        shifted(LILTING, 1, -1 / 6),
        shifted(LILTING, 1, -0.06),
        says="long and short notes were played nearly alike, 1.0 to 1, and 2 to 1 is written.",
    ),
    Case("straightened", IN_SIX_EIGHT, shifted(IN_SIX_EIGHT, 1.5, -0.22), shifted(IN_SIX_EIGHT, 1.5, -0.05)),
    Case(
        "straightened",
        TRIPLETS,
        shifted(TRIPLETS, 1, lambda note: 1 / 6 if note.onset_beat % 1 < 0.5 else 1 / 12),
        shifted(TRIPLETS, 1, lambda note: 0.06 if note.onset_beat % 1 < 0.5 else 0.03),
        says="the triplets were one long note and two short ones",
    ),
    Case(
        "dotted_squared_off",
        DOTTED,
        shifted(DOTTED, 2, lambda note: -1 / 6 if note.duration_beat < 1 else 0.0),
        shifted(DOTTED, 2, lambda note: -0.07 if note.duration_beat < 1 else 0.0),
        says="the dotted quarters were too short: 2.0 to 1, and 3 to 1 is written.",
    ),
    Case(
        "dotted_squared_off",
        DOTTED_EIGHTHS,
        shifted(DOTTED_EIGHTHS, 1, -0.25),
        shifted(DOTTED_EIGHTHS, 1, 0.05),
        says="1.0 to 1",
    ),
    Case(
        "rests_cut_short",
        RESTING,
        pulled(RESTING, {"n4": 0.5}),
        pulled(RESTING, {"n4": 0.33}),
        ("n4",),
        "Bar 2: you came in early: the rest lasts one beat, and you waited 0.2.",
    ),
    Case(
        "rests_cut_short",
        RESTING,
        pulled(RESTING, {"n4": 0.6, "n7": 0.6}),
        pulled(RESTING, {"n3": 0.5}),  # the beat before the rest was cut, and not the rest
        ("n4", "n7"),
        "Bars 2 and 3: two rests were cut short: the first one lasts one beat, and you hardly waited.",
    ),
    Case(
        "released_early",
        LONG,
        {"ratio": {"n1": 0.5, "n2": 0.55, "n3": 0.5, "n8": 0.6}},
        {"ratio": {"n1": 0.72, "n2": 0.75, "n3": 0.7, "n8": 0.72}},
        says="four long notes were let go early: C lasted 1 of its 2 beats.",
    ),
    Case(
        "released_early",
        LONG,
        {"ratio": {"n1": 0.5, "n2": 0.5, "n3": 0.4, "n8": 0.5}},
        {"ratio": by_order(LONG, lambda number: 0.5)},  # all of it is played shorter
    ),
    Case(
        "clipped",
        CLIMBING,
        {"ratio": by_order(CLIMBING, lambda number: 0.3)},
        {"ratio": by_order(CLIMBING, lambda n: 0.5)},
    ),
    Case("short_notes", CLIMBING, {"ratio": {"n3": 0.3}}, {"ratio": {"n3": 0.5}}, ("n3",), "E was cut short"),
    Case("long_notes", RESTING, {"ratio": {"n3": 1.9}}, {"ratio": {"n3": 1.5}}, ("n3",), "E was held too long"),
    Case(
        "tie_struck",
        TIED,
        {"extras": [(65, 4.0)]},
        {"extras": [(65, 4.5)]},
        ("n4",),
        "Bar 1: F is tied, and you struck it again. Hold it on",
    ),
    Case("tie_struck", TIED, {"extras": [(65, 4.1)]}, {"extras": [(67, 4.0)]}),
    Case(
        "extra_notes",
        CLIMBING,
        {"extras": [(70, 4.5)]},
        {},
        ("n5",),
        "Bar 2: you played a note that is not written there",
    ),
    Case("restarted", CLIMBING, {"restarts": [("n9", "n6")]}, {}, ("n9",), "You went back once, from bar 3."),
    Case(
        "skipped",
        CLIMBING,
        {"missing": dict.fromkeys(("n5", "n6", "n7", "n8"), ""), **pulled(CLIMBING, {"n9": 4 * 60 / 90})},
        {"missing": dict.fromkeys(("n5", "n6", "n7", "n8"), "")},  # left out one by one, in their time
        ("n5", "n6", "n7", "n8"),
        "You went from bar 1 straight to bar 3: four notes were passed over.",
    ),
    Case("left_out", CLIMBING, {"missing": {"n5": ""}}, {"missing": {"n20": "not reached"}}, ("n5",), "G was left out"),
    Case("stopped", CLIMBING, {"missing": {"n20": "not reached"}}, {"missing": {"n20": ""}}, ("n20",)),
    Case("held_through", CLIMBING, {"missing": {"n5": "not struck again"}}, {"missing": {"n5": ""}}, ("n5",)),
    Case("late", CLIMBING, {"late_s": {"n4": 0.2}}, {"late_s": {"n4": 0.09}}, ("n4",), "F came late, by 0.2 s"),
    Case("early", CLIMBING, {"late_s": {"n4": -0.2}}, {"late_s": {"n4": -0.09}}, ("n4",), "F came early, by 0.2 s"),
    Case(
        "flat_notes", CLIMBING, {"cents": {"n4": -50.0}}, {"cents": {"n4": -30.0}}, ("n4",), "F was flat, by about 50"
    ),
    Case("sharp_notes", CLIMBING, {"cents": {"n4": 50.0}}, {"cents": {"n4": 30.0}}, ("n4",)),
    Case("sharp_throughout", CLIMBING, {"tuning_cents": 30.0}, {"tuning_cents": 16.0}, says="by about 30 cents"),
    Case("flat_throughout", CLIMBING, {"tuning_cents": -30.0}, {"tuning_cents": -16.0}),
    Case("tempo", CLIMBING, {"asked_bpm": 110.0}, {"asked_bpm": 100.0}, says="slower than the 110"),
    Case("behind_the_beat", CLIMBING, {"lateness_s": 0.06}, {"lateness_s": None}),
    Case("ahead_of_the_beat", CLIMBING, {"lateness_s": -0.06}, {"lateness_s": None}),
]
NAMES = [f"{number}-{case.code}" for number, case in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_take_that_has_it(case):
    causes = causes_of(case.score, **dict(case.has))
    assert set(causes) == {case.code}
    cause = causes[case.code]
    assert case.says in cause.text
    assert not case.notes or cause.notes == case.notes


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_take_that_nearly_has_it(case):
    assert case.code not in causes_of(case.score, **dict(case.nearly))


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_what_showed_and_what_to_do_are_both_said(case):
    cause = causes_of(case.score, **dict(case.has))[case.code]
    assert cause.showed.endswith(".") and cause.remedy.endswith(".") and cause.remedy[0].isupper()
    assert cause.text.startswith(cause.showed.removesuffix("."))
    assert cause.text.lower().endswith(cause.remedy.lower())
    assert "  " not in cause.text and ".." not in cause.text


def exercise(ask, instrument, seed=0):
    """What the technique composer makes of it."""
    middle = (instrument.written_low + instrument.written_high) // 2
    low, high = {"range:high": (middle, None), "range:low": (None, middle)}.get(ask.skill, (None, None))
    return compose(
        TechniqueOrder(
            ask.kind,
            instrument,
            fifths=ask.fifths,
            mode=ask.mode,
            metre=ask.metre,
            figure=ask.figure,
            bpm=min(max(90 * ask.tempo, SLOWEST_BPM), FASTEST_BPM),
            low=low,
            high=high,
            bars=8 if ask.kind == "rhythm" else None,
            seed=seed,
        )
    )


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_exercise_that_it_asks_for_can_be_had(case):
    ask = causes_of(case.score, **dict(case.has))[case.code].asks_for
    if case.code == "different_piece":
        assert ask is None  # first the right piece
        return
    for instrument in (VIOLIN, TRUMPET, CLARINET, get_instrument("flute")):
        score = exercise(ask, instrument).score
        assert score.notes
        assert ask.skill.startswith("range:") or ask.skill in skill_counts(score)
