import { clickBeats, countedBars } from "../audio/beats.js";
import { Reference } from "../audio/reference.js";
import { Sound } from "../audio/sound.js";
import { microphoneTrouble, openMicrophone } from "../audio/microphone.js";
import { find, make } from "../page/data.js";
import { onKeys } from "../page/keys.js";
import { Cursor } from "../score/cursor.js";
import { keepEngraved } from "../score/sheet.js";
import { barName } from "../score/bars.js";
import { parseName } from "../score/spelling.js";
import { keep, forget, unsent } from "../send/kept.js";
import { Exam } from "./exam.js";
import { FirstNote } from "./firstnote.js";
import { Look } from "./look.js";
import { RoomCheck } from "./roomcheck.js";
import { send, sendingTrouble } from "./sending.js";
import { Take } from "./take.js";
import { Tempo } from "./tempo.js";
import { timingWords } from "./timing.js";
import { Tuner } from "./tuner.js";
import { language, t } from "../page/words.js";

/**
 * The practice page's states and what leads from one to the next:
 * ready -> recording -> taken -> sending; "taken" holds a take that may be heard, sent or discarded.
 */
export class Desk {
  constructor(desk, exercise) {
    this.desk = desk;
    this.exercise = exercise;
    this.buttons = Object.fromEntries([...document.querySelectorAll("[data-do]")].map((button) => [button.dataset.do, button]));
    this.notes = exercise.notes.map((note) => ({ ...note, written: parseName(note.written) }));
    this.transposition = exercise.transposition ?? 0;
    // What is played by ear comes without its notes: neither the cursor nor the needle can give them away.
    this.reference = desk.sound_url ? new Sound(desk.sound_url) : new Reference(desk.worklets.synthesis);
    this.cursor = new Cursor(find("[data-score]"));
    this.tempo = new Tempo(find("[data-tempo]"), exercise.tempo_bpm, clickBeats(exercise.metre[0]), () => this.stopReference());
    this.firstNote = this.buttons.first && new FirstNote(desk, exercise);
    this.look = new Look(this.buttons.look);
    this.room = new RoomCheck(find("[data-room]"));
    this.tuner = new Tuner(find("[data-tuner]"), this.transposition, desk.tolerance_cents);
    this.listening = make("audio", { preload: "auto" });
    this.exam = desk.exam && new Exam(this, desk.exam);
  }

