import { barName, capital } from "./bars.js";
import { fullName, parseName, shortName, spellNear, spoken } from "./spelling.js";
import { t } from "../page/words.js";

/** What one note looks like on the score: its kind (a colour), its mark (never colour alone) and the words for it. */
export function lookOf(verdict, scoreNote) {
  const written = parseName(scoreNote.written);
  const transposition = scoreNote.pitch - written.midi;
  const heard = verdict.heard_pitch === null ? null : spellNear(Math.round(verdict.heard_pitch) - transposition, written);
  const look = kindOf(verdict, written, heard);
  const words = wordsOf(verdict, look);
  return { ...look, words, written, heard, name: fullName(written), label: t("{bar}, {note}: {words}", { bar: capital(barName(scoreNote.bar)), note: spoken(written), words }) };
}

function kindOf(verdict, written, heard) {
  const fault = Object.fromEntries(verdict.faults.map((one) => [one.kind, one.amount]));
  if (verdict.verdict === "missing") return { kind: "missing", mark: "–", boxed: true, words: t("left out") };
  if (verdict.verdict === "not_heard" && verdict.reason === "unsure") return { kind: "unheard", mark: "?", boxed: true, words: t("not sure what was heard here, so it counts neither for nor against") };
  if (verdict.verdict === "not_heard") return { kind: "unheard", mark: "?", boxed: true, words: REASONS[verdict.reason] ?? t("not heard, so it counts neither for nor against") };
  if ("octave" in fault) return { kind: "pitch", mark: fault.octave > 0 ? t("8 up") : t("8 down"), octave: true, words: fault.octave > 0 ? t("an octave too high") : t("an octave too low") };
  if (verdict.verdict === "wrong") return { kind: "pitch", mark: heard ? shortName(heard, written) : "×", words: heard ? t("{note} was heard instead", { note: spoken(heard, written) }) : t("ruled wrong") };
  for (const kind of ["late", "early"]) if (kind in fault) return { kind: "time", fault: kind, mark: FAULT_MARKS[kind] };
  if ("intonation" in fault) return { kind: "tuning", mark: signed(fault.intonation) };
  for (const kind of ["short", "long"]) if (kind in fault) return { kind: "time", fault: kind, mark: FAULT_MARKS[kind] };
  return { kind: "right", mark: "", words: t("right") };
}

/** The mark has room for one fault; the words have room for all. */
function wordsOf(verdict, look) {
  const first = look.words ? [look.words] : [];
  const rest = verdict.faults.filter((one) => one.kind in FAULTS).map((one) => FAULTS[one.kind](one.amount));
  return ["correct", "wrong"].includes(verdict.verdict) && rest.length ? [...first.filter((words) => words !== t("right")), ...rest].join("; ") : first.join("");
}

// On the score there is room for a word.
const FAULT_MARKS = { late: t("late"), early: t("early"), short: t("short"), long: t("long") };

const held = (share) => (share >= 2 ? t("held {times} times as long as written", { times: share < 10 ? Math.round(10 * share) / 10 : Math.round(share) }) : t("held for {percent} % of its length", { percent: Math.round(100 * share) }));
const FAULTS = {
  late: (ms) => t("{ms} ms late", { ms: Math.round(ms) }),
  early: (ms) => t("{ms} ms early", { ms: Math.round(ms) }),
  intonation: (cents) => (cents > 0 ? t("{cents} cents sharp", { cents: Math.round(cents) }) : t("{cents} cents flat", { cents: Math.round(-cents) })),
  short: held,
  long: held,
};

const REASONS = {
  noise: t("not heard for the noise, so it counts neither for nor against"),
  overlap: t("not heard under another sound, so it counts neither for nor against"),
  "too soft": t("not heard, too soft, so it counts neither for nor against"),
  "not reached": t("not heard, not reached, so it counts neither for nor against"),
};

export const signed = (cents) => `${["−", "±", "+"][Math.sign(Math.round(cents)) + 1]}${Math.abs(Math.round(cents))}`;
