import { processingState } from "../audio/microphone.js";
import { find, make } from "../page/data.js";
import { t, tn, list } from "../page/words.js";

// As many level readings as five seconds bring.
const REMEMBERED = 220;

/** Level, noise floor and the browser's processing, in words somebody can act on. */
export class RoomCheck {
  constructor(root) {
    this.root = root;
    this.levels = [];
    this.loud = find(".loud", root);
    this.bar = find("[data-level]", root);
  }

  open(settings, label, timing) {
    const states = processingState(settings);
    const on = states.filter((one) => one.state === "on").map((one) => one.words);
    const unknown = states.filter((one) => one.state === "unknown").map((one) => one.words);
    const facts = [["fine", label ? t("Listening through {microphone}.", { microphone: label }) : t("Listening through the microphone.")]];
    if (on.length) facts.push(["bad", t("The browser refuses to turn off {what}: soft notes may be lost and tuning read wrongly. Another browser may do better.", { what: list(on) })]);
    else if (unknown.length) facts.push(["", tn("This browser doesn't tell whether {what} is off.", "This browser doesn't tell whether {what} are off.", unknown.length, { what: list(unknown) })]);
    else facts.push(["fine", t("Echo cancellation, noise suppression and automatic gain are off: it hears what you play.")]);
    find("[data-mic-facts]", this.root).replaceChildren(...facts.map(([kind, words]) => make("li", { class: kind }, words)), (this.noise = make("li", {}, t("Stay quiet for a moment: listening to the room."))), make("li", {}, timing));
  }

  hear({ level_db, peak }) {
    const share = Math.min(Math.max((level_db + 70) / 65, 0), 1);
    this.bar.setAttribute("width", 100 * share);
    this.loud.setAttribute("width", peak > 0.98 ? 4 : 0);
    this.levels.push(level_db);
    if (this.levels.length > REMEMBERED) this.levels.shift();
    if (this.levels.length % 40 === 0) this.sayNoise();
  }

  sayNoise() {
    const floor = [...this.levels].sort((a, b) => a - b)[Math.floor(this.levels.length / 10)];
    const [kind, words] = floor < -58 ? ["fine", t("The room is very quiet.")] : floor < -46 ? ["fine", t("The room is quiet enough.")] : floor < -36 ? ["", t("There is some noise in the room. Play near the microphone.")] : ["bad", t("The room is loud: soft notes will not be heard. Close a window, or move nearer.")];
    this.noise.className = kind;
    this.noise.textContent = t("{words} (Noise floor {floor} dB.)", { words, floor: Math.round(floor) });
  }

  /** Whether somebody plays just now, well above the room. */
  get playing() {
    const floor = [...this.levels].sort((a, b) => a - b)[Math.floor(this.levels.length / 10)] ?? -60;
    return Math.max(...this.levels.slice(-20)) > floor + 12;
  }
}
