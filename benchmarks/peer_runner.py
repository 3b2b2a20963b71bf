"""Lets one other ear hear a list of takes, in an environment of its own. `benchmarks/peers.py` starts it.

    .tools/peers/bin/python benchmarks/peer_runner.py pyin takes.json heard.json

takes.json: paths of WAV files. heard.json: {"version", "takes": [{"cpu_s", and either "notes" or "frames"}, …]},
where `notes` is [[onset_s, offset_s, pitch], …], and `frames` is {"hop_s", "midi"}, a MIDI number with decimals a
frame or null.
CPU seconds count from the file to the ear's own output, without imports and what is loaded or compiled once.
Each ear is asked as its authors show it, over the whole range of pitches that it knows.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import types
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

Heard = dict[str, Any]
Ear = Callable[[str], Heard]
NOT_INSTALLED = 3  # the exit code that tells it from a failure
LOWEST_HZ, HIGHEST_HZ = 40.0, 2100.0  # for an ear that must be told


def main() -> int:
    name, takes, out = sys.argv[1:]
    logging.disable(logging.WARNING)  # of runtimes that Basic Pitch would rather have
    paths = json.loads(Path(takes).read_text())
    try:
        hear = EARS[name]()
    except ImportError as error:
        print(error, file=sys.stderr)
        return NOT_INSTALLED
    hear(paths[0])  # compiles, fills caches
    heard = {"version": version(PACKAGES[name]), "takes": [_timed(hear, path) for path in paths]}
    Path(out).write_text(json.dumps(heard))
    return 0


def _timed(hear: Ear, path: str) -> Heard:
    before_s = time.process_time()
    heard = hear(path)
    return {"cpu_s": time.process_time() - before_s, **heard}


def aubio_notes() -> Ear:
    """aubio's own note detection, with its own defaults: longer windows heard worse."""
    import aubio

    def hear(path: str) -> Heard:
        samples, rate = _mono(path)
        hop = 512
        detect = aubio.notes("default", 1024, hop, rate)
        notes: list[list[float]] = []
        for first in range(0, len(samples) - hop + 1, hop):
            pitch, _, ended = detect(samples[first : first + hop])
            if ended > 0 and notes:
                notes[-1][1] = first / rate
            if pitch > 0:
                notes.append([first / rate, len(samples) / rate, float(pitch)])
        return {"notes": notes}

    return hear


def pyin() -> Ear:
    """pYIN (Mauch and Dixon 2014), as librosa has it."""
    import librosa

    def hear(path: str) -> Heard:
        samples, rate = librosa.load(path, sr=22_050)
        f0_hz, voiced, _ = librosa.pyin(samples, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, sr=rate)
        return _frames(f0_hz, voiced, 512 / rate)

    return hear


def basic_pitch() -> Ear:
    """Basic Pitch (Bittner et al. 2022): the authors' network and note creation, the network run on onnxruntime."""
    import basic_pitch as package
    from basic_pitch import inference, note_creation

    path_of_model = package.build_icassp_2022_model_path(package.FilenameSuffix.onnx)
    model = inference.Model(path_of_model)
    model.model = _one_thread_session(path_of_model)

    def hear(path: str) -> Heard:
        output = inference.run_inference(path, model)
        _, events = note_creation.model_output_to_notes(output, onset_thresh=0.5, frame_thresh=0.3)
        # A bend is counted in thirds of a semitone, one a frame.
        notes = [
            [float(onset_s), float(offset_s), float(pitch + np.median(bends or [0]) / 3)]
            for onset_s, offset_s, pitch, _, bends in sorted(events, key=lambda event: event[0])
        ]
        return {"notes": notes}

    return hear


def swift_f0() -> Ear:
    """swift-f0: a small network on the spectrogram; voiced from .5 on, as its authors calibrated it."""
    import swift_f0 as package

    detector = package.SwiftF0(threads=1, spin=False)

    def hear(path: str) -> Heard:
        result = detector.detect_file(path)
        return _frames(result.pitch_hz, result.confidence >= 0.5, package.FRAME_PERIOD)

    return hear


def swift_f0_notes() -> Ear:
    """swift-f0 with its own segmentation into notes."""
    import swift_f0 as package

    detector = package.SwiftF0(threads=1, spin=False)

    def hear(path: str) -> Heard:
        notes = package.segment_notes(detector.detect_file(path))
        return {"notes": [[note.start, note.end, float(_midi(note.pitch_hz))] for note in notes]}

    return hear


def crepe_tiny() -> Ear:
    """CREPE (Kim et al. 2018), its tiny model, decoded as its authors did and voiced as torchcrepe's README shows.

    torchcrepe's own choice, a Viterbi search, held the highest pitch through whole takes, with this librosa at least.
    """
    # torchcrepe imports torchaudio to read files, which it is not asked to do here.
    sys.modules.setdefault("torchaudio", types.ModuleType("torchaudio"))
    import librosa
    import torch
    import torchcrepe

    torch.set_num_threads(1)

    def hear(path: str) -> Heard:
        samples, rate = librosa.load(path, sr=torchcrepe.SAMPLE_RATE)
        audio, hop = torch.from_numpy(samples)[None], rate // 100
        decode = torchcrepe.decode.weighted_argmax
        f0_hz, sureness = torchcrepe.predict(
            audio, rate, hop, model="tiny", decoder=decode, return_periodicity=True, batch_size=512
        )
        sureness = torchcrepe.filter.median(sureness, 3)
        return _frames(f0_hz[0].numpy(), sureness[0].numpy() >= 0.21, hop / rate)

    return hear


def onsets() -> Ear:
    """Not an ear of its own: aubio's onsets, which split a pitch that is struck again for all who hear pitch only."""
    import aubio

    def hear(path: str) -> Heard:
        samples, rate = _mono(path)
        hop = 256
        detect = aubio.onset("hfc", 1024, hop, rate)
        found = [
            float(detect.get_last_s())
            for first in range(0, len(samples) - hop + 1, hop)
            if detect(samples[first : first + hop])[0] > 0
        ]
        return {"notes": [[onset_s, onset_s, 0.0] for onset_s in found]}

    return hear


def _mono(path: str) -> tuple[np.ndarray, int]:
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32")
    return samples, rate


def _one_thread_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _frames(f0_hz: np.ndarray, voiced: np.ndarray, hop_s: float) -> Heard:
    known = np.asarray(voiced, bool) & np.isfinite(f0_hz) & (np.asarray(f0_hz) > 0)
    midi = _midi(np.where(known, f0_hz, 440.0))
    pairs = zip(midi, known, strict=True)
    return {"frames": {"hop_s": hop_s, "midi": [round(float(one), 3) if sounds else None for one, sounds in pairs]}}


def _midi(f0_hz: Any) -> Any:
    return 69 + 12 * np.log2(np.asarray(f0_hz, float) / 440)


EARS: dict[str, Callable[[], Ear]] = {
    "aubio-notes": aubio_notes,
    "pyin": pyin,
    "basic-pitch": basic_pitch,
    "swift-f0": swift_f0,
    "swift-f0-notes": swift_f0_notes,
    "crepe-tiny": crepe_tiny,
    "onsets": onsets,
}

PACKAGES = {
    "aubio-notes": "aubio-ledfx",
    "pyin": "librosa",
    "basic-pitch": "basic-pitch",
    "swift-f0": "swift-f0",
    "swift-f0-notes": "swift-f0",
    "crepe-tiny": "torchcrepe",
    "onsets": "aubio-ledfx",
}

if __name__ == "__main__":
    sys.exit(main())
