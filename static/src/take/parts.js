import { draw, make } from "../page/data.js";
import { t } from "../page/words.js";

export const PARTS = { pitch: t("Pitch"), intonation: t("Tuning"), rhythm: t("Rhythm"), tempo: t("Steady tempo"), completeness: t("Complete") };

export const OF_PITCH = new Set(["pitch", "intonation"]);

/** The grade in its parts. What could not be judged says so; it is not a zero. */
export function showParts(list, { grade, onsets_only }) {
  const overall = [make("dt", {}, t("In all")), make("dd", {}, ""), make("dd", { class: "number overall" }, grade.overall === null ? "–" : String(Math.round(grade.overall)))];
  list.replaceChildren(...overall, ...Object.entries(PARTS).filter(([name]) => !onsets_only || !OF_PITCH.has(name)).flatMap(([name, words]) => part(words, grade[name])));
}

function part(words, value) {
  const meter = draw("svg", { class: "meter", viewBox: "0 0 100 7", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("rect", { width: value ?? 0, height: 7 }));
  return [make("dt", {}, words), make("dd", {}, value === null ? make("span", { class: "soft small" }, t("no evidence")) : meter), make("dd", { class: "number" }, value === null ? "–" : String(Math.round(value)))];
}

export function tuningWords(assessment) {
  const cents = Math.round(assessment.tuning_cents);
  const words = [];
  if (Math.abs(cents) >= 5 && !assessment.onsets_only) words.push(cents > 0 ? t("The whole take stood {cents} cents above A = 440; that was taken out before judging.", { cents }) : t("The whole take stood {cents} cents below A = 440; that was taken out before judging.", { cents: -cents }));
  if (assessment.tempo_bpm && assessment.tempo_bpm_asked) words.push(t("Played at {played}, asked at {asked} quarters a minute.", { played: Math.round(assessment.tempo_bpm), asked: Math.round(assessment.tempo_bpm_asked) }));
  return words.join(" ");
}
