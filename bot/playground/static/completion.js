// Completion in the composer: `/` at the start lists the app's commands, `@` anywhere the people to mention.

import { attempt, here } from "/static/server.js";

const listOf = (area) => area.form.querySelector(".completion");
export const completing = (area) => !listOf(area).hidden;

const WORD = /(^|\s)@([^\s@]*)$/;

function candidates(area, directory) {
  const before = area.value.slice(0, area.selectionStart);
  if (/^\/\S*$/.test(before) && !area.form.dataset.thread) return commands(before.slice(1), directory);
  const mention = WORD.exec(before);
  return mention ? people(mention[2], directory) : [];
}

function commands(typed, directory) {
  const found = directory("commands").filter(({ command }) => command.slice(1).startsWith(typed));
  const offered = found.map((each) => ({
    text: `${each.command} `, name: each.command, hint: each.usage_hint, about: each.description, whole: true,
  }));
  const shortcuts = directory("shortcuts").filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()));
  return [...offered, ...shortcuts.map((each) => ({ name: each.name, hint: "", about: each.description, shortcut: each.callback_id }))];
}

function people(typed, directory) {
  const wanted = typed.toLowerCase();
  return directory("people")
    .filter(({ name, handle }) => name.toLowerCase().startsWith(wanted) || handle.startsWith(wanted))
    .map(({ name, handle }) => ({ text: `@${name} `, name, hint: handle, about: "" }));
}

export function suggest(area, directory) {
  const list = listOf(area);
  const found = candidates(area, directory).slice(0, 8);
  list.replaceChildren(...found.map((each, index) => option(each, index, list.id)));
  list.hidden = found.length === 0;
  select(area, 0);
}

function option(each, index, listId) {
  const item = document.createElement("li");
  item.id = `${listId}-${index}`;
  item.setAttribute("role", "option");
  item.offered = each;
  for (const [name, text] of [["option-name", each.name], ["option-hint", each.hint], ["option-about", each.about]]) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    if (text) item.append(part);
  }
  return item;
}

function select(area, index) {
  const items = [...listOf(area).children];
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  if (items[index]) area.setAttribute("aria-activedescendant", items[index].id); else area.removeAttribute("aria-activedescendant");
  items[index]?.scrollIntoView({ block: "nearest" });
}

function take(area, { text, whole, shortcut }) {
  if (shortcut) { area.value = ""; attempt("shortcut", { callback_id: shortcut, channel: here().channel }); }
  else if (whole) area.value = text;
  else {
    const before = area.value.slice(0, area.selectionStart).replace(WORD, `$1${text}`);
    const after = area.value.slice(area.selectionStart);
    area.value = before + after;
    area.setSelectionRange(before.length, before.length);
  }
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// Whether the completion took the key.
export function completed(event, area) {
  const items = [...listOf(area).children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const { offered } = items[at] ?? {};
  if (event.key === "ArrowDown") select(area, (at + 1) % items.length);
  else if (event.key === "ArrowUp") select(area, (at + items.length - 1) % items.length);
  else if (event.key === "Escape") listOf(area).hidden = true;
  else if (event.key === "Tab" && offered) take(area, offered);
  else if (event.key === "Enter" && !event.shiftKey && offered && !(offered.whole && area.value.trim() === offered.name)) take(area, offered);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

document.addEventListener("mousedown", (event) => {
  const item = event.target.closest(".completion [role=option]");
  if (!item) return;
  event.preventDefault();
  take(item.closest("form").querySelector("textarea"), item.offered);
});
