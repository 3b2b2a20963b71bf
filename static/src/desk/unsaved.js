import { find } from "../page/data.js";
import { t } from "../page/words.js";

/** Says what is not saved, asks before the page is left with it, and saves by Ctrl+S. */
export function watchUnsaved(form) {
  const said = find("[data-unsaved-said]", form);
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
    if (said) said.textContent = t("Not saved yet");
  });
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

/** A button that can't be taken back asks once. */
export function askFirst(button) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.sure)) event.preventDefault();
  });
}
