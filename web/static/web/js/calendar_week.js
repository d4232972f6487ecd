// The week of one instrument, drawn by EventCalendar: choose by dragging, move, stretch.
// It is fed the platform's wall clock without a zone, and gives the same back.

import { on } from "./keys.js";
import { address, closePanel, isOpen, openPanel, whenClosed } from "./calendar_panel.js";

const PHONE = matchMedia("(max-width:760px)");
const board = document.getElementById("board");
const panel = document.getElementById("panel");
const place = document.getElementById("grid");
const { instrument } = board.dataset;
let calendar = null;
let drawn = null;
let stamp = "";
let pick = null;
let lifted = null;

const written = (date) => {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
};
const short = (date) => (date.getMinutes() ? written(date).slice(11).replace(/^0/, "") : String(date.getHours()));

function content({ event }) {
  const { icon, hours } = event.extendedProps;
  if (event.display === "background") return { domNodes: [] };
  const title = document.createElement("b");
  if (icon) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "ic");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#s-${icon}`);
    svg.append(use);
    title.append(svg, " ");
  }
  const words = document.createElement("span");
  words.textContent = event.title;
  title.append(words);
  const when = document.createElement("i");
  const isLong = event.end - event.start >= 86400000;
  when.textContent = hours && !isLong ? `${short(event.start)}–${short(event.end)}` : (hours ?? "");
  return { domNodes: [title, when] };
}

function label({ el, event }) {
  const { said, href } = event.extendedProps;
  if (!said) return;
  el.title = said;
  if (href) el.setAttribute("aria-label", said);
}

function chosen(from, to) {
  pick = { from, to };
  const title = [`${short(from)}–${short(to)}`, pick.price].filter(Boolean).join(", ");
  calendar.removeEventById("pick");
  calendar.addEvent({
    id: "pick",
    start: written(from),
    end: written(to),
    title,
    startEditable: false,
    durationEditable: false,
    classNames: ["pl-slot", "is-pick"],
    extendedProps: { said: title },
  });
  priced(pick);
}

async function priced(one) {
  const url = address({ instrument, start: written(one.from), end: written(one.to) });
  const answer = await fetch(url.replace(panel.dataset.book, panel.dataset.check)).catch(() => null);
  if (!answer?.ok || answer.redirected || pick !== one) return;
  const told = await answer.json();
  const event = calendar.getEventById("pick");
  if (!event) return;
  event.title = [`${short(one.from)}–${short(one.to)}`, told.price].filter(Boolean).join(", ");
  event.classNames = ["pl-slot", "is-pick", ...(told.refused ? ["is-refused"] : [])];
  event.extendedProps = { said: told.said || event.title };
  calendar.updateEvent(event);
}

function dropped() {
  pick = null;
  calendar?.removeEventById("pick");
  calendar?.unselect();
  lifted?.revert();
  lifted = null;
}

function changed(info) {
  lifted = info;
  const { id, start, end } = info.event;
  openPanel(address({ booking: id, instrument, start: written(start), end: written(end) }), place);
}

function options() {
  const [step, language] = [drawn.step, document.documentElement.lang];
  return {
    view: "timeGridWeek",
    date: drawn.date,
    firstDay: 1,
    locale: language,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    slotMinTime: drawn.first,
    slotMaxTime: drawn.last,
    slotDuration: "01:00",
    slotHeight: 44,
    snapDuration: { minutes: step },
    slotEventOverlap: false,
    nowIndicator: false,
    selectable: true,
    unselectAuto: false,
    selectMinDistance: 4,
    editable: true,
    eventResizableFromStart: true,
    highlightedDates: [],
    dayHeaderFormat: (date) =>
      new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { weekday: "short", day: "numeric", month: "short" }).format(date),
    slotLabelFormat: (date) => String(date.getHours()),
    events: drawn.events,
    eventContent: content,
    eventDidMount: label,
    select: ({ start, end }) => take(start, end),
    dateClick: ({ date }) => {
      const minutes = Math.max(60, drawn.shortest);
      take(date, new Date(date.getTime() + Math.ceil(minutes / step) * step * 60000));
    },
    eventClick: ({ event, el }) => {
      if (event.extendedProps.href) openPanel(event.extendedProps.href, el);
    },
    eventDrop: changed,
    eventResize: changed,
  };
}

function take(from, to) {
  lifted?.revert();
  lifted = null;
  chosen(from, to);
  calendar.unselect();
  openPanel(address({ instrument, start: written(from), end: written(to) }), place);
}

/** The grid calls itself a table, of which its events are no cells; the one below it is one. */
function unTable() {
  for (const one of place.querySelectorAll("*")) {
    if (one.getAttribute("role") !== "button") one.removeAttribute("role");
    for (const name of one.getAttributeNames()) {
      if (/^aria-(col|row)/.test(name)) one.removeAttribute(name);
    }
  }
}

async function refresh() {
  if (document.hidden || PHONE.matches || lifted) return;
  const answer = await fetch(board.dataset.feed + location.search, {
    headers: stamp ? { "If-None-Match": stamp } : {},
  }).catch(() => null);
  if (answer?.status !== 200 || answer.redirected || lifted) return;
  stamp = answer.headers.get("ETag");
  drawn = await answer.json();
  if (calendar) calendar.setOption("events", drawn.events);
  else {
    document.getElementById("grid-box").hidden = false;
    calendar = window.EventCalendar.create(place, options());
    unTable();
  }
  if (pick) chosen(pick.from, pick.to);
}

const go = (name) => document.querySelector(`[data-go="${name}"]`)?.click();

document.querySelector(".pl-words").addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="/bookings/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || PHONE.matches) return;
  event.preventDefault();
  openPanel(link.getAttribute("href"), link);
});
document.addEventListener("bookingsChanged", () => {
  lifted = null;
  dropped();
  refresh();
});
document.addEventListener("booking-proposed", ({ detail }) => {
  if (!calendar || lifted || detail.booking || detail.instrument !== instrument) return;
  const day = detail.last_day || detail.day;
  const [from, to] = [new Date(`${detail.day}T${detail.start}`), new Date(`${day}T${detail.end}`)];
  const isNew = pick?.from.getTime() !== from.getTime() || pick?.to.getTime() !== to.getTime();
  if (isNew && to > from) chosen(from, to);
});
document.addEventListener("visibilitychange", refresh);
addEventListener("focus", refresh);
PHONE.addEventListener("change", refresh);
setInterval(refresh, Number(board.dataset.poll) * 1000);
whenClosed(dropped);
refresh();

on("t", () => go("today"));
on("ArrowLeft", () => go("before"));
on("ArrowRight", () => go("after"));
on("l", () => {
  const words = document.getElementById("words");
  words.scrollIntoView();
  words.focus();
});
on("b", () => openPanel(address0(), document.activeElement));
on("Escape", () => (isOpen() ? closePanel() : dropped()));

function address0() {
  if (pick) return address({ instrument, start: written(pick.from), end: written(pick.to) });
  return `${panel.dataset.book}?instrument=${instrument}`;
}
