import { barName, capital } from "./bars.js";
import { parseName, shortName, spellNear, spoken } from "./spelling.js";

/** What one note looks like on the score: its kind (a colour), its mark (never colour alone) and the words for it. */
export function lookOf(verdict, scoreNote) {
  const written = parseName(scoreNote.written);
  const transposition = scoreNote.pitch - written.midi;
  const heard = verdict.heard_pitch === null ? null : spellNear(Math.round(verdict.heard_pitch) - transposition, written);
  const look = kindOf(verdict, written, heard);
  const words = wordsOf(verdict, look);
  return { ...look, words, written, heard, label: `${capital(barName(scoreNote.bar))}, ${spoken(written)}: ${words}` };
}

function kindOf(verdict, written, heard) {
  const fault = Object.fromEntries(verdict.faults.map((one) => [one.kind, one.amount]));
  if (verdict.verdict === "missing") return { kind: "missing", mark: "–", boxed: true, words: "left out" };
  if (verdict.verdict === "not_heard" && verdict.reason === "unsure") return { kind: "unheard", mark: "?", boxed: true, words: "not sure what was heard here, so it counts neither for nor against" };
  if (verdict.verdict === "not_heard") return { kind: "unheard", mark: "?", boxed: true, words: `not heard${REASONS[verdict.reason] ?? ""}, so it counts neither for nor against` };
  if ("octave" in fault) return { kind: "pitch", mark: fault.octave > 0 ? "8 up" : "8 down", words: `an octave too ${fault.octave > 0 ? "high" : "low"}` };
  if (verdict.verdict === "wrong") return { kind: "pitch", mark: heard ? shortName(heard, written) : "×", words: heard ? `${spoken(heard, written)} was heard instead` : "ruled wrong" };
  for (const kind of ["late", "early"]) if (kind in fault) return { kind: "time", mark: kind };
  if ("intonation" in fault) return { kind: "tuning", mark: signed(fault.intonation) };
  for (const kind of ["short", "long"]) if (kind in fault) return { kind: "time", mark: kind };
  return { kind: "right", mark: "", words: "right" };
}

/** The mark has room for one fault; the words have room for all. */
function wordsOf(verdict, look) {
  const first = look.words ? [look.words] : [];
  const rest = verdict.faults.filter((one) => one.kind in FAULTS).map((one) => FAULTS[one.kind](one.amount));
  return ["correct", "wrong"].includes(verdict.verdict) && rest.length ? [...first.filter((words) => words !== "right"), ...rest].join("; ") : first.join("");
}

const held = (share) => (share >= 2 ? `held ${share < 10 ? share.toFixed(1) : Math.round(share)} times as long as written` : `held for ${Math.round(100 * share)} % of its length`);
const FAULTS = {
  late: (ms) => `${Math.round(ms)} ms late`,
  early: (ms) => `${Math.round(ms)} ms early`,
  intonation: (cents) => `${Math.abs(Math.round(cents))} cents ${cents > 0 ? "sharp" : "flat"}`,
  short: held,
  long: held,
};

const REASONS = { noise: " for the noise", overlap: " under another sound", "too soft": ", too soft", "not reached": ", not reached" };

export const signed = (cents) => `${cents > 0 ? "+" : "−"}${Math.abs(Math.round(cents))}`;
