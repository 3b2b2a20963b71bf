"""What the tables learn: tunes' bars as they stand, and a grammar that knows what no tune shows."""

from __future__ import annotations

import numpy as np

from tutor.composing.corpus.tunes import Event, Tune
from tutor.composing.rhythm.learning import learn, read_bars
from tutor.composing.rhythm.order import NOTE, REST, TIED

BARS = ([(36, 60), (12, 62), (24, 64), (24, None)], [(24, 65), (24, 64), (48, 62)], [(-24, 62), (72, 60)])


def tune(times: int = 4) -> Tune:
    """A short tune in 4/4, its bars again and again; a negative length is tied to the note before."""
    events, number = [], 0
    for _ in range(times):
        for bar in BARS:
            number, onset = number + 1, 0
            for ticks, pitch in bar:
                events.append(Event(pitch, onset, abs(ticks), number, ticks < 0))
                onset += abs(ticks)
    return Tune("x:1", "x", "1", "A tune", (4, 4), 0, "major", 0, "song", tuple(events), 1)


def test_bars_are_read_with_their_rests_and_ties():
    first, second, third = read_bars(tune(1))
    assert first == (((36, NOTE), (12, NOTE), (24, NOTE), (24, REST)), False)
    assert second == (((24, NOTE), (24, NOTE), (48, NOTE)), True)
    assert third == (((24, TIED), (72, NOTE)), False)


def test_the_tables_know_the_tunes_and_more_and_stay_small():
    tables = learn([tune()])
    ticks, prior = tables["4-4/ticks"], tables["4-4/prior"]
    bars = [tuple(line[line > 0]) for line in ticks.tolist() for line in [np.array(line)]]
    assert {tuple(abs(length) for length, _ in bar) for bar in BARS} <= set(bars[:3])
    assert np.isclose(prior.sum(), 1, atol=1e-4)
    assert tables["4-4/follows"].sum() == 3  # each pair of bars once a tune
    assert len(tables["5-4/ticks"]) > 500  # no tune, yet bars
    assert sum(table.nbytes for table in tables.values()) < 8_000_000


def test_the_same_tunes_teach_the_same():
    one, other = learn([tune()]), learn([tune()])
    assert all(np.array_equal(one[name], other[name]) for name in one)
