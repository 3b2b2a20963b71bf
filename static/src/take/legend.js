import { make } from "../page/data.js";
import { inked } from "../score/marks.js";

const ENTRIES = {
  pitch: ["C♮", "another note was heard", ""],
  octave: ["8 up", "right note, wrong octave", ""],
  beat: ["late", "off the beat", ""],
  length: ["short", "not held for its length", ""],
  tuning: ["+28", "cents sharp or flat", ""],
  missing: ["–", "left out", "boxed"],
  unheard: ["?", "not heard for certain, not judged", "boxed dashed"],
};

// Explained by a mark that stands in this very take.
const EXAMPLES = new Set(["pitch", "octave", "beat", "length", "tuning"]);

function entryOf(look) {
  if (look.octave) return "octave";
  if (look.kind !== "time") return look.kind;
  return ["late", "early"].includes(look.fault) ? "beat" : "length";
}

/** Only what occurs in this take. */
export function showLegend(holder, looks, extras) {
  const all = [...looks.values()].filter((look) => look.mark);
  const seen = new Map(all.reverse().map((look) => [entryOf(look), look]));
  const entries = Object.entries(ENTRIES).filter(([name]) => seen.has(name)).map(([name, [mark, ...entry]]) => [`v-${seen.get(name).kind}`, EXAMPLES.has(name) ? seen.get(name).mark : mark, ...entry]);
  if (extras.length) entries.push(["v-pitch", "×", "played, not printed", ""]);
  holder.hidden = !entries.length;
  holder.replaceChildren(...entries.map(([colour, mark, words, box]) => make("span", {}, make("b", { class: `${colour} ${box}` }, ...inked(mark, (sign) => make("span", { class: "natural" }, sign))), ` ${words}`)));
}
