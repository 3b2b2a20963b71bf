"""Orders that the benchmark found refused, endless or wrong, each at its smallest; read back by its own checker."""

import pytest

from benchmarks.composing.checker import faults
from benchmarks.composing.sheet import read_sheet
from tutor.composing.compose import compose_melody
from tutor.composing.ordering import MelodyOrder
from tutor.notation.musicxml import to_musicxml

ORDERS = {
    "a range without the tonic": {
        "instrument": "mezzo-soprano",
        "grade": 0.5,
        "fifths": 3,
        "mode": "major",
        "metre": "2/2",
        "bars": 4,
        "low": 61,
        "high": 66,
    },
    "an upbeat in 6/8, and sixths": {
        "instrument": "trumpet",
        "grade": 4.0,
        "fifths": 2,
        "mode": "major",
        "metre": "6/8",
        "bars": 8,
        "upbeat": 12,
        "counts": [["interval:6:up", 2, None]],
    },
    "a metre of eighths without its dotted quarter": {
        "instrument": "trombone",
        "grade": 4.75,
        "fifths": 7,
        "mode": "major",
        "metre": "9/8",
        "bars": 4,
        "upbeat": 0,
        "note_values": [6, 12, 18, 24],
        "counts": [["interval:3:up", 1, 1]],
    },
    "two bars, an upbeat and two values": {
        "instrument": "horn",
        "grade": 3.25,
        "fifths": 2,
        "mode": "minor",
        "metre": "3/8",
        "bars": 2,
        "upbeat": 12,
        "low": 54,
        "high": 60,
        "note_values": [12, 36],
        "sizes": [1, 2],
        "end": [7],
        "counts": [["interval:2:up", 2, 2], ["rhythm:eighths", 2, 6]],
    },
}


@pytest.mark.parametrize("name", ORDERS)
def test_it_is_met_now(name):
    for seed in range(3):
        order = {"kind": "sight-reading", **ORDERS[name], "seed": seed}
        score = compose_melody(MelodyOrder.from_dict(order)).score
        assert not faults(read_sheet(to_musicxml(score)), order)
