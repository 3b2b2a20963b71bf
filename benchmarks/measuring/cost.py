"""What one assessment costs: seconds of sound a second of CPU, and the process's peak memory.

python -m benchmarks.measuring.cost score.json take.wav     # in a fresh process, one thread; prints JSON
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.one_core import ONE_CORE

SHORT_S, LONG_S = 30.0, 590.0
BPM = 96.0
ROOT = Path(__file__).resolve().parents[2]
STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Cost:
    """Of one whole assessment, decoding included. Memory counts the interpreter and all that it imported."""

    duration_s: float
    notes: int
    cpu_s: float
    times_real_time: float
    peak_mb: float


def costs(*, short_only: bool = False) -> dict[str, Cost]:
    """By "30 s" and "10 min"."""
    lengths = {"30 s": (SHORT_S, 3)} | ({} if short_only else {"10 min": (LONG_S, 2)})
    return {name: _measured(length_s, times) for name, (length_s, times) in lengths.items()}


def _measured(length_s: float, times: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        score, recording = Path(folder) / "score.json", Path(folder) / "take.wav"
        _write_take(length_s, score, recording)
        command = [sys.executable, "-m", "benchmarks.measuring.cost", str(score), str(recording), str(times)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_CORE, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout))


def _write_take(length_s: float, score_path: Path, recording_path: Path) -> None:
    """A student who plays one study after another."""
    import numpy as np

    from benchmarks.takes import PLAYERS
    from benchmarks.takes.conditions import apply
    from benchmarks.takes.drawn_tunes import STYLES, draw_tune
    from benchmarks.takes.performance import perform
    from benchmarks.takes.sheet import set_whole
    from benchmarks.takes.synthesised import render
    from benchmarks.takes.take import wav_file
    from benchmarks.takes.tune import Tune

    bars_wanted = round(length_s * BPM / 60 / 4)
    drawn = (draw_tune(style, seed) for seed in range(100) for style in STYLES)
    bars = [bar for tune in (next(drawn) for _ in range(bars_wanted // 6 + 1)) for bar in tune.bars][:bars_wanted]
    player = PLAYERS["synthesis/synthetic-reed"]
    rng = np.random.default_rng(11)
    score = set_whole(Tune("studies", tuple(bars), (4, 4), 0), player.low, player.high, rng)
    played = perform(score, BPM, player, "clean", "errors", rng)
    recording_path.write_bytes(wav_file(apply(render(played.strokes, player.instrument, rng), "clean", rng)))
    score_path.write_text(json.dumps(score.to_dict()), "utf-8")


def main() -> None:
    from tutor.assess import assess_recording
    from tutor.grading.rubric import STANDARD
    from tutor.notation.score import Score

    score = Score.from_dict(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    seconds = []
    for _ in range(int(sys.argv[3])):
        began_s = time.process_time()
        assessment = assess_recording(Path(sys.argv[2]), score, STANDARD)
        seconds.append(time.process_time() - began_s)
    duration_s = assessment.duration_s or 0.0
    # The best of them: other work on the machine only ever adds.
    cost = Cost(duration_s, len(score.notes), min(seconds), duration_s / min(seconds), _peak_mb())
    print(json.dumps(asdict(cost)))


def _peak_mb() -> float:
    """This process's largest resident memory. Linux's own count: `ru_maxrss` begins at what the parent had."""
    if STATUS.exists():
        kilobytes = next(line.split()[1] for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kilobytes) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    main()
