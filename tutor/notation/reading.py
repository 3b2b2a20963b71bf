"""The one door for sheet music: MusicXML (plain or .mxl), MIDI and ABC -> Score."""

from __future__ import annotations

from pathlib import Path, PurePath

from tutor.notation.errors import ScoreError
from tutor.notation.manuscript import Manuscript, lay_out
from tutor.notation.musicxml_reading import read_musicxml
from tutor.notation.score import Score
from tutor.notation.xml_tree import LARGEST_FILE_BYTES, unzip_mxl

__all__ = ["FORMATS", "TOO_LARGE", "ScoreError", "read_score", "text_of"]

TOO_LARGE = "The file is too large: 10 MB is the most that is read."
FORMATS = (".musicxml", ".xml", ".mxl", ".mid", ".midi", ".abc")


def read_score(source: Path | bytes, filename: str = "") -> Score:
    """The score in a file or in the bytes of one; what was left out is in its `dropped`. Raises ScoreError."""
    if isinstance(source, Path):
        filename = filename or source.name
        source = _read_file(source)
    if not source.strip():
        raise ScoreError("The file is empty.")
    if len(source) > LARGEST_FILE_BYTES:
        raise ScoreError(TOO_LARGE)
    return lay_out(_manuscript(source, PurePath(filename).suffix.lower()))


def text_of(source: bytes) -> str:
    """A file that can be read, as text: the score inside an .mxl, "" for MIDI, which is none."""
    if source.startswith(b"MThd"):
        return ""
    data = unzip_mxl(source) if source.startswith(b"PK") else source
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise ScoreError(f"{path.name} can't be opened: {error.strerror}.") from error


def _manuscript(data: bytes, suffix: str) -> Manuscript:
    """By what the bytes are, and only then by the name: files are often misnamed."""
    from tutor.notation.music21_reading import read_abc, read_midi

    if data.startswith(b"PK"):
        return read_musicxml(unzip_mxl(data))
    if data.startswith(b"MThd") or suffix in (".mid", ".midi"):
        return read_midi(data)
    if suffix == ".mxl":
        raise ScoreError("The .mxl file is damaged: it can't be unzipped.")
    if suffix == ".abc":
        return read_abc(data)
    if suffix in FORMATS or data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return read_musicxml(data)
    raise ScoreError(f"“{suffix}” is no format for sheet music that can be read: {', '.join(FORMATS)} are.")
