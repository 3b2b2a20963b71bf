"""Takes with exact truth, for training the ear and for measuring it.

    for order in orders("test"):      # small and picklable: make them in a pool
        take = make(order)            # the same take every time, on every machine with the same sounds

Three unlike sound sources: a soundfont, the project's own synthesis, and melodies joined from real single notes.
Real and drawn tunes, played by people who hurry, stumble, go back, stop, and play in rooms into microphones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.takes import conditions, joined, soundfont, synthesised
from benchmarks.takes.performance import Performance, perform
from benchmarks.takes.plan import is_here, orders
from benchmarks.takes.players import FOLDS, PLAYERS, Player
from benchmarks.takes.sheet import set_for
from benchmarks.takes.take import SAMPLE_RATE_HZ, Order, Samples, Sounded, Take
from benchmarks.takes.tunes import tune
from tutor.notation.score import Score

__all__ = ["FOLDS", "PLAYERS", "SAMPLE_RATE_HZ", "Order", "Sounded", "Take", "is_here", "make", "orders"]

SLOWEST_BPM, FASTEST_BPM = 50, 200
SHORTEST_S, LONGEST_S = 8.0, 22.0
# Quicker than this hardly any student plays; the very shortest notes of a tune may be.
SHORTEST_GAP_S = 0.15
REGISTER = 17  # semitones


def make(order: Order) -> Take:
    """The take that was ordered."""
    rng = np.random.default_rng(order.seed)
    player = PLAYERS[order.player]
    score = set_for(tune(order.tune), *_range(player, order.condition), rng, repeats=not player.blurs)
    bpm = _tempo(score, rng)
    # What was asked for is often not what is played.
    asked = bpm if rng.random() < 0.5 else bpm * float(np.exp(rng.uniform(np.log(0.8), np.log(1.25))))
    score = Score(score.symbols, score.bars, score.keys, score.metres, bpm=round(asked, 1), title=score.title)
    performance = _performance(order, player, score, bpm, rng)
    samples = conditions.apply(_rendered(performance, player, rng), order.condition, rng)
    return Take(
        name=order.name,
        source=player.source,
        instrument=player.instrument,
        condition=order.condition,
        story=order.story,
        score=score,
        bpm=bpm,
        samples=samples,
        truth=tuple(performance.truth),
        lengths=tuple(performance.lengths),
        sounded=tuple(
            Sounded(one.note, one.sounding, one.onset_s, one.offset_s, one.kind) for one in performance.strokes
        ),
        restart_s=performance.restart_s,
    )


def _performance(order: Order, player: Player, score: Score, bpm: float, rng: np.random.Generator) -> Performance:
    if order.story != "another-tune":
        return perform(score, bpm, player, order.condition, order.story, rng)
    style = str(rng.choice(["walk", "leaps", "repeated", "scale", "dotted"]))
    other = set_for(tune(f"drawn/{style}:{900_000 + order.seed[2]}"), *_range(player, order.condition), rng)
    played = perform(other, _tempo(other, rng), player, order.condition, "ok", rng)
    # All of it was played, and none of it was asked for.
    strokes = [replace(stroke, note=None) for stroke in played.strokes]
    return Performance(strokes, ["missing"] * len(score.notes), [""] * len(score.notes))


def _range(player: Player, condition: str) -> tuple[int, int]:
    if condition == "low":
        return player.lowest, player.lowest + REGISTER
    if condition == "high":
        return player.highest - REGISTER, player.highest
    return player.low, player.high


def _tempo(score: Score, rng: np.random.Generator) -> float:
    """Some tempo at which it lasts 8 to 22 s and can be played."""
    beats = float(score.duration_beat)
    bpm = float(np.clip(rng.uniform(60, 160), 60 * beats / LONGEST_S, 60 * beats / SHORTEST_S))
    gaps = np.diff([note.onset_beat for note in score.notes])
    quickest = 60 * float(np.percentile(gaps, 5)) / SHORTEST_GAP_S
    return float(np.clip(min(bpm, quickest), SLOWEST_BPM, FASTEST_BPM))


def _rendered(performance: Performance, player: Player, rng: np.random.Generator) -> Samples:
    if player.source == "soundfont":
        return soundfont.render(performance.strokes, player.program)
    if player.source == "notes":
        return joined.render(performance.strokes, player.instrument, rng)
    return synthesised.render(performance.strokes, player.instrument, rng)
