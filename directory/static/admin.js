// Comforts of the import pages; each of them works without.
"use strict";

for (const form of document.querySelectorAll("[data-upload]")) {
  const [area, field] = [form.querySelector(".drop"), form.querySelector("[type=file]")];
  for (const each of form.querySelectorAll(".with-script")) each.hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
    field.focus();
  });
}

// Pressing twice does no harm; but a large file would be sent twice.
for (const form of document.querySelectorAll("main form[method=post]")) {
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    if (button.hasAttribute("aria-disabled")) event.preventDefault();
    button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => button.removeAttribute("aria-disabled"));
}

for (const time of document.querySelectorAll("time[data-local]")) {
  const shown = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  time.textContent = shown.format(new Date(time.dateTime));
}

for (const working of document.querySelectorAll("[data-progress]")) {
  const [bar, words] = [working.querySelector("progress"), working.querySelector("[data-words]")];
  const look = async () => {
    try {
      const answer = await fetch(working.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.redirected) return location.reload(); // signed out meanwhile
      if (answer.ok) {
        const now = await answer.json();
        if (!now.is_open) return location.reload();
        words.textContent = now.words;
        if (now.total) [bar.max, bar.value] = [now.total, now.done];
      }
    } catch {
      // the network is away for a moment: the work goes on, and so do we
    }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
}
