"""Reads files in a process of their own, with a limit to its memory and time. One that falls over a file is replaced,
and the next file is read as if nothing had been."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from lessons.authoring import READ_WITHIN_S

log = logging.getLogger(__name__)

# A book of a thousand tunes, read one by one.
FILE_WITHIN_S = 240


class FileTrouble(Exception):
    """A file, or the rest of it, can't be read; str() is one plain sentence."""


class Reader:
    """`with Reader() as reader: for answer in reader.read(name, data): …`"""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end()

    def read(self, name: str, data: bytes) -> Iterator[dict[str, Any]]:
        """{"piece": …} or {"error": sentence} of each piece. Raises FileTrouble where the reader is lost."""
        left_s = float(FILE_WITHIN_S)
        self._send(json.dumps({"name": name, "size": len(data)}).encode() + b"\n" + data, name)
        while True:
            answer, took_s = self._next_line(name, min(READ_WITHIN_S, left_s))
            left_s -= took_s
            if "end" in answer:
                return
            yield answer

    def _send(self, message: bytes, name: str) -> None:
        process = self._process or self._begin()
        assert process.stdin is not None
        try:
            process.stdin.write(message)
            process.stdin.flush()
        except OSError:
            raise self._lost(name) from None

    def _begin(self) -> subprocess.Popen[bytes]:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lessons.importing.read_files"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=settings.ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        return self._process

    def _next_line(self, name: str, within_s: float) -> tuple[dict[str, Any], float]:
        process = self._process
        assert process is not None and process.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        began = time.monotonic()
        timer = threading.Timer(max(within_s, 0.01), give_up)
        timer.start()
        try:
            line = process.stdout.readline()
        finally:
            timer.cancel()
        if late.is_set():
            self._end()
            raise FileTrouble(_("The file takes too long to read: it may be damaged. Export it again."))
        if not line.endswith(b"\n"):
            raise self._lost(name)
        answer: dict[str, Any] = json.loads(line)
        return answer, time.monotonic() - began

    def _lost(self, name: str) -> FileTrouble:
        said = b""
        if self._errors is not None:
            self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(self._errors.tell() - 2000, 0))
            said = self._errors.read()
        log.error("The reader fell over %s: %s", name, said.decode(errors="replace"))
        self._end()
        return FileTrouble(_("The file could not be read, and we can't say where. Export it as MusicXML, or tell us."))

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                try:
                    if pipe:
                        pipe.close()
                except OSError:  # what was still to be written has nobody to read it
                    pass
            process.wait()
        if self._errors is not None:
            self._errors.close()
            self._errors = None
