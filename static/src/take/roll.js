import { draw } from "../page/data.js";
import { expectedTimes } from "./times.js";

const LEFT = 46;
const FOOT = 24;
const TOP = 10;
const PX_A_SECOND = 46;

/** What was played over what was written: a bar for each written note, the sung or played line across them. */
export function drawRoll(holder, assessment, scoreNotes, looks) {
  const view = viewOf(holder, assessment, scoreNotes);
  const svg = draw("svg", { width: view.width, height: view.height, viewBox: `0 0 ${view.width} ${view.height}`, role: "img", "aria-label": "The pitch that was heard, drawn over the written notes" });
  svg.append(...gridLines(view, scoreNotes), ...targets(view, looks, scoreNotes), ...traces(view, assessment, looks));
  const now = draw("line", { class: "now", y1: TOP, y2: view.height - FOOT, x1: -9, x2: -9 });
  svg.append(now);
  holder.replaceChildren(svg);
  return (time_s) => {
    const x = view.x(time_s);
    now.setAttribute("x1", x);
    now.setAttribute("x2", x);
  };
}

function viewOf(holder, assessment, scoreNotes) {
  const notes = assessment.notes;
  const times = expectedTimes(notes, assessment.tempo_bpm ?? assessment.tempo_bpm_asked);
  const end_s = Math.max(...times.map((one, index) => one.onset_s + notes[index].duration_beat * one.beat_s), ...assessment.extras.map((extra) => extra.offset_s)) + 0.3;
  const from_s = Math.min(...times.map((one) => one.onset_s)) - 0.3;
  const pitches = [...scoreNotes.map((note) => note.pitch), ...notes.filter((note) => note.heard_pitch !== null).map((note) => note.heard_pitch)];
  const low = Math.min(...pitches) - 2;
  const high = Math.max(...pitches) + 2;
  const width = Math.round(Math.max(holder.clientWidth - 4, LEFT + (end_s - from_s) * PX_A_SECOND));
  const row = Math.min(Math.max(220 / (high - low), 7), 16);
  const height = Math.round(TOP + (high - low) * row + FOOT);
  return {
    width, height, times, row, notes, from_s, end_s,
    x: (time_s) => LEFT + ((time_s - from_s) / (end_s - from_s)) * (width - LEFT - 6),
    y: (pitch) => TOP + (high - pitch) * row,
    has: (pitch) => pitch > low - 1 && pitch < high + 1,
  };
}

function gridLines(view, scoreNotes) {
  const shapes = [];
  const rising = [...new Map(scoreNotes.map((one) => [one.pitch, one])).values()].sort((a, b) => a.pitch - b.pitch);
  const named = [];
  // The lowest and the highest are always named, the rest as there is room.
  for (const note of [rising[0], rising.at(-1), ...rising.slice(1, -1)]) {
    const y = view.y(note.pitch);
    if (named.some((other) => Math.abs(other - y) < 15)) continue;
    named.push(y);
    shapes.push(draw("line", { class: "grid", x1: LEFT, x2: view.width, y1: y, y2: y }), draw("text", { x: LEFT - 10, y: y + 4, "text-anchor": "end" }, note.written));
  }
  const bars = new Map();
  scoreNotes.forEach((note, index) => bars.has(note.bar) || bars.set(note.bar, view.times[index].onset_s));
  for (const [bar, at_s] of bars) {
    const x = view.x(at_s) - 3;
    shapes.push(draw("line", { class: "grid", x1: x, x2: x, y1: TOP, y2: view.height - FOOT }), draw("text", { x: x + 2, y: view.height - 6 }, bar === 0 ? "" : String(bar)));
  }
  return shapes;
}

function targets(view, looks, scoreNotes) {
  return scoreNotes.map((note, index) => {
    const { onset_s, beat_s } = view.times[index];
    const x = view.x(onset_s);
    const { kind } = looks.get(note.id);
    const hollow = ["missing", "unheard"].includes(kind) ? `v-${kind}` : "";
    return draw("rect", { class: `target ${hollow}`, rx: 3, x, y: view.y(note.pitch) - view.row / 2, width: Math.max(view.x(onset_s + note.duration_beat * beat_s) - x - 2, 3), height: view.row });
  });
}

/** The line in pieces: broken where nothing sounded or the pitch jumps, coloured as its note was judged. */
function traces(view, assessment, looks) {
  const { hop_s, midi } = assessment.trace ?? {};
  if (!midi) return [];
  const offset = assessment.tuning_cents / 100;
  const heard = assessment.notes.filter((note) => note.onset_s !== null).sort((a, b) => a.onset_s - b.onset_s);
  const pieces = [];
  let piece = null;
  let before = null;
  midi.forEach((raw, index) => {
    const at_s = index * hop_s;
    const pitch = raw === null ? null : raw - offset;
    if (pitch === null || !view.has(pitch) || at_s < view.from_s || at_s > view.end_s) return (before = piece = null);
    const name = classAt(at_s, heard, assessment.extras, looks);
    if (!piece || piece.name !== name || Math.abs(pitch - before) > 0.8) pieces.push((piece = { name, points: [] }));
    piece.points.push(`${view.x(at_s).toFixed(1)},${view.y(pitch).toFixed(1)}`);
    return (before = pitch);
  });
  // A frame or two alone is a slip of the ear, not a note.
  return pieces.filter((one) => one.points.length * hop_s > 0.04).map((one) => draw("polyline", { class: `trace ${one.name}`, points: one.points.join(" ") }));
}

function classAt(at_s, heard, extras, looks) {
  if (extras.some((extra) => extra.onset_s <= at_s && at_s <= extra.offset_s)) return "extra";
  const note = heard.findLast((one) => one.onset_s <= at_s + 0.02);
  const kind = note ? looks.get(note.id).kind : "right";
  return ["pitch", "time", "tuning"].includes(kind) ? `v-${kind}` : "";
}
