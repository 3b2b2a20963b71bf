"""The one door for sheet music: MusicXML (plain or .mxl), MIDI and ABC -> Score, or every piece and part of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from tutor.notation.errors import ScoreError
from tutor.notation.manuscript import Manuscript, lay_out, lay_out_in_sections
from tutor.notation.musicxml_reading import RawPart, read_musicxml, read_parts
from tutor.notation.score import Score
from tutor.notation.xml_tree import LARGEST_FILE_BYTES, unzip_mxl
from tutor.saying import phrase

__all__ = ["FORMATS", "TOO_LARGE", "Part", "Piece", "ScoreError", "read_pieces", "read_score", "text_of"]

TOO_LARGE = "The file is too large: 10 MB is the most that is read."
FORMATS = (".musicxml", ".xml", ".mxl", ".mid", ".midi", ".abc")


@dataclass(frozen=True, slots=True)
class Part:
    """One line to choose: a staff of a part. `staff` is 0 where the part has one alone; `section_ends` are the places
    in `score.bars` after which a double barline or a repeat sign stands."""

    name: str
    staff: int
    score: Score
    section_ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of music with at least one part; `troubles` says what of it could not be read, and why."""

    title: str
    composer: str
    parts: tuple[Part, ...]
    text: str = ""  # the file itself; of a book of ABC this tune
    troubles: tuple[str, ...] = ()


def read_score(source: Path | bytes, filename: str = "") -> Score:
    """The score in a file or in the bytes of one, of several its first; what was left out is in its `dropped`. Raises
    ScoreError."""
    if isinstance(source, Path):
        filename = filename or source.name
        source = _read_file(source)
    form = _form(source, filename)
    if form == "musicxml":
        return lay_out(read_musicxml(_xml(source)))
    return _first_of(source, form)


def read_pieces(data: bytes, filename: str) -> Iterator[Piece | ScoreError]:
    """Every piece of a file, one after the other; a tune of a book that can't be read is a ScoreError in its place.
    Raises ScoreError where the file as a whole can't be read."""
    form = _form(data, filename)
    if form == "abc":
        from tutor.notation.music21_reading import tunes_of

        for tune in tunes_of(data):
            try:
                yield _piece(_of_music21(tune.encode(), "abc"), tune)
            except ScoreError as problem:
                yield problem
    elif form == "midi":
        yield _piece(_of_music21(data, "midi"), "")
    else:
        yield _piece(read_parts(_xml(data)), text_of(data))


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
        raise ScoreError(phrase("{name} can't be opened: {why}.", name=path.name, why=error.strerror or "")) from error


def _form(data: bytes, filename: str) -> str:
    """musicxml, midi or abc. By what the bytes are, and only then by the name: files are often misnamed."""
    if not data.strip():
        raise ScoreError(phrase("The file is empty."))
    if len(data) > LARGEST_FILE_BYTES:
        raise ScoreError(TOO_LARGE)
    suffix = PurePath(filename).suffix.lower()
    if data.startswith(b"PK"):
        return "musicxml"
    if data.startswith(b"MThd") or suffix in (".mid", ".midi"):
        return "midi"
    if suffix == ".mxl" and not _is_xml(data):
        raise ScoreError(phrase("The .mxl file is damaged: it can't be unzipped."))
    if _is_xml(data):
        return "musicxml"
    if suffix == ".abc" or _looks_like_abc(data):
        return "abc"
    if suffix in FORMATS:
        return "musicxml"
    raise ScoreError(
        phrase(
            "“{suffix}” is no format for sheet music that can be read: {names} are.",
            suffix=suffix,
            names=", ".join(FORMATS),
        )
    )


def _is_xml(data: bytes) -> bool:
    return data[:100].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _looks_like_abc(data: bytes) -> bool:
    lines = data[:4000].splitlines()
    return any(line.startswith(b"X:") for line in lines) and any(line.startswith(b"K:") for line in lines)


def _xml(data: bytes) -> bytes:
    return unzip_mxl(data) if data.startswith(b"PK") else data


def _of_music21(data: bytes, form: str) -> list[RawPart]:
    from tutor.notation.music21_reading import read_abc, read_midi, tunes_of

    parts = read_midi(data) if form == "midi" else read_abc(tunes_of(data)[0])
    return [RawPart(name, 0, manuscript) for name, manuscript in parts]


def _first_of(data: bytes, form: str) -> Score:
    """The first part of the first tune; what else there is, is said."""
    from tutor.notation.music21_reading import tunes_of

    tunes = len(tunes_of(data)) if form == "abc" else 1
    parts = _of_music21(data, form)
    others = [f"Only the first of {tunes} tunes is kept."] if tunes > 1 else []
    if len(parts) > 1:
        others.append(f"Only the first part is kept; {len(parts) - 1} more were left out.")
    first = parts[0].read
    assert isinstance(first, Manuscript)
    score = lay_out(first)
    return replace(score, dropped=(*others, *score.dropped))


def _piece(raw: list[RawPart], text: str) -> Piece:
    """Its parts laid out; one that can't be is said, and does not spoil the rest."""
    parts: list[Part] = []
    troubles: list[ScoreError] = []
    for one in raw:
        try:
            if isinstance(one.read, ScoreError):
                raise one.read
            score, ends = lay_out_in_sections(one.read)
            parts.append(Part(one.name, one.staff, score, ends))
        except ScoreError as problem:
            troubles.append(problem)
    if not parts:
        raise troubles[0]
    said = tuple(str(problem) for problem in troubles)
    return Piece(parts[0].score.title, parts[0].score.composer, tuple(parts), text, said)
