// Choosing and moving time on the lanes of a platform, with the pointer or the arrow keys.
// Nothing is sent from here but a question for the price: the panel saves.

import { address, openPanel } from "./calendar_panel.js";

const MINUTE = 60000;
const panel = document.getElementById("panel");
let board = null;
let drag = null;
let pick = null;
let question = 0;

// A time of the platform's wall clock is counted as if it were UTC: no zone comes into it.
const parsed = (text) => Date.parse(`${text}Z`);
const written = (time) => new Date(time).toISOString().slice(0, 16);
const midnight = (lane) => parsed(`${lane.dataset.d}T00:00`);

function hours(from, to) {
  const short = (time) => written(time).slice(11).replace(/^0/, "").replace(/:00$/, "");
  return `${short(from)}–${short(to)}`;
}

const grid = () => board.querySelector(".pl-tlgrid");
const rowOf = (instrument) => board.querySelector(`.pl-inst[data-i="${instrument}"]`);
const lanesOf = (instrument) => [...board.querySelectorAll(`.pl-lane[data-i="${instrument}"]`)];

function shown(lane) {
  const { first, last } = grid().dataset;
  return [midnight(lane) + first * 60 * MINUTE, midnight(lane) + last * 60 * MINUTE];
}

/** The time under the pointer, on the step of the instrument. */
function timeAt(lane, x, round = Math.floor) {
  const box = lane.getBoundingClientRect();
  const [from, to] = shown(lane);
  const step = Number(rowOf(lane.dataset.i).dataset.step) * MINUTE;
  const raw = from + ((x - box.left) / box.width) * (to - from) - midnight(lane);
  const time = midnight(lane) + round(raw / step) * step;
  return Math.min(Math.max(time, from), to);
}

function laneUnder(event) {
  const under = document.elementsFromPoint(event.clientX, event.clientY);
  return under.find((one) => one.matches(".pl-lane")) ?? null;
}

/** Draw the choice on each day it touches, with its hours and price on a flag. */
export function redraw() {
  for (const old of board.querySelectorAll(".is-pick")) old.remove();
  for (const old of board.querySelectorAll(".is-lifted")) old.classList.remove("is-lifted");
  if (!pick || !grid()) return;
  if (pick.booking) {
    const moved = board.querySelectorAll(`a[href="/bookings/${pick.booking}/"]`);
    for (const slot of moved) slot.classList.add("is-lifted");
  }
  let hasFlag = false;
  for (const lane of lanesOf(pick.instrument)) {
    const [from, to] = shown(lane);
    const quarter = 15 * MINUTE;
    const first = Math.max(Math.floor((pick.from - from) / quarter), 0);
    const last = Math.min(Math.ceil((pick.to - from) / quarter), (to - from) / quarter);
    if (first >= last) continue;
    const slot = document.createElement("span");
    slot.className = `pl-slot is-pick a${first + 1} z${last + 1}`;
    if (pick.unit > 1) slot.classList.add(`u${pick.unit}`);
    if (!hasFlag) slot.append(flag(lane));
    hasFlag = true;
    lane.append(slot);
  }
}

function flag(lane) {
  const words = document.createElement("em");
  words.className = "flag";
  if (lane.dataset.i === board.querySelector(".pl-inst")?.dataset.i) words.classList.add("is-below");
  if (pick.isRefused) words.classList.add("is-risk");
  words.textContent = [hours(pick.from, pick.to), pick.price].filter(Boolean).join(", ");
  words.title = pick.said ?? "";
  return words;
}

async function asked() {
  const one = pick;
  const ask = (question += 1);
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (ask !== question || pick !== one || one.booking) return;
  const url = address(written_(one)).replace(panel.dataset.book, panel.dataset.check);
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected || pick !== one) return;
  const told = await answer.json();
  Object.assign(one, { price: told.price, said: told.said, isRefused: told.refused });
  redraw();
}

function written_(one) {
  return { ...one, start: written(one.from), end: written(one.to) };
}

function set(next) {
  if (pick && pick.from === next.from && pick.to === next.to && pick.instrument === next.instrument) return;
  pick = next;
  redraw();
  asked();
}

export function drop() {
  drag = null;
  pick = null;
  document.body.classList.remove("is-dragging");
  redraw();
}

export const isDragging = () => drag !== null;
export const choice = () => (pick ? address(written_(pick)) : null);

/** Draw what the panel holds, while somebody types there. */
export function propose(told) {
  const day = told.last_day || told.day;
  const [from, until] = [parsed(`${told.day}T${told.start}`), parsed(`${day}T${told.end}`)];
  if (Number.isNaN(from) || Number.isNaN(until)) return;
  const to = until > from ? until : until + 1440 * MINUTE;
  const booking = told.booking || undefined;
  set({ ...(pick ?? {}), booking, instrument: told.instrument, from, to, price: "", isRefused: false });
}

function usual(instrument, from) {
  const { step, shortest } = rowOf(instrument).dataset;
  const length = Math.max(60, Number(shortest));
  return from + Math.ceil(length / step) * step * MINUTE;
}

function started(event) {
  if (event.button !== 0 || event.pointerType === "touch" || !grid()) return;
  const lane = event.target.closest(".pl-lane");
  if (!lane) return;
  const slot = event.target.closest(".pl-slot");
  if (slot && !slot.dataset.change) return;
  drag = { lane, x: event.clientX, hasMoved: false, slot };
  if (slot) lift(slot, event);
  else drag.anchor = timeAt(lane, event.clientX);
}

