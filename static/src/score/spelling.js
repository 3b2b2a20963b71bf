import { language, t } from "../page/words.js";

/** Pitch names as a musician writes them. `C♯4` is what the API calls a written pitch. */
const STEPS = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const SIGNS = { "𝄫": -2, "♭": -1, "": 0, "♯": 1, "𝄪": 2 };
const NAMES = Object.fromEntries(Object.entries(SIGNS).map(([sign, alter]) => [alter, sign]));

export function parseName(name) {
  const [, step, sign, octave] = name.match(/^([A-G])(𝄫|♭|♯|𝄪)?(-?\d+)$/u);
  const alter = SIGNS[sign ?? ""];
  return { step, alter, octave: Number(octave), midi: 12 * (Number(octave) + 1) + STEPS[step] + alter };
}

/** Staff steps above C0. */
export const diatonic = (pitch) => 7 * pitch.octave + "CDEFGAB".indexOf(pitch.step);

/** Spells a written MIDI number beside the pitch that was asked: same letter if one sign does it, else the plain name. */
export function spellNear(midi, asked) {
  const candidates = [];
  for (const step of Object.keys(STEPS)) {
    for (const alter of [-1, 0, 1]) {
      const octave = (midi - STEPS[step] - alter) / 12 - 1;
      if (Number.isInteger(octave)) candidates.push({ step, alter, octave, midi });
    }
  }
  const direction = asked?.alter || 1;
  const cost = (one) => (one.step === asked?.step ? -2 : 0) + (one.alter === 0 ? -1 : 0) + (one.alter === direction ? -0.5 : 0) + (["E♯", "B♯", "F♭", "C♭"].includes(one.step + NAMES[one.alter]) ? 1.8 : 0);
  return candidates.sort((a, b) => cost(a) - cost(b))[0];
}

/** `F♮` where the page printed F sharp; `F♯`, `G` elsewhere. */
export function shortName(pitch, asked) {
  const note = named(SHORT, pitch);
  return isNatural(pitch, asked) ? t("{note}♮", { note }) : note;
}

/** C♯4, or cis′ where octaves are told by strokes. */
export function fullName(pitch) {
  const note = named(SHORT, pitch);
  if (!STROKES.has(language)) return note + pitch.octave;
  if (pitch.octave < 3) return note + ["₂", "₁", ""][Math.max(pitch.octave, 0)];
  return note.toLowerCase() + ["", "′", "″", "‴", "⁗", "‴″", "‴‴"][Math.min(pitch.octave - 3, 6)];
}

export function spoken(pitch, asked) {
  const note = named(SPOKEN, pitch);
  return isNatural(pitch, asked) ? t("{note} natural", { note }) : note;
}

const isNatural = (pitch, asked) => pitch.alter === 0 && asked && asked.step === pitch.step && asked.alter !== 0;
const named = (names, pitch) => names[pitch.step][pitch.alter + 2];

// Helmholtz's way, by language.
const STROKES = new Set(["de"]);

// From double flat to double sharp. Where B is H, and B flat is B, no rule would do: each by itself.
const SHORT = {
  C: [t("C𝄫"), t("C♭"), t("C"), t("C♯"), t("C𝄪")],
  D: [t("D𝄫"), t("D♭"), t("D"), t("D♯"), t("D𝄪")],
  E: [t("E𝄫"), t("E♭"), t("E"), t("E♯"), t("E𝄪")],
  F: [t("F𝄫"), t("F♭"), t("F"), t("F♯"), t("F𝄪")],
  G: [t("G𝄫"), t("G♭"), t("G"), t("G♯"), t("G𝄪")],
  A: [t("A𝄫"), t("A♭"), t("A"), t("A♯"), t("A𝄪")],
  B: [t("B𝄫"), t("B♭"), t("B"), t("B♯"), t("B𝄪")],
};
const SPOKEN = {
  C: [t("C double flat"), t("C flat"), t("C"), t("C sharp"), t("C double sharp")],
  D: [t("D double flat"), t("D flat"), t("D"), t("D sharp"), t("D double sharp")],
  E: [t("E double flat"), t("E flat"), t("E"), t("E sharp"), t("E double sharp")],
  F: [t("F double flat"), t("F flat"), t("F"), t("F sharp"), t("F double sharp")],
  G: [t("G double flat"), t("G flat"), t("G"), t("G sharp"), t("G double sharp")],
  A: [t("A double flat"), t("A flat"), t("A"), t("A sharp"), t("A double sharp")],
  B: [t("B double flat"), t("B flat"), t("B"), t("B sharp"), t("B double sharp")],
};
