import { find } from "../page/data.js";
import { t } from "../page/words.js";

const BEATS = { 0.5: t("eighths"), 1: t("quarters"), 1.5: t("dotted quarters"), 2: t("halves") };

/** 50 to 120 % of the written tempo, by slider and by key. `bpm` counts quarters; `beat`, in quarters, is the one that is felt and shown. */
export class Tempo {
  constructor(root, written_bpm, beat, changed) {
    this.input = find("input", root);
    this.output = find("output", root);
    this.written_bpm = written_bpm;
    this.beat = beat;
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
    const felt = Math.round(this.bpm / this.beat);
    this.output.value = `${felt} · ${this.input.value} %`;
    this.input.setAttribute("aria-valuetext", t("{felt} {beats} a minute, {percent} percent", { felt, beats: BEATS[this.beat] ?? t("beats"), percent: Number(this.input.value) }));
    this.changed?.();
  }
}