/** Take a booking by its middle or by one of its edges. */
function lift(slot, event) {
  const box = slot.getBoundingClientRect();
  const edge = Math.min(8, box.width / 4);
  const isAll = slot.dataset.change === "all";
  drag.from = parsed(slot.dataset.start);
  drag.to = parsed(slot.dataset.end);
  drag.edge = "";
  if (box.right - event.clientX <= edge || !isAll) drag.edge = "end";
  else if (event.clientX - box.left <= edge) drag.edge = "start";
  drag.grip = timeAt(drag.lane, event.clientX, (value) => value) - drag.from;
}

function moved(event) {
  if (!drag) return;
  if (!drag.hasMoved && Math.abs(event.clientX - drag.x) < 4 && laneUnder(event) === drag.lane) return;
  drag.hasMoved = true;
  document.body.classList.add("is-dragging");
  scrolled(event);
  set(drag.slot ? shifted(event) : stretched(event));
}

function scrolled(event) {
  const box = board.querySelector(".pl-tl");
  const { left, right } = box.getBoundingClientRect();
  if (event.clientX > right - 32) box.scrollLeft += 16;
  else if (event.clientX < left + 216) box.scrollLeft -= 16;
}

function stretched(event) {
  const { lane, anchor } = drag;
  const instrument = lane.dataset.i;
  const least = Number(rowOf(instrument).dataset.shortest) * MINUTE;
  const isForward = event.clientX >= drag.x;
  const to = timeAt(lane, event.clientX, isForward ? Math.ceil : Math.floor);
  const [from, until] = isForward ? [anchor, Math.max(to, anchor + least)] : [Math.min(to, anchor), usual(instrument, anchor)];
  return { instrument, from, to: isForward ? until : Math.max(anchor, from + least) };
}

function shifted(event) {
  const booking = Number(drag.slot.getAttribute("href").match(/\d+/)[0]);
  const unit = Number(drag.slot.className.match(/\bu(\d+)/)?.[1] ?? 1);
  const home = { booking, unit, instrument: drag.lane.dataset.i };
  if (drag.edge) {
    const least = Number(rowOf(home.instrument).dataset.shortest) * MINUTE;
    const lane = laneUnder(event) ?? drag.lane;
    const time = timeAt(lane.dataset.i === home.instrument ? lane : drag.lane, event.clientX, Math.round);
    return drag.edge === "end"
      ? { ...home, from: drag.from, to: Math.max(time, drag.from + least) }
      : { ...home, from: Math.min(time, drag.to - least), to: drag.to };
  }
  const lane = laneUnder(event) ?? drag.lane;
  const step = Number(rowOf(lane.dataset.i).dataset.step) * MINUTE;
  const raw = timeAt(lane, event.clientX, (value) => value) - drag.grip - midnight(lane);
  const from = midnight(lane) + Math.round(raw / step) * step;
  return { ...home, instrument: lane.dataset.i, unit: 1, from, to: from + (drag.to - drag.from) };
}

function ended(event) {
  if (!drag) return;
  const { hasMoved, slot, lane, anchor } = drag;
  drag = null;
  document.body.classList.remove("is-dragging");
  if (slot && !hasMoved) return;
  if (!hasMoved) {
    const instrument = lane.dataset.i;
    set({ instrument, from: anchor, to: usual(instrument, anchor) });
  } else {
    const stop = (click) => {
      click.preventDefault();
      click.stopPropagation();
    };
    addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", stop, { capture: true }), 0);
  }
  openPanel(choice(), slot ?? board.querySelector(".pl-tl"));
}

/** Move or stretch the choice with the arrow keys while the grid has the focus. */
export function nudge(event) {
  const box = board.querySelector(".pl-tl");
  if (document.activeElement !== box) return false;
  const rows = [...board.querySelectorAll(".pl-inst")].map((one) => one.dataset.i);
  if (!pick) {
    const lane = lanesOf(rows[0])[0];
    const from = midnight(lane) + 9 * 60 * MINUTE;
    set({ instrument: rows[0], from, to: usual(rows[0], from) });
    return true;
  }
  const step = Number(rowOf(pick.instrument).dataset.step) * MINUTE;
  const [across, along] = [{ ArrowUp: -1, ArrowDown: 1 }[event.key], { ArrowLeft: -1, ArrowRight: 1 }[event.key]];
  const next = { ...pick, price: "", isRefused: false };
  if (across) next.instrument = rows[rows.indexOf(pick.instrument) + across] ?? pick.instrument;
  else if (event.shiftKey) next.to = Math.max(pick.to + along * step, pick.from + step);
  else [next.from, next.to] = [pick.from + along * step, pick.to + along * step];
  set(next);
  board.querySelector(".is-pick")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

export function watch(root) {
  board = root;
  document.body.classList.add("is-live");
  root.addEventListener("pointerdown", started);
  addEventListener("pointermove", moved);
  addEventListener("pointerup", ended);
  addEventListener("pointercancel", drop);
  root.addEventListener("dragstart", (event) => event.target.closest(".pl-lane") && event.preventDefault());
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches(".pl-tl")) return;
    if (event.key === "Enter" && pick) openPanel(choice(), event.target);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") nudge(event) && event.preventDefault();
  });
}
