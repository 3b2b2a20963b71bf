import { deviceOf } from "./calibration.js";
import { awake } from "./context.js";
import { t } from "../page/words.js";

// The browser's telephone tricks bend pitch and swallow soft notes; each is asked to stay off, and then checked.
const PROCESSING = { echoCancellation: t("echo cancellation"), noiseSuppression: t("noise suppression"), autoGainControl: t("automatic gain") };
const OFF = Object.fromEntries(Object.keys(PROCESSING).map((name) => [name, false]));

/** The open microphone: a recorder and a listener hang on it; both end in a muted gain, so that they keep running. */
export async function openMicrophone(worklets) {
  const audio = await awake();
  await Promise.all([audio.audioWorklet.addModule(worklets.recorder), audio.audioWorklet.addModule(worklets.pitch)]);
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("insecure");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...OFF, channelCount: 1 } });
  const source = audio.createMediaStreamSource(stream);
  const silent = new GainNode(audio, { gain: 0 });
  const options = { channelCount: 1, channelCountMode: "explicit", numberOfInputs: 1, numberOfOutputs: 1 };
  const recorder = new AudioWorkletNode(audio, "recorder", options);
  const listener = new AudioWorkletNode(audio, "pitch", options);
  for (const node of [recorder, listener]) source.connect(node).connect(silent);
  silent.connect(audio.destination);
  const [track] = stream.getAudioTracks();
  return { audio, recorder, listener, settings: track.getSettings(), track, device: await deviceOf({ track, audio }) };
}

/** Which of the browser's processing is on, off, or not told. */
export function processingState(settings) {
  return Object.entries(PROCESSING).map(([name, words]) => ({ words, state: settings[name] === false ? "off" : settings[name] ? "on" : "unknown" }));
}

/** Why there is no microphone, and what to do about it. */
export function microphoneTrouble(error) {
  if (error.message === "insecure") return t("The browser gives a microphone only to secure pages (https). Send a file instead, or ask whoever runs the school.");
  if (error.name === "NotAllowedError") return t("The microphone is blocked. Allow it for this page (the sign beside the address), then press Record again. A file works without it.");
  if (error.name === "NotFoundError") return t("No microphone was found. Plug one in and press Record again, or send a file.");
  if (error.name === "NotReadableError") return t("Another program holds the microphone. Close it and press Record again.");
  return t("The microphone could not be opened. Reload the page, or send a file instead.");
}
