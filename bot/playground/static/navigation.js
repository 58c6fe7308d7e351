// Going from place to place: the address says where, the parts follow, the app hears which of its tabs was opened.

import { attempt, here, refresh } from "/static/server.js";

export function go(address, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  return arrive();
}

export async function arrive() {
  document.body.classList.remove("with-sidebar");
  await refresh();
  tellApp();
}

let told = "";
let viewed = null; // the channel looked at before: an agent's Messages tab is opened beside it
// The app hears which of its tabs is opened, once for each arrival.
export function tellApp() {
  const { kind, onHome, channel } = here();
  const place = kind === "im" ? `${channel}${onHome}` : "";
  if (place && place !== told) attempt("open_home", { tab: onHome ? "home" : "messages", viewing: viewed });
  told = place;
  if (kind !== "im") viewed = channel;
}

export const addressOf = (changes) => {
  const query = new URLSearchParams(location.search);
  query.set("as", here().me);
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  return `/?${query}`;
};

export const openChannel = (channel) => go(addressOf({ channel, thread: null, tab: null, limit: null }));
export const openThread = (thread) => go(addressOf({ thread, channel: here().channel, tab: null })).then(() => {
  document.getElementById("thread-input")?.focus();
});
export const closeThread = () => go(addressOf({ thread: null })).then(() => document.getElementById("message-input")?.focus());
