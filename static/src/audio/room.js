/** A small room around the reference, so that it doesn't sound like a test tone. One convolver, made once. */
let room;

export function roomOf(audio) {
  if (room) return room;
  const input = audio.createGain();
  const wet = audio.createGain();
  wet.gain.value = 0.16;
  const convolver = new ConvolverNode(audio, { buffer: impulse(audio) });
  input.connect(audio.destination);
  input.connect(convolver).connect(wet).connect(audio.destination);
  room = input;
  return room;
}

function impulse(audio) {
  const length = Math.round(audio.sampleRate * 0.9);
  const buffer = audio.createBuffer(2, length, audio.sampleRate);
  for (const channel of [0, 1]) {
    const data = buffer.getChannelData(channel);
    let seed = 7 + channel;
    for (let index = 0; index < length; index++) {
      seed = (seed * 1664525 + 1013904223) >>> 0;
      data[index] = (seed / 2 ** 31 - 1) * Math.exp((-6.9 * index) / length);
    }
  }
  return buffer;
}
