// Makes a part of the page equal to newly rendered HTML, touching only what differs: focus, selection, scroll
// positions, open menus and half-filled inputs stay as they are.

// What the person or this script did to an element, of which the server's HTML knows nothing.
const KEPT = new Set(["open", "disabled", "style", "aria-busy", "aria-invalid", "aria-pressed", "data-chosen", "data-at-end", "data-up"]);
const LEFT_ALONE = "[data-keep], [data-editing]";

export function morph(target, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  morphChildren(target, fresh.content);
}

function morphNode(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE) { from.data = to.data; return; }
  if (from.matches(LEFT_ALONE)) return;
  morphAttributes(from, to);
  if (from.nodeName !== "TEXTAREA") morphChildren(from, to);
}

function morphAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !KEPT.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !KEPT.has(name)) from.setAttribute(name, value);
  }
}

function morphChildren(from, to) {
  const keyed = new Map();
  for (const child of from.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  const wantedKeys = new Set([...to.children].map((child) => child.dataset.key));
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const kept = reusable(at, wanted, keyed);
    // Clear the way instead of moving what stays: a moved node loses its focus.
    while (kept && at !== kept && gone(at, wantedKeys)) { const next = at.nextSibling; at.remove(); at = next; }
    if (kept === null) { from.insertBefore(wanted, at); continue; }
    if (kept === at) at = at.nextSibling; else from.insertBefore(kept, at);
    morphNode(kept, wanted);
  }
  while (at) { const next = at.nextSibling; if (!at.hasAttribute?.("data-local")) at.remove(); at = next; }
}

const gone = (node, wantedKeys) => node && (node.nodeType === Node.ELEMENT_NODE
  ? node.dataset.key && !wantedKeys.has(node.dataset.key)
  : !node.data.trim());

// The node already on the page that should become `wanted`: the one with its key, else the next one of its kind.
function reusable(at, wanted, keyed) {
  const key = wanted.dataset?.key;
  if (key) {
    const found = keyed.get(key) ?? null;
    return found?.nodeName === wanted.nodeName ? found : null;
  }
  const alike = at && !at.dataset?.key && at.nodeType === wanted.nodeType && at.nodeName === wanted.nodeName;
  return alike && !at.hasAttribute?.("data-local") ? at : null;
}
