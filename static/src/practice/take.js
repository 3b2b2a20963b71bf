import { clicksOf, countIn } from "../audio/beats.js";
import { remembered } from "../audio/calibration.js";
import { Metronome } from "../audio/metronome.js";
import { record } from "../audio/recording.js";
import { toWav } from "../audio/wav.js";

// From pressing the button to the first sample kept, so that everything can be scheduled ahead.
export const ARM_S = 0.2;
// Recorded before the first click of the count-in: the room's own noise.
export const BEFORE_S = 0.15;
// The last note rings on, and a slow player finishes.
const TAIL_S = 1.2;
// Without a metronome a player may be slower than asked; but nobody plays for ever.
const SLOWEST = 1.7;
const LONGEST_S = 590;

/** One take in the making: count-in, clicks and recorder, all on the context's own time. */
export class Take {
  constructor(microphone, exercise, bpm, withMetronome) {
    this.microphone = microphone;
    this.exercise = exercise;
    this.bpm = bpm;
    this.withMetronome = withMetronome;
    this.metronome = new Metronome();
  }

  begin() {
    const { audio } = this.microphone;
    const beat_s = 60 / this.bpm;
    const counted = countIn(this.exercise);
    const start_s = audio.currentTime + ARM_S;
    this.beat_s = beat_s;
    this.beat0_s = start_s + BEFORE_S - counted[0].beat * beat_s;
    const clicks = [...counted, ...(this.withMetronome ? clicksOf(this.exercise) : [])].map(({ beat, accent }) => ({ time_s: this.beat0_s + beat * beat_s, accent }));
    this.clicks = clicks.map((click) => click.time_s);
    this.counted = counted;
    this.metronome.schedule(audio, clicks);
    const music_s = this.exercise.duration_beat * beat_s;
    this.end_s = this.beat0_s + music_s + TAIL_S;
    this.latest_s = this.withMetronome ? this.end_s : this.beat0_s + music_s * SLOWEST + TAIL_S;
    this.recording = record(this.microphone, start_s, Math.min(this.latest_s - start_s, LONGEST_S));
    return this.recording.finished;
  }

  get beat() {
    return (this.microphone.audio.currentTime - this.beat0_s) / this.beat_s;
  }

  /** Past the last bar and nobody plays any more. */
  shouldEnd(playing) {
    return this.microphone.audio.currentTime > this.end_s && !playing;
  }

  /** Stopped before the first beat. */
  stoppedBefore({ samples, rate, start_s }) {
    return start_s + samples.length / rate < this.beat0_s;
  }

  stop() {
    this.metronome.stop();
    this.recording.stop();
  }

  /** What is kept and sent: the sound, and when things were meant to happen in it. */
  async pack({ samples, rate, start_s }, desk) {
    this.metronome.stop();
    const relative = (time_s) => Math.round((time_s - start_s) * 1e5) / 1e5;
    const duration_s = samples.length / rate;
    return {
      key: crypto.randomUUID(),
      user: desk.user,
      exercise: desk.exercise,
      version: desk.version,
      at: Date.now(),
      blob: await toWav(samples, rate),
      filename: "take.wav",
      tempo_bpm: this.bpm,
      duration_s,
      clock: { bpm: this.bpm, beat0_s: relative(this.beat0_s), clicks_s: this.clicks.map(relative).filter((click) => click < duration_s), ...remembered(this.microphone.device) },
      clapped: desk.clapped,
      assignment: desk.assignment,
      device: this.microphone.device,
    };
  }
}
