"""`python -m tutor compose` and `tags`: what they print and write, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.scores import score_of
from tutor.__main__ import main
from tutor.composing.kinds import KIND_NAMES
from tutor.composing.skills import tag
from tutor.notation.musicxml import to_musicxml
from tutor.notation.reading import read_score

PROMISED = {
    "kind", "title", "key", "metre", "bars", "bpm", "grade", "difficulty", "strain", "model", "seed", "counts",
    "chords", "notes",
}  # fmt: skip
NOTE = {"id", "written", "midi", "onset_beat", "duration_beat", "bar", "tags"}


def run(capsys, *arguments):
    try:
        status = main(list(map(str, arguments)))
    except SystemExit as end:  # argparse's own refusals
        status = int(end.code)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.fixture
def compose(capsys, tmp_path):
    path = tmp_path / "made.musicxml"

    def order(*options, instrument="clarinet", grade=3):
        return path, *run(capsys, "compose", "--instrument", instrument, "--grade", grade, "-o", path, *options)

    return order


def test_what_was_ordered_is_written(compose):
    path, status, out, err = compose(
        "--key", "Eb minor", "--metre", "6/8", "--bars", 8, "--skill", "interval:6:up:2", "--seed", 5, "--json"
    )
    assert (status, err) == (0, "")
    said, score = json.loads(out), read_score(path)
    assert set(said) >= PROMISED and all(set(note) >= NOTE for note in said["notes"])
    assert (score.keys[0].fifths, score.keys[0].mode, score.metres[0].beats) == (-6, "minor", 6)
    assert (said["bars"], len(score.bars), said["kind"], said["grade"]) == (8, 8, "sight-reading", 3)
    assert (score.clef, score.transposition) == ("G2", -2)
    assert [note["written"] for note in said["notes"]] == [note.written.name for note in score.notes]
    assert [tuple(note["tags"]) for note in said["notes"]] == list(tag(score).values())
    assert said["counts"]["interval:6:up"] >= 2
    assert said["chords"] and set(said["chords"][0]) == {"onset_beat", "duration_beat", "figure", "pitch_classes"}


def test_the_same_seed_writes_the_same_file(compose):
    files = []
    for seed in (1, 1, 2):
        path, status, out, _ = compose("--seed", seed)
        files.append(path.read_text())
        assert status == 0 and "difficulty" in out
    assert files[0] == files[1] != files[2]


def test_skills_may_be_given_together_or_apart(compose):
    _, status, out, _ = compose(
        "--skill", "rhythm:tie:1", "accidental:0:0", "--skill", "interval:5:down:1:3", "--json", "--key", "G"
    )
    counts = json.loads(out)["counts"]
    assert status == 0 and counts["rhythm:tie"] >= 1 and 1 <= counts["interval:5:down"] <= 3
    assert "accidental" not in counts


@pytest.mark.parametrize("kind", [name for name in KIND_NAMES if name != "variation"])
def test_every_kind_can_be_ordered(compose, kind):
    path, status, out, err = compose("--kind", kind, "--json", instrument="soprano", grade=5)
    assert (status, err, json.loads(out)["kind"]) == (0, "", kind)
    assert read_score(path).notes


def test_a_variation_is_made_on_a_theme(compose, tmp_path):
    theme = tmp_path / "theme.musicxml"
    theme.write_text(to_musicxml(score_of("C4 E4 G4 E4 F4 D4 C4/2 C4 E4 G4 E4 D4 D4 C4/2", title="Theme")))
    _, status, out, _ = compose("--kind", "variation", "--theme", theme, "--level", 2, "--json")
    assert status == 0 and json.loads(out)["title"] == "Variation on Theme"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--skill", "rhythm:dotted-quarter-eighth:40", "--bars", "2"], "dotted quarters"),
        (["--skill", "interval:8:up:1", "--low", "C4", "--high", "G4"], "octave"),
        (["--skill", "rhythm:triplet:3", "--metre", "6/8"], "triplets"),
        (["--kind", "rhythm", "--skill", "accidental:2"], "one pitch"),
        (["--bars", "500"], "bars"),
        (["--key", "G#"], "seven sharps"),
        (["--kind", "variation"], "theme"),
        (["--low", "C1"], "plays from"),
    ],
)
def test_what_cannot_be_had_ends_with_five_and_a_sentence(compose, options, word):
    path, status, out, err = compose(*options)
    assert (status, out, path.exists()) == (5, "", False)
    assert len(err.strip().splitlines()) == 1 and err.strip().endswith(".") and word in err


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--instrument", "kazoo"], "piccolo"),
        (["--kind", "fugue"], "sight-reading"),
        (["--style", "jazz"], "hymn"),
        (["--key", "H"], "key"),
        (["--metre", "4/5"], "9/8"),
        (["--bars", "0"], "whole number"),
        (["--bars", "many"], "whole number"),
        (["--grade", "9"], "between 1 and 8"),
        (["--grade", "nan"], "between 1 and 8"),
        (["--grade", "hard"], "not a number"),
        (["--seed", "x"], "seed"),
        (["--skill", "polka:2"], "rhythm:triplet"),
        (["--skill", "accidental:5:2"], "at least 5"),
        (["--low", "H4"], "pitch"),
        (["--bpm", "fast"], "bpm"),
        (["--theme", "nowhere.musicxml"], "nowhere"),
        (["--colour", "red"], "colour"),
    ],
)
def test_a_bad_option_ends_with_two_and_a_sentence(compose, options, word):
    _, status, out, err = compose(*options)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1 and err.strip().endswith(".") and word in err


def test_a_place_that_cannot_be_written_is_a_sentence(capsys, tmp_path):
    order = ["compose", "--instrument", "violin", "--grade", 2]
    for path in (tmp_path / "nowhere" / "a.musicxml", tmp_path):
        status, out, err = run(capsys, *order, "-o", path)
        assert (status, out) == (2, "") and "could not be written" in err and len(err.splitlines()) == 1
    assert run(capsys, *order)[0] == 2
    assert run(capsys, *order, "--json")[0] == 0


def test_tags_of_any_score(capsys, tmp_path):
    score = score_of("C4 E4 r G#4 A4/3/2 B4/1/2 C5/2", bpm=100)
    path = tmp_path / "tune.musicxml"
    path.write_text(to_musicxml(score))
    status, out, err = run(capsys, "tags", path, "--json")
    said = json.loads(out)
    assert (status, err) == (0, "") and set(said) >= {"difficulty", "counts", "notes"}
    assert said["counts"]["accidental"] == 1 and said["counts"]["rhythm:dotted-quarter-eighth"] == 1
    assert "interval:3:up" in said["notes"][1]["tags"] and said["notes"][2]["written"] == "G♯4"
    assert all(set(note) >= {"id", "bar", "written", "onset_beat", "duration_beat", "tags"} for note in said["notes"])
    status, out, _ = run(capsys, "tags", path)
    assert status == 0 and "difficulty" in out and "accidental" in out


def test_tags_of_abc(capsys, tmp_path):
    path = tmp_path / "tune.abc"
    path.write_text("X:1\nT:A tune\nM:4/4\nL:1/4\nK:G\nG A B c | d2 B2 |\n")
    status, out, _ = run(capsys, "tags", path, "--json")
    assert status == 0 and json.loads(out)["counts"]["interval:2:up"] == 4


@pytest.mark.parametrize("content", [b"", b"<score", None])
def test_tags_of_no_score_end_with_two(capsys, tmp_path, content):
    path = tmp_path / "tune.musicxml"
    if content is not None:
        path.write_bytes(content)
    status, out, err = run(capsys, "tags", path)
    assert (status, out) == (2, "") and len(err.strip().splitlines()) == 1


def test_it_runs_without_django_and_without_music21(tmp_path):
    path = tmp_path / "made.musicxml"
    check = (
        "import sys\n"
        "class Wall:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in ('django', 'celery', 'lessons', 'music21'): raise ImportError(name)\n"
        "sys.meta_path.insert(0, Wall())\n"
        "from tutor.__main__ import main\n"
        f"made = main(['compose', '--instrument', 'viola', '--grade', '4', '-o', {str(path)!r}])\n"
        f"sys.exit(made or main(['tags', {str(path)!r}, '--json']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": ""}
    )
    assert done.returncode == 0, done.stderr.decode()
