import { Reference } from "../audio/reference.js";
import { find, findAll, make } from "../page/data.js";
import { t } from "../page/words.js";
import { ScoreTime } from "./times.js";
import { clock } from "./words.js";

const RATES = [1, 0.75, 0.5];
// A key pressed at the very end begins again.
const AT_THE_END_S = 0.1;

/** The recording and what was written, one at a time, from any note, slower if asked, a place of it over and over. */
export class Player {
  constructor(desk, cursor) {
    this.cursor = cursor;
    this.desk = desk;
    this.audio = make("audio", desk.recording_url ? { src: desk.recording_url, preload: "metadata" } : {});
    this.audio.preservesPitch = true;
    this.reference = new Reference(desk.worklets.synthesis);
    this.button = find("[data-do=take]");
    this.referenceButton = find("[data-do=reference]");
    this.seek = find("[data-seek]");
    this.time = find("[data-time]");
    this.watchers = [];
    this.loopWatchers = [];
    this.loop = null;
    this.button.addEventListener("click", () => this.toggle());
    this.referenceButton.addEventListener("click", () => this.toggleReference());
    this.seek.addEventListener("input", () => this.to(Number(this.seek.value)));
    for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, () => this.playing());
    // Where no frames are drawn, as in a tab behind, the loop still holds.
    this.audio.addEventListener("timeupdate", () => this.keepInLoop());
    this.audio.addEventListener("loadedmetadata", () => this.show());
    for (const button of findAll("[data-rate]")) button.addEventListener("click", () => this.setRate(Number(button.dataset.rate)));
  }

  /** What the cursor follows: heard onsets for the take, written ones for the reference. */
  follow(assessment) {
    const ids = new Map(assessment.score_notes.map((note) => [note.id, note.symbol_ids]));
    const heard = assessment.notes.filter((note) => note.onset_s !== null).sort((a, b) => a.onset_s - b.onset_s);
    const bpm = assessment.tempo_bpm ?? assessment.tempo_bpm_asked;
    const last = heard.at(-1);
    this.heard = { stops: heard.map((note) => ({ onset: note.onset_s, ids: ids.get(note.id) })), end: last ? last.onset_s + (last.duration_beat * 60) / bpm : 0 };
    this.notes = assessment.score_notes;
    this.bpm = assessment.tempo_bpm_asked;
    this.duration_s = assessment.duration_s ?? 0;
    this.clock = new ScoreTime(assessment.notes, bpm);
    this.onsets = new Map(assessment.notes.map((note) => [note.id, note.onset_s ?? this.clock.seconds(note.onset_beat)]));
  }

  get length_s() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.duration_s;
  }

  get now_s() {
    return this.audio.currentTime;
  }

  /** When a note sounds in the recording, or should have. */
  timeOf(id) {
    return Math.max(this.onsets?.get(id) ?? 0, 0);
  }

  toggle() {
    this.stopReference();
    if (!this.audio.paused) return this.audio.pause();
    if (this.length_s && this.now_s > this.length_s - AT_THE_END_S) this.audio.currentTime = 0;
    if (this.loop && (this.now_s < this.loop.from_s - 0.05 || this.now_s >= this.loop.to_s)) this.audio.currentTime = this.loop.from_s;
    return this.play();
  }

  playFrom(time_s) {
    this.stopReference();
    // A note outside of the loop is meant to be heard itself.
    if (this.loop && (time_s < this.loop.from_s - 0.05 || time_s >= this.loop.to_s)) this.setLoop(null);
    this.to(time_s);
    return this.play();
  }

  /** Without a recording there is only the place. */
  play() {
    return this.desk.recording_url ? this.audio.play().catch(() => {}) : undefined;
  }

  pause() {
    this.audio.pause();
    this.stopReference();
  }

  to(time_s) {
    this.audio.currentTime = Math.min(Math.max(time_s, 0), this.length_s || time_s);
    this.show();
  }

  setRate(rate) {
    this.rate = rate;
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
    for (const button of findAll("[data-rate]")) button.setAttribute("aria-pressed", String(Number(button.dataset.rate) === rate));
    if (this.isReferencePlaying) this.playReference();
  }

  /** 1, then three quarters, then half, then 1 again. */
  slower() {
    this.setRate(RATES[(RATES.indexOf(this.rate ?? 1) + 1) % RATES.length]);
  }

  /** loop: {from_s, to_s}, or null for none. */
  setLoop(loop) {
    this.loop = loop;
    for (const watcher of this.loopWatchers) watcher(loop);
    if (loop && !this.audio.paused) this.keepInLoop();
  }

  keepInLoop() {
    if (!this.loop || this.audio.paused) return;
    if (this.now_s >= this.loop.to_s || this.now_s < this.loop.from_s - 0.5) this.audio.currentTime = this.loop.from_s;
  }

  playing() {
    const on = !this.audio.paused;
    this.button.setAttribute("aria-pressed", String(on));
    if (!on) {
      // The last moment of a loop may be the recording's end.
      if (this.loop && this.audio.ended) return this.playFrom(this.loop.from_s);
      return this.cursor.hide();
    }
    if (this.heard) this.cursor.follow(this.heard.stops, this.heard.end);
    return this.run(() => !this.audio.paused, () => {
      this.keepInLoop();
      this.show(true);
    });
  }

  show(withCursor = false) {
    const now_s = this.now_s;
    this.seek.max = this.length_s || 1;
    this.seek.value = now_s;
    this.seek.setAttribute("aria-valuetext", t("{now} of {whole}", { now: clock(now_s), whole: clock(this.length_s) }));
    this.time.textContent = `${clock(now_s)} / ${clock(this.length_s)}`;
    for (const watcher of this.watchers) watcher(now_s, !this.audio.paused);
    if (withCursor && this.heard) this.cursor.at(now_s);
  }

  get isReferencePlaying() {
    return this.referenceButton.getAttribute("aria-pressed") === "true";
  }

  toggleReference() {
    if (!this.notes) return;
    if (this.isReferencePlaying) this.stopReference();
    else this.playReference();
  }

  /** As written, from the note at hand; of a loop only what is in it. */
  async playReference() {
    this.audio.pause();
    this.referenceButton.setAttribute("aria-pressed", "true");
    const last = this.notes.at(-1);
    const end = last.onset_beat + last.duration_beat;
    const bpm = this.bpm * (this.rate ?? 1);
    const [from, until] = this.loop ? [this.clock.beat(this.loop.from_s), this.clock.beat(this.loop.to_s)] : [this.clock.beat(this.now_s), end + 0.5];
    const from_beat = from > end - 0.1 ? 0 : (this.notes.findLast((note) => note.onset_beat <= from + 0.15)?.onset_beat ?? 0);
    const turn = (this.turn = {});
    await this.reference.play(this.notes, this.desk.family, bpm, from_beat).catch(() => this.stopReference());
    if (turn !== this.turn) return;
    this.cursor.follow(this.notes.map((note) => ({ onset: note.onset_beat, ids: note.symbol_ids })), end);
    this.run(
      () => turn === this.turn && this.isReferencePlaying,
      () => {
        const beat = Math.max(this.reference.beat, from_beat);
        this.cursor.at(beat);
        for (const watcher of this.watchers) watcher(this.clock.seconds(beat), true);
        if (beat > until) this.again();
      },
    );
  }

  again() {
    if (this.loop) this.playReference();
    else this.stopReference();
  }

  stopReference() {
    if (!this.isReferencePlaying) return;
    this.turn = null;
    this.reference.stop();
    this.referenceButton.setAttribute("aria-pressed", "false");
    this.cursor.hide();
    this.show();
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
