import { make } from "../page/data.js";
import { capital } from "../score/bars.js";
import { postJSON } from "../page/requests.js";
import { VERDICT_WORDS } from "./panel.js";

/** The teacher's answers about one note, and why. A clapped stroke has no pitch to be wrong. */
export function rulingTools(url, noteId, verdict, onsetsOnly, done) {
  const why = make("input", { type: "text", maxlength: "300", id: "ruling-why", autocomplete: "off" });
  const status = make("p", { role: "status" });
  const rule = async (chosen) => {
    try {
      await postJSON(url, { note_id: noteId, verdict: chosen, why: why.value });
      await done();
    } catch (error) {
      status.textContent = error.message;
    }
  };
  const buttons = Object.entries(VERDICT_WORDS).filter(([name]) => !(onsetsOnly && name === "wrong")).map(([name, words]) =>
    make("button", { type: "button", class: "button", "aria-pressed": String(name === verdict), onclick: () => rule(name) }, capital(words)),
  );
  return make("div", { class: "ruling" }, make("div", { class: "field" }, make("label", { for: "ruling-why" }, "Your ruling, and why"), why), make("div", { class: "actions" }, ...buttons), status);
}
