import { postForm, Refused } from "../page/requests.js";

const WAITS_S = [1, 2, 4, 8, 15];

/** Sends one take under its own key, again and again while the network fails: the same key never makes a second take. */
export async function upload(url, take, onRetry) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await postForm(url, formOf(take), { "Idempotency-Key": take.key });
    } catch (error) {
      const final = error instanceof Refused && error.status < 500 && error.status !== 429;
      if (final || attempt >= WAITS_S.length) throw error;
      onRetry(WAITS_S[attempt]);
      await waitOrOnline(WAITS_S[attempt]);
    }
  }
}

function formOf(take) {
  const form = new FormData();
  form.set("exercise", take.exercise);
  form.set("recording", take.blob, take.filename);
  form.set("tempo_bpm", take.tempo_bpm);
  if (take.clock) form.set("clock", JSON.stringify(take.clock));
  // As its page showed it: what was published since changes nothing under it.
  if (take.version) form.set("version", take.version);
  if (take.clapped) form.set("clapped", "true");
  if (take.assignment) form.set("assignment", take.assignment);
  if (take.duration_s) form.set("duration_s", take.duration_s.toFixed(3));
  return form;
}

function waitOrOnline(seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
    addEventListener("online", resolve, { once: true });
  });
}
