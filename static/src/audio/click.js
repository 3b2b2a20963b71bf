// The ear looks for this very sound in the recording, to learn how late this take is: the same numbers stand in
// tutor/listening/clicks.py. Change both, or neither.
const CLICK_S = 0.03;
const CLICK_DECAY_PER_S = 160;
const CLICK_HZ = 1175;
const ACCENT_HZ = 1760;
const CLICK_LEVEL = 0.32;
const ACCENT_LEVEL = 0.5;

const sounds = new Map();

/** 30 ms of wood: short enough to leave the note alone. */
export function clickSound(audio, accent) {
  if (!sounds.has(accent)) sounds.set(accent, render(audio, accent ? ACCENT_HZ : CLICK_HZ, accent ? ACCENT_LEVEL : CLICK_LEVEL));
  return sounds.get(accent);
}

function render(audio, f0_hz, level) {
  const length = Math.round(CLICK_S * audio.sampleRate);
  const buffer = audio.createBuffer(1, length, audio.sampleRate);
  const data = buffer.getChannelData(0);
  for (let index = 0; index < length; index++) {
    const t = index / audio.sampleRate;
    data[index] = level * Math.exp(-t * CLICK_DECAY_PER_S) * Math.sin(2 * Math.PI * f0_hz * t);
  }
  return buffer;
}
