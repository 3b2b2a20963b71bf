/** Between the score's beats and the recording's seconds: where notes were heard less their error, between those by the beat. */
export class ScoreTime {
  constructor(verdicts, bpm) {
    this.beat_s = 60 / bpm;
    this.known = [];
    const heard = verdicts.filter((note) => note.onset_s !== null).map((note) => ({ beat: note.onset_beat, at_s: note.onset_s - (note.onset_error_ms ?? 0) / 1000 }));
    // Time goes one way, whatever a restart did.
    for (const one of heard.sort((a, b) => a.beat - b.beat)) if (!this.known.length || (one.beat > this.known.at(-1).beat && one.at_s > this.known.at(-1).at_s)) this.known.push(one);
  }

  /** When a beat should have come in this recording. */
  seconds(beat) {
    if (!this.known.length) return beat * this.beat_s;
    return along(this.known, "beat", "at_s", beat, this.beat_s);
  }

  /** Which beat of the score a moment of the recording is. */
  beat(at_s) {
    if (!this.known.length) return at_s / this.beat_s;
    return along(this.known, "at_s", "beat", at_s, 1 / this.beat_s);
  }
}

/** Straight lines from point to point; beyond the ends at the pace that was asked. */
function along(points, from, to, value, pace) {
  const after = points.findIndex((one) => one[from] >= value - 1e-6);
  if (after === 0) return points[0][to] - (points[0][from] - value) * pace;
  if (after === -1) return points.at(-1)[to] + (value - points.at(-1)[from]) * pace;
  const [left, right] = [points[after - 1], points[after]];
  const share = (value - left[from]) / Math.max(right[from] - left[from], 1e-6);
  return left[to] + share * (right[to] - left[to]);
}
