"""`python -m lessons.read_score_file NAME < file`: a score as JSON. Run by authoring.py; knows nothing of Django."""

from __future__ import annotations

import json
import resource
import sys

from tutor.notation.reading import ScoreError, read_score, text_of

# A hostile file may fill this process, and not the machine. music21 with all its notes takes a quarter of it.
MOST_MEMORY_BYTES = 2 * 2**30


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    data = sys.stdin.buffer.read()
    try:
        score = read_score(data, filename=sys.argv[1])
        answer = {"score": score.to_dict(), "dropped": list(score.dropped), "text": text_of(data)}
    except ScoreError as problem:
        answer = {"error": str(problem)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
