"""`manage.py regrade`: old takes heard again, by the present ear or under another rubric. Nothing is rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from lessons.models import Assessment, Classroom, Submission
from lessons.regrading import CHOSEN, Regraded, graded_takes, in_words, of_class, regrade
from tutor.grading.rubric import RUBRICS


class Command(BaseCommand):
    help = (
        "Hear old takes again with the present ear, each under its own rubric unless another is named. The new hearing "
        "counts from then on; the old one is kept. Rulings go over to it, and skills follow. Killed and started again, "
        "it goes on where it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--classroom", metavar="CLASS", help="takes of this class's students: its name or number")
        parser.add_argument("--student", metavar="USERNAME", help="takes of this student")
        parser.add_argument("--exercise", metavar="NUMBER", type=int, help="takes of this exercise")
        parser.add_argument("--since", metavar="DATE", type=_date, help="takes from this day on: 2026-09-01")
        parser.add_argument("--engine-before", metavar="ENGINE", help="heard by an older ear: woodshed-ear/2")
        parser.add_argument("--rubric", metavar="NAME", default="", help=f"{', '.join(RUBRICS)}; or {CHOSEN}: as now")
        parser.add_argument("--limit", metavar="N", type=int, help="so many takes at most, the newest first")
        parser.add_argument("--dry-run", action="store_true", help="hear and compare, keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rubric"] and options["rubric"] not in (*RUBRICS, CHOSEN):
            raise CommandError(f"There is no such rubric; the names are: {', '.join((*RUBRICS, CHOSEN))}.")
        takes = _limited(_asked_for(options), options["limit"])
        total, done = takes.count(), []
        self.stdout.write(f"{total} take{'s' if total != 1 else ''} to look at.")
        for one in regrade(takes, options["rubric"], dry_run=options["dry_run"]):
            done.append(one)
            self.stdout.write(_line(one))
            self.stdout.flush()
        self.stdout.write(in_words(done) + (" Nothing was kept." if options["dry_run"] else ""))


def _asked_for(options: dict[str, Any]) -> QuerySet[Submission]:
    takes = graded_takes()
    if options["classroom"]:
        takes = of_class(_classroom(options["classroom"]))
    if options["student"]:
        takes = takes.filter(student__username=options["student"])
    if options["exercise"] is not None:
        takes = takes.filter(exercise=options["exercise"])
    if options["since"]:
        takes = takes.filter(created_at__gte=options["since"])
    if options["engine_before"]:
        takes = takes.filter(pk__in=_heard_by_older_than(options["engine_before"]))
    return takes


def _limited(takes: QuerySet[Submission], limit: int | None) -> QuerySet[Submission]:
    if limit is None:
        return takes
    newest = takes.order_by("-created_at").values("pk")[: max(limit, 0)]
    return Submission.objects.filter(pk__in=newest)


def _classroom(name: str) -> Classroom:
    found = Classroom.objects.filter(name=name)
    if not found and name.isdecimal():
        found = Classroom.objects.filter(pk=name)
    if len(found) != 1:
        raise CommandError(f"{'No class is' if not found else 'Several classes are'} called “{name}”.")
    return found[0]


def _heard_by_older_than(engine: str) -> QuerySet[Assessment, dict[str, object]]:
    """Takes whose counting hearing is by an ear of the same name and a lower number, or of another name."""
    name, _, number = engine.rpartition("/")
    if not number.isdecimal():
        raise CommandError(f"“{engine}” is no engine: say its name and number, as woodshed-ear/2.")
    # There are few engines, and more takes than a query has room for numbers.
    engines = Assessment.objects.order_by().values_list("engine", flat=True).distinct()
    older = [other for other in engines if not _is_as_new(other, name, int(number))]
    return Assessment.objects.filter(engine__in=older, counts=True).values("submission")


def _is_as_new(engine: str, name: str, number: int) -> bool:
    other, _, its_number = engine.rpartition("/")
    return other == name and its_number.isdecimal() and int(its_number) >= number


def _date(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        day = parse_date(text)
        if day is None:
            raise ValueError
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - made aware below
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _line(one: Regraded) -> str:
    who = (
        f"{one.submission.student.display_name}, {one.submission.exercise.title}, {one.submission.created_at:%Y-%m-%d}"
    )
    if one.trouble:
        return f"{who}: {one.trouble}"
    return f"{who}: {_grade(one.before)} -> {_grade(one.after)}, {one.changed} of {one.verdicts} verdicts changed"


def _grade(overall: float | None) -> str:
    return "no grade" if overall is None else f"{overall:.1f}"
