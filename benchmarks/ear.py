"""How well the ear hears: takes with known mistakes, and what it says of them.

    python -m benchmarks.ear                    # every source that this machine has
    python -m benchmarks.ear --source notes     # synthesis, notes (real single notes joined), soundfont

precision and recall: notes called wrong or missing against notes that were played wrong or left out.
false alarms: right notes called wrong or missing, in takes with mistakes and in takes without.
named: of the wrong and missing notes, those with exactly the right verdict.
late: notes called early or late, against those moved by 120 to 200 ms. extras: notes added.
"""

from __future__ import annotations

import argparse
import csv
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np

from tests.synthesis import SAMPLE_RATE_HZ, TIMBRES, PlayedNote, Waveform, _in_a_hall, play
from tutor.assess import assess_recording
from tutor.grading.rubric import STANDARD
from tutor.listening.decoding import decode
from tutor.listening.errors import RecordingError
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "recordings"
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RANGES = {"flute": (60, 84), "clarinet": (50, 79), "brass": (54, 77), "reed": (49, 80), "string": (48, 84)}
RANGES |= {"voice": (53, 74), "plucked": (40, 72), "piano": (45, 84)}
PROGRAMS = {"piano": 0, "guitar": 24, "violin": 40, "cello": 42, "trumpet": 56, "trombone": 57, "horn": 60}
PROGRAMS |= {"alto sax": 65, "oboe": 68, "bassoon": 70, "clarinet": 71, "flute": 73, "recorder": 74, "choir": 52}
SOUNDFONT_RANGES = {"piano": (48, 84), "guitar": (40, 72), "violin": (55, 88), "cello": (36, 67), "trumpet": (54, 80)}
SOUNDFONT_RANGES |= {
    "trombone": (40, 67),
    "horn": (41, 70),
    "alto sax": (49, 80),
    "oboe": (58, 88),
    "bassoon": (34, 65),
}
SOUNDFONT_RANGES |= {"clarinet": (50, 82), "flute": (60, 92), "recorder": (72, 94), "choir": (53, 74)}
STEPS = {0: ("C", 0), 1: ("C", 1), 2: ("D", 0), 3: ("E", -1), 4: ("E", 0), 5: ("F", 0), 6: ("F", 1), 7: ("G", 0)}
STEPS |= {8: ("A", -1), 9: ("A", 0), 10: ("B", -1), 11: ("B", 0)}
MAJOR = (0, 2, 4, 5, 7, 9, 11)
RHYTHMS = ((1, 1, 1, 1), (2, 1, 1), (1, 0.5, 0.5, 1, 1), (1.5, 0.5, 1, 1), (0.5, 0.5, 0.5, 0.5, 2), (3, 1), (2, 2))

Player = Callable[[Score, dict[str, object]], Waveform]


@dataclass
class Tally:
    """Counts over takes."""

    hit: int = 0
    called: int = 0
    planted: int = 0
    named: int = 0
    right: int = 0
    alarms: int = 0
    clean: int = 0
    clean_alarms: int = 0
    unheard: int = 0
    moved: int = 0
    moved_called: int = 0
    moved_hit: int = 0
    added: int = 0
    extras: int = 0
    extras_hit: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    grades: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def row(self, name: str) -> str:
        def share(part: float, whole: float) -> str:
            return f"{part / whole:.3f}" if whole else "-"

        cells = [
            share(self.hit, self.called),
            share(self.hit, self.planted),
            share(self.named, self.hit),
            share(100 * self.alarms, self.right),
            share(100 * self.clean_alarms, self.clean),
            share(100 * self.unheard, self.right + self.clean),
            share(self.moved_hit, self.moved_called),
            share(self.moved_hit, self.moved),
            share(self.extras_hit, self.extras),
            share(self.extras_hit, self.added),
            f"{np.mean(self.grades):.1f}" if self.grades else "-",
            f"{self.seconds / max(self.cpu_s, 1e-9):.0f}x",
        ]
        return f"{name:<22}" + "".join(f"{cell:>9}" for cell in cells)


