// The page's entry: going from place to place, and clicks that are neither writing nor Block Kit.

import { addressOf, arrive, closeThread, go, openChannel, openThread, tellApp } from "/static/navigation.js";
import { attempt, here, listen, notice, onRefreshed, refresh } from "/static/server.js";
import { keepScrolled, showNewBelow, toEnd } from "/static/scrolling.js";
import { startComposers } from "/static/composer.js";
import { startInteractions, confirmed } from "/static/interactions.js";
import { startViews, trouble } from "/static/views.js";
import { clearFaults, closeTool, startTool, toggleTool } from "/static/tool.js";
import { openSwitcher, startSwitcher } from "/static/switcher.js";

// --- clicks --------------------------------------------------------------------------------------------------------

const DOINGS = {
  "toggle-sidebar": () => document.body.classList.toggle("with-sidebar"),
  "open-switcher": openSwitcher,
  "toggle-tool": toggleTool,
  "close-tool": closeTool,
  "clear-faults": clearFaults,
  "close-thread": closeThread,
  "to-bottom": () => toEnd(document.querySelector("#main .scroller")),
  earlier: () => go(addressOf({ limit: Number(new URLSearchParams(location.search).get("limit") ?? 50) + 150 }), { replace: true }),
  dismiss: (button) => attempt("dismiss", placeOf(button)),
  stop: (button) => attempt("stop", { channel: button.dataset.channel, thread: button.dataset.thread }),
  "copy-text": (button) => copy(button),
  edit: (button) => edit(button),
  delete: (button) => remove(button),
};

const placeOf = (element) => {
  const { channel, ts } = element.closest(".message").dataset;
  return { channel, ts };
};

function copy(button) {
  navigator.clipboard?.writeText(button.closest(".message").querySelector(".content").innerText);
  closeMenus();
}

async function remove(button) {
  const place = placeOf(button);
  closeMenus();
  const asked = document.getElementById("delete-words").content.firstElementChild.dataset;
  if (await confirmed({ title: asked.title, text: asked.text, confirm: asked.confirm, deny: asked.deny, style: "danger" })) {
    attempt("delete", place);
  }
}

function edit(button) {
  const message = button.closest(".message");
  closeMenus();
  if (message.hasAttribute("data-editing")) return;
  const form = document.getElementById("edit-message").content.firstElementChild.cloneNode(true);
  const area = form.querySelector("textarea");
  const done = () => { form.remove(); message.removeAttribute("data-editing"); refresh(["main", "thread"]); };
  area.value = button.dataset.source;
  form.querySelector("[data-do=cancel-edit]").addEventListener("click", done);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (area.value.trim() && (await attempt("edit", { ...placeOf(message), text: area.value.trim() }))) done();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); done(); }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  message.setAttribute("data-editing", "");
  message.querySelector(".message-body").append(form);
  area.focus();
}

export const closeMenus = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });

// A menu that would leave the pane at its lower end opens upwards, where there is room for it.
function turn(event) {
  const menu = event.target;
  if (!menu.matches?.("details.menu[open]")) return;
  menu.removeAttribute("data-up");
  const pane = (menu.closest(".scroller, .modal-body, .home") ?? document.body).getBoundingClientRect();
  const items = menu.querySelector(".menu-items").getBoundingClientRect();
  const hasRoomAbove = menu.getBoundingClientRect().top - pane.top > items.height + 8;
  if (items.bottom > pane.bottom && hasRoomAbove) menu.setAttribute("data-up", "");
}

