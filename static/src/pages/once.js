// What is on its way is not sent a second time by a second press: a slow save would be two. Where no new page comes (a
// file, an answer that never arrives) it can be sent again after a while.
const AGAIN_AFTER_MS = 10_000;

// On the window: forms that a page's own script sends have said so by then.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.hasAttribute("aria-busy")) return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), AGAIN_AFTER_MS);
});

// Back from the next page, this one is as it was left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});
