import { heard as calibrate } from "../audio/calibration.js";
import { find } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { markExtras } from "../score/extras.js";
import { makeRoom, markScore } from "../score/marks.js";
import { Openable } from "../score/openable.js";
import { lookOf } from "../score/verdicts.js";
import { showCauses } from "./causes.js";
import { showLegend } from "./legend.js";
import { showNote, sureWords } from "./panel.js";
import { showParts, tuningWords } from "./parts.js";
import { drawRoll } from "./roll.js";
import { rulingTools } from "./rulings.js";
import { timingWords } from "./timing.js";

/** The assessment on the page: on the score first, then why, then the numbers, then the line over time. */
export class Heard {
  constructor(desk, player) {
    this.desk = desk;
    this.player = player;
  }

  async load() {
    this.assessment = await getJSON(this.desk.assessment_url);
    this.notes = this.assessment.score_notes;
    this.verdicts = new Map(this.assessment.notes.map((note) => [note.id, note]));
    this.looks = new Map(this.notes.map((note) => [note.id, lookOf(this.verdicts.get(note.id), note)]));
    this.ruled = new Map();
    for (const ruling of this.assessment.rulings) this.ruled.set(ruling.note_id, [...(this.ruled.get(ruling.note_id) ?? []), ruling]);
    if (this.desk.own) calibrate(this.desk.submission, this.assessment.latency);
    this.player.follow(this.assessment);
    this.show();
    if (this.svg) this.mark(this.svg);
  }

  show() {
    find("[data-heard-it]").hidden = false;
    // Of hands that clap there is no pitch to draw.
    find("[data-roll-section]").hidden = this.assessment.onsets_only;
    showCauses(find("[data-causes]"), this.assessment, this.notes, this.looks, (ids) => this.point(ids), this.desk.remedy_url);
    showParts(find("[data-parts]"), this.assessment);
    showLegend(find("[data-legend]"), this.looks, this.assessment.extras);
    find("[data-tuning]").textContent = tuningWords(this.assessment);
    // A file that was recorded elsewhere came without a clock.
    find("[data-timing]").textContent = this.desk.has_clock ? timingWords(this.assessment) : "";
    find("[data-rubric]").textContent = this.assessment.rubric_label || this.assessment.rubric;
    const noun = this.assessment.onsets_only ? "strokes" : "notes";
    const off = [...this.looks.values()].filter((look) => look.kind !== "right").length;
    find("[data-count]").textContent = off ? ` · ${off} of ${this.notes.length} ${noun} to look at` : ` · all ${this.notes.length} ${noun} right`;
    this.player.watchers = this.player.watchers.filter((one) => one !== this.moveRoll);
    this.moveRoll = drawRoll(find("[data-roll]"), this.assessment, this.notes, this.looks);
    this.player.watchers.push(this.moveRoll);
  }

  /** Called with every new engraving. */
  mark(svg) {
    this.svg = svg;
    if (!this.assessment) return;
    const open = this.opened;
    const { layer } = markScore(svg, this.notes, this.looks, this.ruled);
    const timed = this.notes.map((note) => ({ ...note, onset_s: this.verdicts.get(note.id).onset_s })).filter((note) => note.onset_s !== null).sort((a, b) => a.onset_s - b.onset_s);
    markExtras(svg, layer, this.assessment.extras, timed);
    makeRoom(svg.parentElement, svg);
    this.openable = new Openable(svg, this.notes, (note) => this.looks.get(note.id).label, (note) => sureWords(this.verdicts.get(note.id)), (id) => this.open(id));
    svg.parentElement.dataset.marked = "";
    if (open) this.open(open);
  }

  open(id) {
    this.opened = id;
    const verdict = this.verdicts.get(id);
    const tools = this.desk.own ? null : rulingTools(this.desk.rulings_url, id, verdict.verdict, this.assessment.onsets_only, () => this.ruledOn(id));
    showNote(find("[data-note-panel]"), this.notes.find((note) => note.id === id), verdict, this.looks.get(id), this.ruled.get(id) ?? [], tools);
    if (verdict.onset_s !== null && this.player.audio.paused) this.player.to(verdict.onset_s);
  }

  /** The tools are made anew: the focus waits on the note they were about. */
  async ruledOn(id) {
    await this.load();
    this.openable?.focusOn(id);
  }

  point(ids) {
    this.openable?.focusOn(ids[0]);
    this.openable?.show(ids);
  }
}
