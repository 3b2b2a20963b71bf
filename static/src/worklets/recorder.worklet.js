/**
 * Records from a given frame on and counts its own samples: `currentFrame` may repeat or jump under load,
 * so it is trusted once, at the beginning.
 */
class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(8192);
    this.reset();
    this.port.onmessage = ({ data }) => {
      if (data.arm) Object.assign(this, { from: data.arm.frame, limit: data.arm.samples ?? Infinity, state: "armed", first: data.arm.frame, count: 0, filled: 0 });
      if (data.stop && this.state !== "idle") this.finish();
    };
  }

  reset() {
    Object.assign(this, { state: "idle", from: 0, limit: Infinity, count: 0, filled: 0 });
  }

  process(inputs) {
    if (this.state === "idle") return true;
    // An unplugged microphone gives no channel at all: the time still passes.
    const input = inputs[0]?.[0] ?? new Float32Array(128);
    let offset = 0;
    if (this.state === "armed") {
      if (currentFrame + input.length <= this.from) return true;
      offset = Math.max(0, this.from - currentFrame);
      this.first = currentFrame + offset;
      this.state = "recording";
    }
    for (let index = offset; index < input.length && this.count < this.limit; index++) this.take(input[index]);
    if (this.count >= this.limit) this.finish();
    return true;
  }

  take(sample) {
    this.block[this.filled++] = sample;
    this.count++;
    if (this.filled === this.block.length) this.flush();
  }

  flush() {
    if (this.filled) this.port.postMessage({ samples: this.block.slice(0, this.filled) });
    this.filled = 0;
  }

  finish() {
    this.flush();
    this.port.postMessage({ finished: { first: this.first, count: this.count } });
    this.reset();
  }
}

registerProcessor("recorder", Recorder);
