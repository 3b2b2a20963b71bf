import { make } from "../page/data.js";
import { getJSON, postJSON } from "../page/requests.js";
import { t } from "../page/words.js";

const READY = [t("I played it right"), t("I was in time"), t("The room was loud"), t("Somebody else was heard")];

/** A student's side of a contest: say that a verdict is wrong, in a word why; take it back; read what was answered. */
export class Contests {
  constructor(desk, heard) {
    this.url = desk.contests_url;
    this.own = desk.own;
    this.heard = heard;
    this.of = new Map();
  }

  async load() {
    const turn = (this.loads = (this.loads ?? 0) + 1);
    const answer = await getJSON(this.url);
    // Asked again meanwhile: that answer counts, whichever comes first.
    if (turn !== this.loads) return;
    this.of = new Map();
    for (const one of answer.results ?? answer) this.of.set(one.note_id, [...(this.of.get(one.note_id) ?? []), one]);
  }

  get open() {
    return new Set([...this.of].filter(([, all]) => all.some((one) => one.state === "open")).map(([id]) => id));
  }

  /** Nothing for a note that a teacher has ruled on: it is decided. */
  tools(id, isRuled) {
    const open = this.of.get(id)?.find((one) => one.state === "open");
    if (open) return [make("div", { class: "actions" }, make("button", { type: "button", class: "textbutton", onclick: () => this.send(open.withdraw_url, {}, t("Taken back.")) }, t("Take it back")))];
    return isRuled ? [] : [this.form(id)];
  }

  form(id) {
    const own = make("input", { type: "text", id: "contest-why", maxlength: "300", autocomplete: "off" });
    const send = (why) => this.send(this.url, { note_id: id, why }, t("Your teacher will listen to it."));
    const ready = READY.map((words) => make("button", { type: "button", class: "button", onclick: () => send(words) }, words));
    const form = make("form", { class: "own-words" }, make("div", { class: "field" }, make("label", { for: "contest-why" }, t("Or in your own words")), own), make("button", { class: "button", type: "submit" }, t("Ask my teacher")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(own.value);
    });
    return make("details", { class: "contest-form" }, make("summary", {}, t("I don’t agree")), make("div", { class: "actions" }, ...ready), form);
  }

  async send(url, body, done) {
    try {
      await postJSON(url, body);
      await this.heard.reload();
      this.heard.say(done);
    } catch (error) {
      this.heard.say(error.message);
    }
  }
}
