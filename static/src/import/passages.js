import { find, findAll } from "../page/data.js";
import { getText } from "../page/requests.js";
import { widthClass } from "../score/sheet.js";

/** The list of passages: bar to bar, by typing or by clicking bars, each to be seen as it will be. */
export class Passages {
  constructor(form, changed) {
    this.form = form;
    this.list = find("[data-passages]", form);
    this.changed = changed;
    const preview = find("[data-preview]");
    this.first = Number(preview.dataset.first);
    this.last = Number(preview.dataset.last);
    this.began = null;
    const add = find("[data-do=add]", form);
    add.hidden = false;
    add.addEventListener("click", () => find("input", this.add()).focus());
    for (const row of this.rows) this.bind(row);
  }

  get rows() {
    return findAll("[data-passage]", this.list);
  }

  get ranges() {
    return this.rows
      .map((row) => ({ first: Number(find("[name=from]", row).value), last: Number(find("[name=to]", row).value), filled: find("[name=from]", row).value !== "" }))
      .filter(({ filled, first, last }) => filled && first <= last)
      .map(({ first, last }) => ({ first, last, whole: first === this.first && last === this.last }));
  }

  /** The first click begins a passage, the second ends it; the one passage that is the whole piece gives way to it. */
  take(bar) {
    if (this.began === null) {
      const rows = this.rows;
      if (rows.length === 1 && this.ranges[0]?.whole) rows[0].remove();
      this.began = this.add();
      this.fill(this.began, bar, bar);
      return;
    }
    const first = Number(find("[name=from]", this.began).value);
    this.fill(this.began, Math.min(first, bar), Math.max(first, bar));
    this.began = null;
  }

  add() {
    const row = find("[data-passage-blank]").content.firstElementChild.cloneNode(true);
    this.list.append(row);
    this.bind(row);
    return row;
  }

  fill(row, first, last) {
    find("[name=from]", row).value = first;
    find("[name=to]", row).value = last;
    this.refresh(row);
  }

  bind(row) {
    const look = find("[data-do=look]", row);
    const remove = find("[data-do=remove]", row);
    look.hidden = remove.hidden = false;
    look.addEventListener("click", () => {
      const shown = look.getAttribute("aria-expanded") !== "true";
      look.setAttribute("aria-expanded", String(shown));
      this.refresh(row);
    });
    remove.addEventListener("click", () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (this.began === row) this.began = null;
      row.remove();
      (next && find("input", next) ? find("input", next) : find("[data-do=add]", this.form)).focus();
      this.changed();
    });
    row.addEventListener("input", () => this.refresh(row));
  }

  refresh(row) {
    this.changed();
    const place = find("[data-excerpt]", row);
    place.hidden = find("[data-do=look]", row).getAttribute("aria-expanded") !== "true";
    if (place.hidden) return;
    clearTimeout(row.waiting);
    row.waiting = setTimeout(() => this.engrave(row, place), 250);
  }

  async engrave(row, place) {
    const upbeat = find("[name=with_upbeat]", this.form)?.checked ? "&upbeat" : "";
    const bars = `&from=${find("[name=from]", row).value}&to=${find("[name=to]", row).value}`;
    const text = await getText(`${this.list.dataset.svg}${bars}${upbeat}&width=${widthClass(place.clientWidth)}`).catch(() => null);
    if (!text) return place.replaceChildren();
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", find("[name=passage_title]", row).value || bars.slice(1));
    return place.replaceChildren(document.importNode(svg, true));
  }
}
