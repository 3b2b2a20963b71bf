import { draw } from "../page/data.js";
import { boxOf, overlap, staffLines, symbol } from "./geometry.js";

const TEXT_HEIGHT = 15;
const GAP = 3;
const COLOURED = ["pitch", "time", "tuning", "missing", "unheard"];

/**
 * Colours the notes and writes each one's mark above it, where nothing else stands. looks: note id -> look; `ruled` and
 * `contested` hold the ids of those that were ruled on, and of those that wait for it.
 */
export function markScore(svg, scoreNotes, looks, ruled = new Set(), contested = new Set()) {
  svg.querySelector(".marks")?.remove();
  const layer = draw("g", { class: "marks", "aria-hidden": "true" });
  svg.append(layer);
  const taken = obstacles(svg);
  for (const note of scoreNotes) {
    const look = looks.get(note.id);
    for (const id of note.symbol_ids) colour(symbol(svg, id), look.kind);
    const mark = [look.mark || (ruled.has(note.id) ? "✓" : ""), contested.has(note.id) ? "!" : ""].filter(Boolean).join("\u00a0");
    if (mark) place(svg, layer, symbol(svg, note.symbol_ids[0]), mark, look, ruled.has(note.id), taken);
  }
  return { layer, taken };
}

function colour(element, kind) {
  element?.classList.remove(...COLOURED.map((name) => `v-${name}`));
  if (kind !== "right") element?.classList.add(`v-${kind}`);
}

function obstacles(svg) {
  return [...svg.querySelectorAll(".note, .rest, .beam > polygon, .slur path, .tie path, .tuplet, .tempo, .clef, .keySig, .meterSig")].map((element) => boxOf(element, svg));
}

function place(svg, layer, note, mark, look, isRuled, taken) {
  if (!note) return;
  const group = draw("g", { class: `v-${look.kind === "right" ? "right" : look.kind} ${look.kind === "unheard" ? "unheard" : ""} ${isRuled ? "ruled" : ""}` });
  const text = draw("text", {}, ...inked(mark, (sign) => draw("tspan", { class: "natural" }, sign)));
  group.append(text);
  layer.append(group);
  const head = boxOf(note.querySelector(".notehead") ?? note, svg);
  const width = Math.max(text.getComputedTextLength(), 8) + (look.boxed ? 8 : 4);
  const top = Math.min(boxOf(note, svg).y, staffLines(note, svg).top) - GAP;
  const box = settle({ x: head.x + head.width / 2 - width / 2, y: top - TEXT_HEIGHT, width, height: TEXT_HEIGHT }, taken);
  taken.push(box);
  text.setAttribute("x", box.x + box.width / 2);
  text.setAttribute("y", box.y + box.height - 3.5);
  const plate = look.boxed ? { class: "box", rx: 3 } : { class: "plate", rx: 2 };
  group.prepend(draw("rect", { ...plate, x: box.x, y: box.y, width: box.width, height: box.height }));
}

/** A mark in pieces, its natural sign as `large` makes it. */
export const inked = (mark, large) => mark.split(/(♮)/).filter(Boolean).map((piece) => (piece === "♮" ? large(piece) : piece));

/** Upwards until it stands free. */
function settle(box, taken) {
  for (let tries = 0; tries < 40; tries++) {
    const other = taken.find((one) => overlap(box, one));
    if (!other) break;
    box.y = other.y - box.height - 1;
  }
  return box;
}

/** Room above the first system for marks that stand higher than the engraving. */
export function makeRoom(holder, svg) {
  const layer = svg.querySelector(".marks");
  const above = layer.childElementCount ? Math.max(0, -boxOf(layer, svg).y) : 0;
  holder.style.paddingTop = `${Math.ceil(above * (svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)) + 6}px`;
}
