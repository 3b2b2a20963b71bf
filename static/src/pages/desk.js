import { dragLessons, focusMoved } from "../desk/order.js";
import { askFirst, watchUnsaved } from "../desk/unsaved.js";
import { find, findAll, readData } from "../page/data.js";

const tree = find("[data-movable]");
if (tree) dragLessons(tree);
focusMoved();
findAll("[data-unsaved]").forEach(watchUnsaved);
findAll("[data-sure]").forEach(askFirst);

// Two versions side by side: what stands in changed bars is marked in both.
if (document.getElementById("marks")) {
  readData("marks").forEach((ids, side) => {
    const holder = find(`[data-side="${side}"]`);
    for (const id of ids) find(`#${CSS.escape(id)}`, holder)?.classList.add("changed");
  });
}
