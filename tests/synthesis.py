"""The instrument of known truth: plays a score, with exactly the mistakes that were asked for.

    wave = play(score, bpm=80, wrong={"n3": 1}, skip=["n7"], noise_db=-50, timbre="clarinet")
    wave.write_wav(path)
    wave.truth        # what was played: note id (None for an extra), pitch, onset_s, offset_s

Harmonic tones with attack and decay, humanised a little from a seed; nothing is random without one.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.notation.score import Score

SAMPLE_RATE_HZ = 44_100
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Timbre:
    """How an instrument sounds: partial strengths by number, envelope, vibrato."""

    partials: tuple[float, ...]
    attack_s: float
    release_s: float
    decay_per_s: float = 0.0  # nepers a second: plucked strings and hammers ring down
    vibrato_cents: float = 0.0
    breath: float = 0.002  # noise beneath the tone
    inharmonicity: float = 0.0


def _rolloff(count: int, power: float) -> tuple[float, ...]:
    return tuple(float(number) ** -power for number in range(1, count + 1))


TIMBRES: Mapping[str, Timbre] = {
    "flute": Timbre((1.0, 0.45, 0.18, 0.06, 0.03), attack_s=0.04, release_s=0.05, vibrato_cents=8, breath=0.01),
    "clarinet": Timbre((1.0, 0.04, 0.6, 0.06, 0.35, 0.08, 0.2, 0.06, 0.1), attack_s=0.025, release_s=0.04),
    "brass": Timbre((0.5, 0.9, 1.0, 0.8, 0.6, 0.45, 0.3, 0.2, 0.12, 0.08), attack_s=0.03, release_s=0.05),
    "reed": Timbre((0.3, 0.7, 1.0, 0.5, 0.9, 0.4, 0.3, 0.2, 0.15, 0.1), attack_s=0.02, release_s=0.03),
    "string": Timbre(_rolloff(14, 1.1), attack_s=0.06, release_s=0.06, vibrato_cents=20, breath=0.004),
    "voice": Timbre((1.0, 0.8, 0.5, 0.25, 0.3, 0.25, 0.1, 0.05), attack_s=0.07, release_s=0.08, vibrato_cents=50),
    "plucked": Timbre(_rolloff(12, 1.3), attack_s=0.004, release_s=0.08, decay_per_s=2.2, inharmonicity=0.00005),
    "piano": Timbre(_rolloff(12, 1.5), attack_s=0.003, release_s=0.08, decay_per_s=1.6, inharmonicity=0.0004),
}


@dataclass(frozen=True)
class PlayedNote:
    """One note as it was played. `note_id` is None for a note that the score does not have."""

    note_id: str | None
    pitch: float  # sounding MIDI number with the detuning in its decimals
    onset_s: float
    offset_s: float
    level_db: float = 0.0  # against the take's own


@dataclass(frozen=True)
class Waveform:
    samples: Samples
    truth: tuple[PlayedNote, ...]
    bpm: float
    beat0_s: float

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    def write_wav(self, path: Path | str) -> Path:
        """Mono, 16 bit. Returns the path."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE_HZ)
            file.writeframes((np.clip(self.samples, -1, 1) * 32767).astype("<i2").tobytes())
        return Path(path)


