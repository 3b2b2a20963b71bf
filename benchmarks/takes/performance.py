"""A score as somebody plays it: every stroke with its time, pitch and strength, and what was wrong with each note."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.takes.mistakes import Mistake, Place, plant
from benchmarks.takes.players import Player
from tutor.notation.score import Score

Rng = np.random.Generator

# Where mistakes are few beside what the story tells.
ERRORS, FEW_ERRORS = 0.17, 0.06
WITHOUT_ERRORS = ("ok", "transposed")
ONSET_SD_S, ONSET_MOST_S = 0.015, 0.03
SHORTEST_S = 0.055
# A note that sounds for less of its length was clipped, whatever the story; of the quickest nobody could say.
CLIPPED, SHORTEST_CLIPPED_S = 0.5, 0.3
# Before a note struck again there is at least this much silence, and before another one this little.
BEFORE_SAME_S, BEFORE_OTHER_S = 0.018, 0.004
AGAIN_GAP = 0.06  # of the written length
TRANSPOSITIONS = (-2, 2, -9, 7, 5, 3, -3, -7, -12, 12)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note on its way to a sound source. `note` None: the score hasn't it."""

    note: int | None
    pitch: int
    onset_s: float
    offset_s: float
    velocity: float = 85.0
    cents: float = 0.0
    kind: str = ""
    vibrato: tuple[float, float, float] | None = None  # times a second, cents either way, begins after s

    @property
    def sounding(self) -> float:
        """MIDI number with the detuning in its decimals."""
        return self.pitch + self.cents / 100


@dataclass
class Performance:
    """Strokes in time order, and the truth about each score note."""

    strokes: list[Stroke]
    truth: list[str]
    lengths: list[str]
    restart_s: float | None = None


@dataclass
class _Plan:
    """How the take goes, before single notes: (score note, when) in the order of playing."""

    visits: list[tuple[int, float]]
    beat_s: NDArray[np.float64]  # seconds a beat at each note
    spared: set[int] = field(default_factory=set)  # notes played twice: no mistakes there
    missing: set[int] = field(default_factory=set)
    resume: int | None = None  # index of the visit that goes back


def perform(score: Score, bpm: float, player: Player, condition: str, story: str, rng: Rng) -> Performance:
    """Play the score at `bpm` as the story has it."""
    plan = _plan(score, bpm, story, rng)
    share = ERRORS if story == "errors" else 0.0 if story in WITHOUT_ERRORS or rng.random() < 0.5 else FEW_ERRORS
    places = _places(score, plan)
    mistakes = plant(places, share, rng, rings=player.rings, blurs=player.blurs)
    mistakes = {note: one for note, one in mistakes.items() if note not in plan.spared | plan.missing}
    if story == "held":
        mistakes |= {note: Mistake("not struck") for note, place in enumerate(places) if place.repeats and note}
    gate = rng.uniform(0.25, 0.42) if story == "staccato" else None
    key = _key(score, player, story, rng)
    strokes, restart_s = _strokes(score, plan, mistakes, gate, key, player, rng)
    strokes = _one_line(strokes, legato=condition == "legato", rings=player.rings, rng=rng)
    strokes = _expressed(strokes, condition, story, player, rng)
    truth = [_truth(note, mistakes, plan, key) for note in range(len(score.notes))]
    return Performance(strokes, truth, _lengths(strokes, places, mistakes, player), restart_s)


