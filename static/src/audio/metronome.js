import { clickSound } from "./click.js";

/** Every click is scheduled up front on the context's own time: a timer would be late under load. */
export class Metronome {
  constructor() {
    this.sources = [];
  }

  /** clicks: [{time_s (context time), accent}] */
  schedule(audio, clicks) {
    this.stop();
    this.sources = clicks.map(({ time_s, accent }) => {
      const source = new AudioBufferSourceNode(audio, { buffer: clickSound(audio, accent) });
      source.connect(audio.destination);
      source.start(time_s);
      return source;
    });
  }

  stop() {
    for (const source of this.sources) source.stop();
    this.sources = [];
  }
}
