import { find } from "../page/data.js";
import { t, tn } from "../page/words.js";

/**
 * A test: the score stands here for as long as the school's clock says, then the take is counted in. What is played is
 * sent at once. A page that is loaded again goes on where the clock is.
 */
export class Exam {
  constructor(desk, { left_s }) {
    this.desk = desk;
    this.over_at = performance.now() + 1000 * left_s;
    this.clock = find("[data-exam-clock]");
    this.score = find("[data-score]");
  }

  begin() {
    // Now, while there is time: the browser may ask for the microphone.
    this.desk.microphone().catch(() => {});
    this.on_time = this.left > 0;
    this.tick();
    this.watch = setInterval(() => this.tick(), 250);
  }

  get left() {
    return Math.max(0, Math.ceil((this.over_at - performance.now()) / 1000));
  }

  invitation() {
    return this.left > 0 ? t("Look at it. You are counted in when the time is over; press Record to begin earlier.") : t("The time to look is over. Press Record: you are counted in.");
  }

  tick() {
    const waits = this.desk.state === "ready";
    this.clock.textContent = waits && this.left > 0 ? tn("{n} second", "{n} seconds", this.left) : "";
    // Between looking and playing nobody reads on.
    this.score.classList.toggle("covered", this.left === 0 && waits);
    if (!this.on_time || this.left > 0) return;
    this.on_time = false;
    if (waits && this.desk.open_microphone) this.desk.record();
    else if (waits) this.desk.say(this.invitation());
  }

  handIn(take) {
    this.desk.taken = take;
    return this.desk.send();
  }
}
