// Suggestions below the search box: a combobox for keyboard, pointer and screen reader. The box works without them.
// site.js brings this file when somebody comes to the box.
"use strict";

const FEWEST_LETTERS = 2;
const PAUSE_MS = 150;

for (const input of document.querySelectorAll("[data-suggestions]")) {
  const words = input.dataset;
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let found = [];
  let active = -1;
  let pause = 0;
  let asking = new AbortController();

  Object.assign(list, { id: "suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.label);
  told.className = "hidden";
  told.setAttribute("role", "status");
  input.parentElement.append(list, told);
  input.setAttribute("aria-controls", list.id);

  const choose = (at) => {
    active = at;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const close = () => {
    asking.abort();
    clearTimeout(pause);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const go = ({ kind, text, value, rest }) => {
    if (kind === "name") {
      location.assign(words.entry.replace("ID", encodeURIComponent(value)));
      return;
    }
    const asked = new URLSearchParams([...new FormData(input.form)].filter(([name, given]) => given && name !== "q"));
    if (kind === "city") asked.set("city", value);
    if (kind === "topic") asked.append("topic", value);
    if (kind === "city" && rest) asked.set("q", rest);
    if (kind === "organization") asked.set("q", text);
    location.assign(`${input.form.action}?${asked}`);
  };

  const show = () => {
    list.replaceChildren(...found.map((one, index) => {
      const option = document.createElement("li");
      const text = document.createElement("bdi");
      const kind = document.createElement("small");
      text.textContent = one.rest ? `${one.rest} ${one.text}` : one.text;
      kind.textContent = words[one.kind];
      option.id = `suggestion-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(text, " ", kind);
      option.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
      option.addEventListener("click", () => go(one));
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    told.textContent = words.count.replace("NUMBER", found.length);
    choose(-1);
  };

  const ask = async () => {
    const typed = input.value.trim();
    if ([...typed].length < FEWEST_LETTERS) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${words.suggestions}?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (!answer.ok) return;
      found = await answer.json();
      show();
    } catch {
      // asked again meanwhile, or no connection: the box works without suggestions
    }
  };

  const open = async (from) => {
    asking.abort();
    clearTimeout(pause);
    await ask();
    if (!list.hidden) choose(from < 0 ? found.length - 1 : from - 1);
  };

  input.addEventListener("input", () => {
    asking.abort();
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  });
  if (input.value !== input.defaultValue) ask(); // typed before this file came
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && list.hidden) { // with Alt nothing is chosen yet
      event.preventDefault();
      open(event.altKey ? 0 : steps[event.key]);
    } else if (list.hidden) {
      return;
    } else if (event.key in steps) {
      event.preventDefault();
      choose(((active + 1 + steps[event.key] + found.length + 1) % (found.length + 1)) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      go(found[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
}
