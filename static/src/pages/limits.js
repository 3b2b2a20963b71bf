import { find, findAll } from "../page/data.js";
import { t } from "../page/words.js";

// The search box narrows the skills to those whose words hold what is typed; what is ticked always stays in sight.
const box = find("[data-find]");
const pills = findAll(".focus .pill");

box.hidden = false;
box.addEventListener("input", narrow);
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  // Not the form: Enter ticks the one that is meant.
  event.preventDefault();
  const first = pills.find((pill) => !pill.hidden && !find("input", pill).checked);
  if (first && box.value.trim()) find("input", first).click();
});

function narrow() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const pill of pills) {
    const text = pill.textContent.toLowerCase();
    pill.hidden = !find("input", pill).checked && !words.every((word) => text.includes(word));
  }
  for (const family of findAll("[data-family]")) {
    family.hidden = !find(".pill:not([hidden])", family);
    family.open = words.length > 0 || Boolean(find(":checked", family));
  }
  const many = pills.filter((pill) => !pill.hidden).length;
  find("[data-found]").textContent = words.length ? t("{many} of {all}; Enter ticks the first.", { many, all: pills.length }) : "";
}
