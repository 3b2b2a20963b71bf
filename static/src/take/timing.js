import { t } from "../page/words.js";

const ms = (seconds) => Math.round(1000 * seconds);

/** How sure it is when things happened, and what to do where it isn't. */
export function timingWords({ latency }) {
  if (!latency) return t("Timing: no clicks were heard, and this device was never calibrated. So nobody says whether you were ahead of the beat or behind it as a whole.");
  if (!latency.heard) return t("Timing: from your last calibration, ± {ms} ms. No clicks were heard, as with headphones.", { ms: ms(latency.doubt_s) });
  const facts = { ms: Math.max(ms(latency.doubt_s), 1) };
  if (latency.doubt_s > 0.01) return t("Timing: measured from this take’s clicks, ± {ms} ms. They moved while you played.", facts);
  return t("Timing: measured from this take’s clicks, ± {ms} ms.", facts);
}
