import { awake } from "./context.js";
import { Playback } from "./playback.js";
import { t } from "../page/words.js";

/** How the melody goes: rendered whole by a worker. */
export class Reference extends Playback {
  constructor(workerUrl) {
    super();
    this.worker = new Worker(workerUrl, { type: "module" });
    this.rendered = new Map();
  }

  /** Begins to play and answers with the context time at which beat 0 sounds. */
  async play(notes, family, bpm, from_beat = 0) {
    const audio = await awake();
    const samples = await this.render(notes, family, bpm, audio.sampleRate);
    const buffer = audio.createBuffer(1, samples.length, audio.sampleRate);
    buffer.copyToChannel(samples, 0);
    return this.begin(audio, buffer, bpm, from_beat);
  }

  render(notes, family, bpm, rate) {
    const key = `${family} ${bpm} ${rate}`;
    if (!this.rendered.has(key)) this.rendered.set(key, this.ask(key, notes, family, bpm, rate));
    return this.rendered.get(key);
  }

  ask(key, notes, family, bpm, rate) {
    const timed = notes.map((note) => ({ pitch: note.pitch, onset_s: (note.onset_beat * 60) / bpm, duration_s: (note.duration_beat * 60) / bpm }));
    return new Promise((resolve, reject) => {
      const hear = ({ data }) => {
        if (data.key !== key) return;
        this.worker.removeEventListener("message", hear);
        resolve(data.samples);
      };
      this.worker.addEventListener("message", hear);
      this.worker.addEventListener("error", () => reject(new Error(t("The sound could not be made."))), { once: true });
      this.worker.postMessage({ key, notes: timed, family, rate });
    });
  }
}
