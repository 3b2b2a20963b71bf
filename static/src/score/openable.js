import { draw } from "../page/data.js";
import { boxOf, staffLines, symbol } from "./geometry.js";

/** Every note is a button: a tap or the arrow keys open what was heard of it; Enter, or a second tap, plays from it. */
export class Openable {
  /** words: {label(note), hint(note)}; acts: {open(id), play(id), pause()}. `hint` is what a resting pointer is told besides. */
  constructor(svg, scoreNotes, words, acts) {
    this.acts = acts;
    this.layer = draw("g", { class: "hits" });
    svg.querySelector(".hits")?.remove();
    svg.append(this.layer);
    this.rings = scoreNotes.map((note) => this.ring(svg, note, words.label(note), words.hint(note))).filter(Boolean);
    this.rings[0]?.setAttribute("tabindex", "0");
    this.layer.addEventListener("keydown", (event) => this.key(event));
  }

  ring(svg, note, label, hint) {
    const element = symbol(svg, note.symbol_ids[0]);
    if (!element) return null;
    const box = boxOf(element, svg);
    const staff = staffLines(element, svg);
    const top = Math.min(box.y, staff.top) - 4;
    const bottom = Math.max(box.y + box.height, staff.bottom) + 4;
    const width = Math.max(box.width + 6, 20);
    const ring = draw("rect", { class: "ring", rx: 5, x: box.x + box.width / 2 - width / 2, y: top, width, height: bottom - top, "pointer-events": "all", tabindex: "-1", role: "button", "aria-label": label, "data-note": note.id }, draw("title", {}, `${label} (${hint})`));
    ring.style.cursor = "pointer";
    // The focus comes between pointer and click: was it open before?
    ring.addEventListener("pointerdown", () => (this.again = this.now === ring));
    ring.addEventListener("click", () => (this.again ? this.acts.play(note.id) : this.open(ring)));
    ring.addEventListener("focus", () => this.open(ring));
    this.layer.append(ring);
    return ring;
  }

  /** Enter and Space are a button's own; the arrows are the page's. */
  key(event) {
    const id = event.target.dataset.note;
    const act = { Enter: () => this.acts.play(id), " ": () => this.acts.pause() }[event.key];
    if (!act || !id) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  open(ring) {
    if (this.now === ring) return;
    this.stand(ring);
    this.acts.open(ring.dataset.note);
  }

  /** The ring shows it and keeps the place in the tab order; nothing is called. */
  stand(ring) {
    this.now?.classList.remove("shown", "open");
    for (const one of this.rings) one.setAttribute("tabindex", one === ring ? "0" : "-1");
    this.now = ring;
    ring.classList.add("shown", "open");
  }

  show(ids) {
    for (const ring of this.rings) ring.classList.toggle("shown", ids.includes(ring.dataset.note));
  }

  ringOf(id) {
    return this.rings.find((ring) => ring.dataset.note === id);
  }

  focusOn(id) {
    this.ringOf(id)?.focus();
  }
}
