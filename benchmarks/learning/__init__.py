"""Simulated students, whose truth is known: what a learner makes of them, and what they make of its choices."""
