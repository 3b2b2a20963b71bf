// What the theme leaves out for those who don't see the page: which part is the page itself, and names for its boxes.
addEventListener("load", () => {
  const page = document.getElementById("main");
  if (page && !document.querySelector("main, [role=main]")) page.setAttribute("role", "main");
  nameSearches();
  // The boxes are made when jQuery is ready, which may be later, and for a row that is added later still.
  new MutationObserver(nameSearches).observe(document.body, { childList: true, subtree: true });
  document.querySelectorAll(".simplebar-content-wrapper[role=region]").forEach((box, number) => {
    box.setAttribute("aria-label", `${box.getAttribute("aria-label")} ${number + 1}`);
  });
});

// Django's autocomplete boxes have no name for a screen reader; their label is there, only not tied to them.
function nameSearches() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const words = document.querySelector(`label[for="${select.id}"]`)?.textContent.replace(":", "").trim();
    const box = select.nextElementSibling;
    if (!words || !box) continue;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox]")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", words);
    }
  }
}
