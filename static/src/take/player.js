import { Reference } from "../audio/reference.js";
import { find, make } from "../page/data.js";
import { clock } from "./words.js";

/** The recording and the reference, one at a time, with the cursor on the score. */
export class Player {
  constructor(desk, cursor) {
    this.cursor = cursor;
    this.desk = desk;
    this.audio = make("audio", { src: desk.recording_url, preload: "metadata" });
    this.reference = new Reference(desk.worklets.synthesis);
    this.button = find("[data-do=take]");
    this.referenceButton = find("[data-do=reference]");
    this.seek = find("[data-seek]");
    this.time = find("[data-time]");
    this.watchers = [];
    this.button.addEventListener("click", () => this.toggle());
    this.referenceButton.addEventListener("click", () => this.toggleReference());
    this.seek.addEventListener("input", () => this.to(Number(this.seek.value)));
    for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, () => this.playing());
    this.audio.addEventListener("loadedmetadata", () => this.show());
  }

  /** What the cursor follows: heard onsets for the take, written ones for the reference. */
  follow(assessment) {
    const ids = new Map(assessment.score_notes.map((note) => [note.id, note.symbol_ids]));
    const heard = assessment.notes.filter((note) => note.onset_s !== null).sort((a, b) => a.onset_s - b.onset_s);
    const beat_s = 60 / (assessment.tempo_bpm ?? assessment.tempo_bpm_asked);
    const last = heard.at(-1);
    this.heard = { stops: heard.map((note) => ({ onset: note.onset_s, ids: ids.get(note.id) })), end: last ? last.onset_s + last.duration_beat * beat_s : 0 };
    this.notes = assessment.score_notes;
    this.bpm = assessment.tempo_bpm_asked;
    this.duration_s = assessment.duration_s ?? 0;
  }

  get length_s() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.duration_s;
  }

  toggle() {
    this.stopReference();
    if (this.audio.paused) this.audio.play();
    else this.audio.pause();
  }

  to(time_s) {
    this.audio.currentTime = Math.min(Math.max(time_s, 0), this.length_s || time_s);
    this.show();
  }

  playing() {
    const on = !this.audio.paused;
    this.button.setAttribute("aria-pressed", String(on));
    if (!on) return this.cursor.hide();
    if (this.heard) this.cursor.follow(this.heard.stops, this.heard.end);
    return this.run(() => !this.audio.paused, () => this.show(true));
  }

  show(withCursor = false) {
    const now_s = this.audio.currentTime;
    this.seek.max = this.length_s || 1;
    this.seek.value = now_s;
    this.seek.setAttribute("aria-valuetext", `${clock(now_s)} of ${clock(this.length_s)}`);
    this.time.textContent = `${clock(now_s)} / ${clock(this.length_s)}`;
    for (const watcher of this.watchers) watcher(now_s);
    if (withCursor && this.heard) this.cursor.at(now_s);
  }

  async toggleReference() {
    if (this.referenceButton.getAttribute("aria-pressed") === "true") return this.stopReference();
    this.audio.pause();
    this.referenceButton.setAttribute("aria-pressed", "true");
    await this.reference.play(this.notes, this.desk.family, this.bpm);
    const last = this.notes.at(-1);
    const end = last.onset_beat + last.duration_beat;
    this.cursor.follow(this.notes.map((note) => ({ onset: note.onset_beat, ids: note.symbol_ids })), end);
    return this.run(
      () => this.referenceButton.getAttribute("aria-pressed") === "true",
      () => (this.reference.beat > end + 0.5 ? this.stopReference() : this.cursor.at(Math.max(this.reference.beat, 0))),
    );
  }

  stopReference() {
    this.reference.stop();
    this.referenceButton.setAttribute("aria-pressed", "false");
    this.cursor.hide();
  }

  run(going, step) {
    const frame = () => {
      if (!going()) return;
      step();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}
