import { heardTime } from "./context.js";
import { roomOf } from "./room.js";

const LEAD_S = 0.12;

/** One melody in one buffer, so that nothing can come late; a new one ends the one before. */
export class Playback {
  /** Begins to play and answers with the context time at which beat 0 sounds. */
  begin(audio, buffer, bpm) {
    this.stop();
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
}
