import { TIMBRES } from "./timbres.js";

/** The whole reference as one waveform. notes: [{pitch (sounding MIDI), onset_s, duration_s}]. Pure: samples in, samples out. */
export function renderNotes(notes, family, rate) {
  const timbre = TIMBRES[family] ?? TIMBRES.woodwind;
  const end_s = Math.max(0, ...notes.map((note) => note.onset_s + note.duration_s));
  const out = new Float32Array(Math.ceil((end_s + 0.6) * rate));
  for (const note of notes) addNote(out, note, timbre, rate);
  const peak = out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  return out.map((sample) => (0.5 * sample) / peak);
}

function addNote(out, note, timbre, rate) {
  const f0 = 440 * 2 ** ((note.pitch - 69) / 12);
  const partials = timbre.partials.filter((_, index) => (index + 1) * f0 < rate * 0.42);
  const norm = 1 / Math.sqrt(partials.reduce((sum, strength) => sum + strength ** 2, 0));
  // A little air between notes, as a player leaves it.
  const sounding_s = Math.max(note.duration_s * 0.94, 0.05);
  const length = Math.floor((sounding_s + timbre.release) * rate);
  const from = Math.round(note.onset_s * rate);
  // Low notes need more, high notes less, to sound equally loud.
  const loudness = norm * Math.min(1.25, Math.max(0.55, (440 / f0) ** 0.25));
  let phase = 0;
  let seed = (from * 2654435761 + 12345) >>> 0;
  for (let index = 0; index < length && from + index < out.length; index++) {
    const t = index / rate;
    // Vibrato begins once the note stands, and grows in.
    const depth = timbre.vibrato * Math.min(Math.max((t - 0.22) / 0.3, 0), 1);
    phase += (2 * Math.PI * f0 * 2 ** ((depth * Math.sin(2 * Math.PI * 5.4 * t)) / 1200)) / rate;
    seed = (seed * 1664525 + 1013904223) >>> 0;
    const noise = (seed / 2 ** 31 - 1) * timbre.breath * (t < 0.06 ? 3 : 1);
    out[from + index] += (harmonics(phase, partials, timbre.decay, t) * loudness + noise) * envelope(t, sounding_s, timbre);
  }
}

/** sin(k x) for k = 1, 2, … by the Chebyshev recurrence: two trigonometric calls a sample instead of one a partial. */
function harmonics(phase, partials, decay, t) {
  const twice = 2 * Math.cos(phase);
  let before = 0;
  let now = Math.sin(phase);
  let sum = 0;
  for (let index = 0; index < partials.length; index++) {
    // Higher partials die sooner, as on any string.
    sum += partials[index] * now * Math.exp(-decay * 0.25 * index * t);
    [before, now] = [now, twice * now - before];
  }
  return sum;
}

function envelope(t, sounding_s, timbre) {
  const attack = t < timbre.attack ? Math.sin((Math.PI / 2) * (t / timbre.attack)) : 1;
  const release = t > sounding_s ? Math.max(0, 1 - (t - sounding_s) / timbre.release) ** 1.5 : 1;
  return attack * release * Math.exp(-timbre.decay * t);
}
