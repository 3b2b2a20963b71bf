import { draw } from "../page/data.js";
import { clock } from "./words.js";

/** What is drawn along the recording's time, each for the seconds between `from_s` and `to_s`. `view` says where. */
export const HEIGHTS = { pins: 34, bars: 18, wave: 58, foot: 20 };

const meets = (a_s, b_s, { from_s, to_s }) => b_s >= from_s && a_s <= to_s;

export function barLines(view) {
  return view.bars.filter((bar) => meets(bar.at_s, bar.at_s + 1, view)).flatMap((bar) => {
    const x = view.x(bar.at_s) - 2;
    const line = draw("line", { class: "barline", x1: x, x2: x, y1: HEIGHTS.pins, y2: view.height - HEIGHTS.foot });
    return [line, ...(bar.number ? [draw("text", { x: x + 4, y: HEIGHTS.pins + 12 }, String(bar.number))] : [])];
  });
}

export function pitchLines(view) {
  return view.names.map(({ pitch }) => draw("line", { class: "grid", x1: view.x(view.from_s), x2: view.x(view.to_s), y1: view.y(pitch), y2: view.y(pitch) }));
}

/** As often as there is room for the figures. */
export function seconds(view) {
  const step = [1, 2, 5, 10, 15, 30, 60, 120].find((one) => one * view.pps >= 54) ?? 300;
  const shapes = [];
  for (let at_s = Math.ceil(view.from_s / step) * step; at_s <= Math.min(view.to_s, view.end_s); at_s += step) {
    const y = view.height - HEIGHTS.foot;
    shapes.push(draw("line", { class: "grid", x1: view.x(at_s), x2: view.x(at_s), y1: y, y2: y + 4 }), draw("text", { x: view.x(at_s), y: view.height - 4, "text-anchor": at_s ? "middle" : "start" }, clock(at_s)));
  }
  return shapes;
}

/** A bar for each written note, and its mark above it. */
export function targets(view, notes, looks, contested) {
  return notes.filter((note) => meets(note.from_s, note.to_s, view)).flatMap((note) => {
    const look = looks.get(note.id);
    const x = view.x(note.from_s);
    const y = view.y(note.pitch);
    const hollow = ["missing", "unheard"].includes(look.kind) ? `v-${look.kind}` : "";
    const width = Math.max(view.x(note.to_s) - x - 2, 3);
    const rect = draw("rect", { class: `target ${hollow}`, rx: 3, x, y: y - view.row / 2, width, height: view.row, "data-note": note.id });
    const mark = [look.mark, contested.has(note.id) ? "!" : ""].filter(Boolean).join(" ");
    // On the side where the line isn't.
    const over = (look.heard?.midi ?? 0) <= look.written.midi;
    const at = over ? Math.max(y - view.row / 2 - 4, HEIGHTS.pins + HEIGHTS.bars + 10) : y + view.row / 2 + 13;
    return mark ? [rect, draw("text", { class: `verdict v-${look.kind}`, x: x + width / 2, y: at, "text-anchor": "middle" }, mark)] : [rect];
  });
}

/** The line in pieces: broken where nothing sounded or the pitch jumps, coloured as its note was judged. */
export function traces(view, assessment, looks) {
  const { hop_s, midi } = assessment.trace ?? {};
  if (!midi || assessment.onsets_only) return [];
  return piecesOf(view, assessment, classAlong(assessment, looks)).map((one) => draw("polyline", { class: `trace ${one.name}`, points: one.points.map(([at_s, pitch]) => `${view.x(at_s).toFixed(1)},${view.y(pitch).toFixed(1)}`).join(" ") }));
}

/** [{name, points: [[at_s, pitch]]}]; tuning taken out. */
export function piecesOf(view, assessment, nameAt) {
  const { hop_s, midi } = assessment.trace;
  const offset = assessment.tuning_cents / 100;
  const pieces = [];
  let piece = null;
  let before = null;
  // From far away one frame a pixel is all that can be seen.
  const step = view.pps ? Math.max(1, Math.floor(0.8 / (view.pps * hop_s))) : 1;
  const last = Math.min(Math.ceil(view.to_s / hop_s), midi.length - 1);
  for (let index = Math.max(Math.floor(view.from_s / hop_s), 0); index <= last; index += step) {
    const pitch = midi[index] === null ? null : midi[index] - offset;
    if (pitch === null || !view.has(pitch)) {
      before = piece = null;
      continue;
    }
    const name = nameAt(index * hop_s);
    if (!piece || piece.name !== name || Math.abs(pitch - before) > 0.8) pieces.push((piece = { name, points: [] }));
    piece.points.push([index * hop_s, pitch]);
    before = pitch;
  }
  // A frame or two alone is a slip of the ear, not a note.
  return pieces.filter((one) => one.points.length * step * hop_s > 0.04);
}

/** Asked from left to right: which note it is at is found by going on from the one before. */
function classAlong(assessment, looks) {
  const heard = assessment.notes.filter((note) => note.onset_s !== null).sort((a, b) => a.onset_s - b.onset_s);
  let at = -1;
  return (at_s) => {
    while (at + 1 < heard.length && heard[at + 1].onset_s <= at_s + 0.02) at++;
    if (assessment.extras.some((extra) => extra.onset_s <= at_s && at_s <= extra.offset_s)) return "extra";
    const kind = at < 0 ? "right" : looks.get(heard[at].id).kind;
    return ["pitch", "time", "tuning"].includes(kind) ? `v-${kind}` : "";
  };
}

/** The outline of the sound, as tall as its loudest moment. */
export function wave(view, outline) {
  if (!outline?.high.length) return [];
  const { per_second, low, high } = outline;
  const middle = view.height - HEIGHTS.foot - HEIGHTS.wave / 2;
  const scale = (HEIGHTS.wave / 2 - 2) / view.loudest;
  const step = Math.max(1, Math.round(per_second / view.pps));
  const upper = [];
  const lower = [];
  const last = Math.min(Math.ceil(view.to_s * per_second), high.length);
  for (let index = Math.max(Math.floor((view.from_s * per_second) / step) * step, 0); index < last; index += step) {
    const x = view.x((index + step / 2) / per_second).toFixed(1);
    upper.push(`${x},${(middle - Math.max(...high.slice(index, index + step), 0) * scale - 0.5).toFixed(1)}`);
    lower.unshift(`${x},${(middle - Math.min(...low.slice(index, index + step), 0) * scale + 0.5).toFixed(1)}`);
  }
  return upper.length ? [draw("polygon", { class: "wave", points: [...upper, ...lower].join(" ") })] : [];
}
