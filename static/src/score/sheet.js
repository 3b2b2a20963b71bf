import { getText } from "../page/requests.js";
import { t } from "../page/words.js";

// One engraving a width class, so that every page of music is made once and cached; between two it is stretched a little.
const WIDTHS = [320, 350, 390, 440, 520, 620, 740, 860, 980, 1120];

export function widthClass(px) {
  return WIDTHS.filter((width) => width <= px).at(-1) ?? WIDTHS[0];
}

/** Keeps the engraving in `holder` at the width it is looked at. `drawn(svg)` is called after every new engraving. */
export async function keepEngraved(holder, url, drawn) {
  let shown = 0;
  const refresh = async () => {
    const wanted = widthClass(holder.clientWidth);
    if (wanted === shown) return;
    shown = wanted;
    const text = await getText(`${url}${url.includes("?") ? "&" : "?"}width=${wanted}`);
    if (wanted !== shown) return;
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", holder.dataset.label ?? t("The score"));
    holder.querySelector("svg")?.remove();
    holder.prepend(document.importNode(svg, true));
    drawn(holder.querySelector("svg"));
  };
  await refresh();
  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh().catch(() => {}), 150);
  }).observe(holder);
}
