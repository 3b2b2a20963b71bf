import { draw } from "../page/data.js";
import { boxOf, staffLines, symbol } from "./geometry.js";
import { diatonic, fullName, parseName, spellNear } from "./spelling.js";
import { t } from "../page/words.js";

/** Notes that were played and are not printed: a × on the staff between its neighbours in time, named above. */
export function markExtras(svg, layer, extras, timed) {
  for (const extra of extras) {
    const before = timed.filter((note) => note.onset_s <= extra.onset_s).at(-1) ?? timed[0];
    if (before) drawExtra(svg, layer, extra, before, timed[timed.indexOf(before) + 1]);
  }
}

function drawExtra(svg, layer, extra, before, after) {
  const note = symbol(svg, before.symbol_ids[0]);
  if (!note) return;
  const written = parseName(before.written);
  const played = spellNear(Math.round(extra.pitch) - (before.pitch - written.midi), written);
  const head = boxOf(note.querySelector(".notehead") ?? note, svg);
  const staff = staffLines(note, svg);
  const step = (staff.bottom - staff.top) / 8;
  const x = between(svg, head, staff, extra, before, after);
  const y = head.y + head.height / 2 - step * (diatonic(played) - diatonic(written));
  const group = draw("g", { class: "v-pitch extra" });
  group.append(draw("path", { class: "cross", d: `M${x - 3.5} ${y - 3.5}l7 7m0 -7l-7 7` }), draw("title", {}, t("Extra: {note}", { note: fullName(played) })));
  layer.append(group);
}

function between(svg, head, staff, extra, before, after) {
  const next = after && symbol(svg, after.symbol_ids[0]);
  const goal = next ? boxOf(next.querySelector(".notehead") ?? next, svg) : null;
  const right = goal && Math.abs(goal.y - head.y) < 60 && goal.x > head.x ? goal.x : Math.min(head.x + 40, staff.right);
  const share = after ? Math.min(Math.max((extra.onset_s - before.onset_s) / Math.max(after.onset_s - before.onset_s, 0.05), 0.3), 0.7) : 0.5;
  return head.x + head.width + share * Math.max(right - head.x - head.width, 6);
}
