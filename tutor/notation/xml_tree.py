"""A MusicXML file from a stranger, opened with care: sizes capped, no entities, every element with its line.

The line is kept as the attribute `_line`, so that what is wrong further on can say where.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from tutor.notation.errors import ScoreError
from tutor.saying import phrase

LARGEST_FILE_BYTES = 10_000_000
DEEPEST_ELEMENT = 64
LINE = "_line"
# Whatever a damaged or encrypted archive makes Python say.
UNZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError),
)


def unzip_mxl(data: bytes) -> bytes:
    """The score inside a compressed .mxl file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_member(archive, _score_name(archive))
    except UNZIP_ERRORS as error:
        if isinstance(error, ScoreError):
            raise
        raise ScoreError(phrase("The .mxl file is damaged: it can't be unzipped.")) from error


def _score_name(archive: zipfile.ZipFile) -> str:
    """What META-INF/container.xml points at; else the first score that lies in the archive."""
    names = archive.namelist()
    if "META-INF/container.xml" in names:
        container = parse_xml(_read_member(archive, "META-INF/container.xml"))
        pointed = next(
            (element.get("full-path", "") for element in container.iter() if local(element) == "rootfile"), ""
        )
        if pointed in names:
            return pointed
    for name in names:
        if PurePosixPath(name).suffix.lower() in (".xml", ".musicxml") and not name.startswith("META-INF"):
            return name
    raise ScoreError(phrase("The .mxl file holds no score."))


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of the archive, read no further than the cap, whatever its header claims."""
    with archive.open(name) as member:
        data = member.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise ScoreError(phrase("The score is too large once unzipped: 10 MB is the most that is read."))
    return data


def parse_xml(data: bytes) -> Element:
    """The document's root. Entity declarations are refused: no score needs them, and they can grow without end."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def open_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST_ELEMENT:
            raise ScoreError(
                phrase(
                    "Line {line}: the elements are nested too deep for a score.",
                    line=parser.CurrentLineNumber,
                )
            )
        builder.start(tag, {**attributes, LINE: str(parser.CurrentLineNumber)})

    def close_element(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse_entity(*_: object) -> None:
        raise ScoreError(
            phrase(
                "Line {line}: the file declares an XML entity, which no score needs.",
                line=parser.CurrentLineNumber,
            )
        )

    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse_entity
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        if isinstance(error, ScoreError):
            raise
        line = getattr(error, "lineno", parser.CurrentLineNumber)
        raise ScoreError(
            phrase("Line {line}: this is not well-formed XML ({reason}).", line=line, reason=_reason(error))
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, expat.ExpatError):
        return expat.ErrorString(error.code)
    return "its encoding is unknown"


def local(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2].rpartition(":")[2]
