"""The tables that `build` learned, as they ship: loaded once, when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

MODEL_VERSION = "woodshed-melody/1"
TABLES_PATH = Path(__file__).with_name("tables.npz")
# Names in the file: what it was built as, and from what.
VERSION = "version"
TUNES_DIGEST = "tunes_digest"


class WrongTables(RuntimeError):
    """The table file was built for another version of the composer: rebuild it."""


@cache
def tables(prefix: str) -> Mapping[str, NDArray[np.generic]]:
    """The arrays whose names begin with "prefix/", by the rest of their names, read-only."""
    with np.load(TABLES_PATH, allow_pickle=False) as file:
        version = str(file[VERSION])
        if version != MODEL_VERSION:
            raise WrongTables(f"{TABLES_PATH.name} is {version}, not {MODEL_VERSION}: rebuild it.")
        start = f"{prefix}/"
        arrays = {name.removeprefix(start): file[name] for name in file.files if name.startswith(start)}
    for array in arrays.values():
        array.flags.writeable = False
    return MappingProxyType(arrays)
