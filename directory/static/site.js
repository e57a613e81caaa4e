// Small comforts; every page works without them. Nothing is stored and nobody is called but our own site.
"use strict";

const about100m = (degrees) => degrees.toFixed(3);

for (const button of document.querySelectorAll("[data-near]")) {
  if (!navigator.geolocation) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const to = new URL(button.dataset.near, location.href);
        to.searchParams.set("near", `${about100m(coords.latitude)},${about100m(coords.longitude)}`);
        location.assign(to);
      },
      () => {
        button.textContent = button.dataset.refused;
        button.disabled = true;
      },
      { timeout: 15000, maximumAge: 300000 },
    );
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { copy } = button.dataset;
    await navigator.clipboard.writeText(copy.startsWith("/") ? new URL(copy, location.href).href : copy);
    button.querySelector("span").textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

if (matchMedia("(min-width: 62rem)").matches) {
  for (const filters of document.querySelectorAll(".with-filters .filters")) filters.open = true;
}

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".languages[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A small map costs a phone three times its page: its files come when somebody wants to see it.
const load = (address) =>
  new Promise((resolve, reject) => {
    const isStyle = address.endsWith(".css");
    const made = document.createElement(isStyle ? "link" : "script");
    if (isStyle) made.rel = "stylesheet";
    made[isStyle ? "href" : "src"] = address;
    made.addEventListener("load", resolve);
    made.addEventListener("error", reject);
    document.head.append(made);
  });

for (const box of document.querySelectorAll("[data-suggestions]")) {
  box.type = "text"; // a search field cannot be a combobox
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.addEventListener("focus", () => load(box.dataset.script), { once: true });
}

for (const button of document.querySelectorAll("[data-map]")) {
  button.hidden = false;
  document.querySelector("[data-without-map]").hidden = true;
  button.addEventListener("click", async () => {
    button.disabled = true;
    for (const address of button.dataset.files.split(" ")) await load(address);
    const map = document.getElementById(button.dataset.map);
    map.hidden = false;
    const held = map.querySelector("script");
    const script = document.createElement("script");
    script.nonce = held.nonce;
    script.textContent = held.textContent;
    document.body.append(script);
    button.hidden = true;
    map.querySelector(".folium-map").focus();
  });
}
