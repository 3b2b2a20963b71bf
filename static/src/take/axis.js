import { draw, find, make } from "../page/data.js";
import { t } from "../page/words.js";
import { barLines, HEIGHTS, pitchLines, seconds, targets, traces, wave } from "./axis_layers.js";
import { Handles } from "./handles.js";

const FIRST_PX_A_SECOND = 46;
// A short take fills the width, but no further than a note is still a note.
const MOST_AT_FIRST = 110;
const MOST_PX_A_SECOND = 360;
const ZOOM = 1.6;
// A hand that shakes is not a selection.
const DRAG_PX = 6;

/** All of a take along one time: bars, written notes, the line that was heard, the sound, pins, the place. */
export class Axis {
  /** `open(id)`: a note was tapped; `notes`: [{id, pitch, from_s, to_s}] once `show` was called. */
  constructor(holder, player, open) {
    this.holder = holder;
    this.player = player;
    this.paper = make("div", { class: "roll-paper" });
    this.svg = draw("svg", { role: "img", "aria-label": t("What was heard, drawn over the written notes, and the sound below it") });
    this.now = make("div", { class: "roll-now" });
    this.pins = make("div", { class: "roll-pins" });
    this.handles = new Handles(player, this);
    this.paper.append(this.svg, this.handles.region, this.now, this.pins);
    holder.replaceChildren(this.paper);
    this.pps = FIRST_PX_A_SECOND;
    holder.addEventListener("scroll", () => this.drawIfNeeded());
    new ResizeObserver(() => this.view && this.draw()).observe(holder);
    this.listen(open);
    player.watchers.push((now_s, playing) => this.move(now_s, playing));
    for (const [name, act] of Object.entries({ in: () => this.zoom(ZOOM), out: () => this.zoom(1 / ZOOM), whole: () => this.whole() })) find(`[data-zoom=${name}]`).addEventListener("click", act);
    addEventListener("beforeprint", () => this.forPrint());
    addEventListener("afterprint", () => this.printed && this.setScale(this.printed, 0));
  }

  show({ assessment, scoreNotes, looks, contested, bars }) {
    const first = !this.shown;
    Object.assign(this, { assessment, looks, contested, scoreNotes, shown: true });
    const { clock } = this.player;
    this.notes = scoreNotes.map((note) => ({ ...note, from_s: clock.seconds(note.onset_beat), to_s: clock.seconds(note.onset_beat + note.duration_beat) }));
    this.bars = bars.map((bar) => ({ number: bar.number, at_s: clock.seconds(bar.onset_beat) }));
    if (first) this.pps = Math.min(Math.max((this.holder.clientWidth - 4) / this.end_s, FIRST_PX_A_SECOND), MOST_AT_FIRST);
    this.draw();
    // The count-in is there for who wants it.
    if (first) this.holder.scrollLeft = Math.max(0, Math.min(...this.notes.map((note) => note.from_s)) * this.pps - 24);
  }

  showSound(outline) {
    this.outline = outline;
    this.loudest = Math.max(6, ...outline.high, ...outline.low.map((one) => -one));
    if (this.shown) this.draw();
  }

  get end_s() {
    return Math.max(this.player.length_s, this.outline?.duration_s ?? 0, ...this.notes.map((note) => note.to_s), ...this.assessment.extras.map((extra) => extra.offset_s)) + 0.2;
  }

  x(time_s) {
    return time_s * this.pps;
  }

