import { make } from "../page/data.js";
import { barName, capital } from "../score/bars.js";
import { fullName } from "../score/spelling.js";
import { signed } from "../score/verdicts.js";

/** What was heard of one note, in words and figures. `tools` (a teacher's) stand below. */
export function showNote(panel, note, verdict, look, rulings, tools) {
  panel.hidden = false;
  const facts = make("dl", { class: "note-facts" }, ...factsOf(verdict, look).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  panel.replaceChildren(
    make("h2", { class: `v-${look.kind}` }, `${capital(barName(note.bar))}, ${fullName(look.written)}: ${look.words}`),
    facts,
    ...rulings.map((ruling) => make("p", { class: "small" }, `${ruling.ruled_by ?? "Your teacher"} ruled: ${VERDICT_WORDS[ruling.verdict]}${ruling.why ? `. “${ruling.why}”` : "."}`)),
    ...(tools ? [tools] : []),
  );
}

export const VERDICT_WORDS = { correct: "right", wrong: "wrong", missing: "left out", not_heard: "not heard" };

function factsOf(verdict, look) {
  const facts = [];
  if (look.heard) facts.push(["Heard", fullName(look.heard)]);
  if (verdict.cents !== null && Math.abs(verdict.cents) <= 60) facts.push(["Tuning", `${signed(verdict.cents)} cents`]);
  if (verdict.onset_error_ms !== null) facts.push(["Time", timeWords(verdict.onset_error_ms)]);
  if (verdict.duration_ratio !== null) facts.push(["Length", `${Math.round(100 * verdict.duration_ratio)} % of written`]);
  facts.push(["Sure", `${Math.round(100 * verdict.confidence)} %`]);
  return facts;
}

/** How sure the ear is of what it says of a note. */
export const sureWords = (verdict) => `${Math.round(100 * verdict.confidence)} % sure`;

function timeWords(error_ms) {
  const ms = Math.round(Math.abs(error_ms));
  return ms < 10 ? "on the beat" : `${ms} ms ${error_ms > 0 ? "late" : "early"}`;
}
