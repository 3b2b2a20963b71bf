"""**Causes**: one reason behind several verdicts, said as a good teacher says it.

Each finder looks at a whole take and gives one Cause, several, or none. Specific reasons come first and
take their notes with them: a note that the key signature explains is not also "a wrong note".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tutor.grading import (
    flow_causes,
    neighbour_causes,
    piece_causes,
    pitch_causes,
    rhythm_causes,
    tie_causes,
    tone_causes,
    trend_causes,
)
from tutor.grading.assessment import Assessment, Cause
from tutor.grading.findings import EXPLAINABLE, Finder, Take
from tutor.grading.rubric import Rubric
from tutor.notation.instruments import Instrument
from tutor.notation.score import Score

# Nobody mends more than this before the next try.
MOST_CAUSES = 5


def find_causes(
    assessment: Assessment,
    score: Score,
    rubric: Rubric,
    *,
    asked_bpm: float | None = None,
    drift: float | None = None,
    lateness_s: float | None = None,
    is_pitched_by_player: bool = True,
    instrument: Instrument | None = None,
    kept: Sequence[Cause] = (),
) -> tuple[Cause, ...]:
    """The most telling causes, at most five, the first first. `kept` are found already and stay.

    Only with its `instrument` known can a slip be told for the string or the partial beside the right one.
    """
    take = Take(assessment, score, rubric, asked_bpm, drift, lateness_s, is_pitched_by_player, instrument)
    found: list[Cause] = []
    explained: dict[str, set[str]] = {kind: set() for kind in EXPLAINABLE}
    for finder in FINDERS:
        for finding in list(finder(take, explained)):
            found.append(finding.cause)
            for kind, notes in finding.explains.items():
                explained[kind] |= notes
        if finder is piece_causes.another_piece and found:
            return (*found, *kept)
    return (*_most_telling(found, MOST_CAUSES - len(kept)), *kept)


FINDERS: tuple[Finder, ...] = (
    piece_causes.another_piece,
    piece_causes.transposed,
    flow_causes.restarted,
    flow_causes.skipped,
    flow_causes.stopped,
    pitch_causes.octave,
    pitch_causes.key_signature_missed,
    pitch_causes.accidental_not_carried,
    pitch_causes.accidental_past_its_bar,
    pitch_causes.accidental,
    neighbour_causes.neighbour_string,
    neighbour_causes.neighbour_partial,
    pitch_causes.same_slip,
    trend_causes.tuning_trends,
    pitch_causes.wrong_notes,
    flow_causes.held_through,
    flow_causes.left_out,
    tie_causes.tie_struck,
    flow_causes.extra_notes,
    tie_causes.rests_cut,
    flow_causes.tempo_moved,
    rhythm_causes.even_notes,
    rhythm_causes.straightened,
    rhythm_causes.dotted_squared_off,
    flow_causes.out_of_time,
    tone_causes.clipped,
    tone_causes.released_early,
    tone_causes.lengths,
    tone_causes.out_of_tune,
    tone_causes.notes_out_of_tune,
    flow_causes.tempo_missed,
    flow_causes.against_the_metronome,
    tone_causes.noisy,
)


def _most_telling(found: Sequence[Cause], most: int) -> list[Cause]:
    """One of each kind before a second of any, then in the order of the finders."""
    seen: Counter[str] = Counter()
    ranked = []
    for place, cause in enumerate(found):
        ranked.append((seen[cause.code], place))
        seen[cause.code] += 1
    return [found[place] for _, place in sorted(sorted(ranked)[: max(most, 1)], key=lambda one: one[1])]
