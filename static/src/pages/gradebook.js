/** The arrow keys move from mark to mark, as in any table of figures. */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

document.querySelector("[data-book]")?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = event.target.closest("td, th");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const next = linkAt(cell.closest("table"), cell.parentElement.rowIndex, cell.cellIndex, step);
  next?.focus();
  next?.closest("td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
});

/** The nearest link that way; over what is assigned to nobody it goes on. */
function linkAt(table, row, column, [down, right]) {
  for (let y = row + down, x = column + right; table.rows[y]?.cells[x]; y += down, x += right) {
    const link = table.rows[y].cells[x].querySelector("a");
    if (link) return link;
  }
  return null;
}
