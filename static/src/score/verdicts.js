import { parseName, shortName, spellNear, spoken } from "./spelling.js";

/** What one note looks like on the score: its kind (a colour), its mark (never colour alone) and the words for it. */
export function lookOf(verdict, scoreNote) {
  const written = parseName(scoreNote.written);
  const transposition = scoreNote.pitch - written.midi;
  const heard = verdict.heard_pitch === null ? null : spellNear(Math.round(verdict.heard_pitch) - transposition, written);
  const look = kindOf(verdict, written, heard);
  return { ...look, written, heard, label: `Bar ${scoreNote.bar}, ${spoken(written)}: ${look.words}` };
}

function kindOf(verdict, written, heard) {
  const fault = Object.fromEntries(verdict.faults.map((one) => [one.kind, one.amount]));
  if (verdict.verdict === "missing") return { kind: "missing", mark: "–", boxed: true, words: "left out" };
  if (verdict.verdict === "not_heard") return { kind: "unheard", mark: "?", boxed: true, words: `not heard${REASONS[verdict.reason] ?? ""}, so it counts neither for nor against` };
  if ("octave" in fault) return { kind: "pitch", mark: fault.octave > 0 ? "8 up" : "8 down", words: `an octave too ${fault.octave > 0 ? "high" : "low"}` };
  if (verdict.verdict === "wrong") return { kind: "pitch", mark: heard ? shortName(heard, written) : "×", words: heard ? `${spoken(heard, written)} was heard instead` : "ruled wrong" };
  for (const kind of ["late", "early"]) if (kind in fault) return { kind: "time", mark: kind, words: `${Math.round(fault[kind])} ms ${kind}` };
  if ("intonation" in fault) return { kind: "tuning", mark: signed(fault.intonation), words: `${Math.abs(Math.round(fault.intonation))} cents ${fault.intonation > 0 ? "sharp" : "flat"}` };
  if ("short" in fault) return { kind: "time", mark: "short", words: `held for ${Math.round(100 * fault.short)} % of its length` };
  if ("long" in fault) return { kind: "time", mark: "long", words: `held for ${Math.round(100 * fault.long)} % of its length` };
  return { kind: "right", mark: "", words: "right" };
}

const REASONS = { noise: " for the noise", overlap: " under another sound", "too soft": ", too soft", "not reached": ", not reached" };

export const signed = (cents) => `${cents > 0 ? "+" : "−"}${Math.abs(Math.round(cents))}`;
