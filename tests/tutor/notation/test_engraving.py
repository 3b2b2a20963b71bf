"""The printed page: every symbol once, at every width, from any thread, and never somebody else's."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings

from tests.scores import score_of
from tests.strategies import scores
from tutor.notation import engraving
from tutor.notation.engraving import balanced_lines, engrave
from tutor.notation.errors import ScoreError


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scores())
def test_every_symbol_is_on_the_page_once_at_every_width(score):
    for width_px in (390, 1280):
        svg = engrave(score, width_px)
        assert all(svg.count(f'id="{symbol.id}"') == 1 for symbol in score.symbols)


def test_notes_are_groups_that_css_can_colour():
    assert re.search(r'<g[^>]*id="n1"[^>]*class="note"', engrave(score_of("C4 D4 E4 F4"), 390))


def test_the_page_is_as_wide_as_it_was_asked_for():
    svg = engrave(score_of("C4 D4 E4 F4 " * 6), 390)
    width, height = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups()
    assert abs(int(width) - 390) <= 2
    assert int(height) < 500


def test_a_narrow_page_has_more_lines_of_the_same_bars():
    score = score_of("C4 D4 E4 F4 " * 8)
    narrow, wide = engrave(score, 390), engrave(score, 1280)
    assert narrow.count('class="system"') > wide.count('class="system"')
    assert narrow.count('class="measure"') == wide.count('class="measure"') == 8


def test_no_line_is_left_with_a_lonely_bar():
    svg = engrave(score_of("C4 D4 E4 F4 " * 9), 1280)
    counts = engraving._bars_a_line(svg)
    assert sum(counts) == 9
    assert min(counts) >= 4


def test_lines_are_shared_out_only_where_the_last_is_empty():
    assert balanced_lines([1] * 9, [8, 1]) in ([4], [5])
    assert balanced_lines([1] * 8, [4, 4]) == []
    assert balanced_lines([1] * 3, [3]) == []


def test_threads_engrave_their_own_scores():
    texts = [" ".join([name] * 4) for name in ("C4", "D4", "E4", "F4", "G4", "A4", "B4", "C5")]
    alone = [engrave(score_of(text), 500) for text in texts]
    engraving._engrave.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: engrave(score_of(text), 500), texts))
    assert together == alone


def test_after_a_failure_the_page_before_it_is_not_shown(monkeypatch):
    engrave(score_of("C4 D4 E4 F4"), 400)
    monkeypatch.setattr(engraving, "to_musicxml", lambda *_: "this is no score")
    with pytest.raises(ScoreError):
        engrave(score_of("G4 G4 G4 G4"), 400)


def test_a_score_that_cannot_be_printed_says_where():
    with pytest.raises(ScoreError, match="Bar 1: a length of 5/4"):
        engrave(score_of("C4/5/4 D4/11/4"), 390)
