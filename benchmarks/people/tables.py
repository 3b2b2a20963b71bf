"""What `benchmarks.people` found, as Markdown tables."""

from __future__ import annotations

from typing import Any


def table(found: dict[str, Any]) -> str:
    """All tables; one sentence where the recordings are not here."""
    if "left_out" in found:
        return str(found["left_out"])
    parts = []
    if sung := found.get("sung"):
        parts += [
            f"**Sung exams**: {sung['takes']} takes of {sung['melodies']} melodies, cuts fitted on the others",
            _jury(sung["rows"]),
            _markdown(
                ["grade", "takes", "notes called right", "not heard", "restarts a take", "extras a take"],
                [
                    [row["grade"], row["takes"], _share(row["right"]), _share(row["not_heard"]), *_slips(row)]
                    for row in sung["heard"]
                ],
            ),
        ]
    if tapped := found.get("tapped"):
        parts += [
            f"**Tapped exams**: {tapped['takes']} takes of {tapped['patterns']} patterns, cuts fitted on the others",
            _jury(tapped["rows"]),
        ]
    if phrases := found.get("phrases"):
        parts += [
            "**A singer** (vocadito 1): note F1, onsets within 50 ms, pitches within 50 cents",
            _markdown(
                ["", "F1", "precision", "recall"],
                [
                    [row["what"], *(f"{row[key]:.3f}" for key in ("f1", "precision", "recall"))]
                    for row in phrases["singer"]
                ],
            ),
            "**Single notes and a scale**",
            _markdown(
                ["take", "right", "extras", "tuning in cents", "grade", "else"],
                [
                    [row["what"], f"{row['right']} of {row['notes']}"]
                    + [row.get(key, "") for key in ("extras", "cents", "overall", "said")]
                    for row in phrases["takes"]
                ],
            ),
        ]
    return "\n\n".join(parts)


def _jury(rows: list[dict[str, Any]]) -> str:
    return _markdown(
        ["grade", "mean error", "accuracy", "AUC pass/fail", "onset F1"],
        [
            [row["what"], f"{row['mean_error']:.3f}", f"{row['accuracy']:.3f}"]
            + [f"{row[key]:.3f}" if key in row else "" for key in ("auc", "onset_f1")]
            for row in rows
        ],
    )


def _markdown(head: list[str], rows: list[list[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _slips(row: dict[str, Any]) -> list[str]:
    return [f"{row[key]:.2f}" for key in ("restarts_a_take", "extras_a_take")]


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"
