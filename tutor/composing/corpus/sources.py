"""The books of tunes that are read, all in the public domain, as they lie in music21's corpus folder.

In: James Aird's *Selection of Scotch, English, Irish and Foreign Airs* (Glasgow 1778-1801, in ABC by Jack Campin),
*Ryan's Mammoth Collection* (Boston 1883, Ray Davies), O'Neill's *Music of Ireland* (Chicago 1903, Norbert Paap and
others), Bruce and Stokoe's *Northumbrian Minstrelsy* (Newcastle 1882, Jack Campin), and the sopranos of Bach's
chorales (Margaret Greentree and others). Only statistics of them are kept, and their titles.

Out: Essen (not for commercial use), Nottingham (no licence beside it), Palestrina, the Trecento and Josquin (several
voices, other rhythms), the American fife tunes (from a site that is gone; nobody knows who wrote them down).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from tutor.composing.corpus.abc_reading import read_abc_tunes
from tutor.composing.corpus.chorale_reading import read_chorale
from tutor.composing.corpus.written import WrittenTune
from tutor.notation.errors import ScoreError

BOOKS = {
    "airdsAirs": "book*.abc",
    "ryansMammoth": "*.abc",
    "oneills1850": "*.abc",
    "miscFolk": "northumbrianminstrelsyopus.abc",
}
CHORALES = "bach"


def read_sources() -> Iterator[tuple[str, WrittenTune]]:
    """Every tune that can be read, with its collection, always in the same order."""
    corpus = corpus_folder()
    for collection, pattern in BOOKS.items():
        for path in sorted((corpus / collection).glob(pattern)):
            text = path.read_text(encoding="utf-8", errors="replace")
            for tune in read_abc_tunes(text):
                # Ryan's tunes lie one a file, and each is number 1 in its own.
                yield collection, replace(tune, number=path.stem) if collection == "ryansMammoth" else tune
    for path in sorted((corpus / CHORALES).glob("bwv*.mxl")):
        if chorale := _chorale(path):
            yield CHORALES, chorale


def corpus_folder() -> Path:
    """Where music21 keeps its tunes; music21 itself is not loaded."""
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The tunes come with music21, which is not installed.")
    return Path(spec.origin).parent / "corpus"


def _chorale(path: Path) -> WrittenTune | None:
    try:
        return read_chorale(path.read_bytes(), path.stem)
    except ScoreError:
        return None
