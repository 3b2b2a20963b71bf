import { find, make } from "../page/data.js";
import { getJSON, postForm, remove } from "../page/requests.js";
import { t } from "../page/words.js";
import { barName } from "../score/bars.js";
import { Voice } from "./voice.js";
import { clock } from "./words.js";

// How far from its note a place may be and still be that note's.
const NEAR_S = 0.3;

/** What was said about the take, each pinned to its note or time; and the place to say something, in writing or aloud. */
export class Comments {
  constructor(desk, player, heard, axis) {
    Object.assign(this, { url: desk.comments_url, player, heard, axis });
    this.list = find("[data-comments]");
    this.form = find("[data-comment-form]");
    this.status = find("[data-comment-status]");
    this.empty = this.list.firstElementChild;
    this.voice = new Voice(desk.worklets, player);
    player.watchers.push(() => this.showPlace());
    heard.watchers.push(() => this.showPlace());
    this.form.addEventListener("submit", (event) => this.say(event));
    find("textarea", this.form).addEventListener("focus", () => player.pause());
  }

  async load() {
    const answer = await getJSON(this.url);
    this.all = answer.results ?? answer;
    this.show();
  }

  /** Once more when the take was heard: only then a note has its name. */
  show() {
    if (!this.all) return;
    this.list.replaceChildren(...(this.all.length ? this.all.map((one, index) => this.item(one, index + 1)) : [this.empty]));
    const pins = this.all.map((one, index) => ({ number: index + 1, at_s: one.at_s, note_id: one.note_id || undefined, kind: one.voice_url ? "spoken" : "", words: this.pinWords(one), go: () => this.leadTo(one) }));
    this.axis.setPins(pins);
    this.heard.setPins(pins);
  }

  pinWords(one) {
    return t("{who} at {time}: {words}", { who: one.author, time: clock(one.at_s), words: one.text || t("spoken") });
  }

  item(comment, number) {
    const place = this.placeWords(comment.at_s, comment.note_id);
    const jump = make("button", { type: "button", class: "textbutton figures", "aria-label": t("Go to {place}", { place }), onclick: () => this.go(comment) }, place);
    const back = make("button", { type: "button", class: "textbutton", onclick: () => this.takeBack(comment) }, t("Take back"));
    const voice = comment.voice_url ? [make("audio", { controls: true, preload: "metadata", src: comment.voice_url, "aria-label": t("What {who} said", { who: comment.author }), onplay: () => this.player.pause() })] : [];
    return make(
      "li",
      { class: "comment", id: `comment-${comment.id}`, tabindex: "-1" },
      make("header", {}, make("span", { class: "pin-number", "aria-hidden": "true" }, String(number)), jump, make("span", {}, comment.author ?? ""), ...(comment.mine ? [back] : [])),
      ...(comment.text ? [make("p", {}, comment.text)] : []),
      ...voice,
    );
  }

  /** From the list to its place. */
  go(comment) {
    if (comment.note_id && this.heard.notes) this.heard.focusOn(comment.note_id);
    else this.player.to(comment.at_s);
    this.axis.reveal?.(this.player.now_s);
  }

  /** From its pin to what was said. */
  leadTo(comment) {
    if (comment.note_id && this.heard.notes) this.heard.open(comment.note_id);
    else this.player.to(comment.at_s);
    const item = document.getElementById(`comment-${comment.id}`);
    item?.focus();
    item?.scrollIntoView({ block: "center" });
  }

  placeWords(at_s, id) {
    const note = id && this.heard.notes?.find((one) => one.id === id);
    if (!note) return clock(at_s);
    return t("{time}, {bar}, {note}", { time: clock(at_s), bar: barName(note.bar), note: this.heard.looks.get(id).name });
  }

  /** The open note, while the place is at it. */
  get noteAtHand() {
    const id = this.heard.opened;
    return id && Math.abs(this.player.timeOf(id) - this.player.now_s) < NEAR_S ? id : "";
  }

  showPlace() {
    const words = this.placeWords(this.player.now_s, this.noteAtHand);
    const at = find("[data-comment-at]");
    if (at.textContent !== words) at.textContent = words;
  }

  async say(event) {
    event.preventDefault();
    const text = find("textarea", this.form).value;
    if (!text.trim() && !this.voice.blob) return (this.status.textContent = t("Write something first, or speak."));
    const said = new FormData();
    for (const [name, value] of Object.entries({ at_s: this.player.now_s.toFixed(3), note_id: this.noteAtHand, text })) said.append(name, value);
    if (this.voice.blob) said.append("voice", this.voice.blob, "voice.wav");
    try {
      await postForm(this.url, said);
      this.form.reset();
      this.voice.clear();
      await this.load();
      return (this.status.textContent = t("Said."));
    } catch (error) {
      return (this.status.textContent = error.message);
    }
  }

  async takeBack(comment) {
    try {
      await remove(comment.url);
      await this.load();
      this.status.textContent = t("Taken back.");
      find("textarea", this.form).focus();
    } catch (error) {
      this.status.textContent = error.message;
    }
  }
}
