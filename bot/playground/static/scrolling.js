// Keeps a list of messages at its newest end while the reader is there, and leaves it alone while they read above.

import { onRefreshed } from "/static/server.js";

const NEAR = 60; // pixels from the end that still count as being there
const atEnd = new WeakMap();

const lists = () => document.querySelectorAll(".scroller");

function mark(list, isAtEnd) {
  atEnd.set(list, isAtEnd);
  list.dataset.atEnd = isAtEnd ? "yes" : "no";
}

export function toEnd(list) {
  list.scrollTop = list.scrollHeight;
  mark(list, true);
}

function watch(list) {
  if (atEnd.has(list)) return;
  toEnd(list);
  list.addEventListener("scroll", () => {
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
