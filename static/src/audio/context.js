/** One AudioContext a page, made at the first touch: browsers keep it silent before. */
let context;

export function audioContext() {
  context ??= new AudioContext({ latencyHint: "interactive" });
  return context;
}

export async function awake() {
  const audio = audioContext();
  if (audio.state !== "running") await audio.resume();
  return audio;
}

/** What the ear hears now, in context time. */
export function heardTime(audio) {
  return audio.currentTime - (audio.outputLatency || audio.baseLatency || 0);
}
