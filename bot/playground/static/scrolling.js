// Keeps a list of messages at its newest end while the reader is there, and leaves it alone while they read above.

import { onRefreshed } from "/static/server.js";

const NEAR = 60; // pixels from the end that still count as being there
const atEnd = new WeakMap();
const sizes = new WeakMap();

const lists = () => document.querySelectorAll(".scroller");

function mark(list, isAtEnd) {
  atEnd.set(list, isAtEnd);
  list.dataset.atEnd = isAtEnd ? "yes" : "no";
}

// Whether its box changed since it was last looked at: the browser then scrolls by itself, to keep what is at the top in its place.
function isResized(list) {
  const size = `${list.clientWidth} ${list.clientHeight}`;
  const before = sizes.get(list);
  sizes.set(list, size);
  return before !== undefined && before !== size;
}

export function toEnd(list) {
  list.scrollTop = list.scrollHeight;
  mark(list, true);
}

function watch(list) {
  if (atEnd.has(list)) return;
  toEnd(list);
  isResized(list);
  list.addEventListener("scroll", () => {
    if (isResized(list) && atEnd.get(list)) return toEnd(list);
    mark(list, list.scrollHeight - list.scrollTop - list.clientHeight < NEAR);
    if (atEnd.get(list)) hidePill(list);
  }, { passive: true });
  new ResizeObserver(() => { if (atEnd.get(list)) toEnd(list); }).observe(list);
}

const pill = (list) => list.parentElement.querySelector(".to-bottom");
const hidePill = (list) => { const found = pill(list); if (found) found.hidden = true; };

export function showNewBelow(list) {
  const found = list && !atEnd.get(list) && pill(list);
  if (found) found.hidden = false;
}

export function keepScrolled() {
  lists().forEach(watch);
  onRefreshed(() => lists().forEach((list) => {
    if (!atEnd.has(list)) watch(list);
    else if (atEnd.get(list)) toEnd(list);
  }));
  // A menu or a long answer's details may change the height without a refresh.
  document.addEventListener("toggle", () => lists().forEach((list) => { if (atEnd.get(list)) toEnd(list); }), true);
}
