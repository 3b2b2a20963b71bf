import { find, readData } from "../page/data.js";
import { onKeys } from "../page/keys.js";
import { Cursor } from "../score/cursor.js";
import { keepEngraved } from "../score/sheet.js";
import { follow } from "../send/follow.js";
import { showSteps } from "../send/steps.js";
import { Comments } from "../take/comments.js";
import { Heard } from "../take/heard.js";
import { showNext } from "../take/next.js";
import { Player } from "../take/player.js";

const desk = readData("desk");
const player = new Player(desk, new Cursor(find("[data-score]")));
const heard = new Heard(desk, player);

onKeys({ " ": () => player.toggle(), r: () => player.toggleReference() });
new Comments(desk.comments_url, player).load().catch(() => {});
// Played by ear: there is nothing to read before the take has been heard.
if (!desk.veiled) keepEngraved(find("[data-score]"), desk.score_url, (svg) => heard.mark(svg));
judged();

async function judged() {
  const waiting = find("[data-waiting]");
  if (desk.state !== "done") showSteps(find("[data-steps]"), desk.state);
  const submission = await follow(desk.submission_url, (now) => {
    if (now.state !== "done") showSteps(find("[data-steps]"), now.state);
    const sentence = now.state === "done" ? "" : now.sentence;
    if (find("[data-sentence]").textContent !== sentence) find("[data-sentence]").textContent = sentence;
  });
  find("[data-steps]").hidden = true;
  if (submission.state === "failed") return failed(waiting);
  if (desk.veiled) return location.reload();
  waiting.hidden = true;
  await heard.load();
  if (desk.own) await showNext(desk.submission_url, submission);
}

/** The sentence says what to do; the button does it. */
function failed(waiting) {
  waiting.classList.add("notice", "trouble");
  const again = find("[data-again]");
  if (again) again.hidden = false;
}
