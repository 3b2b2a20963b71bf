import { openMicrophone } from "../audio/microphone.js";
import { record } from "../audio/recording.js";
import { toWav } from "../audio/wav.js";
import { find, make } from "../page/data.js";
import { t } from "../page/words.js";
import { clock } from "./words.js";

const LONGEST_S = 60;
// The school takes two megabytes of speech; a little room is left.
const MOST_BYTES = 2 * 1024 * 1024 - 20_000;
const SHORTEST_S = 0.4;

/** A spoken comment in the making: record, listen, throw away, keep. The microphone is open only while it records. */
export class Voice {
  constructor(worklets, player) {
    this.worklets = worklets;
    this.player = player;
    this.button = find("[data-do=speak]");
    this.words = find("[data-speak-words]");
    this.status = find("[data-comment-status]");
    this.kept = find("[data-voice]");
    this.audio = make("audio", { controls: true, "aria-label": t("What you said") });
    find("[data-voice-player]").replaceChildren(this.audio);
    this.button.addEventListener("click", () => (this.recording ? this.recording.stop() : this.record()));
    find("[data-do=unspeak]").addEventListener("click", () => {
      this.clear();
      this.button.focus();
    });
  }

  async record() {
    this.clear();
    this.player.pause();
    this.button.disabled = true;
    try {
      this.microphone = await openMicrophone(this.worklets);
    } catch (error) {
      this.status.textContent = whyNot(error);
      return;
    } finally {
      this.button.disabled = false;
    }
    const { audio } = this.microphone;
    const start_s = audio.currentTime + 0.05;
    this.recording = record(this.microphone, start_s, LONGEST_S);
    this.button.setAttribute("aria-pressed", "true");
    this.status.textContent = t("Speak; up to a minute.");
    const count = setInterval(() => (this.words.textContent = t("Stop, {time} of 1:00", { time: clock(audio.currentTime - start_s) })), 200);
    const taken = await this.recording.finished;
    clearInterval(count);
    this.close();
    await this.keep(taken);
  }

  close() {
    this.microphone.track.stop();
    this.recording = null;
    this.button.setAttribute("aria-pressed", "false");
    this.words.textContent = t("Speak");
    this.status.textContent = "";
  }

  async keep({ samples, rate }) {
    if (samples.length / rate < SHORTEST_S) return (this.status.textContent = t("That was too short. Speak once more."));
    this.blob = await toWav(samples, rate, MOST_BYTES);
    this.audio.src = this.address = URL.createObjectURL(this.blob);
    this.kept.hidden = false;
    this.words.textContent = t("Speak again");
    return (this.status.textContent = t("Listen to it, then send it."));
  }

  clear() {
    this.audio.pause();
    if (this.address) URL.revokeObjectURL(this.address);
    this.blob = this.address = null;
    this.audio.removeAttribute("src");
    this.kept.hidden = true;
    this.words.textContent = t("Speak");
    this.status.textContent = "";
  }
}

/** Why nobody can be heard, and what else there is: a comment has no file to send, but it can be written. */
function whyNot(error) {
  if (error.message === "insecure") return t("The browser gives a microphone only to secure pages (https). Write it instead.");
  if (error.name === "NotAllowedError") return t("The microphone is blocked. Allow it for this page (the sign beside the address) and press Speak again, or write it.");
  if (error.name === "NotFoundError") return t("No microphone was found. Plug one in and press Speak again, or write it.");
  return t("The microphone could not be opened. Another program may hold it: close that and press Speak again, or write it.");
}
