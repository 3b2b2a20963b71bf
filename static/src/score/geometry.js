/** Boxes in the score's own user units, however deep Verovio nests and scales. */
export function boxOf(element, svg) {
  const inverse = svg.getScreenCTM().inverse();
  const rect = element.getBoundingClientRect();
  const from = new DOMPoint(rect.left, rect.top).matrixTransform(inverse);
  const to = new DOMPoint(rect.right, rect.bottom).matrixTransform(inverse);
  return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
}

export const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The five lines alone: the group around them grows with every ledger line and stem. */
export function staffLines(note, svg) {
  const lines = [...note.closest(".staff").querySelectorAll(":scope > path")].slice(0, 5).map((line) => boxOf(line, svg));
  return { top: Math.min(...lines.map((line) => line.y)), bottom: Math.max(...lines.map((line) => line.y + line.height)), right: Math.max(...lines.map((line) => line.x + line.width)) };
}

export const symbol = (svg, id) => svg.querySelector(`#${CSS.escape(id)}`);
