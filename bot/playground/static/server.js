// Talks to the playground's server: where we are, what the person does, which parts changed.

import { morph } from "/static/morph.js";

const words = document.getElementById("page-words").content.firstElementChild.dataset;
export { words };

export const here = () => {
  return {
    me: document.getElementById("directory").dataset.me,
    channel: document.querySelector("#sidebar .entry.current")?.dataset.openChannel ?? "",
    kind: document.querySelector("#sidebar .entry.current")?.dataset.kind ?? "",
    thread: document.querySelector("#thread [data-list-thread]")?.dataset.listThread ?? null,
    tool: document.querySelector("#tool [data-tool-open]")?.dataset.toolOpen ?? null,
    onHome: document.querySelector("#main .home") !== null,
  };
};

export async function perform(deed, details) {
  const person = encodeURIComponent(here().me);
  const response = await fetch(`/page/deeds/${deed}?as=${person}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(details),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.refused ?? words.failed);
  return answer;
}

export function notice(text) {
  const box = document.createElement("div");
  box.className = "notice";
  const said = document.createElement("span");
  said.textContent = text;
  const close = document.createElement("button");
  close.type = "button"; close.className = "link"; close.textContent = "OK";
  close.addEventListener("click", () => box.remove());
  box.append(said, close);
  const all = document.getElementById("notices");
  all.append(box);
  while (all.children.length > 3) all.firstChild.remove();
  // Shown anew, it stands above a modal that opened meanwhile.
  all.hidePopover();
  all.showPopover();
  setTimeout(() => box.remove(), 9000);
}

export const attempt = async (deed, details) => {
  try { return await perform(deed, details); } catch (error) { notice(error.message); return null; }
};

// --- parts ---------------------------------------------------------------------------------------------------------

const ALL = ["main", "thread", "sidebar", "views", "tool"];
const wanted = new Set();
const afterwards = [];
let fetching = null;
let held = 0;

export const onRefreshed = (call) => afterwards.push(call);

// While a message is on its way its place is held by a pending one: the list waits, or it would show both.
export async function holding(call) {
  held += 1;
  try { return await call(); } finally { held -= 1; }
}

export function refresh(parts = ALL) {
  parts.forEach((part) => wanted.add(part));
  fetching ??= drain().finally(() => { fetching = null; });
  return fetching;
}

async function drain() {
  await null; // Whatever else changes in this turn comes along in the same request.
  while (wanted.size && !held) await fetchParts();
}

async function fetchParts() {
  const names = [...wanted];
  wanted.clear();
  const query = new URLSearchParams(location.search);
  query.set("want", names.join(","));
  query.set("as", here().me);
  if (document.hidden) query.set("away", "1");
  const asked = location.search;
  let parts;
  try {
    const response = await fetch(`/page/parts?${query}`);
    if (!response.ok) throw new Error(String(response.status));
    parts = await response.json();
  } catch { return; } // The live connection notices, and asks for everything when it is back.
  if (held || asked !== location.search) { names.forEach((name) => wanted.add(name)); return; }
  showParts(parts);
}

export function showParts(parts) {
  for (const [name, html] of Object.entries(parts)) morph(document.getElementById(name), html);
  afterwards.forEach((call) => call(parts));
}

// --- live changes --------------------------------------------------------------------------------------------------

const PARTS = {
  status_changed: ["main", "thread"], session_changed: ["main", "thread"], prompts_changed: ["main"],
  title_changed: ["thread"], home_published: ["main"],
  view_opened: ["views"], view_updated: ["views"], view_closed: ["views"],
};

export function listen(onChange) {
  let wait = 250;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/page/live?as=${encodeURIComponent(here().me)}`);
    socket.addEventListener("open", () => {
      wait = 250;
      document.getElementById("offline").hidden = true;
      document.body.dataset.live = "yes";
      refresh();
    });
    socket.addEventListener("message", ({ data }) => {
      const change = JSON.parse(data);
      const parts = partsOf(change);
      if (parts.length) refresh(parts);
      onChange(change);
    });
    socket.addEventListener("close", () => {
      document.body.dataset.live = "no";
      setTimeout(() => { if (document.body.dataset.live === "no") document.getElementById("offline").hidden = false; }, 1500);
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 4000);
    });
  };
  connect();
}

const BEHIND = { api_called: "wire", delivered: "wire", faults_changed: "faults", engine_changed: "engine" };
let later = null;

// The wire moves often: it is fetched a few times a second, and only while it is looked at.
function behind(kind) {
  if (here().tool !== BEHIND[kind] && !(kind !== "faults_changed" && here().tool === "faults")) return;
  later ??= setTimeout(() => { later = null; refresh(["tool"]); }, 250);
}

function partsOf(change) {
  if (change.kind in BEHIND) { behind(change.kind); return []; }
  if (change.kind === "notice_shown") return [];
  if (PARTS[change.kind]) return PARTS[change.kind];
  const { channel, thread } = here();
  if (change.channel !== channel) return ["sidebar"];
  return [change.thread === thread || change.ts === thread ? ["main", "thread"] : ["main"], "sidebar"].flat();
}
