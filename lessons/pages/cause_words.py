"""Causes by name, for where there is no room for their sentence: a student stuck on one, a table of them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CAUSE_WORDS: dict[str, str | Promise] = {
    "different_piece": _("sounded like another piece"),
    "transposition": _("played in another key"),
    "restarted": _("stopped and began again"),
    "skipped": _("bars skipped"),
    "stopped": _("stopped before the end"),
    "octave": _("wrong octave"),
    "key_signature": _("key signature missed"),
    "accidental": _("accidentals missed"),
    "accidental_not_carried": _("accidentals not held through the bar"),
    "accidental_past_its_bar": _("accidentals held past their bar"),
    "neighbour_string": _("played on the next string"),
    "neighbour_partial": _("the next partial spoke"),
    "same_slip": _("the same slip again and again"),
    "wrong_notes": _("wrong notes"),
    "held_through": _("repeated notes run together"),
    "left_out": _("notes left out"),
    "extra_notes": _("notes that are not written"),
    "tie_struck": _("tied notes struck again"),
    "rests_cut_short": _("rests cut short"),
    "rushing": _("rushing"),
    "dragging": _("dragging"),
    "tempo": _("another tempo"),
    "behind_the_beat": _("behind the beat"),
    "ahead_of_the_beat": _("ahead of the beat"),
    "early": _("notes too early"),
    "late": _("notes too late"),
    "uneven": _("even notes played unevenly"),
    "swung": _("even notes swung"),
    "straightened": _("triplets or swing straightened"),
    "dotted_squared_off": _("dotted notes squared off"),
    "clipped": _("most notes cut short"),
    "released_early": _("long notes let go early"),
    "short_notes": _("notes too short"),
    "long_notes": _("notes too long"),
    "sharp_throughout": _("sharp throughout"),
    "flat_throughout": _("flat throughout"),
    "sharp_notes": _("notes too sharp"),
    "flat_notes": _("notes too flat"),
    "sharp_on_high": _("high notes sharp"),
    "flat_on_high": _("high notes flat"),
    "sharp_on_low": _("low notes sharp"),
    "flat_on_low": _("low notes flat"),
    "sharp_when_loud": _("sharp when loud"),
    "flat_when_loud": _("flat when loud"),
    "drifted_sharp": _("tuning climbs"),
    "drifted_flat": _("tuning sinks"),
    "noisy": _("too much noise to hear"),
}


def cause_in_words(code: str) -> str:
    """A cause that is new and has no name here is called by its code, which is a word too."""
    return str(CAUSE_WORDS.get(code, code.replace("_", " ")))
