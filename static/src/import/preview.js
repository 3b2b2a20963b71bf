import { draw, findAll, find } from "../page/data.js";
import { getText } from "../page/requests.js";
import { widthClass } from "../score/sheet.js";
import { t } from "../page/words.js";

/** The whole piece, engraved page by page as it is scrolled to; its bars can be clicked, and passages are shaded. */
export class Preview {
  constructor(holder) {
    this.pages = findAll("[data-page]", holder);
    this.ranges = [];
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        this.engrave(target);
      }
    }, { rootMargin: "600px" });
    for (const page of this.pages) seen.observe(page);
  }

  onBar(taken) {
    this.taken = taken;
    const words = find("[data-click-words]");
    if (words) words.hidden = false;
  }

  async engrave(page) {
    try {
      const text = await getText(`${page.dataset.page}&width=${widthClass(page.clientWidth)}`);
      const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      svg.removeAttribute("width");
      svg.removeAttribute("height");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", page.getAttribute("aria-label"));
      page.replaceChildren(document.importNode(svg, true));
      this.makeClickable(page);
      this.show(this.ranges);
    } catch {
      page.textContent = t("This page of the score could not be fetched. Reload the page.");
    }
  }

  /** A pane behind each bar, as wide as the bar: it takes the click and the shade. */
  makeClickable(page) {
    const numbers = page.dataset.numbers.split(",").map(Number);
    findAll("g.measure", page).forEach((measure, index) => {
      const staff = find("g.staff", measure);
      const lines = findAll(":scope > path", staff);
      const box = lines.length ? boxOf(lines) : staff.getBBox();
      const pane = draw("rect", { class: "bar-pane", x: box.x, y: box.y - 400, width: box.width, height: box.height + 800, "data-bar": numbers[index] });
      measure.prepend(pane);
      measure.addEventListener("click", () => this.taken?.(numbers[index]));
    });
  }

  show(ranges) {
    this.ranges = ranges;
    for (const pane of document.querySelectorAll(".bar-pane")) {
      const bar = Number(pane.dataset.bar);
      const place = ranges.findIndex(({ first, last }) => first <= bar && bar <= last);
      pane.classList.toggle("in-passage", place >= 0 && !isWhole(ranges));
      pane.classList.toggle("odd", place % 2 === 1);
      pane.classList.toggle("begins", place >= 0 && ranges[place].first === bar && !isWhole(ranges));
    }
  }
}

const isWhole = (ranges) => ranges.length === 1 && ranges[0].whole;

function boxOf(paths) {
  const boxes = paths.map((path) => path.getBBox());
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}
