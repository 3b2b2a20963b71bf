import { sentFrom } from "../audio/calibration.js";
import { find } from "../page/data.js";
import { Refused } from "../page/requests.js";
import { follow } from "../send/follow.js";
import { forget } from "../send/kept.js";
import { showSteps } from "../send/steps.js";
import { upload } from "../send/upload.js";
import { t } from "../page/words.js";

/** Sends a take and stays with it until it is judged; then the page of the take opens by itself. */
export async function send(desk, take, say) {
  say(t("Sending…"));
  const received = await upload(desk.submissions_url, take, (wait_s) => say(t("The school doesn't answer. The take is kept; trying again in {seconds} s.", { seconds: wait_s })));
  // Only now: the school has it on its own disk.
  await forget(take.key).catch(() => {});
  sentFrom(take.device, received.id);
  const steps = find("[data-steps]");
  showSteps(steps, received.state ?? "received");
  say(received.sentence || t("Received."));
  await follow(received.url ?? `${desk.submissions_url}${received.id}/`, (submission) => {
    showSteps(steps, submission.state);
    // Also why it is practice, if it was sent for more than it can count for.
    say([submission.sentence, received.not_counted].filter(Boolean).join(" "));
  });
  location.assign(received.page_url ?? `/takes/${received.id}/`);
}

/** What became of it, for somebody whose take is still in their own browser. */
export function sendingTrouble(error) {
  if (error instanceof Refused && [401, 403].includes(error.status)) return t("You have been logged out. Log in again and come back here: the take is kept in this browser.");
  if (error instanceof Refused) return error.message;
  return t("The take could not be sent. It is kept in this browser, and is offered here again when you come back.");
}
