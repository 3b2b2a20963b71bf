import { awake } from "./context.js";
import { Playback } from "./playback.js";
import { t } from "../page/words.js";

/** How a melody goes that nobody may read yet: the school sends its sound alone. Plays as `Reference` does. */
export class Sound extends Playback {
  constructor(url) {
    super();
    this.url = url;
    this.fetched = new Map();
  }

  /** `_notes` and `_family` are the school's to know. */
  async play(_notes, _family, bpm) {
    const audio = await awake();
    const buffer = await this.fetch(bpm, audio);
    return this.begin(audio, buffer, bpm);
  }

  fetch(bpm, audio) {
    if (!this.fetched.has(bpm)) this.fetched.set(bpm, this.ask(bpm, audio));
    return this.fetched.get(bpm);
  }

  async ask(bpm, audio) {
    const answer = await fetch(`${this.url}?bpm=${Math.round(bpm)}`);
    if (!answer.ok) {
      this.fetched.delete(bpm);
      throw new Error(t("The sound could not be fetched. Try once more."));
    }
    return audio.decodeAudioData(await answer.arrayBuffer());
  }
}
