import { getJSON } from "../page/requests.js";

/** Asks how a take is doing until it is done or failed: often at first, for that is when it happens. */
export async function follow(url, onState) {
  for (let asked = 0; ; asked++) {
    const submission = await getJSON(url).catch(() => null);
    if (submission) onState(submission);
    if (submission && ["done", "failed"].includes(submission.state)) return submission;
    await new Promise((resolve) => setTimeout(resolve, asked < 20 ? 150 : asked < 60 ? 500 : 2000));
  }
}
