"""`python -m lessons.importing.read_files`: reads score files, one after the other, for reader.py. Knows no Django.

In: a line of JSON {"name": …, "size": …}, then so many bytes; again and again. Out, for each file: one line of JSON
for each piece, {"piece": …} or {"error": …}, then {"end": true}.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from lessons.importing.facts import as_json
from lessons.read_score_file import MOST_MEMORY_BYTES
from tutor.notation.reading import ScoreError, read_pieces
from tutor.saying import to_json


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    out = sys.stdout
    # What a library prints by itself is no answer.
    sys.stdout = sys.stderr
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        for answer in _answers(sys.stdin.buffer.read(asked["size"]), asked["name"]):
            out.write(json.dumps(answer) + "\n")
            out.flush()


def _answers(data: bytes, name: str) -> Iterator[dict[str, Any]]:
    try:
        for piece in read_pieces(data, name):
            yield _error(piece) if isinstance(piece, ScoreError) else {"piece": as_json(piece)}
    except ScoreError as problem:
        yield _error(problem)
    yield {"end": True}


def _error(problem: ScoreError) -> dict[str, Any]:
    """As it can be said in the author's language, where it can."""
    return {"error": to_json(problem.args[0] if problem.args else str(problem))}


if __name__ == "__main__":
    main()
