"""What was learnt: the file of weights, and the laws that any weights keep."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tutor.grading.features import Table
from tutor.grading.models import KINDS, WEIGHTS, Classifier, Models, WrongWeights, models, read_models, write_models


def classifier(features=3, kinds=4, units=2, seed=0):
    rng = np.random.default_rng(seed)
    return Classifier(
        names=tuple(f"f{number}" for number in range(features)),
        mean=rng.normal(size=features),
        scale=rng.uniform(0.5, 2, features),
        direct=rng.normal(size=(features, kinds)),
        hidden=rng.normal(size=(features, units)),
        hidden_bias=rng.normal(size=units),
        readout=rng.normal(size=(units, kinds)),
        bias=rng.normal(size=kinds),
    )


@given(arrays(float, (5, 3), elements=st.floats(-1e6, 1e6)))
def test_chances_are_chances(features):
    chances = classifier().of(features)
    assert (chances >= 0).all()
    assert chances.sum(axis=1) == pytest.approx(np.ones(5))


def test_a_higher_temperature_is_less_sure_of_the_same_answer():
    features = np.random.default_rng(1).normal(size=(50, 3))
    cool = classifier().of(features)
    warm = Classifier(**{**vars(classifier()), "temperature": 2.0}).of(features)
    assert (warm.argmax(axis=1) == cool.argmax(axis=1)).all()
    assert (warm.max(axis=1) < cool.max(axis=1)).all()


@pytest.mark.parametrize("units", [0, 2])
def test_weights_go_through_a_file_and_back(tmp_path, units):
    one = classifier(units=units)
    locator = ((np.ones((2, 3), np.float32), np.zeros(3, np.float32)), (np.ones((3, 1), np.float32), np.zeros(1)))
    write_models(Models(locator, one, one, {"by": "a test"}), tmp_path / "ear.json")
    again = read_models(tmp_path / "ear.json")
    features = np.random.default_rng(1).normal(size=(20, 3))
    assert again.verdicts.of(features) == pytest.approx(one.of(features), abs=5e-3)
    assert again.made == {"by": "a test"}


def test_weights_for_other_features_are_refused():
    table = Table()
    table.add("something else", np.zeros(3))
    with pytest.raises(WrongWeights):
        classifier().probabilities(table)


def test_the_weights_that_ship_say_where_they_come_from():
    made = models().made
    assert made["by"] == "python -m benchmarks.train_ear"
    assert set(made) >= {"on", "takes", "notes", "instruments", "purpose"}
    assert models().verdicts.bias.shape == (len(KINDS),)
    assert WEIGHTS.stat().st_size < 200_000


def test_the_weights_file_is_json_of_one_line_a_model():
    text = WEIGHTS.read_text("utf-8")
    assert set(json.loads(text)) == {"made", "locator", "verdicts", "extras"}
    assert text.count("\n") <= 8
