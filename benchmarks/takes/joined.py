"""Strokes joined from real single notes: players' attacks, breath, bows and rooms, with a known truth.

A pitch that was not recorded is the nearest one, resampled. Players sit up to half a semitone off the label, so each
recording is measured and its pitch moved to what the stroke says. The breath or rumble before the attack stays in.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.takes.performance import Stroke
from benchmarks.takes.take import SAMPLE_RATE_HZ, Samples
from tutor.listening.decoding import decode

Rng = np.random.Generator

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "single_notes"
INSTRUMENTS = {"french horn": "horn", "double bass": "double-bass"}
LONGEST_S = 4.0
BLOCK = 220  # 5 ms
# The attack is where the note comes within so much of its full level.
ATTACK_DB = -15.0
# How carefully the notes of a take are cut: at most so much of what lies before the attack stays.
BEFORE_ATTACK_S = (0.04, 0.16, 0.3)
RELEASE_S, STOPPED_S = (0.03, 0.12), 0.02
# No player is further off a label; a vibrato's two turning points, where it dwells, lie about so far apart.
MEASURED_CENTS = 70
VIBRATO_CENTS = 20.0
PARTIALS = 10
TAIL_S = 0.8
COMMON_LEVEL = 0.2
PLUCKED = ("guitar",)
LOOP_S = 0.3
LOOP_FADE_S = 0.06


@dataclass(frozen=True)
class Recorded:
    """One single note. `pitch` is measured, in MIDI numbers; `attack` and `end` are sample numbers."""

    samples: NDArray[np.float32]
    pitch: float
    attack: int
    end: int


def is_here() -> bool:
    """Whether the recordings lie beside the project."""
    return (RECORDINGS / "notes.csv").exists()


def render(strokes: Sequence[Stroke], instrument: str, rng: Rng) -> Samples:
    """Mono, about -14 dBFS."""
    end_s = max((stroke.offset_s for stroke in strokes), default=0.0) + TAIL_S
    out = np.zeros(int(end_s * SAMPLE_RATE_HZ) + 1, np.float32)
    manner = _manner(instrument, rng)
    most_before_s = float(rng.choice(BEFORE_ATTACK_S))
    for stroke, after in zip(strokes, [*strokes[1:], None], strict=True):
        recorded = _choose(instrument, manner, stroke, rng)
        # Before the same note again the tongue, the bow or the hand stops it; into another one it may ring.
        is_stopped = after is not None and after.pitch == stroke.pitch
        release_s = max(0.7 * (after.onset_s - stroke.offset_s), STOPPED_S) if after and is_stopped else RELEASE_S[1]
        sound, attack = _sounding(recorded, stroke, instrument, most_before_s, release_s, rng)
        first = int(stroke.onset_s * SAMPLE_RATE_HZ) - attack
        sound, first = sound[max(-first, 0) :], max(first, 0)
        sound = sound[: len(out) - first]
        out[first : first + len(sound)] += sound
    return out


def _manner(instrument: str, rng: Rng) -> str:
    """One take is played in one manner, or in whatever comes."""
    manners = sorted({technique for _, technique, _ in _catalogue()[instrument]})
    return str(rng.choice([*manners, "any"]))


def _choose(instrument: str, manner: str, stroke: Stroke, rng: Rng) -> Recorded:
    notes = _catalogue()[instrument]
    usable = [note for note in notes if manner in (note[1], "any")]
    nearest = min(abs(midi - stroke.pitch) for midi, _, _ in usable)
    if nearest > 2:
        usable = notes
        nearest = min(abs(midi - stroke.pitch) for midi, _, _ in usable)
    near = sorted((abs(midi - stroke.pitch), number) for number, (midi, _, _) in enumerate(usable))
    equal = sum(distance == nearest for distance, _ in near)
    turned = [*rng.permutation(equal), *range(equal, len(near))]
    found = (_recorded(usable[near[int(place)][1]][2], instrument) for place in turned)
    return next(recorded for recorded in found if recorded is not None)


def _sounding(
    recorded: Recorded, stroke: Stroke, instrument: str, most_before_s: float, most_release_s: float, rng: Rng
) -> tuple[NDArray[np.float32], int]:
    """The note at its pitch and length, and the sample at which its attack is."""
    ratio = 2 ** ((stroke.sounding - recorded.pitch) / 12)
    before = int(min(rng.uniform(0.01, most_before_s) * SAMPLE_RATE_HZ, recorded.attack))
    fade = int(min(rng.uniform(*RELEASE_S), most_release_s) * SAMPLE_RATE_HZ)
    wanted = int((stroke.offset_s - stroke.onset_s) * SAMPLE_RATE_HZ) + fade
    body = recorded.samples[recorded.attack - before : recorded.end]
    if instrument not in PLUCKED:
        body = _lengthened(body, before + int(wanted * ratio) + 2)
    place = np.arange(0, len(body) - 1, ratio)
    sound = np.interp(place, np.arange(len(body)), body).astype(np.float32)
    attack = int(before / ratio)
    sound = sound[: attack + wanted].copy()
    fade = min(fade, len(sound) // 2)
    sound[-fade:] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fade, dtype=np.float32))
    lead_in = min(attack, int(0.01 * SAMPLE_RATE_HZ))
    sound[:lead_in] *= np.linspace(0, 1, lead_in, dtype=np.float32)
    if stroke.vibrato is not None:
        sound = _swayed(sound, stroke.vibrato, attack)
    return sound * np.float32((stroke.velocity / 90) ** 1.5), attack


def _lengthened(body: NDArray[np.float32], wanted: int) -> NDArray[np.float32]:
    """The sustained middle again and again, joined where the waves agree."""
    loop, fade = int(LOOP_S * SAMPLE_RATE_HZ), int(LOOP_FADE_S * SAMPLE_RATE_HZ)
    if len(body) >= wanted or len(body) < 2 * loop + 2 * fade:
        return body
    # The end of a recorded note is its release: it comes once, at the end of nothing here.
    end = int(0.82 * len(body))
    out = body[:end]
    while len(out) < wanted:
        target = out[-fade:]
        around = body[end - loop - fade : end - loop + fade]
        agreement = np.correlate(around, target, "valid")
        start = end - loop - fade + int(np.argmax(agreement))
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        crossed = target * (1 - ramp) + body[start : start + fade] * ramp
        out = np.concatenate([out[:-fade], crossed, body[start + fade : end]])
    return out[:wanted]


def _swayed(sound: NDArray[np.float32], vibrato: tuple[float, float, float], attack: int) -> NDArray[np.float32]:
    """Read at a swaying speed."""
    rate_hz, depth_cents, delay_s = vibrato
    time_s = (np.arange(len(sound)) - attack) / SAMPLE_RATE_HZ - delay_s
    # The integral of the small speed change, in samples.
    depth = depth_cents / 1200 * np.log(2) / (2 * np.pi * rate_hz) * SAMPLE_RATE_HZ
    moved = np.where(time_s > 0, depth * (1 - np.cos(2 * np.pi * rate_hz * np.maximum(time_s, 0))), 0.0)
    return np.interp(np.arange(len(sound)) + moved, np.arange(len(sound)), sound).astype(np.float32)


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, list[tuple[int, str, Path]]]:
    """(label, technique, file) of every recording, by instrument."""
    notes: dict[str, list[tuple[int, str, Path]]] = {}
    with (RECORDINGS / "notes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = INSTRUMENTS.get(row["instrument"], row["instrument"])
            notes.setdefault(name, []).append((int(row["midi"]), row["technique"], RECORDINGS / row["file"]))
    _labels.update({path: midi for rows in notes.values() for midi, _, path in rows})
    return notes


_labels: dict[Path, int] = {}


@lru_cache(maxsize=300)
def _recorded(path: Path, instrument: str) -> Recorded | None:
    """None where the labelled note can't be found in the file: some hold little but a stage's rumble."""
    label = _labels[path]
    samples = decode(path).samples[: int(8 * SAMPLE_RATE_HZ)]
    tone = _without_rumble(samples, 440 * 2 ** ((label - 69) / 12))
    level_db = _level_db(tone)
    attack = _attack(level_db)
    end = min(_end(level_db, attack), attack + int(LONGEST_S * SAMPLE_RATE_HZ), len(samples))
    body = tone[attack:end]
    pitch = _measured_pitch(body, label)
    if pitch is None:
        return None
    return Recorded(
        samples[:end] * np.float32(COMMON_LEVEL / (np.percentile(np.abs(body), 97) + 1e-6)), pitch, attack, end
    )


def _without_rumble(samples: NDArray[np.float32], f0_hz: float) -> NDArray[np.float32]:
    """What lies above three quarters of the fundamental: for measuring, not for playing."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ) + 1e-9
    return np.fft.irfft(spectrum / (1 + (0.75 * f0_hz / hz) ** 16), len(samples)).astype(np.float32)


