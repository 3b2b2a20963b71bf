import { find, findAll } from "../page/data.js";
import { postJSON } from "../page/requests.js";
import { t } from "../page/words.js";

/** Lessons dragged by their grip, within a unit and between units. The arrows do the same without a mouse. */
export function dragLessons(tree) {
  let held = null;
  let before = null;
  tree.addEventListener("dragstart", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip) return;
    held = grip.closest("[data-lesson]");
    before = orderOf(tree);
    held.classList.add("held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.lesson);
    event.dataTransfer.setDragImage(held, 0, 0);
  });
  tree.addEventListener("dragover", (event) => {
    const list = held && event.target.closest("[data-lessons]");
    if (!list) return;
    event.preventDefault();
    const next = findAll("[data-lesson]", list).find((line) => line !== held && event.clientY < middleOf(line));
    list.insertBefore(held, next ?? null);
  });
  tree.addEventListener("drop", (event) => event.preventDefault());
  tree.addEventListener("dragend", () => {
    held?.classList.remove("held");
    held = null;
    const now = orderOf(tree);
    if (before && JSON.stringify(now) !== JSON.stringify(before)) keep(tree, now);
  });
}

function middleOf(line) {
  const box = line.getBoundingClientRect();
  return box.top + box.height / 2;
}

/** [{unit, lessons}] as it stands on the page. */
export function orderOf(tree) {
  return findAll("[data-unit]", tree).map((shelf) => ({
    unit: shelf.dataset.unit ? Number(shelf.dataset.unit) : null,
    lessons: findAll("[data-lesson]", shelf).map((line) => Number(line.dataset.lesson)),
  }));
}

async function keep(tree, order) {
  const said = find("[data-said]", tree);
  try {
    const { detail } = await postJSON(tree.dataset.orderUrl, order);
    said.textContent = detail;
  } catch (error) {
    said.textContent = error.message;
    said.classList.remove("sr-only");
    said.classList.add("notice", "trouble");
    setTimeout(() => location.reload(), 2500);
  }
}

/** After an arrow was pressed the page comes back: the same arrow has the focus again. */
export function focusMoved() {
  const moved = new URLSearchParams(location.search).get("moved");
  if (!moved) return;
  const arrows = findAll("button[name=move]").filter((button) => button.value === moved || button.value.startsWith(moved.replace(/:(up|down)$/, ":")));
  const same = arrows.find((button) => button.value === moved && !button.disabled) ?? arrows.find((button) => !button.disabled);
  // After the browser went to the fragment, which takes the focus along.
  const focus = () => same?.focus();
  if (document.readyState === "complete") focus();
  else addEventListener("load", () => setTimeout(focus));
  history.replaceState(null, "", location.pathname + location.hash);
  const said = find("[data-said]");
  if (said && same) said.textContent = t("Moved.");
}
