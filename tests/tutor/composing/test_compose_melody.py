"""The laws of a composed melody, for every instrument, grade, kind, key and metre: what was ordered is there, counted
by `skills` on the score, whatever the samplers counted; and what can't be had is refused with what would help."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tutor.composing import searching
from tutor.composing.candidates import difficulties, figures_of_rhythm
from tutor.composing.compose import compose_melody
from tutor.composing.difficulty import difficulty
from tutor.composing.exercises import compose_exercise
from tutor.composing.grades import NEEDS_LEAVE, holdings
from tutor.composing.kinds import KINDS, TECHNIQUES
from tutor.composing.melody import Page, build_score
from tutor.composing.ordering import STYLES, Count, MelodyOrder
from tutor.composing.pitch.order import LocalKey
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import occurrences, tag
from tutor.composing.tags import INTERVALS, RHYTHMS
from tutor.notation.instruments import INSTRUMENTS, get_instrument
from tutor.notation.musicxml import bars_of, to_musicxml
from tutor.notation.reading import read_score

METRES = ("2/4", "3/4", "4/4", "6/8", "3/8", "9/8", "12/8", "2/2", "5/4")
MELODY_KINDS = tuple(name for name in KINDS if name != "variation")
THEME = score_of("G4 A4 B4 D5 C5/2 A4/2 B4 G4 A4 F#4 G4/4", fifths=1, title="A little tune")


@st.composite
def counts(draw):
    tags = draw(st.lists(st.sampled_from((*INTERVALS, *RHYTHMS, "accidental")), max_size=2, unique=True))
    least = [draw(st.integers(0, 3)) for _ in tags]
    more = [draw(st.none() | st.integers(0, 3)) for _ in tags]
    return tuple(
        Count(name, few, None if most is None else few + most)
        for name, few, most in zip(tags, least, more, strict=True)
    )


ORDERS = st.builds(
    MelodyOrder,
    kind=st.sampled_from(MELODY_KINDS),
    instrument=st.sampled_from(sorted(INSTRUMENTS)),
    grade=st.integers(1, 8).map(float),
    fifths=st.none() | st.integers(-7, 7),
    mode=st.sampled_from([None, "major", "minor"]),
    metre=st.none() | st.sampled_from(METRES),
    bars=st.none() | st.integers(2, 12),
    counts=counts(),
    style=st.sampled_from(STYLES),
    seed=st.integers(0, 1000),
)


@settings(max_examples=60, deadline=None)
@given(ORDERS)
def test_a_melody_is_what_was_ordered_and_nothing_is_out_of_place(order):
    try:
        made = compose_melody(order)
    except CannotCompose as refused:
        assert str(refused).endswith(".") and refused.relax
        assume(False)
    score, player = made.score, order.player
    bars_of(score)  # raises unless every bar is full
    again = read_score(to_musicxml(score).encode(), "made.musicxml")
    assert [(note.written, note.onset_beat) for note in again.notes] == [
        (note.written, note.onset_beat) for note in score.notes
    ]
    assert all(player.written_low <= note.written.midi <= player.written_high for note in score.notes)
    assert (score.clef, score.transposition) == (player.clef, player.transposition)
    assert order.fifths in (None, score.keys[0].fifths) and order.mode in (None, score.keys[0].mode)
    assert order.metre in (None, f"{score.metres[0].beats}/{score.metres[0].beat_type}")
    assert order.bars in (None, len(score.bars))  # counted out exactly: no upbeat unasked
    seen = occurrences(score)
    for count in order.counts:
        assert count.least <= seen.get(count.tag, 0) <= (np.inf if count.most is None else count.most)
    assert made.counts == seen and made.tags == tag(score)
    assert made.difficulty == difficulty(score)


@settings(max_examples=10, deadline=None)
@given(ORDERS)
def test_the_same_order_makes_the_same_melody_also_by_way_of_json(order):
    try:
        made = compose_melody(order)
    except CannotCompose:
        assume(False)
    assert compose_melody(MelodyOrder.from_dict(json.loads(json.dumps(made.recipe)))) == made


def test_another_seed_makes_another_melody():
    scores = {str(compose_melody(MelodyOrder(grade=3, seed=seed)).score.symbols) for seed in range(8)}
    assert len(scores) == 8


@pytest.mark.parametrize("grade", range(1, 9))
def test_a_grade_holds_only_its_own_and_measures_as_it_should(grade):
    held = holdings(grade)
    off = []
    for seed in range(6):
        made = compose_melody(MelodyOrder(instrument="clarinet", grade=grade, seed=seed))
        seen, score = occurrences(made.score), made.score
        assert not [name for name in NEEDS_LEAVE if name not in held.figures and seen.get(f"rhythm:{name}")]
        assert abs(score.keys[0].fifths) <= held.fifths
        assert f"{score.metres[0].beats}/{score.metres[0].beat_type}" in held.metres
        midis = [note.written.midi for note in score.notes]
        assert max(midis) - min(midis) <= held.span
        sizes = {abs(b.written.diatonic - a.written.diatonic) + 1 for a, b in pairwise(score.notes)}
        assert grade > 1 or max(sizes) <= held.leap
        off.append(abs(made.difficulty - grade))
    assert sorted(off)[-2] <= 0.25


def test_a_wish_opens_what_the_grade_has_not_and_only_that():
    made = compose_melody(MelodyOrder(grade=1, counts=(Count("rhythm:triplet", 3),)))
    assert made.counts["rhythm:triplet"] >= 3
    others = {f"rhythm:{name}" for name in NEEDS_LEAVE} - {"rhythm:triplet"}
    assert not others & made.counts.keys()


def test_key_and_metre_are_obeyed_beyond_the_grade():
    score = compose_melody(MelodyOrder(grade=2, fifths=6, mode="major", metre="5/4")).score
    assert (score.keys[0].fifths, score.metres[0].beats) == (6, 5)


def test_a_wish_for_a_key_or_a_metre_is_that_key_or_metre():
    score = compose_melody(MelodyOrder(grade=2, counts=(Count("key:-3", 1), Count("metre:6/8", 1)))).score
    assert (score.keys[0].fifths, score.metres[0].beat_type) == (-3, 8)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"kind": "fugue"}, "kinds are sight-reading"),
        ({"style": "jazz"}, "styles are any, song"),
        ({"mode": "locrian"}, "major and minor"),
        ({"metre": "4/5"}, "no metre"),
        ({"grade": 12.0}, "grade must lie"),
        ({"bars": 1}, "2 to 64 bars"),
        ({"bars": 1000}, "2 to 64 bars"),
        ({"bpm": 1000}, "tempo"),
        ({"fifths": 8}, "seven sharps or flats"),
        ({"low": 20}, "plays from"),
        ({"low": 70, "high": 65}, "must lie above"),
        ({"sizes": ()}, "Sizes"),
        ({"start": (9,)}, "Degrees"),
        ({"upbeat": 96, "metre": "4/4"}, "shorter than the bar"),
        ({"counts": (Count("polka", 1),)}, "no skill"),
        ({"counts": (Count("accidental", 3, 1),)}, "at least 3 and at most 1"),
        ({"counts": (Count("accidental", 3), Count("accidental", 1))}, "only once"),
        ({"counts": (Count("interval:8:up", 1),), "low": 60, "high": 67}, "no room for leaps of an octave"),
        ({"counts": (Count("rhythm:dotted-quarter-eighth", 40),), "bars": 2}, "dotted quarters"),
        ({"counts": (Count("rhythm:triplet", 3),), "metre": "6/8"}, "6/8 has no place for triplets"),
        ({"counts": (Count("rhythm:dotted-quarter-eighth", 3),), "metre": "6/8"}, "the beat itself"),
        ({"counts": (Count("rhythm:dotted-half-quarter", 3),), "metre": "3/4"}, "too short for a dotted half"),
        ({"counts": (Count("rhythm:snap", 4), Count("rhythm:sixteenths", 0, 3))}, "bring 4 sixteenths along"),
        ({"counts": (Count("key:2", 1),), "fifths": 1}, "another key"),
        ({"counts": (Count("interval:3:up", 2),), "kind": "rhythm"}, "one pitch"),
        ({"kind": "variation"}, "theme"),
    ],
)
def test_what_cannot_be_had_is_refused_in_one_sentence_that_says_what_helps(wishes, words):
    with pytest.raises(CannotCompose, match=words) as refused:
        compose_melody(MelodyOrder(**{"instrument": "violin", "grade": 3.0, **wishes}))
    assert str(refused.value).endswith(".") and refused.value.relax


@pytest.mark.parametrize(("grade", "metre"), [(2, "3/4"), (4, "6/8"), (6, "9/8"), (7, "4/4"), (5, "2/2"), (5, "3/8")])
def test_the_formula_over_arrays_is_the_formula_over_scores(monkeypatch, grade, metre):
    """Of every line that was drawn, not only of the one that was taken."""
    rhythms, drawn = [], []
    set_rhythm, draw_lines = searching.set_rhythm, searching.draw_lines
    monkeypatch.setattr(
        searching,
        "set_rhythm",
        lambda rhythm, *args, **named: rhythms.append(rhythm) or set_rhythm(rhythm, *args, **named),
    )
    monkeypatch.setattr(searching, "draw_lines", lambda *args: drawn.append(draw_lines(*args)) or drawn[-1])
    score = compose_melody(MelodyOrder(instrument="flute", grade=grade, metre=metre, bars=8, seed=3)).score
    key, player, tempi = score.keys[0], get_instrument("flute"), np.array([60.0, 96.0])
    for rhythm, lines in zip(rhythms, drawn, strict=True):
        local = LocalKey(key.fifths, key.mode)
        found = difficulties(figures_of_rhythm(rhythm), lines.pitches, lines.midi, local, tempi)
        for line in range(len(lines)):
            for column, bpm in enumerate(tempi):
                page = Page(key.fifths, key.mode, rhythm.metre, float(bpm), player, "")
                printed = build_score(page, rhythm.symbols, lines.spelled(line))
                assert found[line, column] == pytest.approx(difficulty(printed), abs=1e-9)


def test_a_clapped_rhythm_has_one_pitch_on_the_middle_line():
    made = compose_melody(MelodyOrder(kind="rhythm", instrument="cello", grade=4, counts=(Count("rhythm:tie", 2),)))
    assert {note.written.name for note in made.score.notes} == {"D3"} and made.counts["rhythm:tie"] >= 2


def test_a_harder_echo_is_harder_and_the_easiest_is_a_tune():
    mean = {}
    for grade in (1, 3, 5):
        made = [
            compose_melody(MelodyOrder(kind="echo", instrument="flute", grade=grade, seed=seed)) for seed in range(6)
        ]
        mean[grade] = sum(melody.difficulty for melody in made) / len(made)
        assert all(len(melody.score.notes) >= 4 and len({n.pitch for n in melody.score.notes}) > 1 for melody in made)
    assert mean[1] + 0.8 < mean[3] and mean[3] + 0.8 < mean[5]
    dull = compose_melody(MelodyOrder(kind="echo", instrument="flute", grade=2, seed=29))
    assert len(dull.score.notes) >= 5 and len({note.pitch for note in dull.score.notes}) >= 3


@pytest.mark.parametrize("grade", [1, 2, 3, 5])
def test_clapped_rhythms_are_of_their_grade(grade):
    orders = [MelodyOrder(kind="rhythm", instrument="flute", grade=grade, seed=seed) for seed in range(8)]
    off = [abs(compose_melody(order).difficulty - grade) for order in orders]
    assert sum(one <= 0.25 for one in off) >= 6


def test_an_echo_is_short_and_stays_in_the_key():
    for seed in range(5):
        made = compose_melody(MelodyOrder(kind="echo", instrument="flute", grade=5, mode="major", seed=seed))
        assert len(made.score.bars) <= 4 and "accidental" not in made.counts
        assert max(n.pitch for n in made.score.notes) - min(n.pitch for n in made.score.notes) <= 12


@pytest.mark.parametrize("size", [3, 4, 5, 6, 8])
def test_a_drill_is_dense_in_its_interval(size):
    made = compose_melody(
        MelodyOrder(kind="intervals", instrument="violin", grade=5, bars=8, counts=(Count(f"interval:{size}:up", 4),))
    )
    drilled = made.counts[f"interval:{size}:up"] + made.counts.get(f"interval:{size}:down", 0)
    leaps = sum(many for name, many in made.counts.items() if name.startswith("interval:") and ":2:" not in name)
    assert made.counts[f"interval:{size}:up"] >= 4 and drilled >= leaps / 2


def test_broken_chords_keep_to_their_chords():
    made = compose_melody(MelodyOrder(kind="arpeggios", instrument="violin", grade=4, bars=8, mode="major", seed=2))
    steps = sum(many for name, many in made.counts.items() if name.startswith("interval:2"))
    assert steps < len(made.score.notes) / 3


@pytest.mark.parametrize("kind", TECHNIQUES)
def test_technique_is_had_by_the_same_door(kind):
    made = compose_exercise(MelodyOrder(kind=kind, instrument="violin", grade=4, fifths=2))
    assert made.kind == kind and made.score.keys[0].fifths == 2 and made.tags


def test_technique_refuses_a_skill_it_has_not():
    with pytest.raises(CannotCompose, match="another kind"):
        compose_exercise(MelodyOrder(kind="scale", counts=(Count("rhythm:triplet", 2),)))


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_variation_has_the_tunes_frame_and_another_rhythm(level):
    order = MelodyOrder(kind="variation", instrument="flute", grade=4, theme=THEME, level=level)
    for seed in range(4):
        score = compose_melody(replace(order, seed=seed)).score
        assert (score.keys[0], score.metres[0]) == (THEME.keys[0], THEME.metres[0])
        assert len(score.bars) == len(THEME.bars)
        assert score.notes[-1].written == THEME.notes[-1].written
        own = {(note.onset_beat, note.written.name) for note in THEME.notes}
        kept = [(note.onset_beat, note.written.name) for note in score.notes if note.onset_beat % 4 == 0]
        assert len([one for one in kept if one in own]) >= len(kept) - 1
        assert {(n.onset_beat, n.duration_beat) for n in score.notes} != {
            (n.onset_beat, n.duration_beat) for n in THEME.notes
        }


def test_more_like_this_has_its_key_metre_length_and_difficulty():
    from tutor.composing.likeness import order_like

    first = compose_melody(MelodyOrder(instrument="oboe", grade=4, metre="6/8", fifths=-2, mode="minor", bars=8)).score
    second = compose_melody(order_like(first, get_instrument("oboe"))).score
    assert (second.keys[0], second.metres[0], len(second.bars)) == (first.keys[0], first.metres[0], len(first.bars))
    assert abs(difficulty(first) - difficulty(second)) <= 0.35 and second.symbols != first.symbols
