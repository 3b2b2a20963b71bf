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

const sounds = new Map();

function clickSound(audio, accent) {
  if (!sounds.has(accent)) sounds.set(accent, renderClick(audio, accent ? 1760 : 1175, accent ? 0.5 : 0.32));
  return sounds.get(accent);
}

/** 30 ms of wood: short enough to leave the note alone. */
function renderClick(audio, f0_hz, level) {
  const length = Math.round(0.03 * audio.sampleRate);
  const buffer = audio.createBuffer(1, length, audio.sampleRate);
  const data = buffer.getChannelData(0);
  for (let index = 0; index < length; index++) {
    const t = index / audio.sampleRate;
    data[index] = level * Math.exp(-t * 160) * Math.sin(2 * Math.PI * f0_hz * t);
  }
  return buffer;
}
