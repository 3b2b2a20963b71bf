import { make } from "../page/data.js";

const ENTRIES = {
  pitch: ["C♮", "another note was heard", ""],
  time: ["late", "off the beat, or its length", ""],
  tuning: ["+28", "cents sharp or flat", ""],
  missing: ["–", "left out", "boxed"],
  unheard: ["?", "not heard, not judged", "boxed dashed"],
};

/** Only what occurs in this take. */
export function showLegend(holder, looks, extras) {
  const kinds = new Set([...looks.values()].map((look) => look.kind));
  const entries = Object.entries(ENTRIES).filter(([kind]) => kinds.has(kind)).map(([kind, entry]) => [`v-${kind}`, ...entry]);
  if (extras.length) entries.push(["v-pitch", "×", "played, not printed", ""]);
  holder.hidden = !entries.length;
  holder.replaceChildren(...entries.map(([colour, mark, words, box]) => make("span", {}, make("b", { class: `${colour} ${box}` }, mark), ` ${words}`)));
}
