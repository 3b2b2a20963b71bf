import { find, make } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { language, t } from "../page/words.js";
import { makeRoom, markScore } from "../score/marks.js";
import { Openable } from "../score/openable.js";
import { keepEngraved } from "../score/sheet.js";
import { lookOf } from "../score/verdicts.js";
import { changes } from "./changes.js";
import { drawParts } from "./parts_plot.js";
import { sureWords } from "./panel.js";
import { drawTraces } from "./traces_plot.js";
import { ScoreTime } from "./times.js";

const MOST = 2;
const day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { day: "numeric", month: "short" });

/** One or two takes of before beside this one: marks, lines, parts, what changed in words, and each to be heard from one note. */
export class Beside {
  constructor(desk, player, heard) {
    Object.assign(this, { desk, player, heard });
    this.chosen = [];
    this.told = new Map();
    this.choices = find("[data-beside-choices]");
    if (!this.choices || !desk.beside.length) return;
    this.buttons = desk.beside.map((take) => make("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.toggle(take) }, this.nameOf(take)));
    this.choices.replaceChildren(...this.buttons.toReversed());
    heard.watchers.push((opened) => this.chosen.length && (opened ? this.openedNote() : this.show()));
    find("[data-beside-section]").hidden = false;
    for (const id of new URLSearchParams(location.search).get("beside")?.split(",").slice(0, MOST) ?? []) this.asked = [...(this.asked ?? []), desk.beside.find((take) => take.id === id)].filter(Boolean);
  }

  /** Those that the address names, once the take itself is there to be compared with. */
  begin() {
    for (const take of this.asked ?? []) this.toggle(take);
  }

  nameOf(take) {
    const facts = { number: take.number, day: day.format(new Date(take.created_at)), grade: Math.round(take.overall) };
    return take.overall === null ? t("Take {number}, {day}", facts) : t("Take {number}, {day}: {grade}", facts);
  }

  async toggle(take) {
    const on = !this.chosen.includes(take);
    this.chosen = on ? [...this.chosen, take].slice(-MOST) : this.chosen.filter((one) => one !== take);
    this.desk.beside.forEach((one, index) => this.buttons[index].setAttribute("aria-pressed", String(this.chosen.includes(one))));
    try {
      await Promise.all(this.chosen.map((one) => this.fetch(one)));
    } catch (error) {
      return this.heard.say(error.message);
    }
    return this.show();
  }

  async fetch(take) {
    if (this.told.has(take)) return;
    const assessment = await getJSON(take.assessment_url);
    this.told.set(take, this.side(assessment, this.nameOf(take), take));
  }

  side(assessment, name, take) {
    const verdicts = new Map(assessment.notes.map((note) => [note.id, note]));
    const looks = new Map(assessment.score_notes.map((note) => [note.id, lookOf(verdicts.get(note.id), note)]));
    return { assessment, name, short: take ? t("take {number}", { number: take.number }) : t("this take"), take, verdicts, looks, clock: new ScoreTime(assessment.notes, assessment.tempo_bpm ?? assessment.tempo_bpm_asked), same: take?.same_score ?? true };
  }

  get sides() {
    const own = this.side(this.heard.assessment, t("This take"), null);
    return [own, ...this.chosen.map((take) => this.told.get(take)).filter(Boolean)];
  }

  show() {
    const body = find("[data-beside]");
    body.hidden = !this.chosen.length;
    if (!this.chosen.length || !this.heard.assessment) return;
    const sides = this.sides;
    drawParts(find("[data-beside-parts]"), sides);
    const comparable = sides.filter((one) => one.same);
    find("[data-beside-lines]").hidden = this.heard.assessment.onsets_only || comparable.length < 2;
    drawTraces(find("[data-beside-traces]"), comparable, this.heard.notes, this.desk.bars);
    find("[data-beside-words]").replaceChildren(...sides.slice(1).map((side) => make("li", {}, this.changesTo(sides[0], side))));
    this.showScores(sides);
    this.openedNote();
  }

  /** In the order in which they were played. */
  changesTo(own, other) {
    const [before, now] = other.take.number < this.desk.number ? [other, own] : [own, other];
    return changes(before, now, this.heard.notes);
  }

  /** Small, and only when the takes change: an engraving is worth keeping. */
  showScores(sides) {
    const holder = find("[data-beside-scores]");
    const wanted = sides.map((side) => side.take?.id ?? "this").join();
    if (holder.dataset.shown !== wanted) {
      holder.dataset.shown = wanted;
      this.sheets = sides.map((side) => this.sheet(side));
      holder.replaceChildren(...this.sheets.map((sheet) => sheet.figure));
      for (const sheet of this.sheets) keepEngraved(sheet.score, sheet.url, (svg) => this.mark(sheet, svg)).catch(() => {});
    }
    this.sheets.forEach((sheet, index) => {
      sheet.side = sides[index];
      if (sheet.svg) this.mark(sheet, sheet.svg);
    });
  }

  sheet(side) {
    const score = make("div", { class: "score", "data-label": t("The score of {take}", { take: side.name }) });
    const play = make("button", { type: "button", class: "button", onclick: () => this.play(side) }, t("Play"));
    const link = side.take ? make("a", { href: side.take.page_url, class: "title" }, side.name) : make("span", { class: "title" }, side.name);
    return { side, score, play, url: side.take?.score_url ?? this.desk.score_url, figure: make("figure", { class: "sheet" }, make("figcaption", {}, link, play), score) };
  }

  mark(sheet, svg) {
    sheet.svg = svg;
    const { assessment, verdicts, looks, same } = sheet.side;
    const notes = assessment.score_notes;
    markScore(svg, notes, looks);
    makeRoom(svg.parentElement, svg);
    const acts = { open: (id) => same && this.heard.open(id), play: (id) => this.play(sheet.side, id), pause: () => this.pause() };
    sheet.openable = new Openable(svg, notes, { label: (note) => looks.get(note.id).label, hint: (note) => sureWords(verdicts.get(note.id)) }, acts);
    this.stand(sheet);
  }

  /** The open note is open in every score, and every button begins there. */
  openedNote() {
    for (const sheet of this.sheets ?? []) this.stand(sheet);
  }

  stand(sheet) {
    const note = this.heard.notes.find((one) => one.id === this.heard.opened);
    const ring = note && sheet.side.same ? sheet.openable?.ringOf(note.id) : null;
    if (ring) sheet.openable.stand(ring);
    sheet.play.textContent = ring ? t("Play from bar {bar}, {note}", { bar: note.bar, note: this.heard.looks.get(note.id).name }) : t("Play");
  }

  /** The next one of those that stand here, from the open note: this take, then the others, then this again. */
  playNext() {
    if (!this.sheets) return this.player.toggle();
    const sides = this.sheets.map((sheet) => sheet.side);
    this.turn = ((this.turn ?? -1) + 1) % sides.length;
    return this.play(sides[this.turn]);
  }

  play(side, id = this.heard.opened) {
    this.pause();
    const note = side.assessment.score_notes.find((one) => one.id === id) ?? side.assessment.score_notes[0];
    const at_s = Math.max(side.verdicts.get(note.id).onset_s ?? side.clock.seconds(note.onset_beat), 0);
    this.heard.say(t("{take} plays.", { take: side.name }));
    if (!side.take) return this.player.playFrom(at_s);
    side.audio ??= make("audio", { src: side.take.recording_url, preload: "auto" });
    side.audio.playbackRate = this.player.rate ?? 1;
    side.audio.currentTime = at_s;
    this.audio = side.audio;
    return side.audio.play().catch(() => {});
  }

  pause() {
    this.player.pause();
    this.audio?.pause();
  }
}
