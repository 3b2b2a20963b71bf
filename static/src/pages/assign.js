import { find } from "../page/data.js";
import { getText } from "../page/requests.js";
import { t } from "../page/words.js";

// The search narrows the list as one types, and keeps in it what was chosen; an example of what would be composed is
// drawn when it is asked for.
const form = find("[data-assign]");
const box = find("[data-find-work]");
const found = find("[data-found-work]");
const words = find("[data-preview-words]");
const sheet = find("[data-preview-sheet]");
let waiting;
let asked = 0;

box.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 200);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  // Not the form: Enter searches at once.
  event.preventDefault();
  clearTimeout(waiting);
  search();
});

async function search() {
  const mine = ++asked;
  const chosen = find("[name=what]:checked", form)?.value ?? "";
  const query = new URLSearchParams({ q: box.value.trim(), what: chosen });
  const list = await getText(`${form.dataset.findUrl}?${query}`).catch(() => null);
  // An answer that was overtaken by a later question is dropped.
  if (list !== null && mine === asked) found.innerHTML = list;
}

const preview = find("[data-preview]");
preview.hidden = false;
preview.addEventListener("click", async () => {
  words.textContent = t("Composing…");
  sheet.hidden = true;
  const query = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && ["kind", "grade", "bars", "style", "same", "skills"].includes(name)));
  const answer = await fetch(`${form.dataset.previewUrl}?${query}`).catch(() => null);
  const text = answer ? await answer.text() : "";
  words.textContent = answer?.ok ? "" : text || t("The school doesn’t answer. Try again.");
  if (!answer?.ok) return;
  sheet.innerHTML = text;
  sheet.hidden = false;
});
