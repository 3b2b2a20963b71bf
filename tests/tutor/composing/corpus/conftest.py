from __future__ import annotations

import pytest

from tutor.composing.corpus.tunes import Tune, read_tunes


@pytest.fixture(scope="session")
def tunes() -> list[Tune]:
    """The whole corpus, read once: ten seconds."""
    return read_tunes()
