import { Reference } from "../audio/reference.js";

const BPM = 60;
// The keynote's place above C for each signature, from seven flats to seven sharps.
const KEYNOTES = [11, 6, 1, 8, 3, 10, 5, 0, 7, 2, 9, 4, 11, 6, 1];

/** "Give me the first note": the chord of the key, and the note to begin on. */
export class FirstNote {
  constructor(desk, exercise) {
    this.family = desk.family;
    this.sounds = chordAndNote(exercise);
    this.worker = desk.worklets.synthesis;
  }

  play() {
    this.reference ??= new Reference(this.worker);
    return this.reference.play(this.sounds, this.family, BPM);
  }

  stop() {
    this.reference?.stop();
  }
}

/** The triad just below the first note, held for a beat and a half; then the note itself. */
export function chordAndNote({ key, notes, transposition }) {
  const [{ fifths, mode }] = key;
  const minor = mode === "minor";
  const first = notes[0].pitch;
  const keynote = KEYNOTES[fifths + 7] + (minor ? 9 : 0) + (transposition ?? 0);
  const root = first - ((((first - keynote) % 12) + 12) % 12);
  const chord = [root, root + (minor ? 3 : 4), root + 7].map((pitch) => ({ pitch, onset_beat: 0, duration_beat: 1.6 }));
  return [...chord, { pitch: first, onset_beat: 2, duration_beat: 2 }];
}
