import { draw } from "../page/data.js";
import { boxOf, staffLines, symbol } from "./geometry.js";

/** Every note is a button: a tap, or the arrow keys and Enter, open what was heard of it. */
export class Openable {
  /** hintOf: what a pointer that rests on the note is told besides. */
  constructor(svg, scoreNotes, labelOf, hintOf, opened) {
    this.opened = opened;
    this.layer = draw("g", { class: "hits" });
    svg.querySelector(".hits")?.remove();
    svg.append(this.layer);
    this.rings = scoreNotes.map((note) => this.ring(svg, note, labelOf(note), hintOf(note))).filter(Boolean);
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
    ring.addEventListener("click", () => this.open(ring));
    ring.addEventListener("focus", () => this.open(ring));
    this.layer.append(ring);
    return ring;
  }

  key(event) {
    const at = this.rings.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.rings.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.rings[Math.min(Math.max(to, 0), this.rings.length - 1)].focus();
  }

  open(ring) {
    if (this.now === ring) return;
    this.now?.classList.remove("shown", "open");
    for (const one of this.rings) one.setAttribute("tabindex", one === ring ? "0" : "-1");
    this.now = ring;
    ring.classList.add("shown", "open");
    this.opened(ring.dataset.note);
  }

  show(ids) {
    for (const ring of this.rings) ring.classList.toggle("shown", ids.includes(ring.dataset.note));
  }

  focusOn(id) {
    this.rings.find((ring) => ring.dataset.note === id)?.focus();
  }
}
