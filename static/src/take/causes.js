import { make } from "../page/data.js";
import { token } from "../page/requests.js";
import { t, tn } from "../page/words.js";
import { barsInWords } from "../score/bars.js";

/** A plain form: the exercise is made when it is asked for, and its page opens. */
function exerciseFor(cause, url) {
  const field = (name, value) => make("input", { type: "hidden", name, value });
  const button = make("button", { type: "submit", class: "textbutton", "aria-label": t("Practise this: {cause}", { cause: cause.showed || cause.text }) }, t("Practise this"));
  return make("form", { method: "post", action: url, class: "inline" }, field("csrfmiddlewaretoken", token()), field("cause", cause.code), button);
}

/** Why it went as it did: one sentence a cause, with the number of notes behind it. */
export function showCauses(list, assessment, scoreNotes, looks, show, remedyUrl) {
  const off = scoreNotes.filter((note) => looks.get(note.id).kind !== "right");
  if (!assessment.causes.length) return list.replaceChildren(make("li", { class: "empty" }, sentence(off.length, assessment.onsets_only)));
  const barOf = new Map(scoreNotes.map((note) => [note.id, note.bar]));
  return list.replaceChildren(...assessment.causes.map((cause) => item(cause, barOf, show, remedyUrl)));
}

function sentence(off, strokes) {
  if (!off) return strokes ? t("Every stroke was right. Try it a little faster, or go on.") : t("Every note was right. Try it a little faster, or go on.");
  if (strokes) return tn("No pattern behind the one marked stroke: open it on the score.", "No pattern behind the {n} marked strokes: open them on the score.", off);
  return tn("No pattern behind the one marked note: open it on the score.", "No pattern behind the {n} marked notes: open them on the score.", off);
}

function item(cause, barOf, show, remedyUrl) {
  // Most sentences say where themselves.
  const where = /\b(bars?|Takte?n?)\b/i.test(cause.remedy ? cause.showed : cause.text) ? "" : barsInWords(cause.notes.map((id) => barOf.get(id)));
  const button = make("button", { type: "button", class: "textbutton", "aria-label": t("Show on the score: {cause}", { cause: cause.text }), onclick: () => show(cause.notes) }, t("Show"));
  return make(
    "li",
    { class: "cause" },
    make("span", { class: "count figures", "aria-label": cause.notes.length ? tn("{n} note", "{n} notes", cause.notes.length) : null, role: "img", ...(cause.notes.length ? {} : { "aria-hidden": "true" }) }, String(cause.notes.length || "·")),
    make("p", {}, cause.remedy ? cause.showed : cause.text, ...(where ? [make("span", { class: "where" }, ` (${where})`)] : [])),
    ...(cause.remedy ? [make("p", { class: "remedy" }, cause.remedy, ...(cause.asks_for && remedyUrl ? [" ", exerciseFor(cause, remedyUrl)] : []))] : []),
    ...(cause.notes.length ? [button] : []),
  );
}
