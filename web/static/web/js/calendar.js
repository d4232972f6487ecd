// The calendar of a platform: goes from week to week, watches for other people's changes,
// and opens the panel. What is dragged is in calendar_lanes.js.

import { on } from "./keys.js";
import { closePanel, isOpen, openPanel, whenClosed } from "./calendar_panel.js";
import { choice, drop, isDragging, nudge, propose, redraw, watch } from "./calendar_lanes.js";

const board = document.getElementById("board");
const said = document.getElementById("calendar-said");
let stamp = board.dataset.stamp;
let asks = 0;

function keyOf(slot) {
  const lane = slot.closest(".pl-lane");
  return `${lane.dataset.i} ${lane.dataset.d} ${slot.className} ${slot.title}`;
}

function keys() {
  return new Set([...board.querySelectorAll(".pl-lane .pl-slot[title]")].map(keyOf));
}

/** Where the focus is on the board, so that it can be put there again. */
function focused() {
  const one = document.activeElement;
  if (!board.contains(one)) return null;
  if (one.dataset.go) return `[data-go="${one.dataset.go}"]`;
  if (one.matches(".pl-tl")) return ".pl-tl";
  const href = one.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

function swap(text, isSame) {
  const [known, place] = [keys(), focused()];
  const old = board.querySelector(".pl-tl");
  const [left, top] = [old?.scrollLeft ?? 0, old?.scrollTop ?? 0];
  const isListOpen = board.querySelector(".pl-platforms")?.open;
  board.innerHTML = text;
  const grid = board.querySelector(".pl-tl");
  if (grid) [grid.scrollLeft, grid.scrollTop] = [left, top];
  if (isSame && isListOpen) board.querySelector(".pl-platforms").open = true;
  if (isSame) {
    for (const slot of board.querySelectorAll(".pl-lane .pl-slot[title]")) {
      if (!known.has(keyOf(slot))) slot.classList.add("is-new");
    }
  }
  if (place) board.querySelector(place)?.focus({ preventScroll: true });
  document.title = board.querySelector("[data-title]").dataset.title;
  redraw();
}

/** Ask for a state of the board; nothing happens where it has not changed. */
async function fetched(url, known) {
  const ask = (asks += 1);
  const headers = { "HX-Request": "true" };
  if (known) headers["If-None-Match"] = known;
  const answer = await fetch(url, { headers });
  const found = answer.headers.get("ETag");
  if (answer.status !== 200 || answer.redirected || !found) return answer.status === 304;
  const text = await answer.text();
  if (ask !== asks || isDragging()) return true;
  stamp = found;
  swap(text, Boolean(known));
  return true;
}

async function refresh() {
  if (document.hidden || isDragging()) return;
  try {
    await fetched(location.href, stamp);
  } catch {
    // Without a network the board stays as it is; the next time may succeed.
  }
}

async function visit(url, isBack) {
  try {
    if (!(await fetched(url, ""))) throw new Error("no board");
  } catch {
    location.assign(url);
    return;
  }
  if (!isBack) history.pushState(null, "", url);
  said.textContent = document.title;
}

function go(name) {
  board.querySelector(`[data-go="${name}"]`)?.click();
}

board.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[href]");
  if (!link) return;
  const href = link.getAttribute("href");
  if (href.startsWith("?")) {
    event.preventDefault();
    visit(new URL(href, location.href).href, false);
  } else if (href.startsWith("/bookings/")) {
    event.preventDefault();
    drop();
    openPanel(href, link);
  }
});
addEventListener("popstate", () => visit(location.href, true));

document.addEventListener("bookingsChanged", () => {
  drop();
  refresh();
});
document.addEventListener("booking-proposed", (event) => propose(event.detail));
document.addEventListener("visibilitychange", refresh);
addEventListener("focus", refresh);
setInterval(refresh, Number(board.dataset.poll) * 1000);

whenClosed(drop);
watch(board);

for (const [key, name] of [["t", "today"], ["d", "day"], ["w", "week"], ["l", "list"]]) {
  on(key, () => go(name));
}
for (const [key, step] of [["ArrowLeft", "before"], ["ArrowRight", "after"]]) {
  on(key, (event) => nudge(event) || go(step));
}
on("b", () => openPanel(choice() ?? document.getElementById("panel").dataset.book));
on("Escape", () => (isOpen() ? closePanel() : drop()));
