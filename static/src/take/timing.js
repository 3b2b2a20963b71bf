const ms = (seconds) => Math.round(1000 * seconds);

/** How sure it is when things happened, and what to do where it isn't. */
export function timingWords({ latency }) {
  if (!latency) return "Timing: no clicks were heard, and this device was never calibrated. So nobody says whether you were ahead of the beat or behind it as a whole.";
  if (!latency.heard) return `Timing: from your last calibration, ± ${ms(latency.doubt_s)} ms. No clicks were heard, as with headphones.`;
  const moved = latency.doubt_s > 0.01 ? " They moved while you played." : "";
  return `Timing: measured from this take’s clicks, ± ${Math.max(ms(latency.doubt_s), 1)} ms.${moved}`;
}
