import { find, findAll } from "../page/data.js";

// Copying: the code, as it stands.
for (const button of findAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const said = find("[data-copy-said]", button.form ?? document);
    if (said) said.textContent = button.dataset.copied;
    else button.textContent = button.dataset.copied;
  });
}

// "All of them" ticks and unticks its form's list, and follows what is ticked one by one.
for (const all of findAll("[data-all]")) {
  const ticks = () => findAll(".ticks input", all.form);
  all.closest("[data-all-row]").hidden = false;
  all.addEventListener("change", () => ticks().forEach((tick) => { tick.checked = all.checked; }));
  all.form.addEventListener("change", () => {
    const ticked = ticks().filter((tick) => tick.checked).length;
    all.checked = ticked === ticks().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}

for (const button of findAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
