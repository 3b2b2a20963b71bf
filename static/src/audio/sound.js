import { awake, heardTime } from "./context.js";
import { roomOf } from "./room.js";

const LEAD_S = 0.12;

/** How a melody goes that nobody may read yet: the school sends its sound alone. Plays as `Reference` does. */
export class Sound {
  constructor(url) {
    this.url = url;
    this.fetched = new Map();
  }

  /** `_notes` and `_family` are the school's to know. */
  async play(_notes, _family, bpm) {
    const audio = await awake();
    const buffer = await this.fetch(bpm, audio);
    this.stop();
    this.source = new AudioBufferSourceNode(audio, { buffer });
    this.source.connect(roomOf(audio));
    this.beat0_s = audio.currentTime + LEAD_S;
    this.beat_s = 60 / bpm;
    this.source.start(this.beat0_s);
    this.audio = audio;
    return this.beat0_s;
  }

  get beat() {
    return (heardTime(this.audio) - this.beat0_s) / this.beat_s;
  }

  stop() {
    this.source?.stop();
    this.source?.disconnect();
    this.source = null;
  }

  fetch(bpm, audio) {
    if (!this.fetched.has(bpm)) this.fetched.set(bpm, this.ask(bpm, audio));
    return this.fetched.get(bpm);
  }

  async ask(bpm, audio) {
    const answer = await fetch(`${this.url}?bpm=${Math.round(bpm)}`);
    if (!answer.ok) {
      this.fetched.delete(bpm);
      throw new Error("The sound could not be fetched. Try once more.");
    }
    return audio.decodeAudioData(await answer.arrayBuffer());
  }
}
