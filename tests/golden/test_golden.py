"""Takes that graders of this kind get wrong, each in a folder: score.musicxml, recipe.json, expected.json.

The recipe says how the recording is made: `{"play": {…}}` with the arguments of `play` in `tests/synthesis.py`
(`"music"`: other notes than the score's, as in `tests/scores.py`), or `{"silence": …}`, `{"hum": …}`, `{"speech": …}`,
or a sound of `tests/noises.py`: `{"sing": {…}}`, `{"talk": {"duration_s": 8}}`, … Several together are
`{"parts": [{"play": {…}}, {"talk": {…}, "at_s": 9.5, "gain_db": -6}]}`.

Expected: the range of each part of the grade, all notes with a verdict or a fault, the causes (all of them, or those
that are said or never said), how many extra notes at most; or the refusal (`may_refuse`: the one or the other).
A new case is a new folder.
"""

import json
from pathlib import Path

import pytest

from tests import noises, synthesis
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
        assert type(error).__name__ == expected.get("refused", expected.get("may_refuse"))
        return
    assert "refused" not in expected
    compare(heard, expected, {note.id for note in score.notes})


def recording(recipe, score):
    """The samples that the recipe describes."""
    parts = recipe.get("parts", [recipe])
    return noises.mix([(part.get("at_s", 0.0), gain(part) * sound(part, score)) for part in parts])


def gain(part):
    return 10 ** (part.get("gain_db", 0.0) / 20)


def sound(part, score):
    (kind,) = set(part) - {"at_s", "gain_db", "instrument"}
    how = dict(part[kind])
    music = score_of(how.pop("music"), bpm=score.bpm) if "music" in how else score
    if kind == "play":
        return synthesis.play(music, **how).samples
    make = getattr(synthesis if kind in ("silence", "hum", "speech") else noises, kind)
    return make(music, **how) if kind in ("sing", "claps") else make(**how)


def compare(heard, expected, everything):
    for part, (least, most) in expected.get("grade", {}).items():
        assert least <= getattr(heard.grade, part) <= most, part
    for verdict, ids in expected.get("verdicts", {}).items():
        assert verdicts(heard, verdict) == (everything if ids == "all" else set(ids)), verdict
    for kind, ids in expected.get("faults", {}).items():
        assert faults(heard, kind) == (everything if ids == "all" else set(ids)), kind
    if "causes" in expected:
        assert sorted(codes(heard)) == expected["causes"]
    assert set(expected.get("says", [])) <= codes(heard)
    assert not set(expected.get("never_says", [])) & codes(heard)
    assert len(heard.extras) <= expected.get("extras_at_most", len(heard.extras))
    if "restarts" in expected:
        assert [[one.from_note, one.to_note] for one in heard.restarts] == expected["restarts"]
