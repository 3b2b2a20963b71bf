"""A night in a school of many students: how long planning takes, with one process and with two, and what is left of it
when a worker is killed in the middle.

    python -m benchmarks.planning --students 10000
    python -m benchmarks.planning --students 2000 --kill

A school is made in a temporary SQLite file: students in classes of 25 with assignments, a shelf of 600 exercises, eight
takes each in the last two weeks, what was learnt of them. Nothing of a real school is touched.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

BEGUN = "begun"


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="woodshed-night-") as folder:
        _settle(Path(folder))
        from benchmarks.nights.school import make_school

        began = time.perf_counter()
        make_school(asked.students)
        print(f"{asked.students} students, made in {time.perf_counter() - began:.0f} s")
        if asked.kill:
            _killed(asked.students)
            return
        for processes in (1, 2):
            _forget_the_night()
            _timed(processes, asked.students)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=10_000)
    parser.add_argument("--kill", action="store_true", help="kill -9 a worker in the middle, and see what is left")
    return parser.parse_args()


def _settle(folder: Path) -> None:
    """A database of its own, set up before Django reads its settings."""
    os.environ["WOODSHED_VAR"] = str(folder)
    os.environ["WOODSHED_DATABASE"] = f"sqlite:///{folder / 'school.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tutor.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _timed(processes: int, students: int) -> None:
    queue = _chunks()
    began = time.perf_counter()
    workers = [_worker(queue) for _ in range(processes)]
    cpu_s = [_joined(worker) for worker in workers]
    wall_s = time.perf_counter() - began
    print(
        f"{processes} process{'es' * (processes > 1)}: {wall_s:.1f} s, {1000 * wall_s / students:.2f} ms a student"
        f" ({sum(cpu_s):.1f} s of processor); {_counted()}"
    )


def _killed(students: int) -> None:
    from lessons.models import PlanningNight, PracticePlan
    from lessons.practice import night

    queue = _chunks()
    victim, other = _worker(queue), _worker(queue)
    for _ in range(2):  # In the middle of its second chunk.
        assert victim[1].recv() == BEGUN
    time.sleep(0.1)
    os.kill(victim[0].pid or 0, signal.SIGKILL)
    _joined(victim)
    _joined(other)
    print(f"A worker was killed with -9 in the middle: {_counted()}")
    PlanningNight.objects.update(heartbeat_at=night.timezone.now() - 2 * night.STALE_AFTER)
    again = multiprocessing.get_context("fork").Queue()

    def twice(*chunk: object) -> None:
        """To two workers at once: the database keeps one plan a student."""
        again.put(chunk)
        again.put(chunk)

    handed = night.resume_nights(twice)
    _stop(again, 2)
    for worker in [_worker(again), _worker(again)]:
        _joined(worker)
    print(f"The sweep handed out {handed} chunk{'s' * (handed != 1)} again, to two workers each: {_counted()}")
    assert PracticePlan.objects.count() == students, "somebody has no plan, or two"


def _chunks():
    from lessons.practice import night

    queue = multiprocessing.get_context("fork").Queue()
    night.begin_night(lambda date, first, last: queue.put((date, first, last)))
    _stop(queue, 2)
    return queue


def _stop(queue, workers: int) -> None:
    for _ in range(workers):
        queue.put(None)


def _worker(queue):
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(queue, there))
    process.start()
    there.close()
    return process, here


def _work(queue, done) -> None:
    from lessons.practice.night import plan_chunk

    while (chunk := queue.get()) is not None:
        done.send(BEGUN)
        plan_chunk(*chunk)
    done.send(time.process_time())


def _joined(worker) -> float:
    process, done = worker
    said = None
    try:
        while (said := done.recv()) == BEGUN:
            pass
    except EOFError:
        said = 0.0  # Killed.
    process.join()
    return said


def _counted() -> str:
    from django.db.models import Count

    from lessons.models import PlanItem, PracticePlan

    plans = PracticePlan.objects.order_by()
    twice = plans.values("student").annotate(plans=Count("pk")).filter(plans__gt=1).count()
    orders = PlanItem.objects.filter(exercise=None).count()
    return (
        f"{plans.count()} plans of {PlanItem.objects.count()} items ({orders} orders), {twice} students planned twice"
    )


def _forget_the_night() -> None:
    from lessons.models import PlanningNight, PracticePlan

    PracticePlan.objects.all().delete()
    PlanningNight.objects.all().delete()


if __name__ == "__main__":
    sys.exit(main())
