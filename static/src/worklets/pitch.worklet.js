import { PitchDetector } from "pitchy";

const WINDOW = 2048;
const HOP = 1024;

/** Listens along: pitch, how clear it is, and the level, some forty times a second. */
class Pitch extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ring = new Float32Array(WINDOW);
    this.frame = new Float32Array(WINDOW);
    this.at = 0;
    this.since = 0;
    this.detector = PitchDetector.forFloat32Array(WINDOW);
  }

  process(inputs) {
    const input = inputs[0]?.[0];
    if (!input) return true;
    for (let index = 0; index < input.length; index++) {
      this.ring[this.at] = input[index];
      this.at = (this.at + 1) % WINDOW;
    }
    this.since += input.length;
    if (this.since >= HOP) this.listen();
    return true;
  }

  listen() {
    this.since = 0;
    this.frame.set(this.ring.subarray(this.at));
    this.frame.set(this.ring.subarray(0, this.at), WINDOW - this.at);
    let energy = 0;
    let peak = 0;
    for (const sample of this.frame) {
      energy += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    const level_db = 10 * Math.log10(energy / WINDOW + 1e-12);
    const [f0_hz, clarity] = this.detector.findPitch(this.frame, sampleRate);
    this.port.postMessage({ f0_hz, clarity, level_db, peak });
  }
}

registerProcessor("pitch", Pitch);