HEADINGS = (
    "prec",
    "recall",
    "named",
    "FA %",
    "cleanFA%",
    "unheard%",
    "lateP",
    "lateR",
    "extraP",
    "extraR",
    "clean",
    "speed",
)


def melody(rng: np.random.Generator, lowest: int, highest: int, bars: int = 6) -> Score:
    """A tonal line with steps, leaps and repeated notes."""
    tonic = int(rng.integers(12))
    scale = [pitch for pitch in range(lowest, highest + 1) if (pitch - tonic) % 12 in MAJOR]
    place = int(rng.integers(len(scale) // 4, 3 * len(scale) // 4 + 1))
    symbols: list[Symbol] = []
    onset = Fraction(0)
    for _ in range(bars):
        for beats in RHYTHMS[int(rng.integers(len(RHYTHMS)))]:
            move = int(
                rng.choice([-4, -3, -2, -1, 0, 1, 2, 3, 4], p=[0.03, 0.05, 0.1, 0.26, 0.12, 0.26, 0.1, 0.05, 0.03])
            )
            place = min(max(place + move, 0), len(scale) - 1)
            step, alter = STEPS[scale[place] % 12]
            pitch = Pitch(scale[place] // 12 - 1, step, alter)
            symbols.append(Symbol(f"n{len(symbols) + 1}", onset, Fraction(beats), pitch))
            onset += Fraction(beats)
    lines = tuple(Bar(number + 1, Fraction(4 * number), Fraction(4)) for number in range(bars))
    metres = (Metre(Fraction(0), 4, 4),)
    return Score(tuple(symbols), lines, (Key(Fraction(0), 0),), metres, bpm=float(rng.integers(72, 116)))


def mistakes(rng: np.random.Generator, score: Score) -> dict[str, object]:
    """Some five mistakes in two dozen notes, apart from each other."""
    wrong: dict[str, int] = {}
    shift: dict[str, float] = {}
    skip: list[str] = []
    add: list[tuple[float, float, int]] = []
    notes = score.notes
    for number in range(1, len(notes) - 1, 4):
        note = notes[number + int(rng.integers(0, 2))]
        match rng.integers(6):
            case 0 | 1:
                wrong[note.id] = int(rng.choice([-2, -1, 1, 2]))
            case 2:
                wrong[note.id] = int(rng.choice([-12, 12])) if rng.random() < 0.4 else int(rng.choice([-3, 3, 4, -4]))
            case 3:
                skip.append(note.id)
            case 4:
                shift[note.id] = float(rng.choice([-1, 1]) * rng.uniform(0.12, 0.2))
            case 5 if note.duration_beat >= 1:
                add.append((note.onset_beat + note.duration_beat / 2, note.duration_beat / 2, note.pitch + 3))
    # An added note cuts the note it falls into, as a player would.
    stretch = {note.id: 0.5 for note in notes for at, _, _ in add if note.onset_beat < at < note.offset_beat}
    return {"wrong": wrong, "shift": shift, "skip": skip, "add": add, "stretch": stretch}


def judge_take(score: Score, planted: dict[str, object], wave: Waveform) -> Tally:
    tally = Tally(seconds=wave.duration_s)
    with tempfile.TemporaryDirectory() as folder:
        path = wave.write_wav(Path(folder) / "take.wav")
        before = time.process_time()
        try:
            assessment = assess_recording(path, score, STANDARD)
        except RecordingError as error:
            print("refused:", error)
            return tally
        tally.cpu_s = time.process_time() - before
    wrong, skip, shift = planted.get("wrong", {}), planted.get("skip", ()), planted.get("shift", {})
    is_clean = not any(planted.values())
    for note in assessment.notes:
        called = note.verdict in ("wrong", "missing")
        truth = "wrong" if note.id in wrong else "missing" if note.id in skip else "correct"
        tally.called += called and not is_clean
        tally.planted += truth != "correct"
        tally.hit += called and truth != "correct"
        tally.named += called and note.verdict == truth
        if truth == "correct":
            tally.right += not is_clean
            tally.alarms += called and not is_clean
            tally.clean += is_clean
            tally.clean_alarms += called and is_clean
            tally.unheard += note.verdict == "not_heard"
            moved = any(fault.kind in ("early", "late") for fault in note.faults)
            tally.moved += note.id in shift
            tally.moved_called += moved
            tally.moved_hit += moved and note.id in shift
    real = [note for note in wave.truth if note.note_id is None]
    tally.added, tally.extras = len(real), len(assessment.extras)
    tally.extras_hit = sum(
        any(
            abs(extra.onset_s - note.onset_s) < 0.15 and abs(extra.pitch - note.pitch) < 1
            for extra in assessment.extras
        )
        for note in real
    )
    if is_clean and assessment.grade.overall is not None:
        tally.grades.append(assessment.grade.overall)
    return tally


def synthesis_players() -> Iterator[tuple[str, tuple[int, int], Player]]:
    for timbre in TIMBRES:
        yield timbre, RANGES[timbre], _synthesiser(timbre)


def _synthesiser(timbre: str) -> Player:
    def player(score: Score, how: dict[str, object]) -> Waveform:
        return play(score, timbre=timbre, humanise=1.5, **how)  # type: ignore[arg-type]

    return player


def notes_players() -> Iterator[tuple[str, tuple[int, int], Player]]:
    if not RECORDINGS.is_dir():
        print(f"no recordings at {RECORDINGS}: left out")
        return
    samples: dict[str, dict[int, list[Path]]] = {}
    with (RECORDINGS / "single_notes" / "notes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            path = RECORDINGS / "single_notes" / row["file"]
            samples.setdefault(row["instrument"], {}).setdefault(int(row["midi"]), []).append(path)
    for instrument, notes in sorted(samples.items()):
        if len(notes) >= 10:
            yield instrument, (min(notes), max(notes)), _joiner(notes)


def _joiner(samples: dict[int, list[Path]]) -> Player:
    """Plays a score from recorded notes; a pitch that was not recorded is the nearest one, resampled."""

    def player(score: Score, how: dict[str, object]) -> Waveform:
        silent = play(score, timbre="flute", level=0.0, noise_db=None, cents=0, humanise=1.0, **how)  # type: ignore[arg-type]
        rng = np.random.default_rng(how.get("seed", 0))  # type: ignore[arg-type]
        out = (10 ** (-68 / 20) * rng.standard_normal(len(silent.samples) + SAMPLE_RATE_HZ)).astype(np.float32)
        for note in silent.truth:
            nearest = min(samples, key=lambda midi: abs(midi - note.pitch))
            recorded = _recorded(samples[nearest][int(rng.integers(len(samples[nearest])))])
            place = np.arange(0, len(recorded) - 1, 2 ** ((round(note.pitch) - nearest) / 12))
            sound = np.interp(place, np.arange(len(recorded)), recorded)
            sound = sound[: int((note.offset_s - note.onset_s + 0.03) * SAMPLE_RATE_HZ)].copy()
            fade = min(int(0.04 * SAMPLE_RATE_HZ), len(sound))
            sound[-fade:] *= np.linspace(1, 0, fade)
            first = int(note.onset_s * SAMPLE_RATE_HZ)
            out[first : first + len(sound)] += sound[: len(out) - first].astype(np.float32)
        return Waveform(out, silent.truth, silent.bpm, silent.beat0_s)

    return player


@lru_cache(maxsize=800)
def _recorded(path: Path) -> np.ndarray:
    """One note from its attack on, at a common level."""
    samples = decode(path).samples
    energy = np.convolve(samples**2, np.ones(441) / 441, "same")
    first = int(np.argmax(energy > 0.15 * energy.max()))
    samples = samples[max(first - 441, 0) :]
    return 0.25 * samples / (np.percentile(np.abs(samples), 99) + 1e-9)


def soundfont_players() -> Iterator[tuple[str, tuple[int, int], Player]]:
    if not SOUNDFONT.exists():
        print(f"no soundfont at {SOUNDFONT}: left out")
        return
    for name, program in PROGRAMS.items():
        yield name, SOUNDFONT_RANGES[name], _renderer(program)


def _renderer(program: int) -> Player:
    def player(score: Score, how: dict[str, object]) -> Waveform:
        reverb_s = float(how.get("reverb_s", 0.0))  # type: ignore[arg-type]
        noise_db = how.get("noise_db", -70.0)
        plain = {key: value for key, value in how.items() if key not in ("reverb_s", "noise_db")}
        silent = play(score, level=0.0, noise_db=None, **plain)  # type: ignore[arg-type]
        samples = _render(silent.truth, program)
        rng = np.random.default_rng(7)
        if reverb_s:
            samples = _in_a_hall(samples, reverb_s, rng)
        samples = samples + (10 ** (float(noise_db) / 20) * rng.standard_normal(len(samples))).astype(np.float32)  # type: ignore[arg-type]
        return Waveform(samples, silent.truth, silent.bpm, silent.beat0_s)

    return player


def _render(notes: tuple[PlayedNote, ...], program: int) -> np.ndarray:
    events = [(note.onset_s, 0x90, round(note.pitch), 85) for note in notes]
    events += [(note.offset_s, 0x80, round(note.pitch), 0) for note in notes]
    track, now = bytes([0, 0xC0, program]), 0
    for at_s, status, pitch, velocity in sorted(events):
        tick = round(at_s * 960)
        track += _varied(tick - now) + bytes([status, pitch, velocity])
        now = tick
    track += _varied(960) + b"\xff\x2f\x00"
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480)
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "take.mid", Path(folder) / "take.wav"
        midi.write_bytes(header + b"MTrk" + struct.pack(">I", len(track)) + track)
        command = [
            "fluidsynth",
            "-ni",
            "-R",
            "0",
            "-C",
            "0",
            "-r",
            "44100",
            "-g",
            "0.8",
            "-F",
            str(wav),
            str(SOUNDFONT),
            str(midi),
        ]
        subprocess.run(command, check=True, capture_output=True)
        return decode(wav).samples


def _varied(number: int) -> bytes:
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(0x80 | (number & 0x7F))
    return bytes(reversed(out))


SOURCES = {"synthesis": synthesis_players, "notes": notes_players, "soundfont": soundfont_players}
CONDITIONS: dict[str, dict[str, object]] = {"dry": {}, "hall": {"reverb_s": 1.2}, "noisy": {"noise_db": -40.0}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", choices=[*SOURCES], action="append")
    parser.add_argument("--only", help="one player by name")
    parser.add_argument("--takes", type=int, default=2, help="takes with and without mistakes, of each player")
    parser.add_argument("--condition", choices=[*CONDITIONS], default="dry")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{'':<22}" + "".join(f"{heading:>9}" for heading in HEADINGS))
    for source in options.source or SOURCES:
        total = Tally()
        for name, (lowest, highest), player in SOURCES[source]():
            if options.only and options.only != name:
                continue
            tally = Tally()
            for take in range(options.takes):
                rng = np.random.default_rng([options.seed, take, lowest])
                score = melody(rng, lowest, highest)
                how: dict[str, object] = {
                    "seed": take,
                    "gate": float(rng.uniform(0.75, 0.95)),
                    "tempo": float(rng.uniform(0.85, 1.15)),
                }
                condition = CONDITIONS[options.condition] if source != "notes" else {}
                planted = mistakes(rng, score)
                tally.add(judge_take(score, planted, player(score, how | condition | planted)))
                tally.add(judge_take(score, {}, player(score, how | condition)))
            print(tally.row(f"  {name}"), flush=True)
            total.add(tally)
        print(total.row(f"{source} ({options.condition})"), flush=True)


if __name__ == "__main__":
    main()