def play(
    score: Score,
    *,
    bpm: float | None = None,
    tempo: float = 1.0,
    cents: float = 0.0,
    skip: Iterable[str] = (),
    wrong: Mapping[str, int] | None = None,
    detune: Mapping[str, float] | None = None,
    shift: Mapping[str, float] | None = None,
    stretch: Mapping[str, float] | None = None,
    louder: Mapping[str, float] | None = None,
    add: Sequence[tuple[float, float, int]] = (),
    restart: tuple[str, str] | None = None,
    stop_after: str | None = None,
    gate: float = 0.92,
    drift: float = 0.0,
    transpose: int = 0,
    lead_s: float = 0.5,
    tail_s: float = 0.6,
    clicks: bool = False,
    noise_db: float | None = -70.0,
    level: float = 0.25,
    timbre: str = "flute",
    vibrato_cents: float | None = None,
    humanise: float = 1.0,
    reverb_s: float = 0.0,
    seed: int = 0,
) -> Waveform:
    """Play the score at `bpm` x `tempo`, beat 0 at `lead_s` (with `clicks`, a bar of count-in clicks comes before it).

    cents: the whole take sharp. wrong, detune, shift, stretch: by note id, semitones, cents, seconds late, and times
    the length; louder: decibels. add: extra notes (onset_beat, duration_beat, sounding pitch). restart: after playing
    the first id, pause and go on from the second. stop_after: nothing is played after this id. gate: the part of its
    length that a note sounds. drift: how much faster the end is than the beginning, as a share. noise_db: white noise,
    dB FS. vibrato_cents: instead of the timbre's own. humanise: times 8 ms and 3 cents of scatter. reverb_s: a hall's
    tail.
    """
    rng = np.random.default_rng(seed)
    played_bpm = (bpm or score.bpm) * tempo
    beat_s = 60.0 / played_bpm
    if clicks:
        lead_s += float(score.metre_at(0).bar_beats) * beat_s
    events = _events(score, beat_s, lead_s, drift, restart, stop_after)
    heard: list[PlayedNote] = []
    for note, at_s in events:
        if note.id in set(skip):
            continue
        onset_s = at_s + (shift or {}).get(note.id, 0.0) + humanise * float(rng.normal(0, 0.008))
        off_cents = cents + (detune or {}).get(note.id, 0.0) + humanise * float(rng.normal(0, 3.0))
        pitch = note.pitch + transpose + (wrong or {}).get(note.id, 0) + off_cents / 100
        length_s = note.duration_beat * beat_s * gate * (stretch or {}).get(note.id, 1.0)
        level_db = (louder or {}).get(note.id, 0.0)
        heard.append(PlayedNote(note.id, pitch, max(onset_s, 0.0), max(onset_s, 0.0) + length_s, level_db))
    for onset_beat, duration_beat, extra_pitch in add:
        at_s = lead_s + onset_beat * beat_s
        heard.append(PlayedNote(None, extra_pitch + cents / 100, at_s, at_s + duration_beat * beat_s * gate))
    heard = _one_at_a_time(sorted(heard, key=lambda one: one.onset_s))
    sound = TIMBRES[timbre] if vibrato_cents is None else replace(TIMBRES[timbre], vibrato_cents=vibrato_cents)
    samples = _render(heard, sound, level, tail_s, rng)
    if reverb_s:
        samples = _in_a_hall(samples, reverb_s, rng)
    if clicks:
        _add_clicks(samples, lead_s, beat_s, score)
    if noise_db is not None:
        samples += (10 ** (noise_db / 20) * rng.standard_normal(len(samples))).astype(np.float32)
    return Waveform(samples, tuple(heard), played_bpm, lead_s)


def silence(duration_s: float, noise_db: float | None = None, seed: int = 0) -> Samples:
    """Digital silence, or a room that hisses at `noise_db` dB FS."""
    samples = np.zeros(int(duration_s * SAMPLE_RATE_HZ), np.float32)
    if noise_db is not None:
        samples += (10 ** (noise_db / 20) * np.random.default_rng(seed).standard_normal(len(samples))).astype(
            np.float32
        )
    return samples