  async open() {
    this.bind();
    this.become("ready");
    const [kept] = await unsent(this.desk.user, this.desk.exercise).catch(() => []);
    if (kept) this.offer(kept, t("A take from {time} was not sent. Listen to it, send it or discard it.", { time: new Date(kept.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" }) }));
    this.exam?.begin();
    await keepEngraved(find("[data-score]"), this.desk.score_url, () => this.cursor.follow(this.stops(), this.exercise.duration_beat));
  }

  get untuned() {
    return this.desk.onsets_only || Boolean(this.desk.sound_url);
  }

  stops() {
    return this.notes.map((note) => ({ onset: note.onset_beat, ids: note.symbol_ids }));
  }

  bind() {
    const actions = {
      record: () => this.record(),
      play: () => this.play(),
      first: () => this.giveFirstNote(),
      look: () => this.look.toggle(),
      metronome: () => this.toggleMetronome(),
      listen: () => this.listen(),
      discard: () => this.discard(),
      send: () => this.send(),
      restore: () => this.restore(),
      check: () => this.microphone().catch(() => {}),
    };
    for (const [name, button] of Object.entries(this.buttons)) button.addEventListener("click", actions[name]);
    const when = (name) => () => this.buttons[name] && !this.buttons[name].disabled && !this.buttons[name].hidden && actions[name]();
    const slower = () => this.tempo.nudge(-5);
    const faster = () => this.tempo.nudge(5);
    onKeys({ " ": when("record"), p: when("play"), f: when("first"), m: when("metronome"), l: when("listen"), Enter: when("send"), Escape: when("discard"), "+": faster, "=": faster, "-": slower });
    find("[data-file]").addEventListener("change", (event) => this.useFile(event.target.files[0]));
    this.listening.addEventListener("ended", () => this.become("taken"));
  }

  // -- States -----------------------------------------------------------------------------------------------------

  become(state) {
    const had = document.activeElement;
    this.state = state;
    document.body.dataset.state = state;
    document.body.classList.toggle("recording", state === "recording");
    const shown = { ready: ["record"], recording: ["record"], taken: this.exam ? ["listen", "send"] : ["listen", "discard", "send"], sending: [] }[state];
    for (const name of ["record", "listen", "discard", "send"]) this.buttons[name].hidden = !shown.includes(name);
    this.buttons.restore.hidden = state !== "ready" || !this.discarded;
    find("[data-record-words]").textContent = state === "recording" ? t("Stop") : t("Record");
    find("[data-listen-words]").textContent = this.listening.paused ? t("Listen") : t("Stop");
    find("[data-tuner]").hidden = this.untuned || !this.open_microphone || !["ready", "recording"].includes(state);
    this.buttons.play.disabled = state === "recording" || state === "sending";
    for (const control of [find("[data-tempo] input"), this.buttons.metronome, find("[data-file]")]) control.disabled = Boolean(this.exam) || state === "recording" || state === "sending";
    // A button that goes takes the focus with it: it waits on the words, where Enter still sends and Tab goes on.
    if (had?.matches("[data-do]") && (had.hidden || had.disabled)) find("[data-state-line]").focus();
    if (state === "ready") this.say(this.invitation());
  }

  invitation() {
    if (this.exam) return this.exam.invitation();
    const two = countedBars(this.exercise) > 1;
    if (this.desk.sound_url) return two ? t("Hear it as often as you like. Then press Record and play it back: two bars are counted in.") : t("Hear it as often as you like. Then press Record and play it back: one bar is counted in.");
    return two ? t("Press Record when you are ready: two bars are counted in.") : t("Press Record when you are ready: one bar is counted in.");
  }

  /** Once: a live region that is written anew is read aloud anew. */
  say(words) {
    const line = find("[data-state-line]");
    if (line.textContent !== words) line.textContent = words;
  }

  // -- The reference ------------------------------------------------------------------------------------------------

  async play() {
    if (this.exam) return undefined;
    if (this.buttons.play.getAttribute("aria-pressed") === "true") return this.stopReference();
    this.buttons.play.setAttribute("aria-pressed", "true");
    find("[data-play-words]").textContent = t("Stop");
    try {
      await this.reference.play(this.notes, this.desk.family, this.tempo.bpm);
    } catch (error) {
      this.stopReference();
      return this.say(error.message);
    }
    document.body.dataset.heard = "";
    return this.animate(() => this.buttons.play.getAttribute("aria-pressed") === "true", () => this.reference.beat, () => this.stopReference());
  }

  giveFirstNote() {
    if (this.exam) return undefined;
    this.stopReference();
    return this.firstNote.play();
  }

  stopReference() {
    this.reference.stop();
    this.firstNote?.stop();
    this.buttons.play.setAttribute("aria-pressed", "false");
    find("[data-play-words]").textContent = t("Hear it");
    this.cursor.hide();
  }

  /** Moves the cursor as long as `going()`; `ended()` once the music is over. */
  animate(going, beatNow, ended) {
    const frame = () => {
      if (!going()) return this.cursor.hide();
      const beat = beatNow();
      this.cursor.at(Math.max(beat, 0));
      if (beat > this.exercise.duration_beat + 0.5 && ended) return ended();
      requestAnimationFrame(frame);
    };
    this.cursor.measure();
    requestAnimationFrame(frame);
  }

  toggleMetronome() {
    const on = this.buttons.metronome.getAttribute("aria-pressed") !== "true";
    this.buttons.metronome.setAttribute("aria-pressed", String(on));
  }

  // -- Microphone and recording -----------------------------------------------------------------------------------------

  async microphone() {
    if (this.open_microphone?.track.readyState === "live") return this.open_microphone;
    try {
      this.open_microphone = await openMicrophone(this.desk.worklets);
    } catch (error) {
      this.say(microphoneTrouble(error));
      throw error;
    }
    const { listener, settings, track, device } = this.open_microphone;
    find("[data-room]").hidden = false;
    find("[data-tuner]").hidden = this.untuned;
    this.buttons.check.hidden = true;
    this.room.open(settings, track.label, timingWords(device, this.desk.calibration));
    listener.port.onmessage = ({ data }) => {
      this.room.hear(data);
      this.tuner.show(data, this.asked());
    };
    return this.open_microphone;
  }

  /** The note that should sound now, while a take or the reference runs. */
  asked() {
    const beat = this.state === "recording" ? this.take.beat : null;
    if (beat === null) return null;
    return this.notes.find((note) => note.onset_beat <= beat && beat < note.onset_beat + note.duration_beat) ?? null;
  }

  async record() {
    if (this.state === "recording") return this.take.stop();
    if (this.look.running) return this.look.enough();
    // A second press while the microphone opens would begin a second take over the first.
    if (this.opening) return undefined;
    this.opening = true;
    this.stopReference();
    let microphone;
    try {
      microphone = await this.microphone();
      if (this.look.wanted) await this.look.take((words) => this.say(words));
    } catch {
      return undefined;
    } finally {
      this.opening = false;
    }
    this.take = new Take(microphone, this.exercise, this.tempo.bpm, this.buttons.metronome.getAttribute("aria-pressed") === "true");
    const finished = this.take.begin();
    this.become("recording");
    this.follow();
    const recorded = await finished;
    if (this.take.stoppedBefore(recorded)) return this.stoppedInCountIn();
    const take = await this.take.pack(recorded, this.desk);
    await keep(take).catch(() => {});
    if (this.exam) return this.exam.handIn(take);
    return this.offer(take, t("There it is. Listen to it, send it, or discard it."));
  }

  /** Nothing was played yet: nothing to keep. */
  stoppedInCountIn() {
    this.become("ready");
    this.say(t("Stopped in the count-in. Press Record to begin again."));
  }

  follow() {
    const watch = setInterval(() => {
      if (this.state !== "recording") return clearInterval(watch);
      if (this.take.shouldEnd(this.room.playing)) this.take.stop();
      return this.sayWhere();
    }, 60);
    this.animate(() => this.state === "recording", () => Math.min(this.take.beat, this.exercise.duration_beat));
  }

  sayWhere() {
    const { beat } = this.take;
    const passed = this.take.counted.filter((click) => click.beat <= beat);
    // Counted as it is conducted: from one again at each barline.
    const count = passed.length - Math.max(passed.findLastIndex((click) => click.accent), 0);
    const bar = this.exercise.bars.findLast((one) => one.onset_beat <= beat + 1e-6);
    this.say(beat < 0 ? t("Count-in: {beat}", { beat: Math.max(count, 1) }) : t("Recording, {bar}", { bar: barName(bar.number) }));
  }

  // -- The take ---------------------------------------------------------------------------------------------------------

  offer(take, words) {
    this.taken = take;
    this.discarded = null;
    URL.revokeObjectURL(this.listening.src);
    this.listening.src = URL.createObjectURL(take.blob);
    this.become("taken");
    this.say(words);
  }

  listen() {
    this.stopReference();
    if (!this.listening.paused) {
      this.listening.pause();
      return this.become("taken");
    }
    this.listening.currentTime = 0;
    const { clock } = this.taken;
    return this.listening.play().then(() => {
      this.become("taken");
      if (clock) this.animate(() => !this.listening.paused, () => ((this.listening.currentTime - clock.beat0_s) * clock.bpm) / 60);
    });
  }

  async discard() {
    this.listening.pause();
    await forget(this.taken.key).catch(() => {});
    this.discarded = this.taken;
    this.taken = null;
    this.become("ready");
    this.say(t("Discarded. Press Record to play it again."));
  }

  /** A key is quickly pressed: until the next recording a discarded take can be had back. */
  async restore() {
    const take = this.discarded;
    await keep(take).catch(() => {});
    this.offer(take, t("Here it is again."));
  }

  async send() {
    this.listening.pause();
    this.become("sending");
    try {
      await send(this.desk, this.taken, (words) => this.say(words));
    } catch (error) {
      this.become("taken");
      this.say(sendingTrouble(error));
    }
  }

  useFile(file) {
    if (!file) return;
    // The same file may be chosen again after it was discarded.
    find("[data-file]").value = "";
    const take = { key: crypto.randomUUID(), user: this.desk.user, exercise: this.desk.exercise, version: this.desk.version, at: Date.now(), blob: file, filename: file.name, tempo_bpm: this.tempo.bpm, clapped: this.desk.clapped, assignment: this.desk.assignment };
    keep(take).catch(() => {});
    this.offer(take, t("{file}: listen to it, send it, or discard it.", { file: file.name }));
  }
}
