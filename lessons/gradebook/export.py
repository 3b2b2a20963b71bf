"""The gradebook as a file for other programs: CSV, or an Excel workbook. A job: see lessons/jobs.py.

What people wrote is text and never a formula, in either: a title or a reason may begin with an equals sign.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lessons.gradebook.book import Book, Row, book_of
from lessons.gradebook.weighing import Cell
from lessons.jobs import JobTrouble, Progress
from lessons.models import Assignment, Classroom, Job

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX_TEXT_MOST = 32_767


def run(job: Job, progress: Progress) -> None:
    from lessons.pages.gradebook import filters_of

    classroom = Classroom.objects.taught_by(job.owner, archived=True).filter(pk=job.params["classroom"]).first()
    if classroom is None:
        raise JobTrouble(_("You no longer teach this class."))
    book = book_of(classroom, filters_of(job.params["filters"], classroom))
    total = len(book.rows) + 1
    progress(0, total, _("Adding up the marks"))
    kind = job.params["as"]
    content = as_csv(book, progress) if kind == "csv" else as_xlsx(book, progress)
    name = f"{slugify(classroom.name) or 'class'}-{timezone.localdate():%Y-%m-%d}.{kind}"
    job.keep_output(name, content)
    progress(total, total, _("Ready to download."))


def as_csv(book: Book, progress: Progress | None = None) -> bytes:
    """A row a student, a column an assignment; UTF-8 with the mark that Excel looks for."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(text) for text in _heads(book)])
    writer.writerow(["", "", _("Weight"), "", "", *(f"{one.weight:g}" for one in book.assignments)])
    for number, row in enumerate(book.rows, start=1):
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in _values(row)])
        if progress:
            progress(number, len(book.rows) + 1)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(book: Book, progress: Progress | None = None) -> bytes:
    """Two sheets: the marks as they are looked at, and every mark with where it comes from."""
    import xlsxwriter

    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {**safe, "remove_timezone": True}) as file:
        looks = {
            "head": file.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}),
            "soft": file.add_format({"font_color": "#666666", "text_wrap": True}),
            "mark": file.add_format({"num_format": "0.0"}),
            "course": file.add_format({"num_format": "0.0", "bold": True}),
            "day": file.add_format({"num_format": "yyyy-mm-dd", "align": "left", "font_color": "#666666"}),
            "moment": file.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        }
        _marks_sheet(file.add_worksheet(_sheet_name(_("Marks"))), book, looks, progress)
        _details_sheet(file.add_worksheet(_sheet_name(_("Where from"))), book, looks)
    return out.getvalue()


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _heads(book: Book) -> list[str]:
    fixed = [_("Student"), _("User name"), _("Course mark"), _("Missing"), _("Late")]
    return [*fixed, *(_title(one) for one in book.assignments)]


def _title(one: Assignment) -> str:
    return f"{one.title} ({timezone.localdate(one.due_at):%Y-%m-%d})" if one.due_at else one.title


def _values(row: Row) -> list[Any]:
    fixed = [row.student.display_name, row.student.username, row.mark, row.missing, row.late]
    return [*fixed, *(_value(cell) for cell in row.cells)]


def _value(cell: Cell | None) -> float | str | None:
    """A number wherever there is one; work that is still open has no mark yet, and what could not be heard has none
    that anybody knows."""
    if cell is None:
        return None
    if cell.excused:
        return _("excused")
    if cell.not_heard:
        return _("sent, not heard")
    if cell.mark is None:
        return _("missing") if cell.missing else None
    return None if cell.so_far else cell.mark


def _marks_sheet(sheet: Any, book: Book, looks: dict[str, Any], progress: Progress | None) -> None:
    for column, text in enumerate(_heads(book)):
        _put(sheet, 0, column, text, looks["head"])
    _put(sheet, 1, 2, _("Weight"), looks["soft"])
    for column, one in enumerate(book.assignments, start=5):
        _put(sheet, 1, column, one.weight, looks["soft"])
    for number, row in enumerate(book.rows, start=1):
        for column, value in enumerate(_values(row)):
            _put(
                sheet,
                number + 1,
                column,
                value,
                looks["course"] if column == 2 else looks["mark"] if column > 4 else None,
            )
        if progress:
            progress(number, len(book.rows) + 1)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 4, 9)
    sheet.set_column(5, 5 + max(len(book.assignments), 1), 13)
    sheet.freeze_panes(2, 1)


def _details_sheet(sheet: Any, book: Book, looks: dict[str, Any]) -> None:
    heads = [_("Student"), _("Assignment"), _("Due"), _("State"), _("Mark"), _("As played"), _("Late"), _("By hand")]
    for column, text in enumerate([*heads, _("Why"), _("By"), _("When")]):
        _put(sheet, 0, column, text, looks["head"])
    for number, (row, one, cell) in enumerate(_each(book), start=1):
        for column, value in enumerate(_detail(row, one, cell)):
            look = looks["moment"] if isinstance(value, datetime) else looks["mark"] if column in (4, 5) else None
            _put(sheet, number, column, value, look)
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, 17)
    sheet.set_column(3, 10, 14)
    sheet.freeze_panes(1, 1)


def _each(book: Book) -> Iterator[tuple[Row, Assignment, Cell]]:
    for row in book.rows:
        for one, cell in zip(book.assignments, row.cells, strict=True):
            if cell is not None:
                yield row, one, cell


def _detail(row: Row, one: Assignment, cell: Cell) -> list[Any]:
    from lessons.templatetags.assignments import state_words

    override = cell.override
    due = timezone.localtime(one.due_at) if one.due_at else None
    return [
        row.student.display_name,
        one.title,
        due,
        state_words(cell.state),
        cell.mark,
        cell.played,
        _("yes") if cell.late else "",
        override.get_kind_display() if override else "",
        override.reason if override else "",
        override.by.display_name if override and override.by else "",
        timezone.localtime(override.at) if override else None,
    ]


def _put(sheet: Any, row: int, column: int, value: Any, look: Any = None) -> None:
    """Each kind of value by its own method: the one that guesses would make formulas of texts."""
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, str(value)[:XLSX_TEXT_MOST], look)


def _sheet_name(text: str) -> str:
    return "".join(letter for letter in text if letter not in "[]:*?/\\'")[:31]
