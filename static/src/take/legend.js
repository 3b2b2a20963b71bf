import { make } from "../page/data.js";
import { t } from "../page/words.js";
import { inked } from "../score/marks.js";

const ENTRIES = {
  pitch: ["C♮", t("another note was heard"), ""],
  octave: ["8 up", t("right note, wrong octave"), ""],
  beat: ["late", t("off the beat"), ""],
  length: ["short", t("not held for its length"), ""],
  tuning: ["+28", t("cents sharp or flat"), ""],
  missing: ["–", t("left out"), "boxed"],
  unheard: ["?", t("not heard for certain, not judged"), "boxed dashed"],
};

// Explained by a mark that stands in this very take.
const EXAMPLES = new Set(["pitch", "octave", "beat", "length", "tuning"]);

function entryOf(look) {
  if (look.octave) return "octave";
  if (look.kind !== "time") return look.kind;
  return ["late", "early"].includes(look.fault) ? "beat" : "length";
}

/** Only what occurs in this take. */
export function showLegend(holder, looks, extras, contested = 0) {
  const all = [...looks.values()].filter((look) => look.mark);
  const seen = new Map(all.reverse().map((look) => [entryOf(look), look]));
  const entries = Object.entries(ENTRIES).filter(([name]) => seen.has(name)).map(([name, [mark, ...entry]]) => [`v-${seen.get(name).kind}`, EXAMPLES.has(name) ? seen.get(name).mark : mark, ...entry]);
  if (extras.length) entries.push(["v-pitch", "×", t("played, not printed"), ""]);
  if (contested) entries.push(["", "!", t("contested, waits for the teacher"), ""]);
  holder.hidden = !entries.length;
  holder.replaceChildren(...entries.map(([colour, mark, words, box]) => make("span", {}, make("b", { class: `${colour} ${box}` }, ...inked(mark, (sign) => make("span", { class: "natural" }, sign))), ` ${words}`)));
}
