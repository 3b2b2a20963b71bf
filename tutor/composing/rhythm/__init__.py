"""Rhythms to order: drawn from whole-bar patterns, exact under counts of what shall occur in them."""

from tutor.composing.rhythm.drawing import draw_rhythms
from tutor.composing.rhythm.order import RhythmLine, RhythmOrder, RhythmSymbol, SoundingNote

__all__ = ["RhythmLine", "RhythmOrder", "RhythmSymbol", "SoundingNote", "draw_rhythms"]
