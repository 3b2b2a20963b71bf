import { Reference } from "../audio/reference.js";
import { find, readData } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { t } from "../page/words.js";
import { Cursor } from "../score/cursor.js";
import { keepEngraved } from "../score/sheet.js";

// The stand without a microphone: it is read and heard, and nothing is kept.
const desk = readData("desk");
const button = find("[data-do=play]");
const holder = find("[data-score]");
const cursor = new Cursor(holder);
const reference = new Reference(desk.worklets.synthesis);

getJSON(desk.notes_url)
  .then((reading) => open(reading))
  .catch((error) => (find("[data-said]").textContent = error.message));

async function open(reading) {
  const stops = reading.notes.map((note) => ({ onset: note.onset_beat, ids: note.symbol_ids }));
  await keepEngraved(holder, desk.score_url, () => cursor.follow(stops, reading.duration_beat));
  button.disabled = false;
  button.addEventListener("click", () => (isPlaying() ? stop() : play(reading)));
}

const isPlaying = () => button.getAttribute("aria-pressed") === "true";

async function play(reading) {
  show(true);
  try {
    await reference.play(reading.notes, desk.family, desk.tempo_bpm);
  } catch (error) {
    stop();
    find("[data-said]").textContent = error.message;
    return;
  }
  cursor.measure();
  const frame = () => {
    if (!isPlaying()) return;
    if (reference.beat > reading.duration_beat + 0.5) {
      stop();
      return;
    }
    cursor.at(Math.max(reference.beat, 0));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function stop() {
  reference.stop();
  show(false);
  cursor.hide();
}

function show(playing) {
  button.setAttribute("aria-pressed", String(playing));
  find("[data-play-words]").textContent = playing ? t("Stop") : t("Hear it");
}
