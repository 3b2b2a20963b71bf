import { make } from "../page/data.js";
import { t } from "../page/words.js";
import { postJSON } from "../page/requests.js";
import { capital } from "../score/bars.js";
import { VERDICT_WORDS } from "./panel.js";

const KEYS = { 1: "correct", 2: "wrong", 3: "missing", 4: "not_heard" };
const CLEARABLE = ["intonation", "early", "late", "short", "long"];

/**
 * A teacher's verdicts at the speed of the keys: each is sent while the next note is opened already, and the grade
 * follows once the last was answered. What was ruled can be taken back, the latest first.
 */
export class Rulings {
  constructor(desk, heard) {
    this.url = desk.rulings_url;
    this.heard = heard;
    this.done = [];
    this.sending = 0;
  }

  /** Ids that were ruled on here, until what came of it is told. */
  pending = new Set();

  /** "1".."4", or "0": it stands as it was heard. */
  key(key, why = "") {
    const id = this.heard.opened;
    if (!id) return this.heard.say(t("Open a note first: the arrow keys, or D for the next doubtful one."));
    const verdict = this.heard.verdicts.get(id);
    const chosen = key === "0" ? verdict.verdict : KEYS[key];
    if (chosen === "wrong" && this.heard.assessment.onsets_only) return this.heard.say(t("A clapped stroke has no pitch to be wrong."));
    return this.rule({ note_id: id, verdict: chosen, cleared: key === "1" ? cleared(verdict) : [], why });
  }

  async rule(ruling) {
    const { note_id: id } = ruling;
    this.pending.add(id);
    this.done.push({ id, before: this.standing(id) });
    this.heard.ruledOn(id, ruling);
    await this.send(ruling, () => this.done.pop());
  }

  /** What counted before: the ruling of before, or the machine's own verdict. */
  standing(id) {
    const earlier = this.heard.ruled.get(id)?.at(-1);
    return { note_id: id, verdict: earlier?.verdict ?? this.heard.verdicts.get(id).verdict, cleared: earlier?.cleared ?? [], why: t("Taken back.") };
  }

  async undo() {
    const last = this.done.pop();
    if (!last) return this.heard.say(t("There is nothing to take back."));
    this.heard.focusOn(last.id);
    await this.send(last.before, () => {});
    return this.heard.say(t("Taken back."));
  }

  async send(ruling, failed) {
    this.sending++;
    // One after the other, as they were said: of two words on a note the later one stands.
    const turn = (this.turn ?? Promise.resolve()).then(() => postJSON(this.url, ruling));
    this.turn = turn.catch(() => {});
    try {
      await turn;
    } catch (error) {
      failed();
      this.pending.delete(ruling.note_id);
      this.heard.focusOn(ruling.note_id);
      this.heard.say(error.message);
    }
    this.sending--;
    if (this.sending) return;
    const answered = [...this.pending];
    if (await this.heard.reload()) for (const id of answered) this.pending.delete(id);
  }

  /** The answers about one note, and why, for hands that have no keys. A clapped stroke has no pitch to be wrong. */
  tools(id) {
    const verdict = this.heard.verdicts.get(id);
    const contested = this.heard.contested.has(id);
    const why = make("input", { type: "text", maxlength: "300", id: "ruling-why", autocomplete: "off", "data-ruling-why": true });
    why.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.heard.focusOn(id);
      if (event.key === "Enter") this.rule({ ...this.standing(id), why: why.value });
    });
    const names = Object.entries(KEYS).filter(([, name]) => !(this.heard.assessment.onsets_only && name === "wrong"));
    const buttons = names.map(([key, name]) => make("button", { type: "button", class: "button", "aria-pressed": String(name === verdict.verdict && !(key === "1" && cleared(verdict).length)), "aria-keyshortcuts": key, onclick: () => this.key(key, why.value) }, make("kbd", { "aria-hidden": "true" }, key), capital(VERDICT_WORDS[name])));
    const stands = make("button", { type: "button", class: "button", "aria-keyshortcuts": "0", onclick: () => this.key("0", why.value) }, make("kbd", { "aria-hidden": "true" }, "0"), t("As it was heard"));
    const label = contested ? t("Your answer, and why") : t("Your ruling, and why");
    return make("div", { class: "ruling" }, make("div", { class: "actions" }, ...buttons, ...(contested || verdict.faults.length ? [stands] : [])), make("div", { class: "field" }, make("label", { for: "ruling-why" }, label), why));
  }
}

/** Who calls a right note right that is marked late says that it was not late. */
const cleared = (verdict) => (verdict.verdict === "correct" ? verdict.faults.map((fault) => fault.kind).filter((kind) => CLEARABLE.includes(kind)) : []);
