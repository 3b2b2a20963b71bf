import { draw, make } from "../page/data.js";

const PARTS = { pitch: "Pitch", intonation: "Tuning", rhythm: "Rhythm", tempo: "Steady tempo", completeness: "Complete" };

const OF_PITCH = new Set(["pitch", "intonation"]);

/** The grade in its parts. What could not be judged says so; it is not a zero. */
export function showParts(list, { grade, onsets_only }) {
  const overall = [make("dt", {}, "In all"), make("dd", {}, ""), make("dd", { class: "number overall" }, grade.overall === null ? "–" : String(Math.round(grade.overall)))];
  list.replaceChildren(...overall, ...Object.entries(PARTS).filter(([name]) => !onsets_only || !OF_PITCH.has(name)).flatMap(([name, words]) => part(words, grade[name])));
}

function part(words, value) {
  const meter = draw("svg", { class: "meter", viewBox: "0 0 100 7", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("rect", { width: value ?? 0, height: 7 }));
  return [make("dt", {}, words), make("dd", {}, value === null ? make("span", { class: "soft small" }, "no evidence") : meter), make("dd", { class: "number" }, value === null ? "–" : String(Math.round(value)))];
}

export function tuningWords(assessment) {
  const cents = Math.round(assessment.tuning_cents);
  const words = [];
  if (Math.abs(cents) >= 5 && !assessment.onsets_only) words.push(`The whole take stood ${Math.abs(cents)} cents ${cents > 0 ? "above" : "below"} A = 440; that was taken out before judging.`);
  if (assessment.tempo_bpm && assessment.tempo_bpm_asked) words.push(`Played at ${Math.round(assessment.tempo_bpm)}, asked at ${Math.round(assessment.tempo_bpm_asked)} quarters a minute.`);
  return words.join(" ");
}
