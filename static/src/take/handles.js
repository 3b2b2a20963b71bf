import { make } from "../page/data.js";
import { t } from "../page/words.js";
import { clock } from "./words.js";

const SHORTEST_S = 0.15;

/** The loop on the time axis, and its two ends to be moved: by a finger, or by the arrow keys from note to note. */
export class Handles {
  constructor(player, axis) {
    this.player = player;
    this.axis = axis;
    this.ends = { from_s: this.handle("from_s", t("Where the loop begins")), to_s: this.handle("to_s", t("Where the loop ends")) };
    this.region = make("div", { class: "roll-loop", hidden: true }, this.ends.from_s, this.ends.to_s);
    player.loopWatchers.push(() => this.place());
  }

  handle(end, label) {
    const button = make("button", { type: "button", class: `roll-handle ${end === "to_s" ? "end" : ""}`, role: "slider", "aria-label": label });
    button.addEventListener("pointerdown", (event) => button.setPointerCapture(event.pointerId));
    button.addEventListener("pointermove", (event) => button.hasPointerCapture(event.pointerId) && this.set(end, this.axis.timeAt(event)));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.set(end, this.beside(this.player.loop[end], step));
    });
    return button;
  }

  beside(time_s, step) {
    const edges = [...this.axis.notes.map((note) => note.from_s), this.axis.notes.at(-1).to_s];
    return (step > 0 ? edges.find((one) => one > time_s + 0.03) : edges.findLast((one) => one < time_s - 0.03)) ?? time_s;
  }

  set(end, time_s) {
    const loop = { ...this.player.loop, [end]: time_s };
    if (loop.to_s - loop.from_s >= SHORTEST_S) this.player.setLoop(loop);
  }

  place(loop = this.player.loop) {
    this.region.hidden = !loop;
    if (!loop) return;
    this.region.style.left = `${this.axis.x(loop.from_s)}px`;
    this.region.style.width = `${this.axis.x(loop.to_s) - this.axis.x(loop.from_s)}px`;
    for (const [end, button] of Object.entries(this.ends)) {
      const values = { "aria-valuemin": 0, "aria-valuemax": Math.round(this.player.length_s), "aria-valuenow": Math.round(loop[end]), "aria-valuetext": clock(loop[end]) };
      for (const [name, value] of Object.entries(values)) button.setAttribute(name, value);
    }
  }
}
