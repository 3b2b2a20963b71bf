import { make } from "../page/data.js";
import { t } from "../page/words.js";
import { barName, capital } from "../score/bars.js";
import { fullName } from "../score/spelling.js";
import { signed } from "../score/verdicts.js";

/** What was heard of one note, in words and figures; then what people said of it, and what can be done. `acts` are for the thumb. */
export function showNote(panel, { note, verdict, look, rulings, contests, tools, acts }) {
  panel.hidden = false;
  const heading = t("{bar}, {note}: {words}", { bar: capital(barName(note.bar)), note: fullName(look.written), words: look.words });
  const facts = make("dl", { class: "note-facts" }, ...factsOf(verdict, look).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  panel.replaceChildren(make("h2", { class: `v-${look.kind}` }, heading), thumbs(acts), facts, ...contests.map(contestLine), ...rulings.map(rulingLine), ...tools);
}

/** Where the panel covers the player: the player's main buttons, and a way to close it. */
function thumbs(acts) {
  const names = { before: ["←", t("Note before")], play: ["▶", t("Play from here")], after: ["→", t("Next note")], close: ["×", t("Close")] };
  const buttons = Object.entries(names).map(([name, [sign, label]]) => make("button", { type: "button", class: "button small-button", "aria-label": label, onclick: acts[name] }, sign));
  return make("div", { class: "thumbs" }, ...buttons);
}

export const VERDICT_WORDS = { correct: t("right"), wrong: t("wrong pitch"), missing: t("left out"), not_heard: t("not heard") };

const CLEARED_WORDS = { intonation: t("in tune"), early: t("in time"), late: t("in time"), short: t("held long enough"), long: t("not held too long") };

/** "right and in time" */
export function ruledWords({ verdict, cleared = [] }) {
  const free = [...new Set(cleared.map((fault) => CLEARED_WORDS[fault]))];
  return [VERDICT_WORDS[verdict], ...free].join(", ");
}

function rulingLine(ruling) {
  const facts = { who: ruling.ruled_by || t("A teacher"), verdict: ruledWords(ruling), why: ruling.why };
  return make("p", { class: "small" }, ruling.why ? t("{who} ruled: {verdict}. “{why}”", facts) : t("{who} ruled: {verdict}.", facts));
}

function contestLine(contest) {
  const words = {
    open: t("{who} doesn’t agree: “{why}”. Not answered yet."),
    granted: t("{who} didn’t agree, “{why}”, and was right."),
    kept: t("{who} didn’t agree: “{why}”. The teacher listened, and it stands."),
    withdrawn: t("{who} didn’t agree, “{why}”, and took that back."),
  };
  return make("p", { class: `small contest-line ${contest.state}` }, words[contest.state].replace("{who}", contest.student).replace("{why}", contest.why));
}

function factsOf(verdict, look) {
  const facts = [];
  if (look.heard) facts.push([t("Heard"), fullName(look.heard)]);
  if (verdict.cents !== null && Math.abs(verdict.cents) <= 60) facts.push([t("Tuning"), t("{cents} cents", { cents: signed(verdict.cents) })]);
  if (verdict.onset_error_ms !== null) facts.push([t("Time"), timeWords(verdict.onset_error_ms)]);
  if (verdict.duration_ratio !== null) facts.push([t("Length"), t("{percent} % of written", { percent: Math.round(100 * verdict.duration_ratio) })]);
  facts.push([t("Sure"), t("{percent} %", { percent: Math.round(100 * verdict.confidence) })]);
  return facts;
}

/** How sure the ear is of what it says of a note. */
export const sureWords = (verdict) => t("{percent} % sure", { percent: Math.round(100 * verdict.confidence) });

function timeWords(error_ms) {
  const ms = Math.round(Math.abs(error_ms));
  if (ms < 10) return t("on the beat");
  return error_ms > 0 ? t("{ms} ms late", { ms }) : t("{ms} ms early", { ms });
}
