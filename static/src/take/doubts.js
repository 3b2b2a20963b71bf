// Below this the ear says of itself that it would rather be asked.
const DOUBTFUL = 0.75;

/** Which notes a teacher should hear first: those that are contested, then those the ear is least sure of. */
export function doubtful(notes, verdicts, contested, settled) {
  const unsure = (note) => verdicts.get(note.id).confidence < DOUBTFUL || verdicts.get(note.id).verdict === "not_heard";
  const waiting = notes.filter((note) => contested.has(note.id) || (!settled.has(note.id) && unsure(note)));
  const rank = (note) => (contested.has(note.id) ? -1 : verdicts.get(note.id).confidence);
  return waiting.map((note) => [rank(note), note.id]).sort((a, b) => a[0] - b[0]).map(([, id]) => id);
}
