import { heard as calibrate } from "../audio/calibration.js";
import { find } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { t, tn } from "../page/words.js";
import { markExtras } from "../score/extras.js";
import { makeRoom, markScore } from "../score/marks.js";
import { Openable } from "../score/openable.js";
import { pinScore } from "../score/pins.js";
import { lookOf } from "../score/verdicts.js";
import { showCauses } from "./causes.js";
import { Contests } from "./contests.js";
import { doubtful } from "./doubts.js";
import { showLegend } from "./legend.js";
import { showNote, sureWords } from "./panel.js";
import { showParts, tuningWords } from "./parts.js";
import { Rulings } from "./rulings.js";
import { timingWords } from "./timing.js";

const SAID_MS = 7000;

/** The assessment on the page: on the score first, then why, then the numbers, then everything over time. */
export class Heard {
  constructor(desk, player) {
    this.desk = desk;
    this.player = player;
    this.contests = new Contests(desk, this);
    this.rulings = desk.own ? null : new Rulings(desk, this);
    this.pins = [];
    this.watchers = [];
  }

  async load() {
    const [assessment] = await Promise.all([getJSON(this.desk.assessment_url), this.contests.load().catch(() => {})]);
    this.take(assessment);
    if (this.desk.own) calibrate(this.desk.submission, assessment.latency);
    this.show();
  }

  /** After a ruling or a contest: all but the trace may have changed. False if it was asked again meanwhile: then that
   * answer counts, whichever comes first. */
  async reload() {
    const turn = (this.reloads = (this.reloads ?? 0) + 1);
    const [assessment] = await Promise.all([getJSON(`${this.desk.assessment_url}?trace=no`), this.contests.load().catch(() => {})]);
    if (turn !== this.reloads) return false;
    this.take({ ...assessment, trace: this.assessment.trace });
    this.show();
    return true;
  }

  take(assessment) {
    this.assessment = assessment;
    this.notes = assessment.score_notes;
    this.verdicts = new Map(assessment.notes.map((note) => [note.id, note]));
    this.looks = new Map(this.notes.map((note) => [note.id, lookOf(this.verdicts.get(note.id), note)]));
    this.ruled = new Map();
    for (const ruling of assessment.rulings) this.ruled.set(ruling.note_id, [...(this.ruled.get(ruling.note_id) ?? []), ruling]);
    this.player.follow(assessment);
  }

  get contested() {
    return this.contests.open;
  }

  show() {
    find("[data-heard-it]").hidden = false;
    find("[data-roll-section]").hidden = false;
    showCauses(find("[data-causes]"), this.assessment, this.notes, this.looks, (ids) => this.point(ids), this.desk.remedy_url);
    showParts(find("[data-parts]"), this.assessment);
    showLegend(find("[data-legend]"), this.looks, this.assessment.extras, this.contested.size);
    find("[data-tuning]").textContent = tuningWords(this.assessment);
    // A file that was recorded elsewhere came without a clock.
    find("[data-timing]").textContent = this.desk.has_clock ? timingWords(this.assessment) : "";
    find("[data-rubric]").textContent = this.assessment.rubric_label || this.assessment.rubric;
    this.count();
    for (const watcher of this.watchers) watcher();
    if (this.svg) this.mark(this.svg);
  }

  count() {
    const n = this.notes.length;
    const off = [...this.looks.values()].filter((look) => look.kind !== "right").length;
    const strokes = this.assessment.onsets_only;
    const some = strokes ? tn("{off} of {n} stroke to look at", "{off} of {n} strokes to look at", n, { off }) : tn("{off} of {n} note to look at", "{off} of {n} notes to look at", n, { off });
    const all = strokes ? tn("the one stroke right", "all {n} strokes right", n) : tn("the one note right", "all {n} notes right", n);
    find("[data-count]").textContent = ` · ${off ? some : all}`;
    this.countDoubts();
  }

  get doubts() {
    const settled = new Set([...this.ruled.keys(), ...this.rulings.pending]);
    const contested = new Set([...this.contested].filter((id) => !this.rulings.pending.has(id)));
    return doubtful(this.notes, this.verdicts, contested, settled);
  }

  countDoubts() {
    const button = find("[data-do=doubt]");
    if (!button || !this.rulings) return;
    const left = this.doubts.length;
    button.disabled = !left;
    find("[data-doubts]").textContent = left ? String(left) : "";
  }

  /** Called with every new engraving. */
  mark(svg) {
    this.svg = svg;
    if (!this.assessment) return;
    const focused = svg.contains(document.activeElement) ? this.opened : null;
    const { layer, taken } = markScore(svg, this.notes, this.looks, new Set(this.ruled.keys()), this.contested);
    const timed = this.notes.map((note) => ({ ...note, onset_s: this.verdicts.get(note.id).onset_s })).filter((note) => note.onset_s !== null).sort((a, b) => a.onset_s - b.onset_s);
    markExtras(svg, layer, this.assessment.extras, timed);
    this.pinned(svg, layer, taken);
    makeRoom(svg.parentElement, svg);
    const words = { label: (note) => this.labelOf(note), hint: (note) => sureWords(this.verdicts.get(note.id)) };
    this.openable = new Openable(svg, this.notes, words, { open: (id) => this.open(id), play: (id) => this.playFrom(id), pause: () => this.player.toggle() });
    svg.parentElement.dataset.marked = "";
    if (!this.opened) return;
    const ring = this.openable.ringOf(this.opened);
    if (ring) this.openable.stand(ring);
    if (focused) ring?.focus();
    this.showPanel();
  }

