"""Where a piece falls apart by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tests.strategies import scores
from tutor.notation.phrasing import FOURS, PHRASES, SECTIONS, WHOLE, proposals, repeats_of
from tutor.notation.sameness import melody_mark

BAR = "C4 D4 E4 F4 "
PHRASE = BAR * 7 + "G4/2 r/2 "


@settings(max_examples=60)
@given(scores(max_bars=6), st.sets(st.integers(0, 8)))
def test_every_proposal_is_the_whole_piece_without_gap_or_overlap(score, section_ends):
    for passages in proposals(score, section_ends).values():
        bars = [bar for first, last in passages for bar in range(first, last + 1)]
        assert bars == list(range(len(score.bars)))


def test_a_rest_after_eight_bars_ends_a_phrase():
    assert proposals(score_of(PHRASE * 2 + BAR * 5), ())[PHRASES] == [(0, 7), (8, 15), (16, 20)]


def test_an_upbeat_bar_goes_with_the_bar_after_it():
    score = score_of("G4 " + BAR * 16, pickup_beats=1)
    assert [(0, 8), (9, 16)] in proposals(score, ()).values()


def test_sections_end_where_the_file_says():
    found = proposals(score_of(BAR * 12), {3, 11})
    assert found[SECTIONS] == [(0, 3), (4, 11)]
    assert found[WHOLE] == [(0, 11)]


def test_a_phrase_does_not_end_on_a_tie():
    score = score_of(BAR * 7 + "C4 D4 E4 F4~ F4 D4 E4 F4 " + BAR * 8)
    assert all(last != 7 for _, last in proposals(score, ())[PHRASES])


def test_what_comes_out_alike_stands_there_once():
    assert list(proposals(score_of(BAR * 4), ())) == [WHOLE]
    assert FOURS in proposals(score_of(BAR * 9), ())


def test_the_same_tune_has_the_same_mark_in_any_key_and_another_has_not():
    tune = score_of("C4 D4 E4/2 r C4 G4/2")
    for alike in ("D4 E4 F#4/2 r D4 A4/2", "r C4 D4 E4/2 r C4 G4/2 r", "C5 D5 E5/1~ E5/1 r/0.5 r/0.5 C5 G5/2"):
        assert melody_mark(score_of(alike).to_dict()) == melody_mark(tune.to_dict()), alike
    for other in ("C4 D4 E4/2 r C4 A4/2", "C4 D4 E4 r/2 C4 G4/2", "C4 D4 E4/2 r C4 G4"):
        assert melody_mark(score_of(other).to_dict()) != melody_mark(tune.to_dict()), other


def test_a_passage_that_comes_again_is_found():
    assert repeats_of(["a", "b", "a", "", "", "b", "a"]) == {2: 0, 5: 1, 6: 0}
