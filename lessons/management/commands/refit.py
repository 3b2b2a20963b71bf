"""`manage.py refit`: the learner's parameters and how hard exercises are, estimated from the school's own takes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lessons.practice import refitting
from tutor.learner.refitting import Calibration, Refit

STEPS = 20  # lines of progress


class Command(BaseCommand):
    help = (
        "Estimate anew, from all raw verdicts, how hard exercises and skills are and how students learn and forget; "
        "keep it if students who were held out are forecast better, and learn all students again. Killed and started "
        "again, it goes on where it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="estimate and report, keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"] and (left := refitting.left_behind().count()):
            self.stdout.write(f"{_students(left)} still to be learnt again: that first.")
            self._learn_again()
            self.stdout.write("Run it again to estimate anew.")
            return
        found = refitting.estimate(self._progress("read"))
        self._report(found)
        if options["dry_run"]:
            self.stdout.write("Nothing was kept.")
        elif found.is_taken:
            row = refitting.take_over(found)
            self.stdout.write(f"These are parameters {row.version} from now on.")
            self._learn_again()

    def _learn_again(self) -> None:
        done = refitting.learn_all_again(self._progress("learnt again"))
        self.stdout.write(f"{_students(done)} learnt again.")

    def _report(self, found: Refit) -> None:
        self.stdout.write(f"{found.takes} takes of {_students(found.students)}.")
        self.stdout.write(found.said)
        for name, (old, new) in found.moved.items():
            self.stdout.write(f"  {name}: {old:.3g} -> {new:.3g}")
        if found.is_taken and found.harder:
            self.stdout.write(_exercises(found))
        if found.before and found.after:
            self.stdout.write("Of notes that were forecast to go right, so many did:")
            for line in _table(found.before, found.after):
                self.stdout.write(f"  {line}")

    def _progress(self, word: str) -> refitting.Progress:
        def say(done: int, total: int) -> None:
            every = max(1, total // STEPS)
            if done == total or done % every == 0:
                self.stdout.write(f"{done} of {_students(total)} {word}")
                self.stdout.flush()

        return say


def _students(many: int) -> str:
    return f"{many} student{'s' if many != 1 else ''}"


def _exercises(found: Refit) -> str:
    grades = sorted(found.harder.values())
    middle = grades[len(grades) // 2]
    return (
        f"  {len(grades)} exercises are harder than their grade by {middle:+.2f} (median; "
        f"from {grades[0]:+.2f} to {grades[-1]:+.2f})."
    )


def _table(before: Calibration, after: Calibration) -> list[str]:
    lines = []
    for name, one in (("before", before), ("after", after)):
        for forecast, right, notes in one.table:
            lines.append(
                f"{name:6}  forecast {100 * forecast:3.0f} %  went right {100 * right:3.0f} %  ({notes} notes)"
            )
    return lines
