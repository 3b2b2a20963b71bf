"""`python -m lessons.read_score_file NAME < file`: a score as JSON. Run by authoring.py; knows nothing of Django."""

from __future__ import annotations

import json
import sys

from tutor.notation.reading import ScoreError, read_score


def main() -> None:
    try:
        score = read_score(sys.stdin.buffer.read(), filename=sys.argv[1])
        answer = {"score": score.to_dict(), "dropped": list(score.dropped)}
    except ScoreError as problem:
        answer = {"error": str(problem)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
