"""The command line: `python -m tutor assess SCORE RECORDING`, `compose`, `tags SCORE`.

Statuses: 0 done, 2 the score (or an option) can't be read, 3 the recording can't be read or is empty,
4 nothing was heard, 5 what was ordered can't be had. Every error is one plain sentence on stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

BAD_SCORE, BAD_RECORDING, NOTHING_HEARD, CANNOT_COMPOSE = 2, 3, 4, 5
READER_LEFT = 141  # as the shell says of a command that a closed pipe ended

# A file of this size is long enough to be waited for.
LONG_FILE_BYTES = 3_000_000


class CommandError(Exception):
    """Ends the command with a sentence and a status."""

    def __init__(self, sentence: object, status: int) -> None:
        super().__init__(str(sentence))
        self.status = status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except CommandError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return error.status
    except BrokenPipeError:
        # Whoever was reading has read enough. What is left must not be flushed into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    return 0


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the options in one sentence, and not how all of them are used."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_SCORE, f"{message[0].upper()}{message[1:].rstrip('.')}: see `{self.prog} --help`.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m tutor", description="A music tutor that listens.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_assess(commands)
    _add_compose(commands)
    _add_tags(commands)
    return parser


def _add_assess(commands: Any) -> None:
    command = commands.add_parser("assess", help="hear a recording and judge it against a score")
    command.add_argument("score", type=Path, metavar="SCORE", help="MusicXML (.musicxml, .mxl), MIDI or ABC")
    command.add_argument("recording", type=Path, metavar="RECORDING", help="WAV, FLAC, MP3, OGG, M4A or WebM")
    command.add_argument("--instrument", metavar="NAME", help="range and attack of the instrument; transposes nothing")
    command.add_argument("--bpm", type=_tempo, metavar="N", help="the tempo that was asked for, quarter notes a minute")
    command.add_argument(
        "--rubric", default="standard", metavar="NAME", help="beginner, standard, strict, exam or clapping"
    )
    command.add_argument(
        "--clock", type=Path, metavar="CLOCK.json", help="when the metronome sounded, as the page sends it"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=_assess)


def _add_compose(commands: Any) -> None:
    from tutor.composing.command import add_options

    command = commands.add_parser("compose", help="make an exercise to order")
    add_options(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=_compose)


def _add_tags(commands: Any) -> None:
    command = commands.add_parser("tags", help="say what a score asks of its player, and how hard it is")
    command.add_argument("score", type=Path, metavar="SCORE", help="MusicXML (.musicxml, .mxl), MIDI or ABC")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=_tags)


def _tempo(text: str) -> float:
    try:
        bpm = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number") from None
    if not 10 <= bpm <= 400:
        raise argparse.ArgumentTypeError("a tempo is between 10 and 400 beats a minute")
    return bpm


def _assess(options: argparse.Namespace) -> None:
    from tutor.assess import assess_recording
    from tutor.grading.report import report
    from tutor.listening.errors import NothingHeard, RecordingError

    score = _read_score(options.score)
    bar = _ProgressBar() if sys.stderr.isatty() and _is_long(options.recording) else None
    try:
        assessment = assess_recording(
            options.recording,
            score,
            _rubric(options.rubric),
            _clock(options.clock),
            instrument=_instrument(options.instrument),
            bpm=options.bpm,
            progress=bar.show if bar else None,
        )
    except NothingHeard as error:
        raise CommandError(error, NOTHING_HEARD) from error
    except RecordingError as error:
        raise CommandError(error, BAD_RECORDING) from error
    except OSError as error:
        raise CommandError(
            f"The recording {options.recording} could not be opened: {error.strerror}.", BAD_RECORDING
        ) from error
    finally:
        if bar:
            bar.clear()
    print(json.dumps(assessment.to_dict(), ensure_ascii=False) if options.json else report(assessment, score))


def _compose(options: argparse.Namespace) -> None:
    from tutor.composing.command import BadOption, melody_to_dict, order_from, summary
    from tutor.composing.exercises import compose_exercise
    from tutor.composing.refusal import CannotCompose

    if options.output is None and not options.json:
        raise CommandError("Say where to write it, with -o FILE.musicxml.", BAD_SCORE)
    theme = _read_score(options.theme) if options.theme else None
    try:
        melody = compose_exercise(order_from(options, theme))
    except BadOption as error:
        raise CommandError(error, BAD_SCORE) from error
    except CannotCompose as error:
        raise CommandError(error, CANNOT_COMPOSE) from error
    if options.output is not None:
        _write_score(melody.score, options.output)
    said = melody_to_dict(melody, options.grade) if options.json else {}
    print(json.dumps(said, ensure_ascii=False) if options.json else summary(melody))


def _write_score(score: Any, path: Path) -> None:
    from tutor.notation.musicxml import to_musicxml

    try:
        path.write_text(to_musicxml(score), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror}.", BAD_SCORE) from error


def _tags(options: argparse.Namespace) -> None:
    from tutor.composing.command import tags_table, tags_to_dict

    score = _read_score(options.score)
    print(json.dumps(tags_to_dict(score), ensure_ascii=False) if options.json else tags_table(score))


def _read_score(path: Path) -> Any:
    from tutor.notation.reading import ScoreError, read_score

    try:
        score = read_score(path)
    except ScoreError as error:
        raise CommandError(error, BAD_SCORE) from error
    except OSError as error:
        raise CommandError(f"The score {path} could not be opened: {error.strerror}.", BAD_SCORE) from error
    if not score.notes:
        raise CommandError(f"The score {path.name} has no notes.", BAD_SCORE)
    return score


def _rubric(name: str) -> Any:
    from tutor.grading.rubric import UnknownRubric, get_rubric

    try:
        return get_rubric(name)
    except UnknownRubric as error:
        raise CommandError(error, BAD_SCORE) from error


def _instrument(name: str | None) -> Any:
    from tutor.notation.instruments import UnknownInstrument, get_instrument

    try:
        return get_instrument(name) if name else None
    except UnknownInstrument as error:
        raise CommandError(error, BAD_SCORE) from error


def _clock(path: Path | None) -> Any:
    from tutor.clock import BadClock, Clock

    if path is None:
        return None
    try:
        return Clock.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CommandError(f"The clock {path} could not be opened: {error.strerror}.", BAD_SCORE) from error
    except BadClock as error:
        raise CommandError(f"The clock {path} does not keep time. {error}", BAD_SCORE) from error
    except (KeyError, TypeError, ValueError) as error:
        raise CommandError(f"The clock {path} is not a clock: it needs at least bpm and beat0_s.", BAD_SCORE) from error


def _is_long(path: Path) -> bool:
    return path.exists() and path.stat().st_size > LONG_FILE_BYTES


class _ProgressBar:
    """One line on stderr that is drawn over itself."""

    WIDTH = 30

    def show(self, stage: str, share: float) -> None:
        full = round(self.WIDTH * share)
        print(f"\r{stage:<10} [{'#' * full}{'.' * (self.WIDTH - full)}]", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        print("\r" + " " * (self.WIDTH + 14) + "\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