def _plan(score: Score, bpm: float, story: str, rng: Rng) -> _Plan:
    notes = score.notes
    beats = np.array([note.onset_beat for note in notes])
    times_s, beat_s = _tempo(beats, float(score.duration_beat), 60 / bpm, story, rng)
    lead_s = rng.uniform(2, 4) if story == "late-start" else rng.uniform(0.3, 0.8)
    visits = [(note, lead_s + float(time_s)) for note, time_s in enumerate(times_s)]
    plan = _Plan(visits, beat_s)
    count = len(notes)
    if story == "half":
        stop = int(count * rng.uniform(0.4, 0.65))
        plan.visits, plan.missing = visits[:stop], set(range(stop, count))
    elif story == "restart":
        broken_off = int(rng.integers(count // 3, 3 * count // 4))
        back_to = _back_to(score, broken_off, rng)
        pause_s = rng.uniform(0.4, 1.2) if rng.random() < 0.75 else 0.0
        moved_s = visits[broken_off][1] - visits[back_to][1] + pause_s
        again = [(note, at_s + moved_s) for note, at_s in visits[back_to:]]
        plan.visits, plan.resume = visits[:broken_off] + again, broken_off
        plan.spared = set(range(back_to, broken_off + 1))
    elif story == "skipped-bar" and (skipped := _a_bar(score, rng)):
        first, after = min(skipped), max(skipped) + 1
        gap_s = visits[after][1] - visits[first][1]
        plan.visits = visits[:first] + [(note, at_s - gap_s) for note, at_s in visits[after:]]
        plan.missing = set(skipped)
        plan.spared = {first - 1, after}
    return plan


def _tempo(
    beats: NDArray[np.float64], end_beat: float, beat_s: float, story: str, rng: Rng
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds of each note, and seconds a beat there: steady, drifting by a fifth, or wandering."""
    grid = np.linspace(0, end_beat, 2000)
    length = np.full(len(grid), beat_s)
    if story == "drift":
        length *= 1 + rng.choice([-1, 1]) * 0.2 * grid / end_beat
    elif story == "rubato":
        waves = sum(np.sin(2 * np.pi * (grid / rng.uniform(6, 16) + rng.random())) for _ in range(2))
        length *= 1 + 0.035 * waves
    else:  # Nobody is a machine: a hundredth or two of wander.
        length *= 1 + 0.01 * np.sin(2 * np.pi * (grid / rng.uniform(8, 24) + rng.random()))
    seconds = np.concatenate([[0.0], np.cumsum((length[1:] + length[:-1]) / 2 * np.diff(grid))])
    return np.interp(beats, grid, seconds), np.interp(beats, grid, length)


def _back_to(score: Score, broken_off: int, rng: Rng) -> int:
    """The note that is gone back to: the beginning, or that of this bar or of one before."""
    if rng.random() < 0.25:
        return 0
    bar = score.notes[broken_off].bar - int(rng.integers(0, 3))
    earlier = [note for note in range(broken_off - 1) if score.notes[note].bar >= bar]
    return earlier[0] if earlier else max(broken_off - 4, 0)


def _a_bar(score: Score, rng: Rng) -> list[int]:
    """The notes of an inner bar that can be told from its neighbours when it is left out."""
    bars: dict[int, list[int]] = {}
    for index, note in enumerate(score.notes):
        bars.setdefault(note.bar, []).append(index)
    whole = [
        notes for notes in bars.values() if len(notes) >= 2 and 0 not in notes and len(score.notes) - 1 not in notes
    ]
    return whole[int(rng.integers(len(whole)))] if whole else []


def _places(score: Score, plan: _Plan) -> list[Place]:
    notes = score.notes
    onsets = [note.onset_beat for note in notes]
    ends = [*onsets[1:], notes[-1].offset_beat]
    places = []
    for index, (note, next_beat) in enumerate(zip(notes, ends, strict=True)):
        beat_s = float(plan.beat_s[index])
        before = onsets[index] - onsets[index - 1] if index else 0.0
        rest = max(next_beat - note.offset_beat, 0.0)
        gap_s, length_s = (next_beat - note.onset_beat) * beat_s, note.duration_beat * beat_s
        repeats = index > 0 and notes[index - 1].pitch == note.pitch and before <= notes[index - 1].duration_beat
        places.append(Place(before * beat_s, gap_s, length_s, rest * beat_s, repeats))
    return places


def _key(score: Score, player: Player, story: str, rng: Rng) -> int:
    """Semitones that the whole take is off, within what the player has."""
    if story != "transposed":
        return 0
    pitches = [note.pitch for note in score.notes]
    possible = [
        key
        for key in TRANSPOSITIONS
        if player.lowest - 3 <= min(pitches) + key and max(pitches) + key <= player.highest + 3
    ]
    chances = np.array([3.0 if key == -2 else 1.0 for key in possible])
    return int(rng.choice(possible, p=chances / chances.sum())) if possible else -2


def _strokes(
    score: Score, plan: _Plan, mistakes: dict[int, Mistake], gate: float | None, key: int, player: Player, rng: Rng
) -> tuple[list[Stroke], float | None]:
    strokes: list[Stroke] = []
    restart_s = None
    velocity = rng.uniform(75, 95)
    for visit, (index, at_s) in enumerate(plan.visits):
        note, beat_s = score.notes[index], float(plan.beat_s[index])
        velocity = float(np.clip(velocity + rng.normal(0, 8) + 0.1 * (85 - velocity), 55, 115))
        mistake = mistakes.get(index)
        unsteady_s = float(np.clip(rng.normal(0, ONSET_SD_S), -ONSET_MOST_S, ONSET_MOST_S))
        # What is late by a tenth of a second is late by no less.
        onset_s = at_s + (0.0 if mistake is not None and mistake.kind in ("late", "early") else unsteady_s)
        length_s = note.duration_beat * beat_s
        sounds = length_s * (gate if gate is not None else rng.uniform(0.82, 0.97))
        stroke = Stroke(index, note.pitch + key, onset_s, onset_s + max(sounds, SHORTEST_S), velocity)
        if plan.resume is not None and visit == plan.resume:
            restart_s = onset_s
        if plan.resume is not None and visit == plan.resume - 1 and rng.random() < 0.4:
            # What made them stop: a wrong note, mended when it comes again.
            stroke = replace(stroke, pitch=_wrong(stroke.pitch, int(rng.choice([-2, -1, 1, 2])), player))
        after = score.notes[index + 1].pitch + key if index + 1 < len(score.notes) else None
        if mistake is not None and mistake.kind == "not struck" and strokes:
            strokes[-1] = replace(strokes[-1], offset_s=stroke.offset_s)
            continue
        strokes += [stroke] if mistake is None else _mistaken(stroke, mistake, length_s, beat_s, after, player, score)
    return strokes, restart_s


def _mistaken(
    stroke: Stroke, mistake: Mistake, length_s: float, beat_s: float, after: int | None, player: Player, score: Score
) -> list[Stroke]:
    """The stroke as it went wrong: none, one or two strokes."""
    kind, amount = mistake.kind, mistake.amount
    onset_s = stroke.onset_s
    match kind:
        case "missing":
            return []
        case "semitone" | "tone" | "further" | "octave":
            return [replace(stroke, pitch=_wrong(stroke.pitch, int(amount), player))]
        case "late":
            return [replace(stroke, onset_s=onset_s + amount)]
        case "early":
            return [replace(stroke, onset_s=onset_s - amount)]
        case "short":
            return [replace(stroke, offset_s=onset_s + max(amount * length_s, 0.07))]
        case "long":
            note = score.notes[stroke.note or 0]
            beats = score.notes[(stroke.note or 0) + 1].onset_beat - note.onset_beat
            return [replace(stroke, offset_s=onset_s + 0.95 * beats * beat_s)]
    wrong = _wrong(stroke.pitch, int(amount), player, after)
    if kind == "extra in rest":
        begins_s = onset_s + length_s + 0.08
        return [stroke, Stroke(None, wrong, begins_s, begins_s + 0.3, stroke.velocity, kind="extra")]
    if kind == "slip before":
        slip_s = min(0.16, 0.4 * length_s + 0.05)
        return [Stroke(None, wrong, onset_s - slip_s, onset_s - 0.005, stroke.velocity, kind="extra"), stroke]
    if kind == "slip":
        slip_s = min(0.24, 0.35 * length_s)
        slipped = Stroke(None, wrong, onset_s, onset_s + slip_s - 0.005, stroke.velocity, kind="extra")
        return [slipped, replace(stroke, onset_s=onset_s + slip_s)]
    half_s = onset_s + 0.5 * length_s
    again, name = (stroke.pitch, "repeated") if kind == "repeated" else (wrong, "extra")
    second = Stroke(None, again, half_s, max(stroke.offset_s, half_s + 0.1), stroke.velocity, kind=name)
    # Whoever strikes a note again lets go of it first; to another one they may slide.
    let_go_s = AGAIN_GAP * length_s if kind == "repeated" else 0.01
    return [replace(stroke, offset_s=half_s - let_go_s), second]


def _wrong(pitch: int, semitones: int, player: Player, after: int | None = None) -> int:
    """Another pitch that the player has. Not the note that comes: that would be that note, early."""
    ways = [pitch + way for way in (semitones, -semitones, -1, 1) if player.can_play(pitch + way)]
    return next(way for way in ways if way != after)


def _one_line(strokes: list[Stroke], *, legato: bool, rings: bool, rng: Rng) -> list[Stroke]:
    """One player: a note ends where the next begins, or, legato, a moment after."""
    strokes = sorted(strokes, key=lambda stroke: stroke.onset_s)
    line = []
    for stroke, after in zip(strokes, [*strokes[1:], None], strict=True):
        offset_s = stroke.offset_s
        if after is not None:
            is_same = stroke.pitch == after.pitch
            if legato and not is_same and after.onset_s - offset_s < 0.3 * (offset_s - stroke.onset_s):
                offset_s = after.onset_s + rng.uniform(0.02, 0.06)
            elif not legato or is_same:
                offset_s = min(offset_s, after.onset_s - (BEFORE_SAME_S if is_same else BEFORE_OTHER_S))
        line.append(replace(stroke, offset_s=max(offset_s, stroke.onset_s + 0.03)))
    return line


def _expressed(strokes: list[Stroke], condition: str, story: str, player: Player, rng: Rng) -> list[Stroke]:
    """Intonation and vibrato."""
    cents = float(rng.uniform(-6, 6))
    if condition == "detuned":
        cents = float(rng.choice([-1, 1]) * rng.uniform(15, 45))
    if story == "flat":
        cents = float(rng.choice([-35, -35, 35]))
    spread = rng.uniform(4, 8) if player.sways else 2.0
    rate, depth = rng.uniform(4.8, 6.5), rng.uniform(25, 60)
    sways = condition == "vibrato" and player.sways
    expressed = []
    for stroke in strokes:
        own = float(np.clip(rng.normal(0, spread), -18, 18))
        is_long = stroke.offset_s - stroke.onset_s > 0.25
        vibrato = (float(rate * rng.uniform(0.94, 1.06)), float(depth * rng.uniform(0.8, 1.15)), 0.12)
        expressed.append(replace(stroke, cents=cents + own, vibrato=vibrato if sways and is_long else None))
    return expressed


def _truth(note: int, mistakes: dict[int, Mistake], plan: _Plan, key: int) -> str:
    if note in plan.missing:
        return "missing"
    if key:
        return "octave" if key % 12 == 0 else "pitch"
    mistake = mistakes.get(note)
    kind = mistake.kind if mistake else ""
    if kind in ("semitone", "tone", "further"):
        return "pitch"
    if kind == "slip":
        return "late"
    return kind if kind in ("octave", "missing", "late", "early", "not struck") else "right"


def _lengths(strokes: list[Stroke], places: list[Place], mistakes: dict[int, Mistake], player: Player) -> list[str]:
    """By what really sounded, where the player can end a note; not where a late, early or added note cut it."""
    lengths = [""] * len(places)
    if player.rings:
        return lengths
    cut = {before.note for before, after in pairwise(strokes) if after.note is None}
    cut |= {note - 1 for note, mistake in mistakes.items() if mistake.kind in ("early", "slip before")}
    cut |= {note - 1 for note, mistake in mistakes.items() if mistake.kind == "not struck"}
    for stroke in strokes:
        if stroke.note is None or stroke.note in cut:
            continue
        mistake = mistakes.get(stroke.note)
        kind = mistake.kind if mistake else ""
        length_s = places[stroke.note].length_s
        is_clipped = length_s >= SHORTEST_CLIPPED_S and stroke.offset_s - stroke.onset_s < CLIPPED * length_s
        if kind == "long":
            lengths[stroke.note] = "long"
        elif kind not in ("late", "slip", "extra", "repeated"):
            lengths[stroke.note] = "short" if is_clipped else ""
    return lengths
