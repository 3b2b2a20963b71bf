"""A class list as schools have it: CSV out of Excel, LibreOffice or a school's register, or cells that were pasted.

Nothing is asked that the file can say: its letters (UTF-8, UTF-16, Windows), its separator, whether its first row is
a heading, and which column is what. What was guessed is shown, and can be set right."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.classroom import ClassroomError
from lessons.roster import words

MOST_ROWS, MOST_COLUMNS, MOST_BYTES, MOST_LETTERS = 500, 30, 1_000_000, 200
SEPARATORS = ";\t,|"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of the rows below the heading; of each column what it is (lessons.roster.words) and what stood above."""

    cells: list[list[str]]
    columns: list[str]
    headings: list[str]


def read(content: bytes) -> Table:
    return read_text(decode(content))


def read_text(text: str) -> Table:
    rows = [row for row in (_tidy(row) for row in _split(text)) if any(row)]
    headings = rows.pop(0) if rows and _is_heading(rows[0]) else []
    if not rows:
        raise ClassroomError(_("There is nobody in this list. Its rows are students: a name is enough."))
    if len(rows) > MOST_ROWS:
        said = ngettext(
            "This list has %(n)d row; at most %(most)d can be read at once. Send it in parts.",
            "This list has %(n)d rows; at most %(most)d can be read at once. Send it in parts.",
            len(rows),
        )
        raise ClassroomError(said % {"n": len(rows), "most": MOST_ROWS})
    width = max(map(len, [headings, *rows]))
    if width > MOST_COLUMNS:
        raise ClassroomError(_("This list has more than %(n)d columns. Keep those with names.") % {"n": MOST_COLUMNS})
    cells = [row + [""] * (width - len(row)) for row in rows]
    headings = headings + [""] * (width - len(headings)) if headings else []
    columns = _by_headings(headings) if headings else _by_cells(cells, text)
    return Table(cells, columns, headings)


def decode(content: bytes) -> str:
    """Unicode if it says so or is, else as Windows wrote before."""
    if len(content) > MOST_BYTES:
        raise ClassroomError(_("This file is too large for a class list. Save the names alone as CSV."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ClassroomError(_("This is a workbook. In Excel, choose Save as, then “CSV UTF-8”, and send that file."))
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _checked(content.decode(encoding, errors="replace"))
    for encoding in ("utf-8", "cp1252"):
        try:
            return _checked(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _checked(content.decode("latin-1"))


def _checked(text: str) -> str:
    if "\0" in text:
        raise ClassroomError(_("This is not a list in text. Save it as CSV, and send that file."))
    return text


def _split(text: str) -> list[list[str]]:
    """By the separator that gives most rows the same number of cells, more than one if any does."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first, _newline, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip().strip('"')) <= 5:
        text = rest  # Excel's own word for it, and no row.
    tries = [_parsed(text, separator) for separator in SEPARATORS]
    return max(tries, key=_evenness)


def _parsed(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return [line.split(separator) for line in text.split("\n")]


def _evenness(rows: list[list[str]]) -> int:
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    return max((count for width, count in widths.items() if width > 1), default=0)


def _tidy(row: Sequence[str]) -> list[str]:
    """One space between words; of a row that ends in empty cells, those are none."""
    cells = [" ".join(cell.split())[:MOST_LETTERS] for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _is_heading(row: Sequence[str]) -> bool:
    """Half of its words are words that lists are headed with; nobody is called that."""
    known = sum(words.heading(cell) is not None for cell in row)
    return known > 0 and 2 * known >= sum(bool(cell) for cell in row)


def _by_headings(headings: Sequence[str]) -> list[str]:
    kinds = [words.heading(one) or words.IGNORED for one in headings]
    if words.FIRST in kinds and words.LAST not in kinds:
        # "Name, Vorname": the name beside a first name is the family's.
        kinds = [words.LAST if kind == words.NAME else kind for kind in kinds]
    return once_each(kinds)


def _by_cells(cells: Sequence[Sequence[str]], text: str) -> list[str]:
    kinds = [_kind(column) for column in zip(*cells, strict=True)]
    unsaid = [place for place, kind in enumerate(kinds) if kind is None]
    if len(unsaid) == 1:
        column = [row[unsaid[0]] for row in cells]
        names = [words.LAST_FIRST if sum("," in cell for cell in column) * 2 > len(column) else words.NAME]
    else:
        # "Okonkwo, Nina": with a space after the comma it is a name turned round, not two columns.
        turned = text.count(", ") * 2 > text.count(",") > 0
        names = [words.LAST, words.FIRST] if turned else [words.FIRST, words.LAST]
    for place, name in zip(unsaid, names, strict=False):
        kinds[place] = name
    return once_each([kind or words.IGNORED for kind in kinds])


def _kind(column: Sequence[str]) -> str | None:
    """What a column is by its cells alone; None if they may be names."""
    filled = [cell for cell in column if cell]
    if not filled:
        return words.IGNORED
    if all("@" in cell for cell in filled):
        return words.EMAIL
    if sum(words.instrument(cell) is not None for cell in filled) * 2 > len(filled):
        return words.INSTRUMENT
    if all(cell.isdigit() for cell in filled):
        # A number that counts the rows, or one of a register, says nothing of anybody.
        counts = filled == [str(number) for number in range(1, len(filled) + 1)] and len(filled) > 1
        return words.LEVEL if not counts and all(cell in tuple("12345678") for cell in filled) else words.IGNORED
    return None


def once_each(kinds: Sequence[str]) -> list[str]:
    """Of two columns of a kind the first is it."""
    return [kind if kind not in kinds[:place] else words.IGNORED for place, kind in enumerate(kinds)]
