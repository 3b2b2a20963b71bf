"""Classes of simulated students. All arrays are [students] or [students, skills]; abilities are in logits on the
scale of `tutor.learner.knowledge`: 0 is what plays half the notes of a piece of grade 4.5 rightly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.learner.parameters import DEFAULTS
from tutor.learner.syllabus import first_grade

Floats = NDArray[np.float64]

TAGS = tuple(
    sorted(
        (
            *(f"interval:{size}:{way}" for size in (2, 3, 4, 5, 6, 8) for way in ("up", "down")),
            *("rhythm:eighths", "rhythm:tie", "rhythm:rest", "rhythm:dotted-quarter-eighth", "rhythm:sixteenths"),
            *("rhythm:syncopation", "rhythm:triplet", "accidental", "key:1", "key:-1", "key:2", "key:4", "metre:6/8"),
        ),
        key=lambda tag: (first_grade(tag), tag),
    )
)
SKILLS = len(TAGS)
FIRST_GRADES = np.array([first_grade(tag) for tag in TAGS], float)
LEVELS = (1, 2, 3, 4, 5)
NOTES = 12  # of the skill that a take is for
OTHER_NOTES, OTHERS = 5, 4
EXAM_ABOVE = 2.0  # grades over a student's level: what all their skills are examined at

FORM, MISJUDGED_SKILL, MISJUDGED_PIECE = 0.5, 0.3, 0.15
GENERAL, OWN = 0.7, 0.5
STRANGENESS = 0.3
SLIP = 0.02
# Learning is fastest at four right in five; forgetting is a power of time, slower with every meeting (as in FSRS).
PEAK_POWER, RATE, RATE_SPREAD, SKILL_SPREAD = 0.25, 0.11, 0.5, 0.25
STABILITY, LONGEST_STABILITY, DECAY = 3.0, 120.0, 0.234
FORGETTABLE = 0.65
TIRING = 4.0  # logits over which learning slows to a third
PEAK = max(p * (1 - p) ** PEAK_POWER for p in np.linspace(0.01, 0.99, 99))


class World:
    """Students whose skills hang together, who learn, forget, have good and bad days, and whose pieces and skills are
    not quite as hard as they are said to be."""

    name = "students of the model's form"

    def __init__(self, students: int, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.students = students
        self.levels = rng.choice(LEVELS, students).astype(float)
        strange = STRANGENESS * np.maximum(0, FIRST_GRADES - self.levels[:, None])
        at_level = np.array([DEFAULTS.ability_for(level) for level in self.levels])[:, None]
        general, own = rng.normal(0, GENERAL, (students, 1)), rng.normal(0, OWN, (students, SKILLS))
        self.base = at_level + general + own - strange - rng.normal(0, MISJUDGED_SKILL, SKILLS)
        self.learnt = np.zeros((students, SKILLS))
        spread = np.exp(rng.normal(0, SKILL_SPREAD, (students, SKILLS)))
        self.rate = RATE * np.exp(rng.normal(0, RATE_SPREAD, (students, 1))) * spread
        self.stability = np.full((students, SKILLS), STABILITY)
        self.met = np.zeros((students, SKILLS))
        self.day = np.zeros(students)
        self.takes_today = 0

    def wait(self, days: Floats) -> None:
        self.day = self.day + days
        self.takes_today = 0

    def abilities(self) -> Floats:
        """As they are today."""
        return self.base + self.learnt * self._left()

    def chances(self, grades: Floats) -> Floats:
        """That a note of each skill goes right on a usual day, in a piece that is as hard as it is said to be."""
        return self.chance(self.abilities(), self.logits(grades)[:, None])

    def exam(self) -> Floats:
        """The share of all skills that goes right at a fixed grade, of each student, rested."""
        played, self.takes_today = self.takes_today, 0
        shares = self.chances(self.levels + EXAM_ABOVE).mean(axis=1)
        self.takes_today = played
        return shares

    def logits(self, grades: Floats) -> Floats:
        return DEFAULTS.logits_a_grade * (grades - DEFAULTS.middle_grade)

    def chance(self, abilities: Floats, difficulty: Floats) -> Floats:
        return (1 - SLIP) / (1 + np.exp(difficulty - abilities))

    def play(self, counts: Floats, grades: Floats) -> tuple[Floats, Floats]:
        """A take each: notes right, and the chances there were on a usual day. Then they have learnt by it."""
        form = self.rng.normal(0, FORM, (self.students, 1))
        difficulty = self.logits(grades)[:, None] + self.rng.normal(0, MISJUDGED_PIECE, (self.students, 1))
        abilities = self.abilities()
        chances = self.chance(abilities, difficulty)
        right = self.rng.binomial(counts.astype(int), self.chance(abilities + form, difficulty))
        self._practise(counts, chances)
        self.takes_today += 1
        return right.astype(float), chances

    def _left(self) -> Floats:
        """The share of what was learnt that time has left."""
        return 1 - FORGETTABLE * (1 - self._retrievable())

    def _retrievable(self) -> Floats:
        return (1 + DECAY * (self.day[:, None] - self.met) / self.stability) ** -0.5

    def _practise(self, counts: Floats, chances: Floats) -> None:
        """Practice restores what was forgotten and adds to it; what is met when nearly forgotten lasts longest."""
        much, played, retrievable = np.minimum(1, counts / NOTES), counts > 0, self._retrievable()
        gain = self.rate * chances * (1 - chances) ** PEAK_POWER / PEAK * counts / NOTES
        effective = self.learnt * self._left()
        restored = effective + (self.learnt - effective) * much * 0.8 + gain * np.exp(-self.learnt / TIRING)
        lasting = self.stability * (1.03 + 0.375 * much * (1.2 - retrievable))
        self.learnt = np.where(played, restored, self.learnt)
        self.stability = np.where(played, np.minimum(lasting, LONGEST_STABILITY), self.stability)
        self.met = np.where(played, self.day[:, None], self.met)


GUESS, STEEPNESS = 0.08, 0.62
QUIRK, FATIGUE, JUMP, JUMP_CHANCE = 0.25, 0.08, 0.55, 0.16
PREREQUISITE_LEAD = 0.8
FORGETTING_POWER = 0.12


class OtherWorld(World):
    """Students who do not share the model's form: a note succeeds beyond a threshold (a probit, with luck); a skill
    can't be far ahead of the one it builds on; learning comes in jumps; forgetting is a power of the days without any
    stability; grades mean more to some than to others; and they tire within a session."""

    name = "students of another form"

    def __init__(self, students: int, seed: int) -> None:
        super().__init__(students, seed)
        self.steepness = np.exp(self.rng.normal(0, QUIRK, (students, 1)))
        self.fading = FORGETTING_POWER * np.exp(self.rng.normal(0, 0.5, (students, 1)))
        self.pending = np.zeros((students, SKILLS))

    def abilities(self) -> Floats:
        abilities = super().abilities()
        for skill, before in PREREQUISITES:
            abilities[:, skill] = np.minimum(abilities[:, skill], abilities[:, before] + PREREQUISITE_LEAD)
        return abilities - FATIGUE * self.takes_today

    def chance(self, abilities: Floats, difficulty: Floats) -> Floats:
        """Beside their own level, harder and easier pieces are further off for some than for others."""
        own = self.logits(self.levels)[:, None]
        over = abilities - own - self.steepness * (difficulty - own)
        return GUESS + (1 - SLIP - GUESS) * _normal_cdf(STEEPNESS * over - 0.15)

    def _left(self) -> Floats:
        return (1 + self.day[:, None] - self.met) ** -self.fading

    def _practise(self, counts: Floats, chances: Floats) -> None:
        """Nothing for a while, then suddenly half a step."""
        much, played = np.minimum(1, counts / NOTES), counts > 0
        ready = JUMP_CHANCE * self.rate / RATE * much * chances * (1 - chances) ** PEAK_POWER / PEAK
        jumps = JUMP * (self.rng.random(ready.shape) < ready) * np.exp(-self.learnt / TIRING)
        restored = self.learnt * self._left() * (1 - much) + self.learnt * much
        self.learnt = np.where(played, restored + jumps, self.learnt)
        self.met = np.where(played, self.day[:, None], self.met)


def _prerequisites() -> list[tuple[int, int]]:
    """(skill, the one it builds on): the next smaller interval that way, eighths before what divides them."""
    place = {tag: column for column, tag in enumerate(TAGS)}
    pairs = [
        (place[f"interval:{size}:{way}"], place[f"interval:{before}:{way}"])
        for before, size in ((2, 3), (3, 4), (4, 5), (5, 6), (6, 8))
        for way in ("up", "down")
    ]
    rhythms = ("tie", "dotted-quarter-eighth", "sixteenths", "syncopation", "triplet")
    pairs += [(place[f"rhythm:{name}"], place["rhythm:eighths"]) for name in rhythms]
    return [*pairs, (place["key:4"], place["key:2"]), (place["key:2"], place["key:1"])]


def _normal_cdf(x: Floats) -> Floats:
    """Within .0002 (Bowling et al., *A logistic approximation to the cumulative normal distribution*, 2009)."""
    return 1 / (1 + np.exp(-(0.07056 * x**3 + 1.5976 * x)))


PREREQUISITES = _prerequisites()


def composed(rng: np.random.Generator, targets: NDArray[np.intp], grades: Floats) -> Floats:
    """What a melody for a skill shows [students, SKILLS]: much of that, some of four others that its grade allows."""
    students = np.arange(len(targets))
    usual = np.maximum(grades[:, None], 1) + 1 >= FIRST_GRADES
    draw = rng.random(usual.shape) * usual
    draw[students, targets] = 0
    counts = np.zeros(usual.shape)
    others = np.argsort(-draw, axis=1)[:, :OTHERS]
    np.put_along_axis(counts, others, OTHER_NOTES * (np.take_along_axis(draw, others, 1) > 0), 1)
    counts[students, targets] = NOTES
    return counts


def days_between_sessions(rng: np.random.Generator, students: int) -> Floats:
    return np.where(rng.random(students) < 0.7, 1.0, rng.integers(2, 8, students)).astype(float)
