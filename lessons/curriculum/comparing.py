"""What is new in a version: which bars differ, and which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from lessons.models import Lesson
from lessons.words import said
from tutor.notation.score import Score


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text: `kind` is same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: what it is called, and its words before and after in one run."""

    label: str
    words: list[Words]


def compare_exercises(old: Any, new: Any) -> list[Compared]:
    """Words and settings that differ, between versions or rows. The music is compared by `changed_bars`."""
    labels = {
        "title": _("Title"),
        "hints": _("Hints"),
        "source": _("Source"),
        "reference_source": _("Who plays in the recording"),
    }
    found = [_compared(label, getattr(old, name), getattr(new, name)) for name, label in labels.items()]
    settings = {
        _("Tempo"): (f"{old.tempo_bpm}", f"{new.tempo_bpm}"),
        _("Difficulty"): (f"{old.grade:.1f}", f"{new.grade:.1f}"),
        _("Graded as"): (old.rubric or _("as the class chooses"), new.rubric or _("as the class chooses")),
        _("Instruments"): (_list(old.instruments), _list(new.instruments)),
        _("Recording"): (_recording(old), _recording(new)),
    }
    found += [Compared(label, _replaced(before, after)) for label, (before, after) in settings.items()]
    return [one for one in found if any(stretch.kind != "same" for stretch in one.words)]


def compare_lessons(old: dict[str, Any], new: dict[str, Any]) -> list[Compared]:
    """Two contents of a lesson."""
    found = [
        _compared(_("Title"), old["title"], new["title"]),
        _compared(_("Text"), old["text"], new["text"]),
        Compared(_("Needs first"), _lines(_needed(old["needs"]), _needed(new["needs"]))),
        Compared(
            _("Exercises"),
            _lines([one["title"] for one in old["exercises"]], [one["title"] for one in new["exercises"]]),
        ),
    ]
    return [one for one in found if any(stretch.kind != "same" for stretch in one.words)]


def changed_bars(old: Score, new: Score) -> tuple[list[int], list[int]]:
    """Numbers of the bars that differ: those of the old score, those of the new. A bar that only moved is no change."""
    before, after = _bars(old), _bars(new)
    gone: list[int] = []
    came: list[int] = []
    matcher = SequenceMatcher(None, [shape for _, shape in before], [shape for _, shape in after], autojunk=False)
    for kind, first, last, to_first, to_last in matcher.get_opcodes():
        if kind != "equal":
            gone += [number for number, _ in before[first:last]]
            came += [number for number, _ in after[to_first:to_last]]
    return gone, came


def _bars(score: Score) -> list[tuple[int, tuple[Any, ...]]]:
    found = []
    for bar in score.bars:
        inside = [one for one in score.symbols if bar.onset_beat <= one.onset_beat < bar.onset_beat + bar.duration_beat]
        symbols = tuple((one.onset_beat - bar.onset_beat, *_shape(one)) for one in inside)
        key, metre = score.key_at(float(bar.onset_beat)), score.metre_at(float(bar.onset_beat))
        found.append((bar.number, (key.fifths, metre.beats, metre.beat_type, symbols)))
    return found


def _shape(symbol: Any) -> tuple[Any, ...]:
    """All of it but its name and its place."""
    facts = symbol.__dataclass_fields__
    return tuple(repr(getattr(symbol, name)) for name in facts if name not in ("id", "onset_beat"))


def _compared(label: str, before: str, after: str) -> Compared:
    old, new = _tokens(before), _tokens(after)
    found: list[Words] = []
    for kind, first, last, to_first, to_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Words("same", "".join(old[first:last])))
            continue
        found += [Words("gone", "".join(old[first:last]))] if last > first else []
        found += [Words("new", "".join(new[to_first:to_last]))] if to_last > to_first else []
    return Compared(label, found)


def _tokens(text: str) -> list[str]:
    """Words with the space behind them."""
    return re.findall(r"\S+\s*|\s+", text)


def _lines(before: Sequence[str], after: Sequence[str]) -> list[Words]:
    found: list[Words] = []
    for kind, first, last, to_first, to_last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Words("same", f"{line}\n") for line in before[first:last]]
        else:
            found += [Words("gone", f"{line}\n") for line in before[first:last]]
            found += [Words("new", f"{line}\n") for line in after[to_first:to_last]]
    return found


def _replaced(before: str, after: str) -> list[Words]:
    return [Words("same", after)] if before == after else [Words("gone", f"{before} "), Words("new", after)]


def _needed(needs: Sequence[dict[str, Any]]) -> list[str]:
    from lessons.curriculum.prerequisites import known_skills

    titles = dict(
        Lesson.objects.filter(uid__in=[one["lesson"] for one in needs if "lesson" in one]).values_list("uid", "title")
    )
    by_uid = {str(uid): title for uid, title in titles.items()}
    skills = known_skills()
    return [
        by_uid.get(one["lesson"], _("a lesson that is gone"))
        if "lesson" in one
        else f"{skills.get(one['skill'], one['skill'])}, {one['strength']} %"
        for one in needs
    ]


def _list(names: Sequence[str]) -> str:
    from tutor.notation.instruments import INSTRUMENTS

    return ", ".join(said(INSTRUMENTS[name].label) if name in INSTRUMENTS else name for name in names) or _("all")


def _recording(one: Any) -> str:
    name = one.reference if isinstance(one.reference, str) else one.reference.name or ""
    # Recordings have no names: the first letters of the file's tell two of them apart.
    return _("recording %(mark)s") % {"mark": name.rpartition("/")[2][:4]} if name else _("none")
