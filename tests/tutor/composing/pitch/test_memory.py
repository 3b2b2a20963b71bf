"""What is learned from tunes, and how a long memory speaks."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.composing.corpus.tunes import Event, Tune
from tutor.composing.pitch.learning import LONGEST_MEMORY, MODES, SHORT_SHAPE, learn, short_codes, symbol_of
from tutor.composing.pitch.memory import build_model, melody_model
from tutor.composing.pitch.space import NO_SYMBOL

MAJOR = (0, 2, 4, 5, 7, 9, 11)


def tune(degrees, *, style="song", tonic=0, mode="major"):
    """Degrees from 0 of a major key on C4 and up, four quarters a bar."""
    events = tuple(
        Event(
            60 + tonic + 12 * (degree // 7) + MAJOR[degree % 7],
            24 * (place % 4),
            24,
            1 + place // 4,
            False,
            35 + degree,
        )
        for place, degree in enumerate(degrees)
    )
    return Tune("a:1", "a", "1", "", (4, 4), tonic, mode, 0, style, events, 1)


SCALE = [0, 1, 2, 3, 4, 5, 6, 7] * 3
TURNS = [0, 2, 1, 3, 2, 4, 3, 5] * 3


def next_of(model, degree, history, strength=1, before=1):
    past = np.array([list(history) + [NO_SYMBOL] * (LONGEST_MEMORY - len(history))])
    short = short_codes(0, np.array([3 * degree + 1]), past[:, 0], strength, before)
    return model.next_moves(short, past)[0]


def test_probabilities_of_all_moves_add_up_to_one_after_any_past():
    model = melody_model()
    rng = np.random.default_rng(0)
    fields = [rng.integers(0, radix, 500) for radix in SHORT_SHAPE]
    past = rng.integers(0, NO_SYMBOL + 1, (500, LONGEST_MEMORY))
    past[:, 0] = fields[2]
    chances = model.next_moves(short_codes(*fields), past)
    assert chances.min() > 0
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-4)


def test_what_was_always_followed_by_a_step_up_is_expected_to_be():
    model = build_model(learn([tune(SCALE)]))
    up = symbol_of(1, 0)
    assert next_of(model, 2, [up, up]).argmax() == up
    assert next_of(model, 2, [up, up])[up] > 0.7


def test_the_longer_past_decides_between_two_tunes():
    """After the same step to the same degree, on the half bar, one tune goes on upwards, the other falls."""
    model = build_model(learn([tune([0, 1, 2, 3] * 6), tune([3, 1, 2, 0] * 6)]))
    up, fall = symbol_of(1, 0), symbol_of(-2, 0)
    assert next_of(model, 2, [up, up], before=2)[up] > next_of(model, 2, [up, fall], before=2)[up]
    assert next_of(model, 2, [up, fall], before=2)[fall] > next_of(model, 2, [up, up], before=2)[fall]


def test_a_style_hears_its_own_tunes_louder():
    tables = learn([tune(SCALE, style="song"), tune(TURNS, style="dance")])
    third = symbol_of(2, 0)
    chances = {style: next_of(build_model(tables, style), 0, [])[third] for style in ("song", "any", "dance")}
    assert chances["song"] < chances["any"] < chances["dance"]


@pytest.mark.parametrize("tonic", [0, 5, 11])
def test_the_key_of_a_tune_does_not_matter(tonic):
    here, there = learn([tune(SCALE)]), learn([tune(SCALE, tonic=tonic)])
    assert all(np.array_equal(here[name], there[name]) for name in here)


def test_other_modes_teach_nothing_about_major_and_minor():
    assert "dorian" not in MODES
    both = learn([tune(SCALE), tune(TURNS, mode="dorian")])
    assert all(np.array_equal(table, both[name]) for name, table in learn([tune(SCALE)]).items())


def test_every_context_is_found_and_no_other():
    model = melody_model()
    known = model.keys[: len(model.sizes)]
    rows, there = model._found(known)
    assert there.all()
    assert np.array_equal(rows, np.arange(len(known)))
    others = np.setdiff1d(np.random.default_rng(0).integers(0, 2**32, 5000, dtype=np.uint32), known)
    assert not model._found(others)[1].any()
