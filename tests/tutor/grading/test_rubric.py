"""A rubric is data that a teacher can read, a class can choose, and nobody can make nonsense of."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.jury import PITCH_FULL_SEMITONES, PITCH_NONE_SEMITONES, TIME_FULL_S, TIME_NONE_S
from tutor.grading.rubric import CLAPPING, EXAM, MEANINGS, RUBRICS, STANDARD, STRICT, Rubric
from tutor.grading.rubric_fields import BadRubric

NUMBERS = [name for name, meaning in MEANINGS.items() if meaning.unit]
SWITCHES = [name for name, meaning in MEANINGS.items() if not meaning.unit]


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_every_preset_keeps_its_own_rules_and_comes_back_from_json(rubric):
    again = Rubric.from_dict(json.loads(json.dumps(rubric.to_dict())))
    assert again == rubric and again.digest == rubric.digest


def test_every_tolerance_has_words_and_a_name_and_a_label_need_none():
    assert {field.name for field in fields(Rubric)} - MEANINGS.keys() == {"name", "label"}
    for meaning in MEANINGS.values():
        assert meaning.label and meaning.part and meaning.help.endswith((".", "…"))
    assert len({meaning.label for meaning in MEANINGS.values()}) == len(MEANINGS)


@pytest.mark.parametrize("name", MEANINGS)
def test_the_digest_tells_any_tolerance_from_another(name):
    other = replace(STANDARD, **{name: not STANDARD.any_octave if name in SWITCHES else 0.123})
    assert other.digest != STANDARD.digest


def test_the_digest_is_of_the_tolerances_not_of_how_they_are_written():
    assert replace(STANDARD, cents_in_tune=35).digest == STANDARD.digest
    assert replace(STANDARD, label="What we always had").digest == STANDARD.digest


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 1e9, 10**400, "many", None, True, [1]])
def test_no_number_is_nonsense(name, value):
    with pytest.raises(BadRubric, match="must"):
        Rubric.from_dict({name: value})


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("value", [0, 1, "yes", None])
def test_a_switch_is_on_or_off(name, value):
    with pytest.raises(BadRubric, match="yes or no"):
        Rubric.from_dict({name: value})


@pytest.mark.parametrize("value", [3, "", "x" * 101, None])
def test_a_rubric_has_a_name(value):
    with pytest.raises(BadRubric, match="1 to 100 letters"):
        Rubric.from_dict({"name": value})


@pytest.mark.parametrize(
    "data",
    [
        {"pitch_full_cents": 100, "pitch_none_cents": 100},
        {"time_full_s": 0.3, "time_none_s": 0.2},
        {"onset_window_least_s": 0.2, "onset_window_most_s": 0.1},
        {"pitch_weight": 0, "rhythm_weight": 0},
        {"onsets_only": True, "rhythm_weight": 0},
    ],
)
def test_tolerances_that_contradict_each_other_are_refused_in_one_sentence(data):
    with pytest.raises(BadRubric) as refused:
        Rubric.from_dict(data)
    assert str(refused.value).endswith(".") and str(refused.value).count(".") == 1


@given(st.sampled_from(NUMBERS), st.floats(-10, 500))
def test_what_is_taken_can_be_graded_by(name, value):
    try:
        rubric = Rubric.from_dict({name: value})
    except BadRubric:
        return
    assert rubric.pitch_full_cents < rubric.pitch_none_cents and rubric.time_full_s < rubric.time_none_s
    assert rubric.onset_window_s(0.5) > 0 and rubric.pitch_weight + rubric.rhythm_weight > 0


def test_what_the_exam_says_of_itself_is_what_its_jury_does():
    assert (EXAM.pitch_full_cents, EXAM.pitch_none_cents) == (100 * PITCH_FULL_SEMITONES, 100 * PITCH_NONE_SEMITONES)
    assert (EXAM.time_full_s, EXAM.time_none_s) == (TIME_FULL_S, TIME_NONE_S)


def test_the_presets_that_hear_otherwise_say_so():
    assert STRICT.least_confidence > STANDARD.least_confidence
    assert CLAPPING.onsets_only and not any(one.onsets_only for one in RUBRICS.values() if one is not CLAPPING)
    assert EXAM.any_octave and not EXAM.free_key
