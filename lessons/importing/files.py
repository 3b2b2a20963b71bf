"""The files that an author brings, out of the archives that they come in. Archives are taken apart with care: so many
files and so many bytes, none inside another, and a name is a label that never becomes a path."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import File
from django.core.files.temp import NamedTemporaryFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tutor.notation.xml_tree import LARGEST_FILE_BYTES, UNZIP_ERRORS

MOST_FILES = 200
LARGEST_UPLOAD_BYTES = 50_000_000
MOST_UNPACKED_BYTES = 100_000_000
# Scores pack to a fifteenth at best; a bomb to a thousandth.
TIGHTEST_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 1_000_000
# What file managers leave in an archive.
RUBBISH = re.compile(r"(^|/)(__MACOSX/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Brought:
    """One file: its name as a label, and its bytes or why they can't be had."""

    name: str
    data: bytes = b""
    trouble: str = ""


class TooMuch(Exception):
    """More than is taken at a time; str() is one plain sentence."""


def bundle(uploads: Iterable[Any]) -> File[Any]:
    """The uploads of one request in one file, as a job keeps it: an archive without compression."""
    file = NamedTemporaryFile(suffix=".zip")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number, upload in enumerate(uploads):
            with archive.open(f"{number:04d}/{label(upload.name or '')}", "w") as member:
                for chunk in upload.chunks():
                    member.write(chunk)
    file.seek(0)
    return File(file, name="import.zip")


def unbundle(file: IO[bytes]) -> Iterator[Brought]:
    """Every file of a bundle, those inside an author's archives too, as far as the limits go."""
    left = _Allowance()
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            name = member.filename.partition("/")[2]
            with archive.open(member) as opened:
                data = opened.read(LARGEST_UPLOAD_BYTES + 1)
            yield from _opened(name, data, left)


def count(file: IO[bytes]) -> int:
    """About how many files there are, for the progress: those inside an author's archives, too."""
    with zipfile.ZipFile(file) as archive:
        return min(sum(_count_in(archive, member) for member in archive.infolist()), MOST_FILES)


def _count_in(bundled: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    with bundled.open(member) as opened:
        data = opened.read(LARGEST_UPLOAD_BYTES + 1)
    if not data.startswith(b"PK") or _is_mxl(data, member.filename):
        return 1
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return max(len(_members(archive)), 1)
    except UNZIP_ERRORS:
        return 1


class _Allowance:
    """What may still be unpacked."""

    def __init__(self) -> None:
        self.files = MOST_FILES
        self.bytes = MOST_UNPACKED_BYTES

    def take(self, size: int) -> None:
        self.files -= 1
        self.bytes -= size
        if self.files < 0:
            raise TooMuch(
                ngettext(
                    "There are more than %(n)s file: the rest was left out.",
                    "There are more than %(n)s files: the rest was left out.",
                    MOST_FILES,
                )
                % {"n": MOST_FILES}
            )
        if self.bytes < 0:
            raise TooMuch(_("Unpacked, this is more than 100 MB: the rest was left out."))


def _opened(name: str, data: bytes, left: _Allowance) -> Iterator[Brought]:
    try:
        if data.startswith(b"PK") and not _is_mxl(data, name):
            yield from _unpacked(name, data, left)
            return
        left.take(len(data))
        yield Brought(name, data)
    except TooMuch as problem:
        yield Brought(name, trouble=str(problem))
    except UNZIP_ERRORS:
        yield Brought(name, trouble=_("The archive is damaged: it can't be unzipped."))


def _is_mxl(data: bytes, name: str) -> bool:
    """A compressed score is an archive too: by what lies in it, and where that can't be read by its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "META-INF/container.xml" in archive.namelist() or name.lower().endswith(".mxl")
    except UNZIP_ERRORS:
        return not name.lower().endswith(".zip")


def _unpacked(archive_name: str, data: bytes, left: _Allowance) -> Iterator[Brought]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = _members(archive)
        if not members:
            yield Brought(archive_name, trouble=_("The archive is empty."))
        for member in members:
            name = f"{archive_name}: {label(member.filename)}"
            left.take(0)
            try:
                inside = _member(archive, member)
            except UNZIP_ERRORS:
                yield Brought(name, trouble=_("This file can't be unzipped: it is damaged or has a password."))
                continue
            if isinstance(inside, str):
                yield Brought(name, trouble=inside)
                continue
            left.files += 1
            left.take(len(inside))
            if inside.startswith(b"PK") and not _is_mxl(inside, member.filename):
                yield Brought(name, trouble=_("An archive inside an archive is not opened: bring it by itself."))
            else:
                yield Brought(name, inside)


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [one for one in archive.infolist() if not one.is_dir() and not RUBBISH.search(one.filename)]


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | str:
    """The bytes, read no further than the cap, whatever the header claims; or why they are not read."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _("The file is packed in a way that is not opened here: make a plain zip.")
    with archive.open(member) as opened:
        data = opened.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        return _("The file is too large: 10 MB is the most that is read.")
    if len(data) > RATIO_COUNTS_FROM_BYTES and len(data) > TIGHTEST_RATIO * max(member.compress_size, 1):
        return _("The file is packed tighter than music can be: it is not read.")
    return data


def label(name: str) -> str:
    """What a file is called: its last name alone, without what can't be printed."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(char for char in last if char.isprintable())[-120:] or "file"
