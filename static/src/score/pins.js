import { draw } from "../page/data.js";
import { boxOf, overlap, staffLines, symbol } from "./geometry.js";

const SIZE = 17;

/** What was said of a note: its number on the score, beside the marks. A pointer opens it; keys have the time axis. */
export function pinScore(svg, layer, pins, taken) {
  for (const pin of pins) {
    const note = symbol(svg, pin.symbol_id);
    if (!note) continue;
    const head = boxOf(note.querySelector(".notehead") ?? note, svg);
    const box = settle({ x: head.x + head.width / 2 - SIZE / 2, y: Math.max(staffLines(note, svg).bottom, boxOf(note, svg).y + boxOf(note, svg).height) + 4, width: SIZE, height: SIZE }, taken);
    taken.push(box);
    const group = draw("g", { class: "pin" }, draw("rect", { x: box.x, y: box.y, width: SIZE, height: SIZE, rx: 8.5 }), draw("text", { x: box.x + SIZE / 2, y: box.y + SIZE - 4.5 }, String(pin.number)), draw("title", {}, pin.words));
    group.addEventListener("click", pin.go);
    layer.append(group);
  }
}

/** Downwards until it stands free. */
function settle(box, taken) {
  for (let tries = 0; tries < 40; tries++) {
    const other = taken.find((one) => overlap(box, one));
    if (!other) break;
    box.y = other.y + other.height + 1;
  }
  return box;
}
