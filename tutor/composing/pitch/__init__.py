"""Melodies over a given rhythm, drawn under hard constraints with a long memory.

`order.py` says what is asked and what comes back, `drawing.py` draws it, `harmony.py` and `modulation.py` plan
what the line is drawn over. Time is in ticks, 24 a quarter note; pitches are written and spelled.
"""
