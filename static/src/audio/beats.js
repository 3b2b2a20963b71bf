const FEWEST_CLICKS = 3;

/** Where the clicks fall, in beats (quarter notes) from the score's first; the count-in is before 0. */
export function countIn(exercise) {
  const metre = exercise.metre[0];
  const length = countedBars(exercise) * barBeats(metre) - upbeat(exercise);
  return clicksWithin(-length, 0, -length, metre);
}

/**
 * One whole bar, and before an upbeat also the part of its bar that nobody plays. Two where a bar has two clicks: the
 * ear wants three to agree on how late the recording is.
 */
export function countedBars(exercise) {
  const metre = exercise.metre[0];
  return upbeat(exercise) || barBeats(metre) / clickBeats(metre) < FEWEST_CLICKS ? 2 : 1;
}

function upbeat(exercise) {
  const { duration_beat } = exercise.bars[0];
  return duration_beat < barBeats(exercise.metre[0]) ? duration_beat : 0;
}

export function clicksOf(exercise) {
  return exercise.bars.flatMap((bar, index) => {
    const metre = metreAt(exercise, bar.onset_beat);
    const missing = index === 0 ? Math.max(barBeats(metre) - bar.duration_beat, 0) : 0;
    return clicksWithin(bar.onset_beat, bar.onset_beat + bar.duration_beat, bar.onset_beat - missing, metre);
  });
}

export const barBeats = (metre) => (4 * metre.beats) / metre.beat_type;

function clicksWithin(from, to, barline, metre) {
  const step = clickBeats(metre);
  const clicks = [];
  for (let beat = barline; beat < to - 1e-6; beat += step) {
    const accent = Math.abs((beat - barline) % barBeats(metre)) < 1e-6;
    if (beat > from - 1e-6) clicks.push({ beat, accent });
  }
  return clicks;
}

/** 6/8, 9/8 and 12/8 are counted in dotted quarters, as they are conducted. */
export function clickBeats(metre) {
  return metre.beat_type === 8 && metre.beats > 3 && metre.beats % 3 === 0 ? 1.5 : 4 / metre.beat_type;
}

function metreAt(exercise, beat) {
  return exercise.metre.findLast((metre) => metre.onset_beat <= beat + 1e-6) ?? exercise.metre[0];
}
