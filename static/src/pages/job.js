import { find } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { t } from "../page/words.js";

// How far a long job is; when it is over, what comes next: on to its result, or the page as the server tells it.
const job = find("[data-job]");
const bar = find("[data-bar]", job);

for (let asked = 0; ; asked++) {
  const said = await getJSON(job.dataset.url).catch(() => null);
  if (said) show(said);
  if (said && ["done", "failed"].includes(said.state)) {
    if (said.next_url) location.replace(said.next_url);
    else location.reload();
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, asked < 20 ? 250 : 1000));
}

function show({ state, done, total, sentence }) {
  if (total) {
    bar.max = total;
    bar.value = done;
    find("[data-count]", job).textContent = t("{done} of {total}", { done, total });
  }
  if (state !== "queued") find("[data-sentence]", job).textContent = sentence;
}
