"""Every refusal is a phrase, whole: what is put into a sentence can be said in another language too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import melody
from tutor.composing.exercises import compose_exercise
from tutor.composing.ordering import Count, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.saying import Phrase, from_json, sentence_in, to_json

THIRDS = "interval:3:up"
REFUSED: dict[str, dict[str, Any]] = {
    "an unknown kind": {"kind": "symphony"},
    "an unknown style": {"style": "punk"},
    "an unknown mode": {"mode": "dorian"},
    "an unknown metre": {"metre": "13/8"},
    "an unknown instrument": {"instrument": "kazoo"},
    "a grade beyond all": {"grade": 12.0},
    "a key beyond all": {"fifths": 9},
    "too many bars": {"bars": 100},
    "too fast": {"bpm": 999},
    "an upbeat longer than the bar": {"metre": "2/4", "upbeat": 96},
    "lengths that are none": {"note_values": (0,)},
    "sizes that are none": {"sizes": ()},
    "degrees that are none": {"start": (9,)},
    "no such skill": {"counts": (Count("rhythm:nothing", 1),)},
    "fewer than none": {"counts": (Count(THIRDS, -1),)},
    "at most less than at least": {"counts": (Count(THIRDS, 3, 2),)},
    "twice the same": {"counts": (Count(THIRDS, 1), Count(THIRDS, 2))},
    "more than fits": {"counts": (Count(THIRDS, 900),)},
    "beyond the instrument": {"low": 10},
    "upside down": {"low": 72, "high": 72},
    "no room": {"low": 72, "high": 74, "counts": (Count("interval:8:up", 1),)},
    "a size not allowed": {"sizes": (2,), "counts": (Count(THIRDS, 1),)},
    "a leap to clap": {"kind": "rhythm", "counts": (Count(THIRDS, 1),)},
    "no theme": {"kind": "variation"},
    "a tune too short": {"kind": "variation", "theme": melody("C4 D4 E4 F4")},
    "two keys": {"fifths": 1, "counts": (Count("key:2", 1),)},
    "two metres": {"metre": "3/4", "counts": (Count("metre:6/8", 1),)},
    "a figure too long": {"metre": "2/4", "counts": (Count("rhythm:long-notes", 1),)},
    "no dotted quarter in six": {"metre": "6/8", "counts": (Count("rhythm:dotted-quarter-eighth", 1),)},
    "no such figure in six": {"metre": "6/8", "counts": (Count("rhythm:eighth-two-sixteenths", 1),)},
    "too much in two bars": {"metre": "4/4", "bars": 2, "counts": (Count("rhythm:triplet", 60),)},
    "two kinds too many": {
        "metre": "4/4",
        "bars": 2,
        "counts": (Count("rhythm:triplet", 20), Count("rhythm:sixteenths", 30)),
    },
    "a line that can't be": {"bars": 2, "sizes": (2,), "note_values": (24,), "counts": (Count("accidental", 12),)},
    "a rhythm that can't be": {"bars": 2, "note_values": (96,), "metre": "4/4", "counts": (Count("rhythm:tie", 7),)},
    "no high notes": {"instrument": "ukulele", "counts": (Count("range:high", 2),)},
    "a scale with syncopations": {"kind": "scale", "counts": (Count("rhythm:syncopation", 2),)},
    "a scale of 13/8": {"kind": "scale", "metre": "13/8"},
    "a scale without room": {"kind": "scale", "low": 72, "high": 73},
}


def refusal(**change: Any) -> CannotCompose:
    with pytest.raises(CannotCompose) as refused:
        compose_exercise(MelodyOrder(**{"instrument": "violin", "grade": 3.0, **change}))
    return refused.value


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_a_phrase(name: str) -> None:
    sentence = sentence_in(refusal(**REFUSED[name]))
    assert isinstance(sentence, Phrase), sentence
    assert sentence.endswith(".") and sentence == sentence.strip()
    assert from_json(to_json(sentence)) == sentence
