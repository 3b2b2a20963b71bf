"""Excerpts of a piece: each a score in its own right, and end to end the piece again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tests.strategies import scores
from tutor.notation.excerpt import excerpt, page_of, upbeat_of
from tutor.notation.musicxml import to_musicxml
from tutor.notation.reading import ScoreError, read_score
from tutor.notation.score import Key, Metre


@st.composite
def split_scores(draw):
    """A score and the places after which it is cut, with the upbeat taken along or not."""
    score = draw(scores(max_bars=6))
    count = len(score.bars)
    cuts = sorted(draw(st.sets(st.integers(1, count - 1), max_size=3))) if count > 1 else []
    ends = [*cuts, count]
    upbeat = draw(st.sampled_from([Fraction(0), upbeat_of(score), Fraction(1, 2)]))
    return score, list(zip([0, *cuts], [end - 1 for end in ends], strict=True)), upbeat


def pieces_of(score, passages, upbeat):
    """Those that hold a note: a silent passage is refused, and is no exercise."""
    found = []
    for first, last in passages:
        try:
            found.append(excerpt(score, first, last, upbeat))
        except ScoreError:
            found.append(None)
    return found


@settings(max_examples=80)
@given(split_scores())
def test_excerpts_end_to_end_are_the_piece(case):
    score, passages, upbeat = case
    onset = Fraction(0)
    symbols = []
    for piece in pieces_of(score, passages, upbeat):
        if piece is None:
            return
        symbols += [replace(one, onset_beat=one.onset_beat + onset) for one in piece.score.symbols]
        onset += piece.score.duration_beat
    assert onset == score.duration_beat
    told = [(one.id, one.onset_beat, one.duration_beat, one.pitch, one.lyric) for one in symbols]
    assert told == [(one.id, one.onset_beat, one.duration_beat, one.pitch, one.lyric) for one in score.symbols]


@settings(max_examples=80)
@given(split_scores())
def test_a_cut_adds_a_note_exactly_where_a_tie_leads_over_it_and_says_so(case):
    score, passages, upbeat = case
    found = pieces_of(score, passages, upbeat)
    if None in found:
        return
    cut = sum(piece.cut_start for piece in found)
    assert cut == sum(piece.cut_end for piece in found)
    assert sum(len(piece.score.notes) for piece in found) == len(score.notes) + cut
    assert not found[0].cut_start and not found[-1].cut_end


@settings(max_examples=80)
@given(split_scores())
def test_an_excerpt_is_read_back_as_it_was_written(case):
    score, passages, upbeat = case
    for piece in pieces_of(score, passages, upbeat):
        if piece is not None:
            assert read_score(to_musicxml(piece.score).encode(), "a.xml") == piece.score


@settings(max_examples=40)
@given(split_scores())
def test_each_symbol_keeps_its_key_and_metre(case):
    score, passages, upbeat = case
    changed = replace(
        score,
        keys=(*score.keys, Key(score.bars[-1].onset_beat, 3)) if len(score.bars) > 1 else score.keys,
    )
    of = {symbol.id: changed.key_at(float(symbol.onset_beat)) for symbol in changed.symbols}
    for piece in pieces_of(changed, passages, upbeat):
        for symbol in piece.score.symbols if piece else ():
            key = piece.score.key_at(float(symbol.onset_beat))
            assert (key.fifths, key.mode) == (of[symbol.id].fifths, of[symbol.id].mode)


def test_an_excerpt_takes_over_what_is_in_force_and_begins_with_bar_one():
    score = replace(
        score_of("C4 D4 E4 F4 G4 A4 B4 C5 D5 E5 F5 G5", bpm=72, clef="F4", transposition=-2),
        keys=(Key(Fraction(0), 1), Key(Fraction(4), 2)),
        metres=(Metre(Fraction(0), 4, 4), Metre(Fraction(8), 2, 2)),
    )
    cut = excerpt(score, 1, 2).score
    assert cut.keys == (Key(Fraction(0), 2),)
    assert cut.metres == (Metre(Fraction(0), 4, 4), Metre(Fraction(4), 2, 2))
    assert (cut.bpm, cut.clef, cut.transposition) == (72, "F4", -2)
    assert [bar.number for bar in cut.bars] == [1, 2]


def test_each_excerpt_begins_with_its_upbeat_where_the_piece_does():
    score = score_of("G4 C5 D5 E5 F5 G5 F5 E5 D5 C5/4", pickup_beats=1)
    first, second = (excerpt(score, *bars, Fraction(1)).score for bars in ((0, 1), (2, 3)))
    assert [note.written.name for note in first.notes] == ["G4", "C5", "D5", "E5"]
    assert [note.written.name for note in second.notes] == ["F5", "G5", "F5", "E5", "D5", "C5"]
    assert [bar.number for bar in second.bars] == [0, 1, 2]


def test_a_note_held_over_the_upbeat_is_not_cut_inside_its_bar():
    score = score_of("G4 C5 D5 E5/2 F5 G5 A5 B5", pickup_beats=1)
    assert excerpt(score, 2, 2, Fraction(1)).score.notes[0].written.name == "F5"


def test_a_slur_that_leads_out_is_none():
    score = score_of("C4 D4 E4 F4 G4 A4 B4 C5")
    symbols = [replace(one, slur={"n3": "start", "n6": "stop"}.get(one.id, "")) for one in score.symbols]
    score = replace(score, symbols=tuple(symbols))
    assert not any(one.slur for bars in ((0, 0), (1, 1)) for one in excerpt(score, *bars).score.symbols)


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (1, 0), (0, 2), (5, 6)])
def test_bars_that_are_not_there_are_refused(first, last):
    with pytest.raises(ScoreError, match="no such passage"):
        excerpt(score_of("C4/4 D4/4"), first, last)


def test_silence_is_no_excerpt_but_it_can_be_looked_at():
    score = score_of("C4/4 r/4 D4/4")
    with pytest.raises(ScoreError, match="no note"):
        excerpt(score, 1, 1)
    assert [bar.number for bar in page_of(score, 1, 2).bars] == [2, 3]


def test_music21_hears_an_excerpt_as_it_hears_the_bars_of_the_piece():
    import music21

    score = score_of("C4 D4 E4 F#4 G4/2 A4/2~ A4 B4 C5 D5 E5/4", fifths=1)

    def heard(one):
        part = music21.converter.parseData(to_musicxml(one), format="musicxml").parts[0]
        return [(note.pitch.midi, float(note.quarterLength)) for note in part.flatten().notes]

    assert heard(excerpt(score, 1, 2).score) == heard(score)[4:10]
