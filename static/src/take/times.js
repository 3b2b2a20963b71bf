/** When each note should have begun in this recording: where it was heard less its error, between those by the beat. */
export function expectedTimes(verdicts, bpm) {
  const known = verdicts.filter((note) => note.onset_s !== null).map((note) => ({ beat: note.onset_beat, at_s: note.onset_s - (note.onset_error_ms ?? 0) / 1000 }));
  const beat_s = 60 / bpm;
  return verdicts.map((note) => ({ onset_s: known.length ? between(known, note.onset_beat, beat_s) : note.onset_beat * beat_s, beat_s }));
}

function between(known, beat, beat_s) {
  const after = known.findIndex((one) => one.beat >= beat - 1e-6);
  if (after === 0) return known[0].at_s - (known[0].beat - beat) * beat_s;
  if (after === -1) return known.at(-1).at_s + (beat - known.at(-1).beat) * beat_s;
  const [left, right] = [known[after - 1], known[after]];
  const share = (beat - left.beat) / Math.max(right.beat - left.beat, 1e-6);
  return left.at_s + share * (right.at_s - left.at_s);
}