  /** The part that can be seen, and a screen on either side of it: a long take is no long drawing. */
  draw() {
    const width = this.holder.clientWidth;
    if (!width) return;
    if ((this.late = this.held)) return;
    const left = this.holder.scrollLeft;
    const view = (this.view = this.viewOf((left - width) / this.pps, (left + 2 * width) / this.pps));
    this.paper.style.width = `${Math.max(view.end_s * this.pps, width)}px`;
    this.paper.style.height = `${view.height}px`;
    const x0 = this.x(view.from_s);
    Object.entries({ width: this.x(view.to_s) - x0, height: view.height, viewBox: `${x0} 0 ${this.x(view.to_s) - x0} ${view.height}` }).forEach(([name, value]) => this.svg.setAttribute(name, value));
    this.svg.style.left = `${x0}px`;
    this.svg.replaceChildren(...barLines(view), ...pitchLines(view), ...wave(view, this.outline), ...targets(view, this.notes, this.looks, this.contested), ...traces(view, this.assessment, this.looks), ...seconds(view));
    this.nameNotes(view);
    this.placePins();
    this.handles.place();
    this.move(this.player.now_s, false);
  }

  drawIfNeeded() {
    const { scrollLeft, clientWidth } = this.holder;
    const seen = [scrollLeft / this.pps, Math.min((scrollLeft + clientWidth) / this.pps, this.view?.end_s)];
    if (this.view && (seen[0] < this.view.from_s || seen[1] > this.view.to_s)) this.draw();
  }

  viewOf(from_s, to_s) {
    const end_s = this.end_s;
    const flat = this.assessment.onsets_only;
    const heard = this.assessment.notes.filter((note) => note.heard_pitch !== null).map((note) => note.heard_pitch);
    const pitches = flat ? [60] : [...this.notes.map((note) => note.pitch), ...heard];
    const low = Math.min(...pitches) - 2;
    const high = Math.max(...pitches) + 2;
    const row = flat ? 14 : Math.min(Math.max(200 / (high - low), 6.5), 15);
    const top = HEIGHTS.pins + HEIGHTS.bars;
    const height = Math.round(top + (high - low) * row + HEIGHTS.wave + HEIGHTS.foot);
    const y = (pitch) => top + (high - (flat ? 60 : pitch)) * row;
    return {
      end_s, row, height, y, pps: this.pps, bars: this.bars, names: flat ? [] : this.named(y),
      from_s: Math.max(0, from_s), to_s: Math.min(end_s, Math.max(to_s, from_s + 0.1)),
      x: (time_s) => this.x(time_s),
      has: (pitch) => pitch > low - 1 && pitch < high + 1,
      loudest: this.loudest,
    };
  }

  /** The lowest and the highest are always named, the rest as there is room. */
  named(y) {
    const rising = [...new Map(this.notes.map((one) => [one.pitch, one])).values()].sort((a, b) => a.pitch - b.pitch);
    const chosen = [];
    for (const note of [rising[0], rising.at(-1), ...rising.slice(1, -1)]) if (!chosen.some((other) => Math.abs(y(other.pitch) - y(note.pitch)) < 15)) chosen.push(note);
    return chosen;
  }

  nameNotes(view) {
    const names = view.names.map((note) => draw("text", { x: 38, y: view.y(note.pitch) + 4, "text-anchor": "end" }, this.looks.get(note.id).name));
    find("[data-axis-names]").replaceChildren(draw("svg", { width: 42, height: view.height, "aria-hidden": "true" }, ...names));
  }

  move(now_s, playing) {
    if (!this.view) return;
    const x = this.x(now_s);
    this.now.style.transform = `translateX(${x}px)`;
    const { scrollLeft, clientWidth } = this.holder;
    if (playing && (x < scrollLeft || x > scrollLeft + clientWidth * 0.9)) this.holder.scrollLeft = x - clientWidth * 0.15;
  }

  /** Into sight, wherever it is. */
  reveal(time_s) {
    const x = this.x(time_s);
    const { scrollLeft, clientWidth } = this.holder;
    if (x < scrollLeft + 20 || x > scrollLeft + clientWidth - 60) this.holder.scrollLeft = x - clientWidth / 3;
  }

