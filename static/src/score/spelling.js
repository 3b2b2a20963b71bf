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
  const natural = pitch.alter === 0 && asked && asked.step === pitch.step && asked.alter !== 0;
  return pitch.step + (natural ? "♮" : NAMES[pitch.alter]);
}

export const fullName = (pitch) => pitch.step + NAMES[pitch.alter] + pitch.octave;

const SPOKEN = { "-2": " double flat", "-1": " flat", 0: "", 1: " sharp", 2: " double sharp" };
export const spoken = (pitch, asked) => pitch.step + (shortName(pitch, asked).endsWith("♮") ? " natural" : SPOKEN[pitch.alter]);
