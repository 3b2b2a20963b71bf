"""The music in an archive, checked as everything in it is: what a stranger wrote by hand must not be a score that no
page can show, nor one whose numbers fill the memory when they are read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tutor.notation.score import SEMITONES_ABOVE_C, Score

MOST_SYMBOLS = 20_000
MOST_BEATS = 100_000
# "3/2"; what `Fraction` reads besides may be a million digits long.
BEATS = re.compile(r"[0-9]{1,9}(/[1-9][0-9]{0,8})?")
ID = re.compile(r"[\w.:-]{1,100}")
CLEF = re.compile(r"[GFC][1-5](_(8|15)(vb|va|mb|ma))?")
WORD = re.compile(r"[a-z-]{1,30}")
TIES, SLURS = ("", "start", "continue", "stop"), ("", "start", "stop", "stop start")
BEAT_TYPES = (1, 2, 4, 8, 16, 32, 64, 128)
MODES = ("major", "minor")


def checked_score(sent: Any) -> dict[str, Any]:
    """Read and written again: nothing but music comes through. Raises ValueError or what any wrong type raises."""
    for name, most in (("title", 2000), ("composer", 2000)):
        _need(isinstance(sent[name], str) and len(sent[name]) <= most and "\x00" not in sent[name])
    _need(_number(sent["bpm"], 5, 1000) and isinstance(sent["clef"], str) and CLEF.fullmatch(sent["clef"]))
    _need(_whole(sent["transposition"], -48, 48))
    _list(sent["bars"], _bar, 1)
    _list(sent["keys"], _key, 1)
    _list(sent["metres"], _metre, 1)
    _list(sent["symbols"], _symbol, 0)
    score = Score.from_dict(sent)
    _check_order(score)
    return score.to_dict()


def _check_order(score: Score) -> None:
    """In time, in its bars, and no name twice: a bar's own length is its metre's, or a pickup's."""
    _need(all(bar.duration_beat > 0 for bar in score.bars) and score.duration_beat <= MOST_BEATS)
    _need(all(one.onset_beat + one.duration_beat == two.onset_beat for one, two in pairwise(score.bars)))
    for changes in (score.keys, score.metres, score.symbols):
        _need(all(one.onset_beat <= two.onset_beat for one, two in pairwise(changes)))
    _need(all(symbol.onset_beat + symbol.duration_beat <= score.duration_beat for symbol in score.symbols))
    _need(all(symbol.onset_beat >= score.bars[0].onset_beat for symbol in score.symbols))
    _need(len({symbol.id for symbol in score.symbols}) == len(score.symbols))
    _need(len(score.notes) <= len(score.symbols))  # Ties and all: it can be played.


def _bar(sent: Any) -> None:
    number, onset, length = sent
    _need(_whole(number, 0, MOST_BEATS) and _beats(onset) and _beats(length))


def _key(sent: Any) -> None:
    onset, fifths, mode = sent
    _need(_beats(onset) and _whole(fifths, -7, 7) and mode in MODES)


def _metre(sent: Any) -> None:
    onset, beats, beat_type = sent
    _need(_beats(onset) and _whole(beats, 1, 1000) and _whole(beat_type, 1, 128) and beat_type in BEAT_TYPES)


def _symbol(sent: Any) -> None:
    _need(isinstance(sent["id"], str) and ID.fullmatch(sent["id"]) and _beats(sent["at"]) and _beats(sent["for"]))
    _need(Fraction(sent["for"]) > 0)
    if "pitch" in sent:
        step, alter, octave = sent["pitch"]
        _need(step in SEMITONES_ABOVE_C and _whole(alter, -2, 2) and _whole(octave, -1, 10))
    _need(sent.get("tie", "") in TIES and sent.get("slur", "") in SLURS)
    lyric = sent.get("lyric", "")
    _need(isinstance(lyric, str) and len(lyric) <= 1000 and "\x00" not in lyric)
    articulations = sent.get("articulations", [])
    _need(isinstance(articulations, list) and len(articulations) <= 20)
    _need(all(isinstance(one, str) and WORD.fullmatch(one) for one in articulations))


def _list(sent: Any, check: Callable[[Any], None], least: int) -> None:
    _need(isinstance(sent, list) and least <= len(sent) <= MOST_SYMBOLS)
    for one in sent:
        check(one)


def _beats(sent: Any) -> bool:
    return isinstance(sent, str) and BEATS.fullmatch(sent) is not None


def _whole(sent: Any, low: int, high: int) -> bool:
    return type(sent) is int and low <= sent <= high


def _number(sent: Any, low: float, high: float) -> bool:
    return type(sent) in (int, float) and math.isfinite(sent) and low <= sent <= high


def _need(fine: object) -> None:
    if not fine:
        raise ValueError("This is no score.")
