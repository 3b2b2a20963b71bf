import { processingState } from "../audio/microphone.js";
import { find, make } from "../page/data.js";

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
    const facts = [["fine", `Listening through ${label || "the microphone"}.`]];
    if (on.length) facts.push(["bad", `The browser refuses to turn off ${on.join(" and ")}: soft notes may be lost and tuning read wrongly. Another browser may do better.`]);
    else if (unknown.length) facts.push(["", `This browser doesn't tell whether ${unknown.join(" and ")} ${unknown.length > 1 ? "are" : "is"} off.`]);
    else facts.push(["fine", "Echo cancellation, noise suppression and automatic gain are off: it hears what you play."]);
    find("[data-mic-facts]", this.root).replaceChildren(...facts.map(([kind, words]) => make("li", { class: kind }, words)), (this.noise = make("li", {}, "Stay quiet for a moment: listening to the room.")), make("li", {}, timing));
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
    const [kind, words] = floor < -58 ? ["fine", "The room is very quiet."] : floor < -46 ? ["fine", "The room is quiet enough."] : floor < -36 ? ["", "There is some noise in the room. Play near the microphone."] : ["bad", "The room is loud: soft notes will not be heard. Close a window, or move nearer."];
    this.noise.className = kind;
    this.noise.textContent = `${words} (Noise floor ${Math.round(floor)} dB.)`;
  }

  /** Whether somebody plays just now, well above the room. */
  get playing() {
    const floor = [...this.levels].sort((a, b) => a - b)[Math.floor(this.levels.length / 10)] ?? -60;
    return Math.max(...this.levels.slice(-20)) > floor + 12;
  }
}
