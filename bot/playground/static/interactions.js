// Block Kit's interactive elements, in messages, modals and the Home: reading what they hold, pressing them.

import { attempt, onRefreshed } from "/static/server.js";

const ONE = { static_select: "selected_option", external_select: "selected_option", radio_buttons: "selected_option", overflow: "selected_option" };
const MANY = { checkboxes: "selected_options", multi_static_select: "selected_options" };
const NAMED = { multi_users_select: "selected_users", multi_conversations_select: "selected_conversations", multi_channels_select: "selected_channels" };
const PLAIN = {
  plain_text_input: "value", email_text_input: "value", url_text_input: "value", number_input: "value",
  datepicker: "selected_date", timepicker: "selected_time", users_select: "selected_user",
  conversations_select: "selected_conversation", channels_select: "selected_channel",
};

const option = (node) => (node?.dataset.option ? JSON.parse(node.dataset.option) : null);

// What an element holds, in Slack's words; a cleared one holds null.
export function holds(element) {
  const { type } = element.dataset;
  if (type === "rich_text_input") return { type, rich_text_value: richText(element.value) };
  if (PLAIN[type]) return { type, [PLAIN[type]]: element.value || null };
  if (type === "datetimepicker") return { type, selected_date_time: element.value ? Math.floor(new Date(element.value) / 1000) : null };
  if (NAMED[type]) return { type, [NAMED[type]]: [...element.querySelectorAll("input:checked")].map((box) => box.value) };
  if (MANY[type]) return { type, [MANY[type]]: [...element.querySelectorAll("input:checked")].map(option) };
  const chosen = element.matches("select") ? element.selectedOptions[0] : element.matches("[data-option]") ? element : element.querySelector("input:checked");
  return { type, [ONE[type]]: option(chosen) };
}

const richText = (text) => text && ({
  type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

const holdsSomething = (type) => [ONE, MANY, NAMED, PLAIN].some((kind) => type in kind) || type === "rich_text_input" || type === "datetimepicker";

export function valuesIn(container) {
  const values = {};
  for (const element of container.querySelectorAll("[data-action]")) {
    const { action, type } = element.dataset;
    const block = element.closest("[data-block]")?.dataset.block;
    if (!block || !action || !holdsSomething(type) || type === "overflow") continue;
    (values[block] ??= {})[action] = holds(element);
  }
  return values;
}

// --- pressing ------------------------------------------------------------------------------------------------------

async function press(element) {
  const { action, type, value } = element.dataset;
  if (!action || element.getAttribute("aria-busy") === "true") return;
  if (element.dataset.confirm && !(await confirmed(confirmWords(element)))) return;
  element.closest("details.menu")?.removeAttribute("open");
  element.setAttribute("aria-busy", "true");
  const chosen = holdsSomething(type) ? holds(element) : {};
  const where = container(element);
  const done = await attempt("press", {
    ...where.place, action, block: element.closest("[data-block]")?.dataset.block || null,
    value: value ?? null, chosen, values: where.node ? valuesIn(where.node) : {},
  });
  element.removeAttribute("aria-busy");
  if (done && type === "feedback_buttons") mark(element);
}

// Feedback stays visible on the button, as Slack shows it.
function mark(button) {
  for (const each of button.parentElement.children) {
    each.toggleAttribute("data-chosen", each === button);
    each.setAttribute("aria-pressed", each === button);
  }
}

function container(element) {
  const view = element.closest("[data-view]");
  if (view) return { place: { view: view.dataset.view }, node: view };
  const home = element.closest("[data-home]");
  if (home) return { place: { view: home.dataset.home }, node: home };
  const message = element.closest(".message");
  return { place: { channel: message?.dataset.channel, ts: message?.dataset.ts }, node: message };
}

const words = (object) => (typeof object === "string" ? object : object?.text ?? "");

function confirmWords(element) {
  const asked = JSON.parse(element.dataset.confirm);
  return { title: words(asked.title), text: words(asked.text), confirm: words(asked.confirm), deny: words(asked.deny), style: asked.style };
}

export function confirmed({ title, text, confirm, deny, style }) {
  const dialog = document.getElementById("confirm-dialog").content.firstElementChild.cloneNode(true);
  const [denial, confirmation] = dialog.querySelectorAll("footer button");
  dialog.querySelector("h2").textContent = title || "Are you sure?";
  dialog.querySelector(".confirm-text").textContent = text;
  denial.textContent = deny || "Cancel";
  confirmation.textContent = confirm || "Yes";
  confirmation.classList.toggle("button-danger", style === "danger");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "confirm");
  }));
}

// --- events --------------------------------------------------------------------------------------------------------

const PRESSED = new Set(["button", "icon_button", "feedback_buttons", "overflow"]);
const actsAtOnce = (element) => {
  const block = element.closest("[data-block]");
  return !block?.classList.contains("block-input") || block.hasAttribute("data-dispatch");
};

function clicked(event) {
  const element = event.target.closest("[data-action]");
  if (element && PRESSED.has(element.dataset.type)) press(element);
}

function changed(event) {
  const element = event.target.closest("[data-action]");
  if (!element || PRESSED.has(element.dataset.type)) return;
  if (element.matches(".multi-select")) showChosen(element);
  if (actsAtOnce(element) && element.dataset.type !== "plain_text_input") press(element);
}

function showChosen(menu) {
  const chosen = [...menu.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
  const summary = menu.querySelector("summary");
  summary.dataset.empty ??= summary.textContent;
  summary.textContent = chosen.join(", ") || summary.dataset.empty;
}

function entered(event) {
  const element = event.target.closest?.("[data-action][data-type=plain_text_input]");
  if (event.key === "Enter" && element?.matches("input") && actsAtOnce(element)) { event.preventDefault(); press(element); }
}

// A moment is the reader's own to show: the server does not know their time zone.
function showMoments() {
  for (const field of document.querySelectorAll("[data-moment]")) {
    const moment = new Date(Number(field.dataset.moment) * 1000);
    field.value = new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    field.removeAttribute("data-moment");
  }
}

export function startInteractions() {
  showMoments();
  onRefreshed(showMoments);
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("keydown", entered);
}