function clicked(event) {
  closeMenus(event.target.closest("details.menu"));
  if (!event.target.closest("#sidebar, [data-do=toggle-sidebar]")) document.body.classList.remove("with-sidebar");
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const doing = event.target.closest("[data-do]");
  if (doing && DOINGS[doing.dataset.do]) { event.preventDefault(); DOINGS[doing.dataset.do](doing); return; }
  const thread = event.target.closest("[data-open-thread]");
  const channel = event.target.closest("[data-open-channel]");
  const tab = event.target.closest("[data-tab]");
  const shortcut = event.target.closest("[data-shortcut]");
  const reaction = event.target.closest("[data-react]");
  if (thread) { event.preventDefault(); openThread(thread.dataset.openThread); }
  else if (channel) { event.preventDefault(); openChannel(channel.dataset.openChannel); }
  else if (tab) { event.preventDefault(); go(addressOf({ tab: tab.dataset.tab === "home" ? "home" : null, thread: null })); }
  else if (reaction) attempt("react", { ...placeOf(reaction), emoji: reaction.dataset.react });
  else if (shortcut) { closeMenus(); attempt("shortcut", { callback_id: shortcut.dataset.shortcut, ...placeOf(shortcut) }); }
}

function keyed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); closeMenus(); openSwitcher(); }
  if (event.key !== "Escape" || document.querySelector("dialog[open]") || event.defaultPrevented) return;
  if (document.querySelector("details.menu[open]")) closeMenus();
  else if (document.body.classList.contains("with-sidebar")) document.body.classList.remove("with-sidebar");
  else if (event.target.closest?.("#tool")) closeTool();
  else if (here().thread) closeThread();
}

// --- news ----------------------------------------------------------------------------------------------------------

function heard(change) {
  if (change.kind === "notice_shown") sayTrouble(change);
  if (change.kind !== "message_posted" && change.kind !== "ephemeral_posted") return;
  onceRefreshed(() => announce(change));
}

function sayTrouble({ view, text }) {
  const dialog = view && document.querySelector(`dialog[data-view="${CSS.escape(view)}"]`);
  if (dialog) trouble(dialog, text); else notice(text);
}

function onceRefreshed(call) { waiting.push(call); }
const waiting = [];

function announce(change) {
  const message = document.querySelector(`.message[data-ts="${CSS.escape(change.ts ?? "")}"]`);
  if (!message || change.by === here().me) return;
  showNewBelow(message.closest(".scroller"));
  const said = document.createElement("p");
  said.textContent = `${message.querySelector(".author")?.textContent}: ${message.querySelector(".content")?.textContent}`.replace(/\s+/g, " ").slice(0, 400);
  const announcer = document.getElementById("announcer");
  announcer.append(said);
  while (announcer.children.length > 20) announcer.firstChild.remove();
}

// The panel comes and goes with its content, in one step.
const showThread = () => document.body.classList.toggle("with-thread", here().thread !== null);

function rename() {
  const current = document.querySelector("#sidebar .entry.current .entry-name")?.textContent ?? "";
  const unread = [...document.querySelectorAll("#sidebar .badge")].reduce((sum, badge) => sum + Number(badge.textContent), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${current} – Playground`;
  document.getElementById("main").setAttribute("aria-label", current);
}

// Loading messages of an app at work take turns, as in Slack.
setInterval(() => document.querySelectorAll("[data-loading]").forEach((line) => {
  const texts = JSON.parse(line.dataset.loading);
  if (texts.length) line.textContent = texts[Math.floor(Date.now() / 2500) % texts.length];
}), 2500);

document.getElementById("who").addEventListener("change", ({ target }) => {
  // Another person's page is another page: nothing of this one's state may leak into it.
  location.assign(`/?as=${encodeURIComponent(target.value)}&channel=${encodeURIComponent(here().kind === "im" ? "" : here().channel)}`);
});
document.addEventListener("click", clicked);
document.addEventListener("toggle", turn, true);
document.addEventListener("keydown", keyed);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(["main", "sidebar"]); });
window.addEventListener("popstate", arrive);
onRefreshed(() => { showThread(); rename(); waiting.splice(0).forEach((call) => call()); });
keepScrolled();
startComposers();
startInteractions();
startViews();
startSwitcher();
startTool();
listen(heard);
rename();
tellApp();
if (matchMedia("(min-width: 761px)").matches) document.getElementById("message-input")?.focus();
