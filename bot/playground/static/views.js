// Modals: shown when the app opens one, submitted with their values, closed with Escape.

import { onRefreshed, perform, refresh, words } from "/static/server.js";
import { valuesIn } from "/static/interactions.js";

let opener = null; // where the reader was before the first modal came

function show() {
  const dialogs = [...document.querySelectorAll("#views dialog")];
  const top = dialogs.at(-1);
  const { activeElement } = document;
  if (top && !activeElement.closest("dialog") && activeElement !== document.body) opener = activeElement;
  for (const dialog of dialogs) if (dialog !== top && dialog.open) dialog.close();
  if (top && !top.open) open(top);
  if (top?.dataset.hash !== top?.shownHash) fresh(top);
  if (!top && opener) {
    // A modal that goes while it is open, as after "Send", takes the focus with it.
    if (document.activeElement === document.body) opener.focus();
    opener = null;
  }
}

function open(dialog) {
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body :is(input, textarea, select)") ?? dialog.querySelector(".modal-body")).focus();
}

// New content from the app: what it complained of before is no longer said.
function fresh(dialog) {
  dialog.shownHash = dialog.dataset.hash;
  clear(dialog);
}

function clear(dialog) {
  dialog.querySelectorAll(".field-error").forEach((error) => { error.hidden = true; error.textContent = ""; });
  dialog.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  dialog.querySelector(".modal-error").hidden = true;
}

async function submitted(event) {
  const dialog = event.target.closest?.("dialog[data-view]");
  if (!dialog) return;
  event.preventDefault();
  const button = dialog.querySelector("[type=submit]");
  if (!button || button.getAttribute("aria-busy") === "true") return;
  clear(dialog);
  if (say(dialog, missing(dialog))) return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await perform("submit", { view: dialog.dataset.view, values: valuesIn(dialog) });
    if (answer.trouble) trouble(dialog, answer.trouble);
    say(dialog, answer.errors ?? {});
  } catch { trouble(dialog, words.trouble); }
  button.removeAttribute("aria-busy");
  refresh(["views"]);
}

// What Slack asks for itself before the app hears anything: fields that are not optional.
function missing(dialog) {
  const errors = {};
  for (const block of dialog.querySelectorAll(".block-input")) {
    const [held] = Object.values(valuesIn(block)[block.dataset.block] ?? {});
    const { type, ...value } = held ?? {};
    const [given] = Object.values(value);
    if (held && !block.querySelector(".optional") && (given === null || given === "" || given?.length === 0)) errors[block.dataset.block] = words.required;
  }
  return errors;
}

function say(dialog, errors) {
  let first = null;
  for (const [id, text] of Object.entries(errors)) {
    const block = dialog.querySelector(`[data-block="${CSS.escape(id)}"]`);
    const error = block?.querySelector(".field-error");
    if (!error) continue;
    error.textContent = text;
    error.hidden = false;
    const field = block.querySelector("[data-action]");
    field?.setAttribute("aria-invalid", "true");
    first ??= field?.matches("input, textarea, select") ? field : field?.querySelector("input, summary");
  }
  first?.focus();
  return first !== null;
}

export function trouble(dialog, text) {
  const box = dialog.querySelector(".modal-error");
  box.textContent = text;
  box.hidden = false;
}

async function close(dialog) {
  dialog.close();
  try { await perform("close", { view: dialog.dataset.view }); } catch { /* already gone */ }
  refresh(["views"]);
}

export function startViews() {
  document.addEventListener("submit", submitted);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do=close-view]");
    if (button) close(button.closest("dialog"));
  });
  // Escape: the browser's own "cancel", which does not bubble.
  document.addEventListener("cancel", (event) => {
    if (event.target.matches?.("dialog[data-view]")) { event.preventDefault(); close(event.target); }
  }, true);
  show();
  onRefreshed((parts) => { if ("views" in parts) show(); });
}
