import { find } from "../page/data.js";
import { t } from "../page/words.js";
import { barName, capital } from "../score/bars.js";

/** What is played over and over: the bar of the open note, or the notes that were chosen. */
export class Loops {
  constructor(player, heard, bars) {
    Object.assign(this, { player, heard, bars });
    this.button = find("[data-do=loop]");
    this.button.addEventListener("click", () => this.toggle());
    player.loopWatchers.push((loop) => {
      this.button.setAttribute("aria-pressed", String(Boolean(loop)));
      if (!loop) this.ends = null;
    });
  }

  toggle() {
    if (this.player.loop) return this.player.setLoop(null);
    const bar = this.barAtHand();
    if (!bar) return null;
    this.player.setLoop(this.seconds(bar.onset_beat, bar.onset_beat + bar.duration_beat));
    this.heard.say(capital(t("{bar} goes round.", { bar: barName(bar.number) })));
    return this.player.playFrom(this.player.loop.from_s);
  }

  /** From the note that was open first to `step` notes further. */
  extend(step) {
    const notes = this.heard.notes;
    const at = notes?.findIndex((note) => note.id === this.heard.opened) ?? -1;
    if (at < 0) return;
    this.ends ??= [at, at];
    this.ends[1] = Math.min(Math.max(this.ends[1] + step, 0), notes.length - 1);
    const [first, last] = [...this.ends].sort((a, b) => a - b).map((index) => notes[index]);
    const ends = this.ends;
    this.player.setLoop(this.seconds(first.onset_beat, last.onset_beat + last.duration_beat));
    this.ends = ends;
  }

  seconds(from, to) {
    const from_s = Math.max(this.player.clock.seconds(from), 0);
    return { from_s, to_s: Math.max(this.player.clock.seconds(to), from_s + 0.2) };
  }

  barAtHand() {
    const open = this.heard.notes?.find((note) => note.id === this.heard.opened);
    const beat = open ? open.onset_beat : (this.player.clock?.beat(this.player.now_s) ?? 0);
    return this.bars.findLast((bar) => bar.onset_beat <= beat + 1e-6) ?? this.bars[0];
  }
}
