// The school takes 15 MB; a little room is left for the form around it.
const MOST_BYTES = 14.5 * 1024 * 1024;
const HEADER_BYTES = 44;

/** 16-bit mono WAV. A long take is brought to a lower rate first, so that it fits. */
export async function toWav(samples, rate, mostBytes = MOST_BYTES) {
  const fitting = [rate, 32000, 24000, 22050, 16000].find((one) => one <= rate && HEADER_BYTES + (2 * samples.length * one) / rate < mostBytes) ?? 16000;
  const data = fitting === rate ? samples : await resample(samples, rate, fitting);
  return encode(data, fitting);
}

async function resample(samples, rate, wanted) {
  const offline = new OfflineAudioContext(1, Math.ceil((samples.length * wanted) / rate), wanted);
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: rate });
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(offline, { buffer });
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}

export function encode(samples, rate) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + 2 * samples.length));
  const text = (at, word) => [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => view.setInt16(HEADER_BYTES + 2 * index, Math.round(Math.min(Math.max(sample, -1), 1) * 32767), true));
  return new Blob([view], { type: "audio/wav" });
}
