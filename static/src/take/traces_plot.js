import { draw } from "../page/data.js";
import { t } from "../page/words.js";
import { piecesOf } from "./axis_layers.js";
import { key } from "./parts_plot.js";

const PX_A_BEAT = 44;
const TOP = 18;
const FOOT = 6;

/** The lines of several takes over one score: along its beats and not along anybody's seconds. */
export function drawTraces(holder, sides, scoreNotes, bars) {
  const end = Math.max(...scoreNotes.map((note) => note.onset_beat + note.duration_beat));
  const width = Math.max(holder.clientWidth - 4, Math.round(end * PX_A_BEAT));
  const heard = sides.flatMap((side) => side.assessment.notes.filter((note) => note.heard_pitch !== null).map((note) => note.heard_pitch));
  const pitches = [...scoreNotes.map((note) => note.pitch), ...heard];
  const [low, high] = [Math.min(...pitches) - 2, Math.max(...pitches) + 2];
  const row = Math.min(Math.max(200 / (high - low), 6.5), 15);
  const height = Math.round(TOP + (high - low) * row + FOOT);
  const x = (beat) => (beat / end) * (width - 8) + 4;
  const y = (pitch) => TOP + (high - pitch) * row;
  const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("The lines of these takes, one over the other, over the written notes") });
  for (const bar of bars) svg.append(draw("line", { class: "barline", x1: x(bar.onset_beat), x2: x(bar.onset_beat), y1: 0, y2: height }), draw("text", { x: x(bar.onset_beat) + 4, y: 12 }, bar.number ? String(bar.number) : ""));
  for (const note of scoreNotes) svg.append(draw("rect", { class: "target", rx: 3, x: x(note.onset_beat), y: y(note.pitch) - row / 2, width: Math.max(x(note.onset_beat + note.duration_beat) - x(note.onset_beat) - 2, 3), height: row }));
  sides.map((side, index) => lines(side, index, { x, y, end, has: (pitch) => pitch > low - 1 && pitch < high + 1 })).reverse().forEach((all) => svg.append(...all));
  const legend = key(sides);
  legend.classList.add("lines");
  holder.replaceChildren(svg);
  holder.previousElementSibling?.matches(".legend.lines") && holder.previousElementSibling.remove();
  holder.before(legend);
}

function lines(side, index, { x, y, end, has }) {
  if (!side.assessment.trace?.midi) return [];
  const view = { from_s: side.clock.seconds(-0.25), to_s: side.clock.seconds(end + 0.5), has };
  return piecesOf(view, side.assessment, () => "").map((piece) => draw("polyline", { class: `trace side-${index}`, points: piece.points.map(([at_s, pitch]) => `${x(side.clock.beat(at_s)).toFixed(1)},${y(pitch).toFixed(1)}`).join(" ") }));
}
