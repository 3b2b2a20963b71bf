"""What the browser tests play from: one known melody on the stand, and takes of it with known mistakes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.factories import melody
from tests.real_school import RealSchool, SchoolClient
from tests.synthesis import Waveform, play
from tutor.notation.arranging import arrange
from tutor.notation.instruments import get_instrument
from tutor.notation.score import Score

TITLE = "A walk with two sharps"
RHYTHM = "A rhythm to clap"
BPM = 96
MELODY = melody("D4 F#4 A4 D5 C#5 B4 A4 F#4 G4 B4 A4 G4 F#4 A4 E4 D4", fifths=2, bpm=BPM, title=TITLE)
# Two wrong notes and one left out, none beside another.
WRONG = {"n5": -1, "n9": 2}
LEFT_OUT = "n14"
# From the microphone's opening to the first click: ARM_S and BEFORE_S of static/src/practice/take.js.
ARMED_S = 0.35


@cache
def put_on_stand(school: RealSchool) -> int:
    """The melody as a published exercise, once for each school. Its number."""
    made = school.manage(
        "shell",
        "-c",
        "from lessons.models import Exercise\n"
        f"made, _ = Exercise.objects.get_or_create(title={TITLE!r}, defaults=dict(score={MELODY.to_dict()!r}, "
        f"status='published', tempo_bpm={BPM}, grade=2.0))\n"
        "print('exercise', made.pk)",
    )
    return int(made.rpartition("exercise ")[2])


def as_ada_sees_it() -> Score:
    return arrange(MELODY, get_instrument("violin"), 2.0)


def count_in_s() -> float:
    return 4 * 60 / BPM


def take(folder: Path, lead_s: float, **mistakes: Any) -> tuple[Path, Waveform]:
    wave = play(as_ada_sees_it(), bpm=BPM, lead_s=lead_s, **{"timbre": "string", **mistakes})
    return wave.write_wav(folder / "take.wav"), wave


@cache
def put_kind_on_stand(school: RealSchool, kind: str) -> int:
    """The melody as if composed for Ada: as an echo it is to be heard, then played. Its number."""
    made = school.manage(
        "shell",
        "-c",
        "from lessons.models import Exercise, User\n"
        f"made, _ = Exercise.objects.get_or_create(title='{kind} in D major', defaults=dict("
        f"score={as_ada_sees_it().to_dict()!r}, status='published', tempo_bpm={BPM}, grade=2.0, origin='composed', "
        f"instrument='violin', composed_for=User.objects.get(username='ada'), recipe=dict(kind={kind!r})))\n"
        "print('exercise', made.pk)",
    )
    return int(made.rpartition("exercise ")[2])


@cache
def put_rhythm_on_stand(school: RealSchool) -> int:
    """A rhythm pattern as the technique composer makes it, which may be clapped. Its number."""
    made = school.manage(
        "shell",
        "-c",
        "from lessons.models import Exercise\n"
        f"made, _ = Exercise.objects.get_or_create(title={RHYTHM!r}, defaults=dict(score={MELODY.to_dict()!r}, "
        f"status='published', tempo_bpm={BPM}, grade=2.0, recipe=dict(kind='rhythm')))\n"
        "print('exercise', made.pk)",
    )
    return int(made.rpartition("exercise ")[2])


def send_claps(school: RealSchool, exercise: int, folder: Path) -> str:
    """A graded take of Ada's that she clapped; the address of its page."""
    recording, wave = take(folder, 1.0, timbre="plucked", gate=0.2)
    ada = ada_of(school)
    fields = {"tempo_bpm": BPM, "duration_s": wave.duration_s, "clapped": "true"}
    sent = ada.send_take(exercise, recording, **fields).json()
    return str(ada.wait_for(sent["id"])["page_url"])


@cache
def ada_of(school: RealSchool) -> SchoolClient:
    return school.client("ada")


def send_take(school: RealSchool, exercise: int, folder: Path, **mistakes: Any) -> str:
    """A graded take of Ada's; the address of its page."""
    recording, wave = take(folder, 1.0, **mistakes)
    ada = ada_of(school)
    sent = ada.send_take(exercise, recording, tempo_bpm=BPM, duration_s=wave.duration_s).json()
    return str(ada.wait_for(sent["id"])["page_url"])


_cookies: dict[tuple[str, str], Any] = {}


def come_in(page: Page, who: str) -> None:
    """By the demo door the first time; with the same session after that."""
    page.goto("/login/")
    key = (page.evaluate("location.origin"), who)
    if key in _cookies:
        page.context.add_cookies(_cookies[key])
        return
    page.goto("/")
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_load_state()
    _cookies[key] = page.context.cookies()


def marked_notes(page: Page) -> dict[str, str]:
    """Every note that the score shows as anything but right: id and words."""
    page.wait_for_selector("[data-marked]")
    labels: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.hits [data-note]')]"
        ".map(note => [note.dataset.note, note.getAttribute('aria-label')]))"
    )
    assert len(labels) == len(MELODY.notes)
    return {note: words for note, words in labels.items() if not words.endswith(": right")}
