"""What is measured besides the requests: how musical, how original, how fast, and whether a seed is a seed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.composing import judge as judges
from benchmarks.composing import verbatim
from benchmarks.composing.running import Outcome
from benchmarks.composing.sheet import Sheet, read_sheet
from tutor.composing.compose import compose_melody
from tutor.composing.ordering import MelodyOrder
from tutor.notation.musicxml import to_musicxml

ROOT = Path(__file__).parents[2]
FIRST_BARS = 8
# The judge's real tunes are the yardstick in metres of which it holds out enough.
FEWEST_TUNES = 5
FREE_ORDERS, TIMED_ORDERS, WALKS = 400, 60, 100
COLD = """
import time
began = time.process_time()
from tutor.composing.compose import compose_melody
from tutor.composing.ordering import MelodyOrder
compose_melody(MelodyOrder(instrument="violin", grade=4.0, metre="4/4", bars=8, fifths=1, mode="major", seed=1))
print(time.process_time() - began)
"""


def line_of(sheet: Sheet) -> judges.Line:
    """What the judge reads: ties joined, ticks from the barline, an upbeat in bar 0."""
    first = 0 if sheet.upbeat else 1
    notes = tuple(
        (note.head.pitch, int(note.head.place * 24), int(note.length * 24), note.head.bar + first)
        for note in sheet.notes
    )
    return judges.Line(notes, sheet.tonic * 7 % 12, sheet.mode, (sheet.beats, sheet.beat_type))


def musicality(outcomes: Sequence[Outcome], tunes: Sequence[Any], free: int = FREE_ORDERS) -> dict[str, Any]:
    """Bits a note under the judge, of melodies composed freely in the metres, modes and styles of the held-out tunes,
    and of those tunes; the same of all witnesses' melodies, whatever was asked of them; and of random walks."""
    judge = judges.Judge(tunes)  # from folds 1 to 9
    held_out = [tune for tune in tunes if tune.fold == judges.HELD_OUT_FOLD]
    real, made, named = _pairs(held_out, free)
    asked = [_first_bars(line_of(one.sheet)) for one in outcomes if one.sheet and one.request.source == "tune"]
    rng = np.random.default_rng(5)
    walks = [judges.random_walk(rng, (4, 4)) for _ in range(WALKS)]
    runs = verbatim.longest_runs([*made, *asked], tunes)
    free_bits, real_bits = _bits(judge, made), _bits(judge, real)
    return {
        "tunes": len(real),
        "free": free_bits,
        "held_out": real_bits,
        "asked": _bits(judge, asked),
        "walks": _bits(judge, walks),
        # Fewer bits than tunes have is dull, more is strange: both are off.
        "off_by": abs(free_bits["pitch"] - real_bits["pitch"]),
        "rhythm_off_by": abs(free_bits["rhythm"] - real_bits["rhythm"]),
        "by_mix": named(judge),
        "verbatim": verbatim.summary(runs),
        "verbatim_of_free": verbatim.summary(runs[: len(made)]),
        "verbatim_of_held_out": verbatim.summary(verbatim.longest_runs(real, tunes)),
    }


def _pairs(held_out: Sequence[Any], free: int) -> tuple[list[Any], list[Any], Any]:
    """For each held-out tune of a usual metre and mode its first bars, and a free melody of the same length, metre,
    mode, style and key."""
    mixes = Counter((tune.metre, tune.mode) for tune in held_out)
    chosen = [
        tune
        for tune in held_out
        if tune.mode in ("major", "minor") and mixes[tune.metre, tune.mode] >= FEWEST_TUNES and _is_long_enough(tune)
    ]
    chosen = Random(7).sample(chosen, min(free, len(chosen)))
    real = [judges.line_of(tune, FIRST_BARS) for tune in chosen]
    made = [_first_bars(line_of(_free(tune, number))) for number, tune in enumerate(chosen)]

    def by_mix(judge: judges.Judge) -> dict[str, dict[str, float]]:
        rows = {}
        for name in sorted({_mix(tune) for tune in chosen}):
            places = [place for place, tune in enumerate(chosen) if _mix(tune) == name]
            rows[name] = {
                "tunes": len(places),
                "composed": _bits(judge, [made[place] for place in places])["pitch"],
                "held_out": _bits(judge, [real[place] for place in places])["pitch"],
            }
        return rows

    return real, made, by_mix