  zoom(factor) {
    const { clientWidth, scrollLeft } = this.holder;
    const now_x = this.x(this.player.now_s) - scrollLeft;
    const at = now_x > 0 && now_x < clientWidth ? now_x : clientWidth / 2;
    this.setScale(this.pps * factor, at);
  }

  whole() {
    this.setScale((this.holder.clientWidth - 4) / this.end_s, 0);
  }

  /** `at`: the place in the window that stays where it is. */
  setScale(pps, at) {
    if (!this.shown) return;
    const time_s = (this.holder.scrollLeft + at) / this.pps;
    const least = Math.min((this.holder.clientWidth - 4) / this.end_s, FIRST_PX_A_SECOND);
    this.pps = Math.min(Math.max(pps, least), MOST_PX_A_SECOND);
    this.paper.style.width = `${this.end_s * this.pps}px`;
    this.holder.scrollLeft = time_s * this.pps - at;
    this.draw();
  }

  /** On paper nothing scrolls. */
  forPrint() {
    if (!this.shown) return;
    this.printed = this.pps;
    this.pps = 660 / this.end_s;
    this.holder.scrollLeft = 0;
    this.draw();
  }

  /** pins: [{at_s, words, number, kind, go}] */
  setPins(pins) {
    this.pinned = pins.map((pin) => ({ ...pin, button: make("button", { type: "button", class: `roll-pin ${pin.kind}`, "aria-label": pin.words, title: pin.words, onclick: pin.go }, String(pin.number)) }));
    this.pins.replaceChildren(...this.pinned.map((pin) => pin.button));
    this.placePins();
  }

  /** Side by side where they would stand on each other. */
  placePins() {
    let free = -Infinity;
    for (const pin of this.pinned ?? []) {
      const x = Math.max(this.x(pin.at_s) - 14, free);
      pin.button.style.left = `${Math.max(x, 0)}px`;
      free = x + 30;
    }
  }

  listen(open) {
    let from = null;
    this.paper.addEventListener("pointerdown", () => (this.held = true));
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => this.letGo()));
    this.paper.addEventListener("pointerdown", (event) => {
      // A finger scrolls; loops have handles for it.
      if (event.pointerType !== "touch" && event.button === 0 && !event.target.closest("button")) from = { x: event.clientX, at_s: this.timeAt(event) };
    });
    this.paper.addEventListener("pointermove", (event) => {
      if (!from || (!from.drag && Math.abs(event.clientX - from.x) < DRAG_PX)) return;
      if (!from.drag) this.paper.setPointerCapture(event.pointerId);
      from.drag = true;
      const to_s = this.timeAt(event);
      this.handles.place({ from_s: Math.min(from.at_s, to_s), to_s: Math.max(from.at_s, to_s) });
    });
    this.paper.addEventListener("pointerup", (event) => {
      if (!from?.drag) return (from = null);
      const to_s = this.timeAt(event);
      this.dragged = true;
      this.player.setLoop(Math.abs(to_s - from.at_s) > 0.15 ? { from_s: Math.min(from.at_s, to_s), to_s: Math.max(from.at_s, to_s) } : null);
      this.player.to(Math.min(from.at_s, to_s));
      return (from = null);
    });
    this.paper.addEventListener("click", (event) => {
      if (event.target.closest("button") || this.dragged) return (this.dragged = false);
      const note = event.target.closest("[data-note]");
      return note ? open(note.getAttribute("data-note")) : this.player.to(this.timeAt(event));
    });
    this.holder.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.setScale(this.pps * (event.deltaY < 0 ? 1.15 : 1 / 1.15), event.clientX - this.holder.getBoundingClientRect().left);
    }, { passive: false });
  }

  /** What is drawn anew between press and release gets no click: a drawing waits for the click to be over. */
  letGo() {
    this.held = false;
    if (this.late) this.draw();
  }

  timeAt(event) {
    const x = event.clientX - this.paper.getBoundingClientRect().left;
    return Math.min(Math.max(x / this.pps, 0), this.end_s);
  }
}
