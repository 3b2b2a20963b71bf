import { heardTime } from "./context.js";
import { roomOf } from "./room.js";

const LEAD_S = 0.12;

/** One melody in one buffer, so that nothing can come late; a new one ends the one before. */
export class Playback {
  /** Begins to play at `from_beat` and answers with the context time at which beat 0 sounds, or would have. */
  begin(audio, buffer, bpm, from_beat = 0) {
    this.stop();
    this.source = new AudioBufferSourceNode(audio, { buffer });
    this.source.connect(roomOf(audio));
    this.beat_s = 60 / bpm;
    this.beat0_s = audio.currentTime + LEAD_S - from_beat * this.beat_s;
    this.source.start(audio.currentTime + LEAD_S, from_beat * this.beat_s);
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
}
