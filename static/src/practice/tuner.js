import { draw, find } from "../page/data.js";
import { fullName, spellNear } from "../score/spelling.js";
import { signed } from "../score/verdicts.js";
import { t } from "../page/words.js";

const CLEAR = 0.86;
const REACH_CENTS = 60;

/** The needle: the note that is heard against the note that is asked (or, with nothing asked, the nearest one). */
export class Tuner {
  constructor(root, transposition, tolerance) {
    this.root = root;
    this.transposition = transposition;
    this.hand = find(".hand", root);
    find(".zone", root).setAttribute("x", 150 - tolerance * 2.3);
    find(".zone", root).setAttribute("width", tolerance * 4.6);
    find(".ticks", root).append(...[-50, -25, 0, 25, 50].map((cents) => draw("line", { class: "tick", x1: 150 + cents * 2.3, x2: 150 + cents * 2.3, y1: cents ? 20 : 12, y2: 28 })));
  }

  /** asked: {pitch, written: parsed name} or null */
  show({ f0_hz, clarity, level_db }, asked) {
    const heard = clarity > CLEAR && level_db > -55 ? 69 + 12 * Math.log2(f0_hz / 440) : null;
    this.hand.classList.toggle("away", heard === null);
    if (heard === null) return;
    const goal = asked ? asked.pitch : Math.round(heard);
    const cents = 100 * (heard - goal);
    const x = 150 + Math.min(Math.max(cents, -REACH_CENTS), REACH_CENTS) * 2.3;
    this.hand.setAttribute("x1", x);
    this.hand.setAttribute("x2", x);
    const named = fullName(spellNear(Math.round(heard) - this.transposition, asked?.written));
    find("[data-heard]", this.root).textContent = named;
    find("[data-cents]", this.root).textContent = Math.abs(cents) > REACH_CENTS ? t("another note") : t("{cents} cents", { cents: signed(cents) });
    find("[data-asked]", this.root).textContent = asked ? t("asked: {note}", { note: fullName(asked.written) }) : "";
  }
}
