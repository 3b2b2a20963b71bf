"""Takes that graders of this kind get wrong, each in a folder: score.musicxml, recipe.json, expected.json.

The recipe says how `tests/synthesis.py` makes the recording: `{"play": {…}}` with the arguments of `play`
(`"music"`: other notes than the score's, as in `tests/scores.py`), or `{"silence": …}`, `{"hum": …}`, `{"speech": …}`.
Expected: the range of each part of the grade, all notes with a verdict or a fault, the causes; or the refusal.
A new case is a new folder.
"""

import json
from pathlib import Path

import pytest

from tests import synthesis
from tests.scores import score_of
from tests.tutor.test_assess import codes, faults, sound_of, verdicts
from tutor.assess import assess_recording
from tutor.grading.rubric import STANDARD
from tutor.listening.errors import RecordingError
from tutor.notation.instruments import get_instrument
from tutor.notation.reading import read_score

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_take_of_known_truth_is_heard_as_expected(case):
    recipe, expected = (json.loads((case / name).read_text("utf-8")) for name in ("recipe.json", "expected.json"))
    score = read_score(case / "score.musicxml")
    instrument = get_instrument(recipe["instrument"]) if "instrument" in recipe else None
    try:
        heard = assess_recording(sound_of(recording(recipe, score)), score, STANDARD, None, instrument=instrument)
    except RecordingError as error:
        assert type(error).__name__ == expected.get("refused")
        return
    assert "refused" not in expected
    compare(heard, expected, {note.id for note in score.notes})


def recording(recipe, score):
    """The samples that the recipe describes."""
    if "play" not in recipe:
        (kind,) = set(recipe) & {"silence", "hum", "speech"}
        return getattr(synthesis, kind)(**recipe[kind])
    how = dict(recipe["play"])
    music = score_of(how.pop("music"), bpm=score.bpm) if "music" in how else score
    return synthesis.play(music, **how).samples


def compare(heard, expected, everything):
    for part, (least, most) in expected.get("grade", {}).items():
        assert least <= getattr(heard.grade, part) <= most, part
    for verdict, ids in expected.get("verdicts", {}).items():
        assert verdicts(heard, verdict) == (everything if ids == "all" else set(ids)), verdict
    for kind, ids in expected.get("faults", {}).items():
        assert faults(heard, kind) == (everything if ids == "all" else set(ids)), kind
    if "causes" in expected:
        assert sorted(codes(heard)) == expected["causes"]
    if "restarts" in expected:
        assert [[one.from_note, one.to_note] for one in heard.restarts] == expected["restarts"]
