import { awake, heardTime } from "./context.js";
import { roomOf } from "./room.js";

const LEAD_S = 0.12;

/** How the melody goes: rendered whole by a worker, played from one buffer, so that nothing can come late. */
export class Reference {
  constructor(workerUrl) {
    this.worker = new Worker(workerUrl, { type: "module" });
    this.rendered = new Map();
  }

  /** Begins to play and answers with the context time at which beat 0 sounds. */
  async play(notes, family, bpm) {
    const audio = await awake();
    const samples = await this.render(notes, family, bpm, audio.sampleRate);
    this.stop();
    const buffer = audio.createBuffer(1, samples.length, audio.sampleRate);
    buffer.copyToChannel(samples, 0);
    this.source = new AudioBufferSourceNode(audio, { buffer });
    this.source.connect(roomOf(audio));
    this.beat0_s = audio.currentTime + LEAD_S;
    this.beat_s = 60 / bpm;
    this.source.start(this.beat0_s);
    this.audio = audio;
    return this.beat0_s;
  }

  /** Beats into the melody as the ear has it now. */
  get beat() {
    return (heardTime(this.audio) - this.beat0_s) / this.beat_s;
  }

  stop() {
    this.source?.stop();
    this.source?.disconnect();
    this.source = null;
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
      this.worker.addEventListener("error", () => reject(new Error("The sound could not be made.")), { once: true });
      this.worker.postMessage({ key, notes: timed, family, rate });
    });
  }
}
