"""The composer's checker reads pages written by hand, of which every count and every fault is known."""

import pytest

from benchmarks.composing.checker import degree_of, faults, midi, order_faults, page_faults
from benchmarks.composing.counting import occurrences
from benchmarks.composing.grading import grade
from benchmarks.composing.report import markdown, report
from benchmarks.composing.sheet import read_sheet
from benchmarks.composing.spelling import awkward
from tests.benchmarks.pages import page


def sheet(line, **how):
    return read_sheet(page(line, **how))


COUNTS = {
    "steps and leaps": (
        ("C4:q D4:q F4:q E4:q | C5:q C4:q C4:q D5:q",),
        {"interval:2:up": 1, "interval:2:down": 1, "interval:3:up": 1, "interval:6:up": 1, "interval:8:down": 1},
    ),
    "no interval over a rest": (("C4:q r:q E4:q G4:q",), {"rhythm:rest": 1, "interval:3:up": 1}),
    "no interval over a barline's rest": (("C4:h r:h | r:h E4:h",), {"rhythm:rest": 1}),
    "an augmented unison is no interval": (("F4:h F#4:h",), {"accidental": 1}),
    "accidentals by the key": (("F^4:q Fn4:q F4:h",), {"accidental": 2}, {"fifths": 1}),
    "the raised seventh of minor": (
        ("A4:h G#4:q A4:q",),
        "accidental interval:2:down interval:2:up",
        {"mode": "minor"},
    ),
    "a tie is one note": (("C4:q C4:q C4:h~ | C4:h< E4:h",), {"rhythm:tie": 1, "interval:3:up": 1}),
    "a tie over a weak beat": (("C4:h. D4:q~ | D4:h< C4:h",), {"rhythm:tie": 1, "rhythm:syncopation": 1}),
    "quarter, half, quarter": (("C4:q C4:h C4:q",), {"rhythm:syncopation": 1}),
    "the same in three": (("C4:q C4:h",), {}, {"metre": "3/4"}),
    "eighth, quarter, eighth": (("C4:e C4:q C4:e C4:h",), {"rhythm:syncopation": 1, "rhythm:eighths": 2}),
    "an eighth off the beat": (("C4:e C4:e C4:q C4:h",), {"rhythm:eighths": 2}),
    "dotted quarters": (("C4:q. C4:e C4:q. C4:e",), {"rhythm:dotted-quarter-eighth": 2, "rhythm:eighths": 2}),
    "no figure over a rest": (("C4:q. r:e C4:h",), {"rhythm:rest": 1}),
    "a tied dotted quarter": (("C4:q~ C4:e< C4:e C4:h",), {"rhythm:tie": 1}),
    "no figure over the barline": (("C4:q C4:h. | C4:q C4:h.",), {"rhythm:syncopation": 2}),
    "dotted half": (("C4:h. C4:q",), {"rhythm:dotted-half-quarter": 1, "rhythm:long-notes": 1}),
    "short dots": (
        ("C4:e. C4:s C4:s C4:e. C4:h",),
        {"rhythm:dotted-eighth-sixteenth": 1, "rhythm:snap": 1, "rhythm:sixteenths": 2},
    ),
    "sixteenths": (
        ("C4:e C4:s C4:s C4:s C4:s C4:e C4:h",),
        {"rhythm:eighth-two-sixteenths": 1, "rhythm:two-sixteenths-eighth": 1, "rhythm:sixteenths": 4},
    ),
    "triplets": (("C4:e3 C4:e3 C4:e3 C4:q3 C4:e3 C4:h",), {"rhythm:triplet": 5}),
    "six eight": (
        ("C4:q. C4:e C4:e C4:e | C4:e. C4:s C4:e C4:q C4:e",),
        {"rhythm:dotted-eighth-sixteenth": 1, "rhythm:sixteenths": 1},
        {"metre": "6/8"},
    ),
    "held over the beat of six eight": (("C4:q C4:q C4:q",), {"rhythm:syncopation": 1}, {"metre": "6/8"}),
    "after an upbeat": (("G4:e | C4:q. C4:e C4:h",), {"rhythm:dotted-quarter-eighth": 1}, {"upbeat": True}),
    "an upbeat that is held over": (
        ("G4:e~ | G4:q< C4:q C4:h",),
        {"rhythm:syncopation": 1, "rhythm:tie": 1},
        {"upbeat": True},
    ),
    "a half of a cut bar": (("C4:q C4:h C4:q",), {"rhythm:syncopation": 1}, {"metre": "2/2"}),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_of_a_page_written_by_hand(name):
    (line,), expected, *how = COUNTS[name]
    seen = occurrences(sheet(line, **(how[0] if how else {})))
    if isinstance(expected, str):
        expected = dict.fromkeys(expected.split(), 1)
    if not any(tag.startswith("interval") for tag in expected):
        seen = {tag: many for tag, many in seen.items() if not tag.startswith("interval")}
    mentioned = {tag for tag in seen if tag in ALWAYS_COUNTED} | set(expected)
    assert {tag: seen.get(tag, 0) for tag in mentioned} == expected


# Tags that no example may hold unmentioned: all but the plain values, which stand in nearly every line.
ALWAYS_COUNTED = {
    *(f"interval:{size}:{way}" for size in range(2, 9) for way in ("up", "down")),
    *("accidental", "rhythm:tie", "rhythm:triplet", "rhythm:syncopation", "rhythm:rest", "rhythm:sixteenths"),
    *("rhythm:snap", "rhythm:dotted-half-quarter", "rhythm:dotted-quarter-eighth", "rhythm:dotted-eighth-sixteenth"),
    *("rhythm:eighth-two-sixteenths", "rhythm:two-sixteenths-eighth"),
}


FAULTY = {
    "a bar too short": ("C4:q D4:q E4:q", {}, "holds 3 of 4"),
    "a tie into nothing": ("C4:h D4:h~", {}, "tie leads nowhere"),
    "a tie to another pitch": ("C4:h~ D4:h<", {}, "joins two pitches"),
    "two triplets of three": ("C4:e3 C4:e3 C4:e C4:h C4:q", {}, "triplet"),
    "a natural forgotten": ("F#4:h F4:h", {}, "read otherwise"),
    "a sharp that the key has": ("F4:w", {"fifths": 1}, "read otherwise"),
    "D flat for C sharp": ("E4:h Db4:h | D#4:h E4:h", {}, "Db4 to D#4"),
    "a strange flat": ("Fb4:w", {}, "Fb4 in a piece"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_seen(name):
    line, how, expected = FAULTY[name]
    assert any(expected in fault for fault in page_faults(sheet(line, **how)))


@pytest.mark.parametrize(
    "line", ["C4:q D4:q E4:q F4:q", "F#4:q F^4:q Fn4:q F4:q", "F#4:h F^4:h | F4:w", "F#4:w~ | F^4:w<"]
)
def test_a_page_in_order_has_no_fault(line):
    assert not page_faults(sheet(line))


def test_an_upbeat_is_completed_by_the_last_bar_or_not():
    assert not page_faults(sheet("G4:q | C4:h C4:h | C4:h.", upbeat=True))
    assert not page_faults(sheet("G4:q | C4:h C4:h | C4:w", upbeat=True))
    assert page_faults(sheet("G4:q | C4:h C4:h | C4:h", upbeat=True))


def test_what_is_not_as_ordered_is_said():
    made = sheet("C4:q E4:q G4:q C5:q | B4:q G4:q E4:q C4:q")
    asked = {"instrument": "violin", "bars": 2, "metre": "4/4", "low": 60, "high": 72, "end": [1], "start": [1, 3]}
    assert not faults(made, {**asked, "counts": [["interval:3:up", 2, 2], ["accidental", 0, 0]], "sizes": [2, 3, 4]})
    wrong = {
        "counts": [["interval:3:up", 3, None]],
        "bars": 3,
        "metre": "2/2",
        "low": 61,
        "high": 71,
        "sizes": [2, 3],
        "start": [5],
        "end": [2],
        "note_values": [12],
        "fifths": 1,
        "mode": "minor",
        "upbeat": 24,
        "instrument": "viola",
    }
    for name, value in wrong.items():
        assert order_faults(made, {**asked, name: value}), name


def test_the_clef_and_the_transposition_are_the_instruments():
    transposed = "<transpose><diatonic>-5</diatonic><chromatic>-9</chromatic></transpose>"
    assert not order_faults(sheet("C5:w", more=transposed), {"instrument": "alto-sax"})
    assert order_faults(sheet("C5:w"), {"instrument": "alto-sax"})
    down = "<transpose><diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>"
    assert not order_faults(sheet("C3:w", clef="F4", more=down), {"instrument": "double-bass"})
    assert order_faults(sheet("C7:w"), {"instrument": "viola"})


def test_degrees_and_names():
    assert degree_of(sheet("B4:w", fifths=-3), sheet("B4:w").marks[0]) == 5
    assert degree_of(sheet("B4:w", fifths=2, mode="minor"), sheet("B4:w").marks[0]) == 1
    assert (midi("Bb3"), midi("F#3"), midi("B3")) == (58, 54, 59)


def test_awkward_intervals_are_told_from_those_of_minor():
    assert awkward(sheet("F4:h G#4:h | A4:w"))
    assert not awkward(sheet("F4:h G#4:h | A4:w", mode="minor"))
    assert awkward(sheet("C4:q F#4:q C4:h"))
    assert not awkward(sheet("E4:q F#4:q G4:h"))


def test_the_grade_of_a_page_is_the_published_sum():
    # Four quarters at 60 over an octave: 1.15 ln 4 + .47 log2 1 + 1.29, one leap of three over a fifth (a sixth, 9).
    made = sheet("C4:q E4:q C5:q C5:q")
    assert grade(made) == pytest.approx(-3.1 + 1.15 * 1.3862943611 + 1.29 + 3.6 / 3 + 0.57 / 3)


def test_the_tables_say_what_was_reached():
    whole = report([])
    assert "| feasible orders met, by the independent checker | all | - | not measured |" in markdown(whole)
    shares = {**whole["orders"], "feasible_met": 0.99, "on_grade": 0.91}
    shown = markdown({**whole, "orders": shares})
    assert "| all | 99.0 % | short |" in shown
    assert "| ≥ 90.0 % | 91.0 % | met |" in shown
