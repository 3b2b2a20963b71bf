import { find, readData } from "../page/data.js";
import { onKeys } from "../page/keys.js";
import { getJSON } from "../page/requests.js";
import { Cursor } from "../score/cursor.js";
import { keepEngraved } from "../score/sheet.js";
import { follow } from "../send/follow.js";
import { showSteps } from "../send/steps.js";
import { Axis } from "../take/axis.js";
import { Beside } from "../take/beside.js";
import { Comments } from "../take/comments.js";
import { Heard } from "../take/heard.js";
import { Loops } from "../take/loops.js";
import { showNext } from "../take/next.js";
import { Player } from "../take/player.js";

const desk = readData("desk");
const player = new Player(desk, new Cursor(find("[data-score]")));
const heard = new Heard(desk, player);
const axis = new Axis(find("[data-roll]"), player, (id) => heard.open(id));
const loops = new Loops(player, heard, desk.bars);
const comments = new Comments(desk, player, heard, axis);
const beside = new Beside(desk, player, heard);

heard.watchers.push((opened) => {
  if (opened) return axis.reveal(player.timeOf(opened));
  axis.show({ assessment: heard.assessment, scoreNotes: heard.notes, looks: heard.looks, contested: heard.contested, bars: desk.bars });
  return comments.show();
});
bindKeys();
find("[data-do=doubt]")?.addEventListener("click", () => heard.nextDoubt());
for (const [name, by] of [["before", -1], ["after", 1]]) find(`[data-do=${name}]`).addEventListener("click", () => heard.step(by));
comments.load().catch(() => {});
if (desk.waveform_url) getJSON(desk.waveform_url).then((outline) => axis.showSound(outline), () => {});
// Played by ear: there is nothing to read before the take has been heard.
if (!desk.veiled) keepEngraved(find("[data-score]"), desk.score_url, (svg) => heard.mark(svg));
judged();

function bindKeys() {
  const rule = (key) => () => heard.rulings?.key(key, find("[data-ruling-why]")?.value ?? "");
  const goTo = (selector) => () => find(selector)?.click();
  const selected = (by) => (event) => (event.shiftKey ? loops.extend(by) : heard.step(by));
  onKeys({
    " ": () => player.toggle(),
    Enter: () => heard.playFrom(),
    ArrowRight: selected(1),
    ArrowLeft: selected(-1),
    r: () => player.toggleReference(),
    s: () => player.slower(),
    l: () => loops.toggle(),
    Escape: () => player.setLoop(null),
    d: () => heard.nextDoubt(),
    w: () => find("[data-ruling-why]")?.focus(),
    u: () => heard.rulings?.undo(),
    c: () => find("#comment-text").focus(),
    v: goTo("[data-do=speak]"),
    e: () => beside.playNext(),
    j: goTo("[data-round=after]"),
    k: goTo("[data-round=before]"),
    "+": goTo("[data-zoom=in]"),
    "=": goTo("[data-zoom=in]"),
    "-": goTo("[data-zoom=out]"),
    ...Object.fromEntries(["0", "1", "2", "3", "4"].map((key) => [key, rule(key)])),
  });
}

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
  if (desk.veiled && desk.state !== "done") return location.reload();
  waiting.hidden = true;
  await heard.load();
  leadIn();
  beside.begin();
  if (desk.own) await showNext(desk.submission_url, submission);
}

/** `#note=n5` and `#at=12.5` lead to what a notice or a list spoke of. */
function leadIn() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (heard.verdicts.has(asked.get("note"))) heard.focusOn(asked.get("note"));
  else if (asked.get("at")) player.to(Number(asked.get("at")) || 0);
}

/** The sentence says what to do; the button does it. */
function failed(waiting) {
  waiting.classList.add("notice", "trouble");
  const again = find("[data-again]");
  if (again) again.hidden = false;
}
