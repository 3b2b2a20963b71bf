"""What the composer learns from: cleaned, sorted, and held out fairly."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from tutor.composing.corpus.abc_reading import read_abc_tunes
from tutor.composing.corpus.cleaning import full_bars, sung_mode
from tutor.composing.corpus.families import FOLDS, SHARED_INTERVALS, place
from tutor.composing.corpus.styles import style_of
from tutor.composing.corpus.tunes import SHARPER, Tune
from tutor.composing.corpus.written import SEMITONES

FORBIDDEN = ("essen", "nottingham", "palestrina", "americanfife")


def written(body: str, header: str = "T:A\nM:4/4\nL:1/8\nK:G\n"):
    (tune,) = read_abc_tunes(f"X:1\n{header}{body}\n")
    return tune


def test_there_is_enough_of_every_style(tunes):
    styles = Counter(tune.style for tune in tunes)
    assert styles["dance"] > 2000
    assert styles["song"] > 800
    assert styles["hymn"] > 200


def test_only_the_public_domain_is_read(tunes):
    assert not [tune for tune in tunes if any(name in tune.collection.lower() for name in FORBIDDEN)]


def test_every_tune_has_a_name_of_its_own(tunes):
    assert len({tune.key for tune in tunes}) == len(tunes)


def test_nearly_every_bar_is_full_and_onsets_count_from_the_barline(tunes):
    full = whole = 0
    for tune in tunes:
        bars = defaultdict(list)
        for event in tune.events:
            bars[event.bar].append(event)
        for bar, events in bars.items():
            assert all(one.onset + one.ticks == two.onset for one, two in pairwise(events))
            assert bar == 0 or events[0].onset == 0
        assert not bars.get(0) or bars[0][-1].onset + bars[0][-1].ticks == tune.bar_ticks
        inner = [bar for bar in bars if 0 < bar < max(bars)]
        full += sum(sum(event.ticks for event in bars[bar]) == tune.bar_ticks for bar in inner)
        whole += len(inner)
    assert full / whole > 0.99


def test_staff_steps_and_pitches_agree(tunes):
    for tune in tunes:
        for event in tune.events:
            if event.pitch is not None:
                natural = 12 * (event.step // 7) + SEMITONES[event.step % 7]
                assert abs(event.pitch - natural) <= 2, tune.key


def test_signature_tonic_and_mode_agree(tunes):
    for tune in tunes:
        assert 7 * (tune.fifths - SHARPER[tune.mode]) % 12 == tune.tonic, tune.key


def test_a_tie_continues_the_pitch_before(tunes):
    for tune in tunes:
        for before, event in pairwise(tune.events):
            assert not event.tied or event.pitch == before.pitch


def test_most_tunes_stay_in_their_scale(tunes):
    def share(tune: Tune) -> float:
        scale = {7 * fifth % 12 for fifth in range(tune.fifths - 1, tune.fifths + 6)}
        notes = tune.sounding()
        return sum(note[0] % 12 in scale for note in notes) / len(notes)

    in_scale = [share(tune) for tune in tunes if tune.mode == "major"]
    assert sum(in_scale) / len(in_scale) > 0.97


def test_no_tune_that_is_held_out_shares_a_long_row_with_one_that_is_learned_from(tunes):
    learned, held_out = set(), set()
    for tune in tunes:
        row = tuple(after[0] - before[0] for before, after in pairwise(tune.sounding()))
        runs = {row[i : i + SHARED_INTERVALS] for i in range(len(row) - SHARED_INTERVALS + 1)}
        (held_out if tune.fold == 0 else learned).update(runs)
    assert not learned & held_out


def test_every_fold_is_about_a_tenth(tunes):
    folds = Counter(tune.fold for tune in tunes)
    assert sorted(folds) == list(range(FOLDS))
    assert all(0.07 < count / len(tunes) < 0.13 for count in folds.values())


def lines(count: int, length: int = 40) -> list[list[int]]:
    rng = np.random.default_rng(5)
    return rng.integers(-4, 5, (count, length)).tolist()


def test_versions_of_one_tune_share_a_fold_whatever_stands_between():
    strangers = lines(40)
    version = [9, 9, *strangers[0][:SHARED_INTERVALS], *lines(50)[49][:30]]
    placings = place([f"book:{number}" for number in range(41)], [*strangers, version])
    assert placings[0].fold == placings[40].fold
    assert len({placing.fold for placing in placings}) > 5
    assert not any(placing.is_copy for placing in placings)


def test_a_tune_told_with_few_changes_is_a_copy_of_the_first():
    original = lines(1, 60)[0]
    retold = list(original)
    retold[15] = retold[45] = 8
    placings = place(["a:1", "b:1"], [original, retold])
    assert placings[0].fold == placings[1].fold
    assert [placing.is_copy for placing in placings] == [False, True]


def test_what_every_tune_has_makes_no_kin():
    scale = [2, 2, 1, 2, 2, 2, 1, -1, -2, -2]
    placings = place([f"book:{number}" for number in range(60)], [[*line[:10], *scale] for line in lines(60)])
    assert len({placing.fold for placing in placings}) > 5
    assert sum(placing.is_copy for placing in placings) == 0


def test_halves_that_a_repeat_sign_splits_make_one_bar():
    tune = written("d2|G2A2B2c2|d2c2B2A2|G2A2B2:|d2|G2A2B2c2|d2c2B2A2|G2A2B2z2|")
    bars = full_bars(tune)
    assert bars is not None
    assert [bar.ticks for bar in bars] == [24, 96, 96, 96, 96, 96, 96]
    assert [note.fermata for note in bars[3].notes] == [False, False, True, False]


def test_a_tune_with_too_many_misprinted_bars_is_left_out():
    assert full_bars(written("G2A2B2c2|" * 4 + "G2A2B2|A4B2|c4d2|" + "G2A2B2c2|" * 4)) is None


@pytest.mark.parametrize(
    ("key", "body", "mode"),
    [
        ("A", "A2^C2E2A2", "major"),
        ("A", "A2=c2E2=c2 A2B2=c2d2", "minor"),
        ("D", "D2F2A2=c2 F2A2=c2A2", "mixolydian"),
        ("Am", "A2c2E2^G2 A2F2E2A2", "minor"),
        ("Am", "A2c2e2^f2 A2c2^f2=g2", "dorian"),
        ("Edor", "E2G2B2^c2", "dorian"),
    ],
)
def test_the_mode_is_what_is_sung(key, body, mode):
    assert sung_mode(written(body, f"T:A\nM:4/4\nL:1/8\nK:{key}\n")) == mode


@pytest.mark.parametrize(
    ("collection", "header", "style"),
    [
        ("airdsAirs", "T:The Fairy Reel\nM:4/4", "dance"),
        ("airdsAirs", "T:Irish Air.\nM:6/8", "song"),
        ("airdsAirs", "T:A March\nM:2/4", "song"),
        ("airdsAirs", "T:Miss Gordon\nR:jig\nM:6/8", "dance"),
        ("oneills1850", "T:The Moon\nM:3/4", "song"),
        ("ryansMammoth", "T:The Moon\nM:2/4", "dance"),
        ("bach", "T:bwv1.6\nM:4/4", "hymn"),
    ],
)
def test_the_style_is_what_the_book_says(collection, header, style):
    assert style_of(collection, written("G4A4", f"{header}\nL:1/8\nK:G\n")) == style


@pytest.mark.parametrize(("body", "style"), [("GABc dedB|" * 4, "dance"), ("G4 A2B2|" * 4, "song")])
def test_where_the_book_is_silent_running_eighths_dance(body, style):
    assert style_of("airdsAirs", written(body, "T:Miss Gordon\nM:4/4\nL:1/8\nK:G\n")) == style
