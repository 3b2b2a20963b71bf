import { t } from "./words.js";

/** Requests to the public API with the session's cookie. A refusal is an Error whose message is the server's sentence. */
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export async function getJSON(url) {
  return answer(await fetch(url, { headers: { Accept: "application/json" } }));
}

export async function getText(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Refused(response.status, t("The score could not be fetched."));
  return response.text();
}

export async function postJSON(url, body) {
  return answer(await fetch(url, { method: "POST", body: JSON.stringify(body), headers: headers({ "Content-Type": "application/json" }) }));
}

export async function postForm(url, form, extra = {}) {
  return answer(await fetch(url, { method: "POST", body: form, headers: headers(extra) }));
}

/** What was there is gone after this. */
export async function remove(url) {
  return answer(await fetch(url, { method: "DELETE", headers: headers({}) }));
}

export const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

function headers(extra) {
  return { Accept: "application/json", "X-CSRFToken": token(), ...extra };
}

async function answer(response) {
  const data = await response.json().catch(() => ({}));
  if (response.ok) return data;
  throw new Refused(response.status, data.detail ?? firstSentence(data) ?? t("The school answered with {status}.", { status: response.status }));
}

function firstSentence(data) {
  const first = Object.values(data)[0];
  return Array.isArray(first) ? String(first[0]) : typeof first === "string" ? first : null;
}
