/** One take: armed by frame, its samples collected, ended by itself, by key or by its limit. */
export function record(microphone, start_s, limit_s) {
  const { audio, recorder } = microphone;
  const rate = audio.sampleRate;
  const frame = Math.round(start_s * rate);
  const pieces = [];
  const finished = new Promise((resolve) => {
    recorder.port.onmessage = ({ data }) => {
      if (data.samples) pieces.push(data.samples);
      if (data.finished) resolve({ samples: join(pieces), rate, start_s: data.finished.first / rate });
    };
  });
  recorder.port.postMessage({ arm: { frame, samples: Math.round(limit_s * rate) } });
  return { finished, stop: () => recorder.port.postMessage({ stop: true }) };
}

function join(pieces) {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
