import { find } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { t } from "../page/words.js";

const ASKED_AT_MOST = 20;

/** The one big button: the next exercise is chosen right after the grade, so it may take a moment. */
export async function showNext(url, submission) {
  let next = submission.next;
  if (!next) fill("[data-next-reason]", t("Choosing what to play next…"));
  for (let asked = 0; !next && asked < ASKED_AT_MOST; asked++) {
    await new Promise((resolve) => setTimeout(resolve, asked < 10 ? 150 : 1000));
    next = await getJSON(url).then((now) => now.next, () => null);
  }
  if (!next) return fill("[data-next-reason]", t("What comes next isn't chosen yet. You will find it under Practice."));
  fill("[data-next-title]", t("Next: {title}", { title: next.exercise.title }));
  fill("[data-next-reason]", next.reason);
  const link = find("[data-next-link]");
  link.hidden = false;
  link.href = next.exercise.url;
}

function fill(selector, words) {
  const element = find(selector);
  element.textContent = words;
  element.hidden = false;
}
