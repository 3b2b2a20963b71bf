/**
 * How late each device's recordings were when its clicks were last heard. Kept in this browser: a latency belongs to a
 * loudspeaker and a microphone, and not to a person.
 */
const KEPT = "woodshed.latency";
const SENT = "woodshed.latency.sent";
const DAY_S = 86400;

/** The way in and the way out, as far as the browser tells. */
export async function deviceOf({ track, audio }) {
  const outputs = await navigator.mediaDevices.enumerateDevices().then((all) => all.filter((one) => one.kind === "audiooutput"), () => []);
  const output = outputs.find((one) => one.deviceId === "default") ?? outputs[0];
  return { name: `${track.label} > ${output?.label ?? ""}`, output_s: audio.outputLatency || 0 };
}

/** What the clock of a take tells the ear, for when it hears no clicks: {} if this device was never calibrated. */
export function remembered(device) {
  const kept = read(KEPT)[device?.name];
  if (!kept) return {};
  // The browser's own figure is wrong by tens of milliseconds; but where it changes, something has changed.
  const moved_s = Math.abs(device.output_s - kept.output_s);
  return { latency_s: kept.latency_s, latency_doubt_s: round(kept.doubt_s + moved_s), latency_age_s: Math.max(0, Math.round((Date.now() - kept.at) / 1000)) };
}

/** How far that may be off by now; the ear's own rule, with its numbers: tutor/clock.py. */
export function doubtNow({ latency_doubt_s, latency_age_s }, { doubt_s, growth_s_a_day, most_s }) {
  return Math.max(latency_doubt_s, Math.min(doubt_s + (growth_s_a_day * latency_age_s) / DAY_S, most_s));
}

/** A take went out from this device: its page will know how late it was. */
export function sentFrom(device, submission) {
  if (device) write(SENT, { [submission]: device });
}

/** The clicks of that take were heard: from now on they are the device's calibration. */
export function heard(submission, latency) {
  const device = read(SENT)[submission];
  if (!device || !latency?.heard) return;
  write(KEPT, { ...read(KEPT), [device.name]: { latency_s: latency.latency_s, doubt_s: latency.doubt_s, output_s: device.output_s, at: Date.now() } });
  write(SENT, {});
}

const round = (seconds) => Math.round(seconds * 1e5) / 1e5;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

/** A browser that keeps nothing costs a calibration, and no take. */
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full disks.
  }
}
