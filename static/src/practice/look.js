import { tn } from "../page/words.js";

const LOOK_S = 20;

/** Sight-reading, as exams have it: some seconds to read in silence, then the count-in. */
export class Look {
  constructor(button) {
    this.button = button;
  }

  get wanted() {
    return this.button?.getAttribute("aria-pressed") === "true";
  }

  toggle() {
    this.button.setAttribute("aria-pressed", String(!this.wanted));
  }

  /** Resolves when the time is over or `enough()` was called. */
  async take(say) {
    this.over = false;
    for (let left = LOOK_S; left > 0 && !this.over; left--) {
      if (left === LOOK_S || left <= 10 || left % 5 === 0) say(tn("Look at it: {n} second. Press again to begin at once.", "Look at it: {n} seconds. Press again to begin at once.", left));
      await new Promise((resolve) => {
        this.next = resolve;
        setTimeout(resolve, 1000);
      });
    }
    this.over = true;
  }

  enough() {
    this.over = true;
    this.next?.();
  }

  get running() {
    return this.over === false;
  }
}
