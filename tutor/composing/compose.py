"""Composing to order: rhythms, chords and lines are drawn exactly under the order's counts; of many, the one nearest
to the grade is printed, and looked over once more before it goes out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from tutor.composing.checking import faults
from tutor.composing.corpus.tables import MODEL_VERSION
from tutor.composing.difficulty import difficulty
from tutor.composing.melody import Chord, Melody, Page, beats, build_score
from tutor.composing.ordering import MelodyOrder
from tutor.composing.pitch.harmony import PlannedChord
from tutor.composing.refusal import CannotCompose
from tutor.composing.scales import key_name
from tutor.composing.searching import Found, search
from tutor.composing.skills import INTERVAL_NAMES, describe, occurrences_of, tag
from tutor.composing.specifying import Specification, specify, with_room
from tutor.composing.themes import Theme, order_on, theme_of
from tutor.composing.validating import validate
from tutor.composing.variation import vary
from tutor.notation.score import Key, Score
from tutor.saying import phrase

# Drawn anew where what was printed is not to order; it should never be needed.
TRIES = 3


def compose_melody(order: MelodyOrder) -> Melody:
    """The melody for this order; the same order makes the same one. Raises CannotCompose."""
    validate(order)
    recipe = order.to_dict()
    rng = generator(recipe)
    theme = theme_of(order) if order.kind == "variation" else None
    for _ in range(TRIES):
        spec, found = _varied(theme, order, rng) if theme else _found(order, rng)
        melody, wrong = _printed(spec, found, recipe)
        if not wrong:
            return melody
    sentence = phrase("No melody came out as it was ordered: ask for less at once.")
    raise CannotCompose(sentence, ("fewer wishes at once",)) from ValueError(wrong[0])


def _varied(theme: Theme, order: MelodyOrder, rng: np.random.Generator) -> tuple[Specification, Found]:
    spec = specify(order_on(theme, order), rng)
    return spec, vary(spec, theme, rng)


def _found(order: MelodyOrder, rng: np.random.Generator) -> tuple[Specification, Found]:
    """What the seed chose must not stand in the way of what was ordered: where it does, the roomiest is taken."""
    spec = specify(order, rng)
    try:
        return spec, search(spec, rng)
    except CannotCompose:
        roomier = with_room(order)
        if roomier == order:
            raise
        spec = specify(roomier, rng)
        return spec, search(spec, rng)


def generator(recipe: dict[str, Any]) -> np.random.Generator:
    """The luck of an order: its digest, so that two orders that differ in anything are two draws."""
    digest = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def _printed(spec: Specification, found: Found, recipe: dict[str, Any]) -> tuple[Melody, list[str]]:
    """The melody with all that is known of it, and what is wrong with it."""
    score = build_score(_page(spec, found), found.rhythm.symbols, found.pitches)
    tags = tag(score)
    counts = occurrences_of(score, tags)
    melody = Melody(
        score=score,
        title=score.title,
        kind=spec.kind.name,
        recipe=recipe,
        difficulty=difficulty(score),
        tags=tags,
        counts=counts,
        chords=tuple(_chord(chord, found, score) for chord in found.chords),
        strain_bits=found.strain_bits,
        model=MODEL_VERSION,
        seed=spec.order.seed,
    )
    return melody, faults(score, counts, spec, found.rhythm.bars)


def _page(spec: Specification, found: Found) -> Page:
    return Page(spec.fifths, spec.mode, spec.metre, found.nearest.bpm, spec.player, _title(spec))


def _title(spec: Specification) -> str:
    interval = INTERVAL_NAMES.get(spec.drilled, "").rpartition(" ")[2]
    theme = spec.order.theme
    title = spec.kind.title.format(
        key=key_name(Key(beats(0), spec.fifths, spec.mode)),
        metre=f"{spec.metre[0]}/{spec.metre[1]}",
        interval={"octave": "Octaves"}.get(interval, f"{interval.capitalize()}s"),
        theme=(theme.title if theme else "") or "a tune",
    )
    wished = next((count.tag for count in spec.order.counts if count.least), "")
    return f"{title}: {describe(wished)}" if spec.kind.name == "remedy" and wished else title


def _chord(chord: PlannedChord, found: Found, score: Score) -> Chord:
    upbeat = found.rhythm.upbeat_ticks
    bar_ticks = 96 * found.rhythm.metre[0] // found.rhythm.metre[1]
    onset = beats(upbeat + (chord.bar - 1) * bar_ticks + chord.onset)
    duration = min(beats(chord.ticks), score.duration_beat - onset)
    return Chord(float(onset), float(duration), chord.figure, chord.pitch_classes)
