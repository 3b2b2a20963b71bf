"""The file that ships is what the build gives."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from tutor.composing.corpus import tables as shipped
from tutor.composing.corpus.build import (
    LARGEST_FILE_BYTES,
    PROVENANCE_PATH,
    arrays_digest,
    learn_tables,
    packed,
    provenance,
    tunes_digest,
)
from tutor.composing.corpus.tables import MODEL_VERSION, TABLES_PATH, TUNES_DIGEST, VERSION, WrongTables, tables


@pytest.fixture(scope="module")
def file():
    with np.load(TABLES_PATH, allow_pickle=False) as file:
        yield file


def test_it_is_small_and_of_this_version(file):
    assert TABLES_PATH.stat().st_size < LARGEST_FILE_BYTES
    assert str(file[VERSION]) == MODEL_VERSION


def test_it_was_learned_from_the_tunes_that_are_read_now(file, tunes):
    assert str(file[TUNES_DIGEST]) == tunes_digest(tunes)


def test_its_list_of_tunes_is_complete(tunes):
    written = PROVENANCE_PATH.read_text(encoding="utf-8")
    assert written == provenance(tunes)
    rows = list(csv.DictReader(io.StringIO(written)))
    assert len(rows) == len(tunes)
    assert {row["fold"] for row in rows} == {str(fold) for fold in range(10)}


def test_its_arrays_are_what_the_build_gives(file, tunes):
    """Where this fails: python -m tutor.composing.corpus.build."""
    built = learn_tables(tunes)
    assert set(built) == set(file.files)
    for name, array in built.items():
        assert array.dtype == file[name].dtype
        # Logarithms differ in their last bits from one processor to another.
        close = (
            np.allclose(array, file[name], rtol=1e-5) if array.dtype.kind == "f" else np.array_equal(array, file[name])
        )
        assert close, name


def test_every_part_of_the_composer_finds_its_tables():
    assert tables("rhythm")
    assert tables("pitch")
    assert not tables("nothing")


def test_tables_are_shared_so_nobody_may_change_them():
    array = next(iter(tables("copying").values()))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_the_same_arrays_pack_to_the_same_bytes_in_any_order():
    arrays = {"b": np.arange(5), "a": np.eye(3)}
    assert packed(arrays) == packed(dict(reversed(arrays.items())))
    assert arrays_digest(arrays) != arrays_digest({**arrays, "b": np.arange(5) + 1})
    assert arrays_digest(arrays) != arrays_digest({**arrays, "b": np.arange(5, dtype=np.int32)})


def test_a_file_of_another_version_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "tables.npz"
    path.write_bytes(packed({VERSION: np.array("woodshed-melody/0")}))
    monkeypatch.setattr(shipped, "TABLES_PATH", path)
    tables.cache_clear()
    try:
        with pytest.raises(WrongTables, match="rebuild"):
            tables("pitch")
    finally:
        tables.cache_clear()
