import { find } from "../page/data.js";

/** 50 to 120 % of the written tempo, by slider and by key. */
export class Tempo {
  constructor(root, written_bpm, changed) {
    this.input = find("input", root);
    this.output = find("output", root);
    this.written_bpm = written_bpm;
    this.changed = changed;
    this.input.addEventListener("input", () => this.show());
    this.show();
  }

  get bpm() {
    return Math.round((this.written_bpm * Number(this.input.value)) / 100);
  }

  nudge(percent) {
    this.input.value = Number(this.input.value) + percent;
    this.show();
  }

  show() {
    this.output.value = `${this.bpm} · ${this.input.value} %`;
    this.input.setAttribute("aria-valuetext", `${this.bpm} quarter notes a minute, ${this.input.value} percent`);
    this.changed?.();
  }
}
