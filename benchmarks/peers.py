"""Other ears beside the project's own: the same takes, the same plain matching of notes to score, the same count.

    make peers                                  # once: gets the others, into .tools/peers
    python -m benchmarks.peers --takes 60       # a table, and .cache/peers.json

precision, recall, FA %: "this note is wrong or missing" against what was played (pitch only: early and late notes
are right notes here, and so are no test of it). FA % is of right notes. through: the same in takes that were
played straight through, where a plain matching can't lose its place. unheard %: the ear says that it doesn't know.
F1: notes transcribed, onset within 50 ms and pitch within 50 cents, after the ear's own constant lag is taken off.
speed: seconds of audio a CPU second on one thread, from the file to the ear's own output.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
import wave
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peer_matching import (
    MISSING,
    RIGHT,
    WRONG,
    PlainNote,
    match,
    moved,
    note_hits,
    onset_lags,
    segment,
)
from benchmarks.peer_runner import NOT_INSTALLED
from tutor.assess import ENGINE, assess_recording
from tutor.grading.assessment import Assessment, NoteVerdict
from tutor.grading.rubric import STANDARD
from tutor.listening.errors import RecordingError
from tutor.notation.score import Note, Score

if TYPE_CHECKING:
    from benchmarks.takes import Take

ROOT = Path(__file__).resolve().parent.parent
PEERS_PYTHON = ROOT / ".tools" / "peers" / "bin" / "python"
RUNNER = ROOT / "benchmarks" / "peer_runner.py"
NOT_HERE = "The other ears are not here: make peers gets them."
UNHEARD = "unheard"
RIGHT_TRUTHS = ("right", "late", "early")
# In another key every note is wrong by one and the same mistake: no test of single notes.
NO_TEST_OF_NOTES = ("transposed",)
PLACE_IS_LOST = ("restart", "half", "skipped-bar")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
OWN = "own"
PEERS = {
    "aubio-notes": "aubio's own notes",
    "pyin": "pYIN (librosa)",
    "basic-pitch": "Basic Pitch (ONNX)",
    "swift-f0": "swift-f0 (ONNX)",
    "swift-f0-notes": "swift-f0, its own notes",
    "crepe-tiny": "CREPE-tiny (torchcrepe)",
}


@dataclass(frozen=True)
class Case:
    """What is kept of a take once it is a file."""

    path: Path
    duration_s: float
    story: str
    score: Score
    truth: tuple[str, ...]  # per score note; "" where it is no test
    real: tuple[PlainNote, ...]


@dataclass(frozen=True)
class Hearing:
    """What one ear made of one take: a verdict a score note, and the notes it heard."""

    verdicts: tuple[str, ...]
    notes: tuple[PlainNote, ...]
    cpu_s: float


@dataclass
class Counts:
    hits: int = 0
    called: int = 0
    planted: int = 0
    right: int = 0
    alarms: int = 0
    unheard: int = 0

    def add(self, truth: Sequence[str], verdicts: Sequence[str]) -> None:
        for true, said in zip(truth, verdicts, strict=True):
            if not true:
                continue
            is_called, is_right = said in (WRONG, MISSING), true in RIGHT_TRUTHS
            self.called += is_called
            self.hits += is_called and not is_right
            self.planted += not is_right
            self.right += is_right
            self.alarms += is_called and is_right
            self.unheard += said == UNHEARD

    def shares(self) -> dict[str, float | None]:
        return {
            "precision": _share(self.hits, self.called),
            "recall": _share(self.hits, self.planted),
            "false_alarms_percent": _share(100 * self.alarms, self.right),
            "unheard_percent": _share(100 * self.unheard, self.right + self.planted),
        }


@dataclass
class Row:
    """One ear over all takes."""

    ear: str
    version: str = ""
    left_out: str = ""
    all: dict[str, float | None] = field(default_factory=dict)
    through: dict[str, float | None] = field(default_factory=dict)
    note_f1: float | None = None
    note_f1_as_it_comes: float | None = None
    lag_ms: float | None = None
    times_real_time: float | None = None
    takes: int = 0
    notes: int = 0
    audio_s: float = 0.0


def run(takes: Iterable[Take], ears: Sequence[str] = (OWN, *PEERS)) -> list[dict[str, Any]]:
    """One row an ear, the project's own first. An ear that is not installed has only `ear` and `left_out`."""
    if not PEERS_PYTHON.exists():
        return [asdict(Row("other ears", left_out=NOT_HERE))]
    with tempfile.TemporaryDirectory() as folder, _one_thread():
        cases = [_written(take, Path(folder) / f"{number:04d}.wav") for number, take in enumerate(takes)]
        rows = _own_rows(cases) if OWN in ears else []
        rows += _peer_rows([name for name in PEERS if name in ears], cases, Path(folder))
    return [asdict(row) for row in rows]