def hum(duration_s: float, mains_hz: float = 50.0, level: float = 0.1) -> Samples:
    """An amplifier that is not earthed, and nobody playing."""
    time_s = np.arange(int(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    total = sum(np.sin(2 * np.pi * mains_hz * number * time_s) / number for number in (1, 2, 3, 5))
    return (level * total).astype(np.float32)


def speech(duration_s: float, seed: int = 0, level: float = 0.25) -> Samples:
    """Somebody talking: syllables of gliding pitch between hisses, no two alike."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int(duration_s * SAMPLE_RATE_HZ), np.float32)
    at_s = 0.2
    while at_s < duration_s - 0.4:
        length_s = float(rng.uniform(0.08, 0.22))
        time_s = np.arange(int(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        f0_hz = rng.uniform(100, 180) * 2 ** (np.cumsum(rng.normal(0, 0.0006, len(time_s))) - 0.8 * time_s)
        phase = 2 * np.pi * np.cumsum(f0_hz) / SAMPLE_RATE_HZ
        formant = int(rng.integers(3, 12))
        voiced = sum(np.exp(-abs(number - formant) / 3) * np.sin(number * phase) for number in range(1, 24))
        hiss = rng.standard_normal(len(time_s)) * (time_s < rng.uniform(0, 0.06))
        first = int(at_s * SAMPLE_RATE_HZ)
        out[first : first + len(time_s)] += (0.2 * level * (voiced + hiss) * np.hanning(len(time_s))).astype(np.float32)
        at_s += length_s + float(rng.choice([0.01, 0.03, 0.3], p=[0.5, 0.35, 0.15]))
    return out


def tone(f0_hz: float, duration_s: float, timbre: str = "flute", level: float = 0.25, seed: int = 0) -> Samples:
    """One note of a known frequency, and nothing else."""
    pitch = 69 + 12 * float(np.log2(f0_hz / 440))
    note = PlayedNote(None, pitch, 0.0, duration_s)
    return _render([note], TIMBRES[timbre], level, 0.0, np.random.default_rng(seed))


def _events(score, beat_s, lead_s, drift, restart, stop_after):  # type: ignore[no-untyped-def]
    end_beat = float(score.duration_beat) or 1.0
    notes = list(score.notes)
    ids = [note.id for note in notes]
    times = [lead_s + beat_s * (note.onset_beat - drift * note.onset_beat**2 / (2 * end_beat)) for note in notes]
    events = list(zip(notes, times, strict=True))
    if restart is not None:
        broken_off, back_to = ids.index(restart[0]), ids.index(restart[1])
        resume_s = times[broken_off] + notes[broken_off].duration_beat * beat_s + 0.7
        again = [(note, at_s - times[back_to] + resume_s) for note, at_s in events[back_to:]]
        events = events[: broken_off + 1] + again
    if stop_after is not None:
        events = events[: ids.index(stop_after) + 1]
    return events


def _one_at_a_time(notes: Sequence[PlayedNote]) -> list[PlayedNote]:
    """One player, one line: a note ends where the next one begins."""
    ends = [*(note.onset_s for note in notes[1:]), float("inf")]
    return [replace(note, offset_s=min(note.offset_s, end_s)) for note, end_s in zip(notes, ends, strict=True)]


def _render(
    notes: Sequence[PlayedNote], timbre: Timbre, level: float, tail_s: float, rng: np.random.Generator
) -> Samples:
    end_s = max((note.offset_s for note in notes), default=0.0) + tail_s
    out = np.zeros(int(end_s * SAMPLE_RATE_HZ) + 1, np.float32)
    for note in notes:
        first = int(note.onset_s * SAMPLE_RATE_HZ)
        sound = _sound(note, timbre, level, rng)[: len(out) - first]
        out[first : first + len(sound)] += sound
    return out


def _sound(note: PlayedNote, timbre: Timbre, level: float, rng: np.random.Generator) -> Samples:
    length_s = note.offset_s - note.onset_s  # The release ends at the offset: then it is silent.
    time_s = np.arange(int(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    f0_hz = 440.0 * 2 ** ((note.pitch - 69) / 12)
    swell = np.clip((time_s - 0.15) / 0.2, 0, 1)  # Vibrato comes in after the attack.
    vibrato = timbre.vibrato_cents * swell * np.sin(2 * np.pi * (5.5 * time_s + rng.random()))
    phase = 2 * np.pi * np.cumsum(f0_hz * 2 ** (vibrato / 1200)) / SAMPLE_RATE_HZ
    total = np.zeros(len(time_s))
    for number, strength in enumerate(timbre.partials, start=1):
        stretch = number * np.sqrt(1 + timbre.inharmonicity * (number**2 - 1))
        if f0_hz * stretch < SAMPLE_RATE_HZ / 2.2:
            decay = np.exp(-timbre.decay_per_s * time_s * (1 + 0.25 * number)) if timbre.decay_per_s else 1.0
            total += strength * decay * np.sin(stretch * phase + rng.uniform(0, 2 * np.pi))
    total /= np.sqrt(sum(strength**2 for strength in timbre.partials))
    total += timbre.breath * rng.standard_normal(len(total))
    attack = 0.5 - 0.5 * np.cos(np.pi * np.clip(time_s / min(timbre.attack_s, length_s / 3), 0, 1))
    release = 0.5 - 0.5 * np.cos(np.pi * np.clip((length_s - time_s) / min(timbre.release_s, length_s / 3), 0, 1))
    return (10 ** (note.level_db / 20) * level * total * attack * release).astype(np.float32)


def _in_a_hall(samples: Samples, reverb_s: float, rng: np.random.Generator) -> Samples:
    time_s = np.arange(int(reverb_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(len(time_s)) * np.exp(-6.9 * time_s / reverb_s)
    tail *= 0.5 / np.sqrt(np.sum(tail**2))
    size = 1 << int(np.ceil(np.log2(len(samples) + len(tail))))
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]
    return (samples + wet).astype(np.float32)


def _add_clicks(samples: Samples, beat0_s: float, beat_s: float, score: Score) -> None:
    metre = score.metre_at(0)
    click_beats = 4.0 / metre.beat_type
    time_s = np.arange(int(0.03 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    click = (0.2 * np.sin(2 * np.pi * 1000 * time_s) * np.exp(-time_s / 0.006)).astype(np.float32)
    for number in range(1, metre.beats + 1):
        first = int((beat0_s - number * click_beats * beat_s) * SAMPLE_RATE_HZ)
        if first >= 0:
            samples[first : first + len(click)] += click
