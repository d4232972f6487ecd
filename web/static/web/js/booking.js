// The booking panel: what htmx leaves to do while somebody chooses a time.

const WHEN = ["instrument", "day", "start", "end", "last_day"];

function panel() {
  return document.getElementById("panel");
}

/** Tie every message to its field, for those who hear the page. */
function mark(root) {
  for (const wrong of root.querySelectorAll(".pl-wrong")) {
    const field = document.getElementById(wrong.id.replace(/_error$/, ""));
    if (!field || field.type === "hidden") continue;
    const isWrong = wrong.querySelector(".pl-bad") !== null;
    const told = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    told[isWrong ? "add" : "delete"](wrong.id);
    field.toggleAttribute("aria-invalid", isWrong);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    if (told.size) field.setAttribute("aria-describedby", [...told].join(" "));
    else field.removeAttribute("aria-describedby");
    field.closest(".pl-field")?.classList.toggle("is-bad", isWrong);
  }
}

/** Tell the page around which time is chosen, so that it can draw it. */
function propose(form) {
  const detail = Object.fromEntries(WHEN.map((name) => [name, form.elements[name]?.value ?? ""]));
  // A booking that is moved does not stand in its own way: the panel judges it, nobody else.
  detail.booking = /\/(\d+)\/move\/$/.exec(form.action)?.[1] ?? "";
  form.dispatchEvent(new CustomEvent("booking-proposed", { bubbles: true, detail }));
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.id === "booking-form" && WHEN.includes(event.target.name)) propose(form);
});

document.addEventListener("click", (event) => {
  const off = event.target.closest('#booking-form [aria-disabled="true"]');
  if (!off) return;
  event.preventDefault();
  const form = off.form;
  (form.querySelector('[aria-invalid="true"]') ?? form.querySelector(".pl-wrong .pl-btn"))?.focus();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const isCheck = event.target.id === "booking-check";
  if (isCheck && event.target.closest("form")?.dataset.sent) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "booking-form") delete event.target.dataset.sent;
});

document.addEventListener("submit", (event) => {
  // What is sent to be booked makes the question behind it needless.
  if (event.target.id !== "booking-form") return;
  event.target.dataset.sent = "yes";
  window.htmx?.trigger(document.getElementById("booking-check"), "htmx:abort");
}, true);

document.addEventListener("htmx:afterSettle", (event) => {
  const root = panel();
  if (!root?.contains(event.target)) return;
  mark(root);
  const form = document.getElementById("booking-form");
  if (form && event.target === root) propose(form);
});

document.addEventListener("DOMContentLoaded", () => {
  if (panel()) mark(panel());
});
