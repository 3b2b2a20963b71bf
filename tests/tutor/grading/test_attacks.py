"""How much doubt the beginning of a note leaves."""

from tutor.alignment.alignment import Match
from tutor.grading.attacks import attack_of
from tutor.listening.segmentation import HeardNote


def attack(*notes, typical_strength=1.0):
    """Of the last of these notes: (onset_s, offset_s, pitch, strength)."""
    heard = [HeardNote(*note) for note in notes]
    return attack_of(Match(0, (len(heard) - 1,)), heard, typical_strength)


def test_a_tongued_note_leaves_none():
    assert attack((0.0, 0.5, 60, 1.0), (0.5, 1.0, 62, 0.95)) == attack((0.5, 1.0, 62, 1.0))


def test_where_a_bow_repeats_a_note_nobody_knows():
    assert not attack((0.0, 0.5, 60, 0.5), (0.51, 1.0, 60.1, 0.45)).is_known
    assert attack((0.0, 0.5, 60, 0.5), (0.51, 1.0, 60.1, 0.95)).is_known
    assert attack((0.0, 0.5, 60, 0.5), (0.7, 1.0, 60.1, 0.45)).is_known


def test_a_slow_instrument_is_heard_sooner_out_of_a_silence():
    out_of_silence = (0.0, 0.5, 60, 0.6), (0.9, 1.4, 62, 1.0)
    assert attack(*out_of_silence, typical_strength=0.6).early_s > 0.03
    assert attack(*out_of_silence, typical_strength=1.0).early_s == 0


def test_a_note_that_grows_out_of_the_last_may_have_begun_sooner():
    assert attack((0.0, 0.5, 60, 1.0), (0.5, 1.0, 62, 0.4)).late_s > 0.05
