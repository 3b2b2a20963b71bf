import { draw, make } from "../page/data.js";
import { t } from "../page/words.js";
import { OF_PITCH, PARTS } from "./parts.js";

const ROW = 34;
const LEFT = 108;
const RIGHT = 24;
const TOP = 8;

/** The grade and its parts of two or three takes on one scale: a shape for each take, and the same as a table. */
export function drawParts(holder, sides) {
  const width = Math.max(Math.min(holder.clientWidth || 340, 640), 280);
  const rows = [["overall", t("In all")], ...Object.entries(PARTS).filter(([name]) => !sides[0].assessment.onsets_only || !OF_PITCH.has(name))];
  const height = TOP + rows.length * ROW + 22;
  const x = (value) => LEFT + (value / 100) * (width - LEFT - RIGHT);
  const svg = draw("svg", { class: "chart parts-plot", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  for (const value of [0, 25, 50, 75, 100]) svg.append(draw("line", { class: "axis", x1: x(value), x2: x(value), y1: TOP, y2: height - 20 }), draw("text", { x: x(value), y: height - 4, "text-anchor": "middle" }, String(value)));
  rows.forEach(([name, words], index) => {
    const y = TOP + (index + 0.5) * ROW;
    const values = sides.map((side) => side.assessment.grade[name]);
    const known = values.filter((value) => value !== null);
    svg.append(draw("text", { x: 0, y: y + 4 }, words));
    if (known.length > 1) svg.append(draw("line", { class: "doubt", x1: x(Math.min(...known)), x2: x(Math.max(...known)), y1: y, y2: y }));
    values.map((value, side) => value !== null && svg.append(shape(side, x(value), y))).reverse();
  });
  holder.replaceChildren(key(sides), svg, table(sides, rows));
}

/** This take is a full dot; those of before a ring and a diamond: not by colour alone. */
export function shape(side, x, y) {
  if (side === 0) return draw("circle", { class: "side-0", cx: x, cy: y, r: 6 });
  if (side === 1) return draw("circle", { class: "side-1", cx: x, cy: y, r: 6 });
  return draw("rect", { class: "side-2", x: x - 5, y: y - 5, width: 10, height: 10, transform: `rotate(45 ${x} ${y})` });
}

export function key(sides) {
  return make("p", { class: "legend" }, ...sides.map((side, index) => make("span", {}, draw("svg", { width: 16, height: 16, class: "parts-plot", "aria-hidden": "true" }, shape(index, 8, 8)), ` ${side.name}`)));
}

function table(sides, rows) {
  const value = (number) => (number === null ? "–" : String(Math.round(number)));
  const head = make("tr", {}, make("td", {}), ...sides.map((side) => make("th", { scope: "col" }, side.name)));
  const body = rows.map(([name, words]) => make("tr", {}, make("th", { scope: "row" }, words), ...sides.map((side) => make("td", {}, value(side.assessment.grade[name])))));
  return make("div", { class: "sr-only" }, make("table", {}, make("caption", {}, t("The grade in its parts")), make("thead", {}, head), make("tbody", {}, ...body)));
}
