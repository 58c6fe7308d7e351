// Ctrl/Cmd+K: jump to a conversation by a few letters of its name.

import { words } from "/static/server.js";
import { openChannel } from "/static/navigation.js";

const dialog = document.getElementById("switcher");
const input = dialog.querySelector("input");
const list = dialog.querySelector("ul");

export function openSwitcher() {
  if (dialog.open) return;
  input.value = "";
  offer();
  dialog.showModal();
  input.focus();
}

function offer() {
  const wanted = input.value.trim().toLowerCase().replace(/^#/, "");
  const found = [...document.querySelectorAll("#sidebar .entry")].filter((entry) => entry.dataset.name.toLowerCase().includes(wanted));
  list.replaceChildren(...found.map(option));
  if (!found.length) { const none = document.createElement("li"); none.className = "nothing"; none.textContent = words.nothingFound; list.append(none); }
  select(0);
}

function option(entry, index) {
  const item = document.createElement("li");
  item.id = `switch-${index}`;
  item.setAttribute("role", "option");
  item.dataset.channel = entry.dataset.openChannel;
  item.append(entry.firstElementChild.cloneNode(true), entry.dataset.name);
  return item;
}

const items = () => [...list.querySelectorAll("[role=option]")];
const selected = () => items().findIndex((item) => item.getAttribute("aria-selected") === "true");

function select(index) {
  items().forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  input.setAttribute("aria-activedescendant", items()[index]?.id ?? "");
  items()[index]?.scrollIntoView({ block: "nearest" });
}

function take(item) {
  dialog.close();
  if (item) openChannel(item.dataset.channel).then(() => document.getElementById("message-input")?.focus());
}

function keyed(event) {
  const count = items().length;
  if (event.key === "ArrowDown") select((selected() + 1) % count);
  else if (event.key === "ArrowUp") select((selected() + count - 1) % count);
  else if (event.key === "Enter") take(items()[selected()]);
  else return;
  event.preventDefault();
}

export function startSwitcher() {
  input.addEventListener("input", offer);
  input.addEventListener("keydown", keyed);
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
