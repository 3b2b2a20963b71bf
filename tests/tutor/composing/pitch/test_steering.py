"""Wide counts are leant towards and checked; the laws of exact ones hold for them too."""

import numpy as np
import pytest

from tests.tutor.composing.pitch.lines import rhythm
from tutor.composing.ordering import Count
from tutor.composing.pitch import drawing, looking_back
from tutor.composing.pitch.drawing import draw_lines
from tutor.composing.pitch.order import LineOrder
from tutor.composing.pitch.steering import steered

WIDE = (
    Count("interval:2:up", 16, 23),
    Count("interval:2:down", 15, 23),
    Count("interval:3:up", 2, None),
    Count("interval:3:down", 0, 6),
)


def wide_order(counts=WIDE, notes=96):
    return LineOrder(rhythm(notes, rests=(32, 64)), 58, 79, counts=counts)


def steps_of(lines, order):
    joined = [not note.after_rest for note in order.notes[1:]]
    return np.diff(lines.pitches[..., 0].astype(int), axis=1)[:, joined]


@pytest.mark.parametrize("seed", range(3))
def test_wide_counts_are_met_by_every_line(seed):
    order = wide_order()
    steps = steps_of(draw_lines(order, np.random.default_rng(seed), 16), order)
    for (size, way), count in zip(((1, 1), (1, -1), (2, 1), (2, -1)), WIDE, strict=True):
        came = (steps == size * way).sum(axis=1)
        assert (came >= count.least).all() and (count.most is None or (came <= count.most).all())


def test_wide_counts_are_drawn_with_few_states(monkeypatch):
    states = []
    look_back = looking_back.look_back

    def watched(grid, **options):
        states.append(sum(len(live) for live in grid.live))
        return look_back(grid, **options)

    monkeypatch.setattr(looking_back, "look_back", watched)
    monkeypatch.setattr(drawing, "look_back", watched)
    draw_lines(wide_order(), np.random.default_rng(0), 16)
    assert max(states) < 10_000  # counted exactly they are a hundred thousand


def test_few_counts_are_kept_exactly():
    order = wide_order((Count("interval:4:up", 2, 3), Count("accidental", 1, None)), notes=32)
    assert steered(order) == (order, None)


def test_what_all_must_meet_together_is_left_to_counting():
    exact = tuple(Count(f"interval:{size}:{way}", 6, 6) for size in (2, 3, 4) for way in ("up", "down"))
    easier, wide = steered(wide_order(exact, notes=48))
    assert len(easier.counts) > len(exact) - len(wide.tags if wide else ()) - 1
    assert not wide or len(wide.tags) < len(exact)


def test_leaning_costs_strain_about_as_counting_does(monkeypatch):
    order = wide_order(
        (Count("interval:2:up", 8, 12), Count("interval:2:down", 4, 9), Count("interval:3:down", 8, 12)), 48
    )
    leant = draw_lines(order, np.random.default_rng(1), 16)
    assert steered(order)[1] is not None
    monkeypatch.setattr(drawing, "steered", lambda order: (order, None))
    counted = draw_lines(order, np.random.default_rng(1), 16)
    assert leant.strain == pytest.approx(counted.strain, abs=0.06)
