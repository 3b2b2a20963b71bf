import { find, findAll, make } from "../page/data.js";

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

// Who is ticked goes along to another page of the list, and to what is searched for.
for (const form of findAll("[data-carried]")) {
  const section = form.closest("section");
  const carry = () => {
    const ticked = new FormData(form).getAll("student");
    for (const link of findAll(".pages a, .searching a", section)) {
      const url = new URL(link.href);
      url.searchParams.delete("student");
      for (const student of ticked) url.searchParams.append("student", student);
      link.href = url.href;
    }
    findAll(".searching input[type=hidden]", section).forEach((before) => before.remove());
    find(".searching", section)?.append(
      ...ticked.map((student) => make("input", { type: "hidden", name: "student", value: student })),
    );
  };
  form.addEventListener("change", carry);
  // Ticks that the browser remembers of a page one comes back to are there only now.
  addEventListener("pageshow", carry);
}

for (const button of findAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
