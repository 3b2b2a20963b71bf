import { renderNotes } from "../audio/synthesis.js";

self.onmessage = ({ data }) => {
  const samples = renderNotes(data.notes, data.family, data.rate);
  self.postMessage({ key: data.key, samples }, [samples.buffer]);
};
