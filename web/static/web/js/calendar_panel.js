// The booking panel beside a calendar: loaded by htmx, closed with Esc, focus given back.

const panel = document.getElementById("panel");
let opener = null;
let closed = () => {};

export function whenClosed(act) {
  closed = act;
}

export function isOpen() {
  return !panel.hidden;
}

function message(text, url) {
  const body = document.createElement("p");
  body.className = "body";
  const link = document.createElement("a");
  link.href = url;
  link.textContent = text;
  body.append(link);
  panel.replaceChildren(body);
}

/** Show what an address answers; `from` gets the focus back at the end. */
export async function openPanel(url, from) {
  opener = from ?? document.activeElement;
  panel.hidden = false;
  document.body.classList.add("has-panel");
  if (!panel.firstElementChild) message(panel.dataset.wait, url);
  panel.dataset.url = url;
  await window.htmx.ajax("GET", url, { target: panel, swap: "innerHTML" });
  if (panel.dataset.url !== url) return;
  (document.getElementById("panel-title") ?? panel).focus({ preventScroll: true });
}

export function closePanel() {
  if (panel.hidden) return;
  panel.hidden = true;
  panel.replaceChildren();
  delete panel.dataset.url;
  document.body.classList.remove("has-panel");
  closed();
  const back = opener?.isConnected ? opener : document.querySelector(".pl-tl, #grid");
  back?.focus({ preventScroll: true });
  opener = null;
}

/** Return the address that moves a booking, or makes one, filled with a time. */
export function address(choice) {
  const query = new URLSearchParams({
    instrument: choice.instrument,
    day: choice.start.slice(0, 10),
    start: choice.start.slice(11, 16),
    end: choice.end.slice(11, 16),
  });
  if (choice.end.slice(0, 10) !== choice.start.slice(0, 10)) {
    query.set("last_day", choice.end.slice(0, 10));
  }
  const path = choice.booking ? `${panel.dataset.bookings}${choice.booking}/move/` : panel.dataset.book;
  return `${path}?${query}`;
}

panel.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-close]")) closePanel();
});
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  panel.addEventListener(name, () => message(panel.dataset.fail, panel.dataset.url ?? location.href));
}
