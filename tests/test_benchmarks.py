"""The benchmarks run, since what they measure changes under them; and a small fixed part of them may not fall."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Of a dozen synthesised takes in a quiet room, some 340 notes and 50 mistakes: what the ear reached, and a little less,
# so that another machine's rounding is no failure.
AT_LEAST = {
    "wrong_precision": 0.97,
    "wrong_recall": 0.97,
    "fault_precision": 0.97,
    "fault_recall": 0.94,
    "octaves_found": 0.99,
    "early_at_1_percent": 0.95,
    "late_at_1_percent": 0.95,
    "extras_precision": 0.90,
    "extras_recall": 0.92,
    "repeated_recall": 0.80,
    "short_named": 0.90,
}
AT_MOST = {"false_faults": 0.004, "unheard": 0.01, "refused": 0, "restarts_made_up": 0}


def run(*command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_learner_is_measured(tmp_path):
    """A class too small for its figures to mean much: they are all there, and the oracle knows best."""
    shown = run("benchmarks.learner", "--quick", "-o", str(tmp_path / "learner.json"))
    assert "| gain, of the oracle's | ≥ .980 |" in shown
    whole = json.loads((tmp_path / "learner.json").read_text("utf-8"))
    for world in ("same", "other"):
        forecasts = whole[world]["forecasts"]
        assert forecasts["oracle"]["auc"] > forecasts["Woodshed"]["auc"] > forecasts["running mean"]["auc"]
        assert whole[world]["practice"]["oracle"]["near_whole"] > whole[world]["practice"]["random"]["near_whole"]
    assert whole["placement"]["most_takes"] <= 6


@pytest.fixture(scope="module")
def composer(tmp_path_factory):
    """What a quick run of the composer's benchmark found."""
    out = tmp_path_factory.mktemp("composer") / "composer.json"
    shown = run("benchmarks.composer", "--quick", "-o", str(out))
    assert "orders met within .25 grade" in shown
    return json.loads(out.read_text("utf-8"))


def test_the_composers_orders_come_from_every_source(composer):
    assert {"walk", "everyday", "again"} <= set(composer["by"]["source"])
    assert composer["orders"]["all"] >= 50


# A handful of orders may be missed; a composer that has lost a part of itself misses more.
@pytest.mark.parametrize("figure", ["feasible_met", "impossible_refused", "counted_alike", "on_grade"])
def test_the_composer_does_as_it_is_told(composer, figure):
    # Nine in ten are wanted of two thousand; of some fifty orders chance alone gives eight in ten.
    assert composer["orders"][figure] >= (0.8 if figure == "on_grade" else 0.85), {
        name: composer[name] for name in ("refused_wrongly", "at_fault")
    }


def test_the_same_order_is_the_same_melody(composer):
    assert composer["seeds"]["same_share"] == 1


@pytest.fixture(scope="module")
def ear(tmp_path_factory):
    """What the ear reached on the fixed part: figures by name."""
    out = tmp_path_factory.mktemp("ear") / "ear.json"
    fixed = ("--source", "synthesis", "--story", "errors", "--condition", "clean")
    shown = run("benchmarks.ear", *fixed, "--no-cost", "-o", str(out))
    assert "wrong or missing notes: precision" in shown
    return json.loads(out.read_text("utf-8"))["groups"]["all"]


def test_the_fixed_part_is_what_it_was(ear):
    assert ear["takes"] == 12
    assert 300 < ear["notes"] < 400


@pytest.mark.parametrize("figure", AT_LEAST)
def test_no_figure_falls(ear, figure):
    assert ear[figure] >= AT_LEAST[figure]


@pytest.mark.parametrize("figure", AT_MOST)
def test_no_false_alarm_is_added(ear, figure):
    assert ear[figure] <= AT_MOST[figure]
