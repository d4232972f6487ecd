// The queue by keyboard: J and K move, X chooses, A approves, R refuses with a reason, Z takes
// back. What is chosen is answered together, else the request that is lit. Everything is a
// form or a link of the page, so it works without this file, too.

import { on } from "./keys.js";

const WIDE = matchMedia("(min-width: 1181px)");
const batch = document.getElementById("batch");
const rows = () => [...document.querySelectorAll(".pl-rq")];
const panel = () => document.getElementById("request");
const boxes = () => [...document.querySelectorAll(".pl-rq-box input")];
let afterwards = null;

function current() {
  return document.querySelector(".pl-rq.is-on");
}

function light(row, { focus = true } = {}) {
  for (const each of rows()) {
    const isOn = each === row;
    each.classList.toggle("is-on", isOn);
    if (isOn) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
  if (focus) row.querySelector("a").focus();
  row.scrollIntoView({ block: "nearest" });
  show(row);
}

function show(row) {
  if (!WIDE.matches || panel()?.dataset.id === row.dataset.id) return;
  const address = row.querySelector("a").href;
  history.replaceState(history.state, "", address);
  htmx.ajax("GET", address, { target: "#request", swap: "outerHTML" });
}

function move(step) {
  const all = rows();
  const place = all.indexOf(current()) + step;
  if (all[place]) light(all[place]);
}

// The panel may still be on its way when its key is pressed.
function inPanel(act) {
  const row = current();
  if (!row) return act(panel());
  if (panel()?.dataset.id === row.dataset.id) return act(panel());
  if (!WIDE.matches) return row.querySelector("a").click();
  afterwards = () => act(panel());
}

function refuse(sheet) {
  const reason = sheet?.querySelector("#reason");
  if (!reason) return;
  reason.focus();
  reason.dataset.refuses = "yes";
}

function count() {
  const chosen = boxes().filter((box) => box.checked);
  const cents = chosen.reduce((sum, box) => sum + Number(box.dataset.cents), 0);
  batch.querySelector("[data-none]").hidden = chosen.length > 0;
  batch.querySelector("[data-some]").hidden = chosen.length === 0;
  for (const said of batch.querySelectorAll("[data-one]")) {
    const words = chosen.length === 1 ? said.dataset.one : said.dataset.many;
    said.textContent = words.replace("#", chosen.length);
  }
  batch.querySelector("[data-sum]").textContent = new Intl.NumberFormat(
    batch.dataset.language === "fr" ? "fr-FR" : "en-GB",
    { style: "currency", currency: "EUR" },
  ).format(cents / 100);
  for (const button of batch.querySelectorAll(".pl-btns > .pl-btn, .pl-refuse-all")) {
    button.hidden = chosen.length === 0;
  }
  const all = document.getElementById("all");
  all.checked = chosen.length > 0 && chosen.length === boxes().length;
  all.indeterminate = chosen.length > 0 && !all.checked;
  return chosen.length;
}

function someChosen() {
  return batch !== null && boxes().some((box) => box.checked);
}

function sent(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form");
  if (event.target.id === "reason-all") form.querySelector("[value=reject]").click();
  if (event.target.id !== "reason") return;
  const act = event.target.dataset.refuses ? "reject" : "approve";
  form.querySelector(`[data-act=${act}]`).click();
}

on("j", () => move(1));
on("k", () => move(-1));
on("x", () => {
  const box = current()?.querySelector("input");
  if (!box) return;
  box.checked = !box.checked;
  count();
});
on("a", () => {
  if (someChosen()) batch.querySelector("[data-act=approve-all]").click();
  else inPanel((sheet) => sheet?.querySelector("[data-act=approve]")?.click());
});
on("r", () => {
  if (!someChosen()) return inPanel(refuse);
  batch.querySelector(".pl-refuse-all").open = true;
  document.getElementById("reason-all").focus();
});
on("z", () => document.querySelector("[data-act=undo]")?.click());

document.addEventListener("keydown", sent);
document.addEventListener("htmx:afterSwap", () => {
  const act = afterwards;
  afterwards = null;
  act?.();
});

if (batch) {
  for (const hidden of document.querySelectorAll(".pl-only-script")) hidden.hidden = false;
  document.getElementById("all").addEventListener("change", (event) => {
    for (const box of boxes()) box.checked = event.target.checked;
  });
  batch.addEventListener("change", count);
  batch.addEventListener("click", (event) => {
    const link = event.target.closest(".pl-rq a");
    if (!link || !WIDE.matches || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    light(link.closest(".pl-rq"));
  });
  count();
}

const toast = document.querySelector(".pl-toast[data-seconds]");
if (toast) setTimeout(() => toast.remove(), Number(toast.dataset.seconds) * 1000);
