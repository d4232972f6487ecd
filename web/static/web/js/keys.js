// Keys that work on every page: / to search, ? for the list of keys, G and a letter to go.
// A page adds its own with on("j", step). Letters rest while a field has the focus, and
// wherever the person has switched them off.

const TYPING = "input, textarea, select, [contenteditable]";
const acts = new Map();
let awaitsPlace = false;

export function on(key, act) {
  acts.set(key, act);
}

function go(key) {
  document.querySelector(`.pl-nav [data-key="${CSS.escape(key)}"]`)?.click();
}

function rests(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (event.key === "Escape") return false;
  return document.body.dataset.keys === "off" || event.target.closest(TYPING) !== null;
}

function pressed(event) {
  if (rests(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = awaitsPlace ? () => go(key) : acts.get(key);
  awaitsPlace = !awaitsPlace && key === "g";
  if (!act) return;
  event.preventDefault();
  act(event);
}

on("/", () => {
  const field = document.querySelector("[type=search]");
  if (field) field.focus();
  else document.querySelector("a.pl-find")?.click();
});
on("?", () => {
  const list = document.getElementById("keys");
  if (!list) return;
  if (list.open) list.close();
  else list.show();
});
on("Escape", () => document.getElementById("keys")?.close());

document.addEventListener("keydown", pressed);