  labelOf(note) {
    const said = this.pins.filter((pin) => pin.note_id === note.id).length;
    return [this.looks.get(note.id).label, this.contested.has(note.id) ? t("contested") : "", said ? tn("{n} comment", "{n} comments", said) : ""].filter(Boolean).join("; ");
  }

  pinned(svg, layer, taken) {
    svg.querySelector(".score-pins")?.remove();
    const group = layer.cloneNode(false);
    group.setAttribute("class", "score-pins");
    svg.append(group);
    const symbols = new Map(this.notes.map((note) => [note.id, note.symbol_ids[0]]));
    pinScore(svg, group, this.pins.map((pin) => ({ ...pin, symbol_id: symbols.get(pin.note_id ?? this.noteAt(pin.at_s)) })).filter((pin) => pin.symbol_id), taken);
  }

  /** pins: [{number, at_s, note_id, words, go}] */
  setPins(pins) {
    this.pins = pins;
    if (this.svg) this.mark(this.svg);
  }

  /** The note that sounds at a moment of the recording, or sounded last. */
  noteAt(at_s) {
    return this.notes?.findLast((note) => this.player.timeOf(note.id) <= at_s + 0.05)?.id ?? this.notes?.[0]?.id;
  }

  open(id) {
    this.opened = id;
    this.touring = false;
    const ring = this.openable?.ringOf(id);
    if (ring && this.openable.now !== ring) this.openable.stand(ring);
    this.showPanel();
    this.keepInSight();
    this.player.to(this.player.timeOf(id));
    for (const watcher of this.watchers) watcher(id);
  }

  playFrom(id = this.opened) {
    if (id) this.player.playFrom(this.player.timeOf(id));
  }

  showPanel() {
    const id = this.opened;
    const panel = find("[data-note-panel]");
    // What is half written stays.
    if (panel.contains(document.activeElement) && document.activeElement.matches("input, textarea")) return;
    const tools = this.rulings ? [this.rulings.tools(id)] : this.desk.own ? this.contests.tools(id, this.ruled.has(id)) : [];
    showNote(panel, { note: this.notes.find((note) => note.id === id), verdict: this.verdicts.get(id), look: this.looks.get(id), rulings: this.ruled.get(id) ?? [], contests: this.contests.of.get(id) ?? [], tools, acts: this.acts });
  }

  get acts() {
    const toggle = () => (this.player.audio.paused ? this.playFrom() : this.player.pause());
    return { before: () => this.step(-1), after: () => this.step(1), play: toggle, close: () => (find("[data-note-panel]").hidden = true) };
  }

  /** On a phone the panel stands over the foot of the score: the note moves out from under it. */
  keepInSight() {
    const panel = find("[data-note-panel]").getBoundingClientRect();
    const ring = this.openable?.ringOf(this.opened)?.getBoundingClientRect();
    if (!ring || getComputedStyle(find("[data-note-panel]")).position !== "sticky") return;
    if (ring.bottom > panel.top - 8) scrollBy({ top: ring.bottom - panel.top + 24 });
    else if (ring.top < 8) scrollBy({ top: ring.top - 24 });
  }

  /** A ruling went out: on to the next doubtful note, if that is the way they came. */
  ruledOn(id) {
    this.countDoubts();
    if (!this.touring) return;
    const [next] = this.doubts;
    if (!next) this.say(t("That was the last doubtful note."));
    else this.focusOn(next);
    this.touring = Boolean(next);
  }

  /** The next of the doubtful notes, the contested ones first. From then on each ruling leads to the one after it. */
  nextDoubt() {
    if (!this.rulings || !this.notes) return;
    const doubts = this.doubts;
    if (!doubts.length) return this.say(t("No doubtful note is left."));
    const at = doubts.indexOf(this.opened);
    this.focusOn(doubts[(at + 1) % doubts.length]);
    this.touring = true;
  }

  step(by) {
    if (!this.notes) return;
    const at = this.notes.findIndex((note) => note.id === this.opened);
    const to = at < 0 ? (by > 0 ? 0 : this.notes.length - 1) : Math.min(Math.max(at + by, 0), this.notes.length - 1);
    this.focusOn(this.notes[to].id);
  }

  focusOn(id) {
    const panel = find("[data-note-panel]");
    if (panel.contains(document.activeElement)) document.activeElement.blur();
    if (this.openable?.ringOf(id)) this.openable.focusOn(id);
    else this.open(id);
    // It was open already, and the place has moved on.
    if (Math.abs(this.player.now_s - this.player.timeOf(id)) > 0.05) this.player.to(this.player.timeOf(id));
  }

  /** A line at the head of the window, for as long as it takes to read. */
  say(words) {
    find("[data-say]").textContent = words;
    clearTimeout(this.said);
    this.said = setTimeout(() => (find("[data-say]").textContent = ""), SAID_MS);
  }

  point(ids) {
    this.focusOn(ids[0]);
    this.openable?.show(ids);
  }
}
