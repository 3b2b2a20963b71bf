import { make } from "../page/data.js";
import { t } from "../page/words.js";

const STEPS = ["received", "queued", "listening", "grading", "done"];
const WORDS = { received: t("Received"), queued: t("Queued"), listening: t("Listening"), grading: t("Grading"), done: t("Done") };

/** The way of a take, as a list in which the present step stands out. */
export function showSteps(list, state) {
  // The same state again says nothing new, to the eye or the ear.
  if (list.dataset.state === state) return;
  list.dataset.state = state;
  const now = STEPS.indexOf(state);
  list.hidden = false;
  list.replaceChildren(
    ...STEPS.map((step, index) =>
      make("li", { class: index < now || state === "done" ? "past" : index === now ? "now" : "", "aria-current": index === now ? "step" : null }, WORDS[step]),
    ),
  );
}