def _level_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """A level every 5 ms, over 15 ms."""
    blocks = len(samples) // BLOCK
    power = (samples[: blocks * BLOCK].reshape(blocks, BLOCK).astype(np.float64) ** 2).mean(axis=1)
    return np.asarray(10 * np.log10(np.convolve(power, np.ones(3) / 3, "same") + 1e-10))


def _attack(level_db: NDArray[np.float64]) -> int:
    """The sample of the attack: where the rise to the note's level begins to be heard, breath before it passed over."""
    full_db = np.percentile(level_db, 90)
    first_loud = int(np.argmax(level_db > full_db - 6))
    soft = np.nonzero(level_db[:first_loud] < full_db + ATTACK_DB)[0]
    return (int(soft[-1]) + 1 if len(soft) else 0) * BLOCK


def _end(level_db: NDArray[np.float64], attack: int) -> int:
    """The sample after which it is as good as silent."""
    after = level_db[attack // BLOCK :]
    audible = np.nonzero(after > after.max() - 35)[0]
    return attack + int(audible[-1] + 1) * BLOCK


def _measured_pitch(body: NDArray[np.float32], label: int) -> float | None:
    """The pitch near the label whose partials are strongest, a vibrato averaged; None if they are nowhere near."""
    part = body[int(0.08 * SAMPLE_RATE_HZ) : int(1.1 * SAMPLE_RATE_HZ)]
    size = 1 << 17
    spectrum = np.sqrt(np.abs(np.fft.rfft(part * np.hanning(len(part)), size)))
    cents = np.arange(-MEASURED_CENTS - 60, MEASURED_CENTS + 61, 2)
    f0_hz = 440 * 2 ** ((label - 69 + cents / 100) / 12)
    strength = np.zeros(len(cents))
    for partial in range(1, PARTIALS + 1):
        if partial * f0_hz[-1] < 8000:
            place = partial * f0_hz * size / SAMPLE_RATE_HZ
            strength += np.interp(place, np.arange(len(spectrum)), spectrum) / np.sqrt(partial)
    blur = np.exp(-0.5 * (np.arange(-60, 61, 2) / VIBRATO_CENTS) ** 2)
    strongest = float(cents[int(np.argmax(np.convolve(strength, blur, "same")))])
    return label + strongest / 100 if abs(strongest) < MEASURED_CENTS else None
