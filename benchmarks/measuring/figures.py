"""Figures over judged takes. A share without a case is None; a note that was not heard counts as not called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from benchmarks.measuring.judged import JudgedNote, JudgedTake
from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG

Figures = dict[str, float | None]

ROUGH = ("noise", "reverb", "reverb+noise", "vibrato")
FALSE_ALARMS_ALLOWED = 0.01


def figures(takes: Sequence[JudgedTake]) -> Figures:
    """Everything that is counted, by name. Shares are 0..1."""
    tested = [take for take in takes if take.is_test_of_notes]
    notes = [note for take in tested for note in take.notes if note.is_reached]
    return {
        "takes": len(takes),
        "notes": len(notes),
        "refused": sum(bool(take.refusal) for take in takes),
        **_wrong_notes(notes),
        **_false_alarms(tested),
        **_timing(notes),
        **_lengths(notes),
        **_extras([take for take in takes if take.story != "another-tune"]),
        **_restarts(takes),
        "found_after_stop": _share(
            note.verdict == MISSING or note.is_given_up for take in tested for note in take.notes if not note.is_reached
        ),
        "another_key_called": _share(note.is_called for note in _of_story(takes, "transposed") if note.is_off_pitch),
        "held_called": _share(note.is_called for note in _of_story(takes, "held") if note.is_not_struck),
        "held_passed": _share(note.verdict == CORRECT for note in _of_story(takes, "held") if note.is_not_struck),
        "held_false_alarms": _share(note.is_called for note in _of_story(takes, "held") if note.truth == "right"),
        "not_struck_called": _share(note.is_called for note in notes if note.is_not_struck),
        "not_struck_passed": _share(note.verdict == CORRECT for note in notes if note.is_not_struck),
        "unheard": _share(note.verdict == NOT_HEARD for note in notes),
        "times_real_time": _speed(takes),
    }


def _of_story(takes: Sequence[JudgedTake], story: str) -> list[JudgedNote]:
    return [note for take in takes if take.story == story for note in take.notes]


def _wrong_notes(notes: Sequence[JudgedNote]) -> Figures:
    """ "This note is wrong": by pitch, octave or absence; and, as `fault`, with early and late notes counted too."""
    notes = [note for note in notes if not note.is_not_struck]
    called_faulty = [note for note in notes if note.is_called or note.is_called_off_time]
    octaves = [note for note in notes if note.truth == "octave"]
    hits = [note for note in notes if note.is_off_pitch and note.is_called]
    return {
        "wrong_precision": _share(note.is_off_pitch for note in notes if note.is_called and not note.is_mended),
        "wrong_recall": _share(note.is_called for note in notes if note.is_off_pitch),
        "fault_precision": _share(note.is_faulty for note in called_faulty),
        "fault_recall": _share(note.is_called or note.is_called_off_time for note in notes if note.is_faulty),
        "named_exactly": _share((note.verdict == MISSING) == (note.truth == "missing") for note in hits),
        "octaves_found": _share(note.is_called for note in octaves),
        "octaves_named": _share(note.verdict == WRONG and "octave" in note.faults for note in octaves),
    }


def _false_alarms(takes: Sequence[JudgedTake]) -> Figures:
    """Of the notes that were played right: those called wrong or missing; `faults`: or early or late."""

    def alarms(chosen: Callable[[JudgedTake], bool]) -> float | None:
        return _share(note.is_called for take in takes if chosen(take) for note in _right(take))

    return {
        "false_alarms": alarms(lambda take: True),
        "false_alarms_clean": alarms(lambda take: take.condition == "clean"),
        "false_alarms_rough": alarms(lambda take: take.condition in ROUGH),
        "false_alarms_perfect": alarms(lambda take: take.story == "ok"),
        "false_faults": _share(note.is_called or note.is_called_off_time for take in takes for note in _right(take)),
        "false_faults_clean": _share(
            note.is_called or note.is_called_off_time
            for take in takes
            if take.condition == "clean"
            for note in _right(take)
        ),
    }


def _right(take: JudgedTake) -> Iterable[JudgedNote]:
    return (note for note in take.notes if note.truth == "right")


def _timing(notes: Sequence[JudgedNote]) -> Figures:
    right = [note for note in notes if note.truth == "right"]
    off_time = [note for note in notes if note.is_off_time]
    late = [note for note in off_time if note.truth == "late"]
    early = [note for note in off_time if note.truth == "early"]
    return {
        "off_time_named": _share(note.truth in note.faults for note in off_time),
        "off_time_false": _share(note.is_called_off_time for note in right),
        "late_named": _share("late" in note.faults for note in late),
        "early_named": _share("early" in note.faults for note in early),
        "late_at_1_percent": _recall_at(right, late, lambda note: note.late_chance),
        "early_at_1_percent": _recall_at(right, early, lambda note: note.early_chance),
        "late_at_1_percent_by_deviation": _recall_at(right, late, _deviation_ms),
        "early_at_1_percent_by_deviation": _recall_at(right, early, lambda note: -_deviation_ms(note)),
    }


def _recall_at(
    right: Sequence[JudgedNote], moved: Sequence[JudgedNote], score: Callable[[JudgedNote], float]
) -> float | None:
    """The share of moved notes that score above all but 1 % of the right notes."""
    if not right or not moved:
        return None
    threshold = np.quantile([score(note) for note in right], 1 - FALSE_ALARMS_ALLOWED, method="higher")
    return _share(score(note) > threshold for note in moved)


def _deviation_ms(note: JudgedNote) -> float:
    return note.onset_error_ms or 0.0


def _lengths(notes: Sequence[JudgedNote]) -> Figures:
    right = [note for note in notes if note.truth == "right"]
    return {
        "short_named": _share("short" in note.faults for note in right if note.length == "short"),
        "short_false": _share("short" in note.faults for note in right if note.length == ""),
        "long_named": _share("long" in note.faults for note in right if note.length == "long"),
        "long_false": _share("long" in note.faults for note in right if note.length == ""),
    }


def _extras(takes: Sequence[JudgedTake]) -> Figures:
    extras = [extra for take in takes for extra in take.extras]
    return {
        "extras_precision": _share(extra.is_found for extra in extras if extra.is_found or extra.kind == "phantom"),
        "extras_recall": _share(extra.is_found for extra in extras if extra.kind != "phantom"),
        "other_pitch_recall": _share(extra.is_found for extra in extras if extra.kind == "extra"),
        "repeated_recall": _share(extra.is_found for extra in extras if extra.kind == "repeated"),
        "phantoms": sum(extra.kind == "phantom" for extra in extras),
    }


def _restarts(takes: Sequence[JudgedTake]) -> Figures:
    played = sum(take.restarts_played for take in takes)
    return {
        "restarts_played": played,
        "restarts_found": sum(take.restarts_found for take in takes) / played if played else None,
        "restarts_made_up": sum(take.restarts_made_up for take in takes),
    }


def _speed(takes: Sequence[JudgedTake]) -> float | None:
    cpu_s = sum(take.cpu_s for take in takes)
    return sum(take.duration_s for take in takes) / cpu_s if cpu_s else None


def _share(cases: Iterable[bool]) -> float | None:
    counted = list(cases)
    return sum(counted) / len(counted) if counted else None