def _mix(tune: Any) -> str:
    return f"{tune.metre[0]}/{tune.metre[1]} {tune.mode} {tune.style}"


def _is_long_enough(tune: Any) -> bool:
    return bool(tune.events) and tune.events[-1].bar >= 4


def _free(tune: Any, number: int) -> Sheet:
    """A violin's melody, as hard as it comes, of the tune's metre, mode, style, key, length and compass."""
    pitches = [event.pitch for event in tune.events if event.pitch is not None]
    order = MelodyOrder(
        instrument="violin",
        grade=5.0,
        tolerance=9.0,
        fifths=tune.fifths,
        mode=tune.mode,
        metre=f"{tune.metre[0]}/{tune.metre[1]}",
        bars=min(FIRST_BARS, tune.events[-1].bar),
        style=tune.style,
        low=max(55, min(pitches)),
        high=max(min(100, max(pitches)), 67),
        seed=number,
    )
    return read_sheet(to_musicxml(compose_melody(order).score))


def _first_bars(line: judges.Line) -> judges.Line:
    return judges.Line(tuple(note for note in line.notes if note[3] <= FIRST_BARS), line.tonic, line.mode, line.metre)


def _bits(judge: judges.Judge, lines: Sequence[judges.Line]) -> dict[str, float]:
    long = [line for line in lines if len(line.notes) > 1]
    if not long:
        return {"pitch": float("nan"), "rhythm": float("nan")}
    return {
        "pitch": judges.bits_a_note([judge.pitch_bits(line) for line in long]),
        "rhythm": judges.bits_a_note([judge.rhythm_bits(line) for line in long]),
    }


def costs(orders: int = TIMED_ORDERS) -> dict[str, Any]:
    """CPU a melody of 8 and of 16 bars, everything warm; and of the first one in a fresh process, imports included."""
    rows: dict[str, Any] = {}
    for bars in (8, 16):
        timed = [_order_of_length(bars, number) for number in range(orders)]
        for order in timed[:5]:
            compose_melody(order)
        # The better of two runs: another process on this core is no cost of the composer's.
        seconds = np.min([[_cpu_s(order) for order in timed] for _ in range(2)], axis=0)
        rows[f"{bars} bars"] = {
            "p50_ms": float(1e3 * np.percentile(seconds, 50)),
            "p95_ms": float(1e3 * np.percentile(seconds, 95)),
            "max_ms": float(1e3 * seconds.max()),
        }
    done = [subprocess.run([sys.executable, "-c", COLD], cwd=ROOT, capture_output=True, text=True) for _ in range(3)]
    rows["cold_ms"] = min((1e3 * float(one.stdout) for one in done if one.returncode == 0), default=None)
    return rows


def _order_of_length(bars: int, number: int) -> MelodyOrder:
    random = Random(1000 * bars + number)
    return MelodyOrder(
        instrument=random.choice(("violin", "clarinet", "trumpet", "cello", "alto", "piano", "flute", "alto-sax")),
        grade=float(random.randint(2, 8)),
        fifths=random.randint(-4, 4),
        mode=random.choice(("major", "minor")),
        metre=random.choice(("2/4", "3/4", "4/4", "6/8", "3/8", "9/8", "2/2")),
        bars=bars,
        seed=number,
    )


def _cpu_s(order: MelodyOrder) -> float:
    began = time.process_time()
    compose_melody(order)
    return time.process_time() - began


def seeds(outcomes: Sequence[Outcome], wanted: int = 80) -> dict[str, Any]:
    """Composed anew from the same recipe, and with the next seed: how many are the same to the letter."""
    composed = [one for one in outcomes if one.text and one.request.source in ("tune", "everyday")]
    chosen = Random(3).sample(composed, min(wanted, len(composed)))
    same = different = 0
    for one in chosen:
        order = one.request.order
        same += _digest(order) == hashlib.sha256(one.text.encode()).hexdigest()
        different += _digest({**order, "seed": order["seed"] + 1}) != _digest(order)
    return {"orders": len(chosen), "same_again": same, "different_by_seed": different}


def _digest(order: dict[str, Any]) -> str:
    try:
        text = to_musicxml(compose_melody(MelodyOrder.from_dict(json.loads(json.dumps(order)))).score)
    except ValueError as refusal:
        text = str(refusal)
    return hashlib.sha256(text.encode()).hexdigest()
