import { doubtNow, remembered } from "../audio/calibration.js";
import { t } from "../page/words.js";

/** What the next take's timing will be judged by, before it is played. */
export function timingWords(device, calibration) {
  const kept = remembered(device);
  if (kept.latency_s === undefined) return t("Timing: measured from the clicks of each take. With headphones the microphone hears none: play one take through the loudspeaker first.");
  return t("Timing: measured from the clicks of each take; with headphones from your last calibration, ± {ms} ms.", { ms: Math.round(1000 * doubtNow(kept, calibration)) });
}
