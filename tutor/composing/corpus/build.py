"""Builds what ships from the tunes: `python -m tutor.composing.corpus.build`, a minute or so.

Writes `tables.npz` and `provenance.csv` beside this file. The same tunes and the same code give the same arrays, and
on one machine the same bytes; fold 0 is held out. With `--check` nothing is written: exit status 1 where the file
is not what the build gives.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.composing.corpus import copying
from tutor.composing.corpus.tables import MODEL_VERSION, TABLES_PATH, TUNES_DIGEST, VERSION
from tutor.composing.corpus.tunes import Tune, read_tunes
from tutor.composing.corpus.written import LETTERS, SEMITONES

PROVENANCE_PATH = Path(__file__).with_name("provenance.csv")
PROVENANCE_COLUMNS = ("collection", "number", "title", "metre", "key", "style", "fold", "digest")
HELD_OUT_FOLD = 0
LARGEST_FILE_BYTES = 5_000_000


def main(arguments: Sequence[str]) -> int:
    """Build and write, or with `--check` only compare."""
    tunes = read_tunes()
    arrays = learn_tables(tunes)
    if "--check" in arguments:
        return 0 if arrays_digest(arrays) == arrays_digest(_shipped()) else 1
    data = packed(arrays)
    if len(data) > LARGEST_FILE_BYTES:
        sys.stderr.write(f"{len(data):,} bytes: the tables may take {LARGEST_FILE_BYTES:,} at most.\n")
        return 1
    TABLES_PATH.write_bytes(data)
    PROVENANCE_PATH.write_text(provenance(tunes), encoding="utf-8")
    sys.stdout.write(f"{len(tunes)} tunes, {len(arrays)} arrays, {len(data):,} bytes\n")
    return 0


def learn_tables(tunes: Sequence[Tune]) -> dict[str, NDArray[np.generic]]:
    """Every array of the file by its name, learned from all folds but the held-out one."""
    from tutor.composing.pitch import learning as pitch
    from tutor.composing.rhythm import learning as rhythm

    learned = [tune for tune in tunes if tune.fold != HELD_OUT_FOLD]
    parts: dict[str, Mapping[str, NDArray[np.generic]]] = {
        "rhythm": rhythm.learn(learned),
        "pitch": pitch.learn(learned),
        "copying": copying.learn_runs(learned),
    }
    arrays = {f"{part}/{name}": array for part, table in parts.items() for name, array in table.items()}
    arrays[VERSION] = np.array(MODEL_VERSION)
    arrays[TUNES_DIGEST] = np.array(tunes_digest(tunes))
    return arrays


def packed(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """The bytes of the file, names in order; numpy dates its members 1980, so nothing depends on the day."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{name: arrays[name] for name in sorted(arrays)})
    return file.getvalue()


def arrays_digest(arrays: Mapping[str, NDArray[np.generic]]) -> str:
    """A digest of names, types, shapes and contents: the same wherever zlib packs otherwise."""
    digest = sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def tunes_digest(tunes: Sequence[Tune]) -> str:
    """One digest for all that was read: what the tables were learned from."""
    return sha256("".join(tune_digest(tune) for tune in tunes).encode()).hexdigest()


def tune_digest(tune: Tune) -> str:
    """A short digest of one tune: its signatures, style, fold and every event."""
    events = [(e.pitch, e.step, e.onset, e.ticks, e.bar, e.tied, e.ends_phrase) for e in tune.events]
    content = (tune.key, tune.metre, tune.tonic, tune.mode, tune.fifths, tune.style, tune.fold, events)
    return sha256(repr(content).encode()).hexdigest()[:16]


def provenance(tunes: Sequence[Tune]) -> str:
    """The list of what was learned from and what was held out, as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(PROVENANCE_COLUMNS)
    for tune in tunes:
        metre = f"{tune.metre[0]}/{tune.metre[1]}"
        key = f"{_tonic_name(tune)} {tune.mode}"
        writer.writerow(
            (tune.collection, tune.number, tune.title, metre, key, tune.style, tune.fold, tune_digest(tune))
        )
    return file.getvalue()


def _tonic_name(tune: Tune) -> str:
    altered = (tune.tonic - SEMITONES[tune.tonic_letter] + 6) % 12 - 6
    return LETTERS[tune.tonic_letter] + ("#" * altered if altered > 0 else "b" * -altered)


def _shipped() -> dict[str, NDArray[np.generic]]:
    with np.load(TABLES_PATH, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
