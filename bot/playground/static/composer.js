// Writing: Enter sends, drafts stay with their conversation, `/` and `@` complete, a sent message shows at once.

import { attempt, here, holding, notice, onRefreshed, perform, refresh, words } from "/static/server.js";
import { toEnd } from "/static/scrolling.js";
import { completed, completing, suggest } from "/static/completion.js";
import { openThread } from "/static/navigation.js";

const directory = (name) => JSON.parse(document.getElementById("directory").dataset[name]);
const draftKey = (form) => `draft:${here().me}:${form.dataset.channel}:${form.dataset.thread}`;
const restored = new WeakSet();

function restore(form) {
  if (restored.has(form)) return;
  restored.add(form);
  const area = form.querySelector("textarea");
  area.value = localStorage.getItem(draftKey(form)) ?? "";
  fit(area);
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, innerHeight * 0.4)}px`;
  area.form.querySelector(".send").disabled = !area.value.trim();
}

function keepDraft(form, text) {
  if (text) localStorage.setItem(draftKey(form), text); else localStorage.removeItem(draftKey(form));
}

function typedIn(event) {
  const area = event.target;
  if (!area.matches?.(".composer-text")) return;
  fit(area);
  keepDraft(area.form, area.value);
  suggest(area, directory);
}

function pressed(event) {
  const area = event.target;
  if (!area.matches?.(".composer-text") || event.isComposing) return;
  if (completing(area) && completed(event, area)) return;
  if (event.key === "ArrowUp" && !area.value) { event.preventDefault(); editLast(area); }
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); area.form.requestSubmit(); }
}

function editLast(area) {
  const pane = area.closest("#main, #thread");
  [...pane.querySelectorAll(".message [data-do=edit]")].at(-1)?.click();
}

function submitted(event) {
  const form = event.target;
  if (!form.matches?.(".composer")) return;
  event.preventDefault();
  const area = form.querySelector("textarea");
  const text = area.value.trim();
  if (!text) return;
  if (send(form, text) === false) return;
  area.value = "";
  keepDraft(form, "");
  fit(area);
  suggest(area, directory);
}

// False where the words stay in the box because Slack would not take them.
function send(form, text) {
  const place = { channel: form.dataset.channel, thread: form.dataset.thread || null };
  const command = /^\/(\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) { post(place, text); return true; }
  if (place.thread) { notice(`/${command[1]}${words.threadCommand}`); return false; }
  attempt("command", { channel: place.channel, command: `/${command[1]}`, text: command[2] });
  return true;
}

let last = Promise.resolve(); // One at a time: the order typed is the order posted.

export function post(place, text) {
  const pending = showPending(place, text);
  const opensThread = here().kind === "im" && !place.thread;
  const deliver = () => holding(async () => {
    try {
      const { ts } = await perform("say", { ...place, text });
      return ts;
    } catch (error) { fail(pending, error.message, () => { pending.remove(); post(place, text); }); return null; }
  }).then(async (ts) => {
    if (ts === null) return;
    // Marked, it goes when the list that holds the real one comes: one swap, nothing jumps.
    pending.dataset.sent = ts;
    await refresh(["main", "thread", "sidebar"]);
    pending.remove();
    if (opensThread && here().channel === place.channel) openThread(ts);
  });
  last = last.then(deliver, deliver);
}

function showPending({ channel, thread }, text) {
  const pending = document.getElementById("pending-message").content.firstElementChild.cloneNode(true);
  pending.dataset.local = "";
  pending.querySelector(".pending-text").textContent = text;
  const list = document.querySelector(thread ? `[data-list-thread="${CSS.escape(thread)}"]` : `#main [data-list="${CSS.escape(channel)}"]`);
  pending.classList.toggle("compact", continues(list));
  list?.querySelector(".messages").append(pending);
  if (list) toEnd(list);
  return pending;
}

// As the server will group it, so that nothing moves when the real message takes its place.
function continues(list) {
  const before = [...(list?.querySelectorAll(".message:not(.pending)") ?? [])].at(-1);
  if (!before || before.dataset.user !== here().me || before.hasAttribute("data-ephemeral")) return false;
  const isRoot = before.dataset.ts === list.dataset.listThread;
  return !isRoot && !before.querySelector(".replies") && Date.now() / 1000 - Number(before.dataset.ts) < 300;
}

function fail(pending, why, again) {
  pending.classList.add("not-sent");
  pending.querySelector(".failed").hidden = false;
  pending.querySelector("[data-do=retry]").addEventListener("click", again);
  pending.querySelector("[data-do=discard]").addEventListener("click", () => pending.remove());
  if (why) notice(why);
}

function start(event) {
  const button = event.target.closest("[data-do=start-command], [data-do=start-mention]");
  if (!button) return;
  const area = button.closest("form").querySelector("textarea");
  const sign = button.dataset.do === "start-command" ? "/" : "@";
  if (sign === "/") area.value = "/"; else area.setRangeText(area.value && !/\s$/.test(area.value) ? " @" : "@", area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function prompted(event) {
  const prompt = event.target.closest("[data-prompt]");
  if (prompt) post({ channel: here().channel, thread: prompt.dataset.thread || null }, prompt.dataset.prompt);
}

export function startComposers() {
  document.addEventListener("input", typedIn);
  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", submitted);
  document.addEventListener("click", start);
  document.addEventListener("click", prompted);
  const restoreAll = () => {
    document.querySelectorAll(".composer").forEach(restore);
    document.querySelectorAll(".message.pending[data-sent]").forEach((pending) => {
      if (document.querySelector(`.message[data-ts="${CSS.escape(pending.dataset.sent)}"]`)) pending.remove();
    });
  };
  restoreAll();
  onRefreshed(restoreAll);
}
