// The panel behind the scenes: the wire and its payloads, faults to order, engines to choose.

import { attempt, here, notice, onRefreshed, words } from "/static/server.js";
import { addressOf, go } from "/static/navigation.js";

const panel = document.getElementById("tool");
const opener = document.querySelector("[data-do=toggle-tool]");

export const toggleTool = () => (here().tool ? closeTool() : show("wire"));
export const closeTool = () => show(null).then(() => opener.focus());
export const clearFaults = () => attempt("clear_faults", {});

const show = (tab) => go(addressOf({ tool: tab }), { replace: true }).then(() => {
  if (tab) document.getElementById(`tool-tab-${tab}`)?.focus();
});

function shown() {
  document.body.classList.toggle("with-tool", Boolean(here().tool));
  opener.setAttribute("aria-expanded", String(Boolean(here().tool)));
  offerPoints();
  const current = panel.querySelector(".engines")?.dataset.current;
  for (const radio of panel.querySelectorAll(".engines input")) radio.checked = radio.value === current;
}

// --- faults --------------------------------------------------------------------------------------------------------

function offerPoints(force = false) {
  const form = panel.querySelector(".fault-form");
  if (!form || (form.point.options.length && !force)) return;
  const points = JSON.parse(form.fault.selectedOptions[0].dataset.points);
  const said = JSON.parse(form.point.dataset.words);
  form.point.replaceChildren(...points.map((point) => new Option(said[point] ?? point, point)));
}

async function order(form) {
  await attempt("order_fault", { fault: form.fault.value, point: form.point.value, times: Number(form.times.value) || 1 });
}

// --- engines -------------------------------------------------------------------------------------------------------

async function choose(radio) {
  const all = panel.querySelectorAll(".engines input");
  const state = document.getElementById("engine-state");
  all.forEach((each) => { each.disabled = true; });
  state.textContent = words.choosing;
  const done = await attempt("choose_engine", { engine: radio.value });
  state.textContent = done ? words.chosen : "";
  all.forEach((each) => { each.disabled = false; });
  if (!done) shown();
  radio.focus();
}

// --- the payload viewer --------------------------------------------------------------------------------------------

const pretty = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2) ?? "");

async function view(row) {
  const response = await fetch(`/page/wire/${row.dataset.exchange}`);
  if (!response.ok) return;
  const found = await response.json();
  const dialog = document.getElementById("exchange-dialog").content.firstElementChild.cloneNode(true);
  dialog.querySelector("h2").textContent = found.name;
  dialog.querySelector("[data-part=sent]").textContent = pretty(found.sent);
  dialog.querySelector("[data-part=answered]").textContent = pretty(found.answered);
  const copyTest = dialog.querySelector("[data-copies=scenario]");
  copyTest.hidden = found.scenario === null;
  dialog.querySelectorAll("[data-copies]").forEach((button) => button.addEventListener("click", () => copy(button, pretty(found[button.dataset.copies]))));
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-do=close-exchange]")) dialog.close(); });
  dialog.addEventListener("close", () => { dialog.remove(); document.querySelector(`[data-exchange="${row.dataset.exchange}"]`)?.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}

async function copy(button, text) {
  const said = button.textContent;
  try { await navigator.clipboard.writeText(text); } catch { notice(words.notCopied); return; }
  button.textContent = words.copied;
  setTimeout(() => { button.textContent = said; }, 1600);
}

// --- events --------------------------------------------------------------------------------------------------------

function keyed(event) {
  const tab = event.target.closest?.("#tool [role=tab]");
  if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const tabs = [...panel.querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
  event.preventDefault();
  show(next.dataset.tool);
}

export function startTool() {
  panel.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tool]");
    const row = event.target.closest("[data-exchange]");
    if (tab) show(tab.dataset.tool);
    if (row) view(row);
  });
  panel.addEventListener("submit", (event) => { event.preventDefault(); order(event.target); });
  panel.addEventListener("change", ({ target }) => {
    if (target.name === "fault") offerPoints(true);
    if (target.name === "engine") choose(target);
  });
  document.addEventListener("keydown", keyed);
  onRefreshed((parts) => { if ("tool" in parts) shown(); });
  shown();
}
