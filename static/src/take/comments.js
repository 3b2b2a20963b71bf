import { find, make } from "../page/data.js";
import { getJSON, postJSON } from "../page/requests.js";
import { clock } from "./words.js";

/** What was said about the take, pinned to its times; and the place to say something at the present one. */
export class Comments {
  constructor(url, player) {
    this.url = url;
    this.player = player;
    this.list = find("[data-comments]");
    this.form = find("[data-comment-form]");
    this.empty = this.list.firstElementChild;
    player.watchers.push((now_s) => (find("[data-comment-at]").textContent = clock(now_s)));
    this.form.addEventListener("submit", (event) => this.say(event));
    find("textarea", this.form).addEventListener("focus", () => player.audio.pause());
  }

  async load() {
    const comments = await getJSON(this.url);
    const all = Array.isArray(comments) ? comments : comments.results;
    this.list.replaceChildren(...(all.length ? all.map((one) => this.item(one)) : [this.empty]));
  }

  item(comment) {
    const jump = make("button", { type: "button", class: "textbutton figures", "aria-label": `Go to ${clock(comment.at_s)}`, onclick: () => this.player.to(comment.at_s) }, clock(comment.at_s));
    return make("li", { class: "comment" }, make("header", {}, jump, make("span", {}, comment.author ?? "")), make("p", {}, comment.text));
  }

  async say(event) {
    event.preventDefault();
    const status = find("[data-comment-status]");
    try {
      await postJSON(this.url, { at_s: this.player.audio.currentTime, text: find("textarea", this.form).value });
      this.form.reset();
      status.textContent = "Said.";
      await this.load();
    } catch (error) {
      status.textContent = error.message;
    }
  }
}