def _written(take: Take, path: Path) -> Case:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes((np.clip(take.samples, -1, 1) * 32767).astype("<i2").tobytes())
    real = tuple(PlainNote(note.onset_s, note.offset_s, note.pitch) for note in take.sounded)
    return Case(path, len(take.samples) / 44_100, take.story, take.score, _tested(take), real)


def _tested(take: Take) -> tuple[str, ...]:
    """The truth, without the notes that are no test: those of another key, and those after the player stopped."""
    if take.story in NO_TEST_OF_NOTES:
        return ("",) * len(take.truth)
    last = max((index for index, true in enumerate(take.truth) if true != "missing"), default=-1)
    is_cut = take.story == "half"
    # A repeated note that ran on is no test either: often nobody can hear it.
    return tuple(
        "" if (is_cut and index > last) or true == "not struck" else true for index, true in enumerate(take.truth)
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """For every process that is started meanwhile."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _own_rows(cases: Sequence[Case]) -> list[Row]:
    """Once by its own verdicts, and once by what the plain matching makes of the notes it heard."""
    # A process of its own: numpy has taken its threads here long since.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        own = pool.submit(_assess_all, [(case.path, case.score) for case in cases]).result()
    plain = [
        Hearing(_plain_verdicts(case.score.notes, one.notes), one.notes, one.cpu_s)
        for case, one in zip(cases, own, strict=True)
    ]
    return [_row(f"{ENGINE}", "", cases, own), _row(f"{ENGINE}, its notes matched plainly", "", cases, plain)]


def _assess_all(jobs: Sequence[tuple[Path, Score]]) -> list[Hearing]:
    _assess(*jobs[0])  # imports, loads, fills caches
    return [_assess(path, score) for path, score in jobs]


def _assess(path: Path, score: Score) -> Hearing:
    before_s = time.process_time()
    try:
        assessment = assess_recording(path, score, STANDARD)
    except RecordingError:
        return Hearing((UNHEARD,) * len(score.notes), (), time.process_time() - before_s)
    cpu_s = time.process_time() - before_s
    return Hearing(tuple(map(_own_verdict, assessment.notes)), tuple(_own_notes(assessment)), cpu_s)


def _own_verdict(note: NoteVerdict) -> str:
    if note.verdict == "missing":
        return MISSING
    if any(fault.kind in ("pitch", "octave") for fault in note.faults):
        return WRONG
    return UNHEARD if note.verdict == "not_heard" else RIGHT


def _own_notes(assessment: Assessment) -> Iterator[PlainNote]:
    """What it says was played. No ear of the others knows the score: this one's notes are not a transcription."""
    tuning = assessment.tuning_cents / 100
    for note in assessment.notes:
        if note.onset_s is not None and note.verdict != "missing":
            pitch = (note.pitch if note.heard_pitch is None else note.heard_pitch) + tuning
            yield PlainNote(note.onset_s, note.onset_s, pitch)
    for extra in assessment.extras:
        yield PlainNote(extra.onset_s, extra.offset_s, extra.pitch)


def _peer_rows(names: Sequence[str], cases: Sequence[Case], folder: Path) -> Iterator[Row]:
    listed = folder / "takes.json"
    listed.write_text(json.dumps([str(case.path) for case in cases]))
    struck = _hear("onsets", listed)
    for name in names:
        heard = _hear(name, listed)
        if isinstance(heard, str) or isinstance(struck, str):
            yield Row(PEERS[name], left_out=str(heard) if isinstance(heard, str) else str(struck))
            continue
        hearings = [
            _plain_hearing(case.score.notes, one, [note[0] for note in onsets["notes"]])
            for case, one, onsets in zip(cases, heard["takes"], struck["takes"], strict=True)
        ]
        yield _row(PEERS[name], heard["version"], cases, hearings)


def _hear(name: str, listed: Path) -> dict[str, Any] | str:
    """What the runner wrote, or why there is nothing, in a sentence."""
    out = listed.with_name(f"{name}.json")
    done = subprocess.run([PEERS_PYTHON, RUNNER, name, listed, out], capture_output=True, text=True)
    if done.returncode == NOT_INSTALLED:
        return "Not installed."
    if done.returncode:
        return f"It failed: {(done.stderr.strip().splitlines() or ['no word of why'])[-1]}"
    return json.loads(out.read_text())


def _plain_hearing(score: Sequence[Note], heard: dict[str, Any], struck_s: Sequence[float]) -> Hearing:
    if "notes" in heard:
        notes = [PlainNote(*note) for note in heard["notes"]]
    else:
        midi = np.array([np.nan if one is None else one for one in heard["frames"]["midi"]])
        notes = segment(midi, heard["frames"]["hop_s"], struck_s)
    return Hearing(_plain_verdicts(score, notes), tuple(notes), heard["cpu_s"])


def _plain_verdicts(score: Sequence[Note], notes: Sequence[PlainNote]) -> tuple[str, ...]:
    in_time = sorted(notes, key=lambda note: note.onset_s)
    return match([note.pitch for note in score], [note.onset_beat for note in score], in_time).verdicts


def _row(ear: str, version: str, cases: Sequence[Case], hearings: Sequence[Hearing]) -> Row:
    everything, through = Counts(), Counts()
    for case, heard in zip(cases, hearings, strict=True):
        everything.add(case.truth, heard.verdicts)
        if case.story not in PLACE_IS_LOST:
            through.add(case.truth, heard.verdicts)
    lags = [lag for case, heard in zip(cases, hearings, strict=True) for lag in onset_lags(case.real, heard.notes)]
    lag_s = float(np.median(lags)) if lags else 0.0
    audio_s = sum(case.duration_s for case in cases)
    return Row(
        ear=ear,
        version=version,
        all=everything.shares(),
        through=through.shares(),
        note_f1=_note_f1(cases, hearings, lag_s),
        note_f1_as_it_comes=_note_f1(cases, hearings, 0.0),
        lag_ms=round(1000 * lag_s, 1),
        times_real_time=_share(audio_s, sum(heard.cpu_s for heard in hearings)),
        takes=len(cases),
        notes=everything.right + everything.planted,
        audio_s=round(audio_s, 1),
    )


def _note_f1(cases: Sequence[Case], hearings: Sequence[Hearing], lag_s: float) -> float | None:
    pairs = list(zip(cases, hearings, strict=True))
    hits = sum(note_hits(case.real, moved(heard.notes, -lag_s)) for case, heard in pairs)
    return _share(2 * hits, sum(len(case.real) + len(heard.notes) for case, heard in pairs))


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown, so that it can be shown as it is."""
    lines = [
        "| ear | precision | recall | FA % | through: precision | recall | FA % | unheard % | F1 | lag ms | speed |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = " ".join(part for part in (row["ear"], row["version"]) if part)
        if row["left_out"]:
            lines.append(f"| {name} | {row['left_out']} |" + " |" * 9)
            continue
        cells = [
            row[part][key] for part in ("all", "through") for key in ("precision", "recall", "false_alarms_percent")
        ]
        shown = ["-" if cell is None else f"{cell:.{1 if place % 3 == 2 else 3}f}" for place, cell in enumerate(cells)]
        shown += [_number(row["all"]["unheard_percent"], 1), _number(row["note_f1"], 3)]
        shown += [_number(row["lag_ms"], 0), _number(row["times_real_time"], 0) + "x"]
        lines.append(f"| {name} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def main() -> None:
    from benchmarks.takes import make, orders

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--takes", type=int, default=60)
    parser.add_argument("--purpose", choices=("test", "fresh"), default="test")
    parser.add_argument("--ears", nargs="+", choices=(OWN, *PEERS), default=(OWN, *PEERS))
    parser.add_argument("--json", type=Path, default=ROOT / ".cache" / "peers.json")
    asked = parser.parse_args()
    if not PEERS_PYTHON.exists():
        raise SystemExit(NOT_HERE)
    rows = run((make(order) for order in orders(asked.purpose, count=asked.takes)), asked.ears)
    print(table(rows))
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
