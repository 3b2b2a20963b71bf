"""What `python -m tutor compose` and `python -m tutor tags` understand and print. The JSON is public: add to it; never
rename or remove."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tutor.composing.key_names import UnknownKey, parse_key
from tutor.composing.kinds import KIND_NAMES
from tutor.composing.melody import Melody
from tutor.composing.ordering import STYLES, MelodyOrder
from tutor.composing.scales import key_name
from tutor.composing.tags import UnknownTag, parse_count
from tutor.composing.validating import METRE_NAMES
from tutor.notation.instruments import UnknownInstrument, get_instrument
from tutor.notation.score import SEMITONES_ABOVE_C, Note, Score

EASIEST_GRADE, HARDEST_GRADE = 1.0, 8.0
PITCH = re.compile(r"(?P<step>[A-Ga-g])(?P<alter>[#♯b♭]?)(?P<octave>-?\d)")


class BadOption(ValueError):
    """An option that says nothing; the message is a sentence."""


def add_options(command: Any) -> None:
    """The options of `compose`."""
    command.add_argument("--instrument", required=True, metavar="NAME", help="who plays or sings it")
    command.add_argument("--grade", required=True, type=_grade, metavar="G", help="how hard it shall be, 1 to 8")
    command.add_argument("--kind", default="sight-reading", metavar="K", help=", ".join(KIND_NAMES))
    command.add_argument("--key", metavar="K", help="the written key: G, Em, F#, “c minor”")
    command.add_argument("--metre", metavar="M", help=", ".join(METRE_NAMES))
    command.add_argument("--bars", type=_whole, metavar="N", help="how many full bars")
    command.add_argument(
        "--skill",
        nargs="+",
        action="extend",
        default=[],
        metavar="TAG:MIN[:MAX]",
        help="how often a skill occurs, such as interval:6:up:3 or rhythm:triplet:1:2",
    )
    command.add_argument("--style", default="any", metavar="S", help=", ".join(STYLES))
    command.add_argument("--low", metavar="PITCH", help="the lowest written note, such as C4")
    command.add_argument("--high", metavar="PITCH", help="the highest written note")
    command.add_argument("--bpm", type=float, metavar="N", help="the tempo, quarter notes a minute")
    command.add_argument("--theme", type=Path, metavar="SCORE", help="the tune that a variation is made on")
    command.add_argument("--level", type=int, default=1, metavar="N", help="how far a variation goes, 1 to 3")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="another seed, another melody")
    command.add_argument("-o", "--output", type=Path, metavar="FILE.musicxml", help="where to write it")


def _grade(text: str) -> float:
    try:
        grade = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number") from None
    if not EASIEST_GRADE <= grade <= HARDEST_GRADE:
        raise argparse.ArgumentTypeError(f"a grade is between {EASIEST_GRADE:g} and {HARDEST_GRADE:g}")
    return grade


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 1")
    return int(text)


def order_from(options: argparse.Namespace, theme: Score | None = None) -> MelodyOrder:
    """The order that the options make. Raises BadOption with a sentence that names the choices."""
    _must_be_one_of(options.kind, KIND_NAMES, "kind of exercise", "kinds")
    _must_be_one_of(options.style, STYLES, "style", "styles")
    if options.metre is not None:
        _must_be_one_of(options.metre, METRE_NAMES, "metre that can be written here", "metres")
    try:
        fifths, mode = (None, None) if options.key is None else parse_key(options.key)
        counts = tuple(parse_count(text) for text in options.skill)
        instrument = get_instrument(options.instrument)
    except (UnknownKey, UnknownTag, UnknownInstrument) as error:
        raise BadOption(str(error)) from error
    return MelodyOrder(
        kind=options.kind,
        instrument=instrument,
        grade=options.grade,
        low=_midi(options.low),
        high=_midi(options.high),
        fifths=fifths,
        mode=mode,
        metre=options.metre,
        bars=options.bars,
        bpm=options.bpm,
        counts=counts,
        style=options.style,
        theme=theme,
        level=options.level,
        seed=options.seed,
    )


def _must_be_one_of(name: str, names: Sequence[str], what: str, plural: str) -> None:
    if name not in names:
        raise BadOption(f"“{name}” is no {what}; the {plural} are {', '.join(names)}.")


def _midi(name: str | None) -> int | None:
    if name is None:
        return None
    read = PITCH.fullmatch(name)
    if read is None:
        raise BadOption(f"“{name}” is no pitch; write one such as C4, F#5 or Bb3.")
    alter = {"": 0, "#": 1, "♯": 1}.get(read["alter"], -1)
    return 12 * (int(read["octave"]) + 1) + SEMITONES_ABOVE_C[read["step"].upper()] + alter


def melody_to_dict(melody: Melody, grade: float) -> dict[str, Any]:
    """The JSON object of `compose`; `grade` is what was asked. Pitches are as written."""
    score = melody.score
    key, metre = score.keys[0], score.metres[0]
    return {
        "kind": melody.kind,
        "title": melody.title,
        "key": key_name(key),
        "fifths": key.fifths,
        "mode": key.mode,
        "metre": f"{metre.beats}/{metre.beat_type}",
        "bars": sum(bar.number > 0 for bar in score.bars),
        "upbeat_beats": float(score.bars[0].duration_beat) if score.bars[0].number == 0 else 0.0,
        "bpm": score.bpm,
        "grade": grade,
        "difficulty": round(melody.difficulty, 3),
        "strain": round(melody.strain_bits, 3),
        "model": melody.model,
        "seed": melody.seed,
        "counts": melody.counts,
        "chords": [
            {
                "onset_beat": chord.onset_beat,
                "duration_beat": chord.duration_beat,
                "figure": chord.figure,
                "pitch_classes": list(chord.pitch_classes),
            }
            for chord in melody.chords
        ],
        "notes": [_note_to_dict(note, melody.tags[note.id]) for note in score.notes],
    }


def tags_to_dict(score: Score) -> dict[str, Any]:
    """The JSON object of `tags`."""
    from tutor.composing.difficulty import difficulty
    from tutor.composing.skills import occurrences_of, tag

    tags = tag(score)
    return {
        "difficulty": round(difficulty(score), 3),
        "counts": occurrences_of(score, tags),
        "notes": [_note_to_dict(note, tags[note.id]) for note in score.notes],
    }


def _note_to_dict(note: Note, tags: Sequence[str]) -> dict[str, Any]:
    return {
        "id": note.id,
        "bar": note.bar,
        "written": note.written.name,
        "midi": note.written.midi,
        "onset_beat": note.onset_beat,
        "duration_beat": note.duration_beat,
        "tags": list(tags),
    }


def summary(melody: Melody) -> str:
    """A line for who reads."""
    score = melody.score
    metre, bars = score.metres[0], sum(bar.number > 0 for bar in score.bars)
    tempo = f"{score.bpm:g} quarter notes a minute"
    return (
        f"{melody.title}: {bars} bars of {metre.beats}/{metre.beat_type}, {len(score.notes)} notes, {tempo},"
        f" difficulty {melody.difficulty:.2f}."
    )


def tags_table(score: Score) -> str:
    """The tags of each note, and how often each skill occurs, to be read."""
    said = tags_to_dict(score)
    lines = [f"difficulty {said['difficulty']:.2f}", "", f"{'bar':>4}  {'beat':>6}  {'note':<5} {'length':>6}  skills"]
    for note in said["notes"]:
        shown = [name for name in note["tags"] if not name.startswith(("key:", "metre:"))]
        lines.append(
            f"{note['bar']:>4}  {note['onset_beat']:>6.2f}  {note['written']:<5} {note['duration_beat']:>6.2f}"
            f"  {' '.join(shown)}".rstrip()
        )
    lines += ["", *(f"{count:>5}  {name}" for name, count in said["counts"].items())]
    return "\n".join(lines)
