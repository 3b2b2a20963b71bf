import { find } from "../page/data.js";

// Put aside, or bring back, without leaving the place: the page's own answer brings the list as it is now.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest("#needs")) return;
  event.preventDefault();
  const button = event.submitter;
  const place = [...document.querySelectorAll("#needs form")].indexOf(form);
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    if (!answer.ok) throw new Error(answer.statusText);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), place);
  } catch {
    form.submit();
  }
});

function show(page, place) {
  const open = [...document.querySelectorAll("#needs details")].map((one) => one.open);
  const said = find("[role=status]", page)?.textContent ?? "";
  find("#needs").replaceWith(document.adoptNode(find("#needs", page)));
  document.querySelectorAll("#needs details").forEach((one, number) => (one.open = open[number] ?? false));
  tell(said);
  // On to what took its place, so that the keyboard goes down the list.
  const forms = document.querySelectorAll("#needs form");
  const next = forms[Math.min(place, forms.length - 1)];
  (next && next.checkVisibility() ? find("button", next) : find("#needs")).focus();
}

function tell(words) {
  const told = find("[data-told]") ?? document.createElement("p");
  told.dataset.told = "";
  told.className = "sr-only";
  told.setAttribute("role", "status");
  find("#main").append(told);
  told.textContent = words;
}
