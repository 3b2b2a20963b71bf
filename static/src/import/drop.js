import { find } from "../page/data.js";
import { t, tn } from "../page/words.js";

/** Files may be dropped anywhere on the page; those that are chosen or dropped are read at once. */
export function dropFiles(form) {
  const input = find("input[type=file]", form);
  const zone = find("[data-drop]", form);
  let inside = 0;
  // Choosing is enough: what is chosen is sent.
  find("[type=submit]", form).hidden = true;
  const over = (by) => {
    inside = Math.max(inside + by, 0);
    zone.classList.toggle("over", inside > 0);
  };
  addEventListener("dragenter", (event) => hasFiles(event) && over(1));
  addEventListener("dragleave", (event) => hasFiles(event) && over(-1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over(-inside);
    input.files = event.dataTransfer.files;
    send();
  });
  input.addEventListener("change", send);

  function send() {
    const many = input.files.length;
    if (!many) return;
    if (many > 100) {
      find("[data-drop-said]", form).textContent = t("These are {n} files: put them into a zip, then drop that.", { n: many });
      input.value = "";
      return;
    }
    find("[data-drop-said]", form).textContent = tn("Sending {n} file…", "Sending {n} files…", many);
    form.requestSubmit();
  }
}

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
