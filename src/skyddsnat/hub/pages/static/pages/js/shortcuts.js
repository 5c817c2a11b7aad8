// Keyboard shortcuts.  An element with data-shortcut="a" (or "g w": two keys in a row) is clicked or focused by that key.
// Off when the person has switched them off (data-shortcuts="off" on <body>), and never while someone is typing.
const enabled = document.body.dataset.shortcuts === "on";
const dialog = document.getElementById("shortcuts");
const WAIT = 1200; // milliseconds between the two keys of a pair
let first = "";
let timer = 0;

const typing = (element) =>
  element.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])");

const visible = (element) => element.checkVisibility({ visibilityProperty: true });

const targets = () => [...document.querySelectorAll("[data-shortcut]")].filter((element) => !element.disabled);

function label(element) {
  return element.dataset.shortcutLabel || element.getAttribute("aria-label") || (element.querySelector("[data-label]") ?? element).textContent.trim();
}

function add(list, keys, words) {
  const term = document.createElement("dt");
  keys.split(" ").forEach((key, index) => {
    if (index) term.append(" ");
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
  });
  const text = document.createElement("dd");
  text.textContent = words;
  term.dataset.found = text.dataset.found = "";
  list.append(term, text);
}

function fill() {
  const list = dialog.querySelector("[data-keys]");
  list.querySelectorAll("[data-found]").forEach((old) => old.remove());
  for (const element of targets()) add(list, element.dataset.shortcut, label(element));
  // Keys that a page handles by itself: it names them for this list, and hears of them by the event "shortcut".
  for (const named of document.querySelectorAll("[data-key]")) add(list, named.dataset.key, named.dataset.keyLabel);
}

function act(element) {
  if (element.matches("input, select, textarea") && visible(element)) element.focus();
  else if (element.matches("input") && element.form?.action) location.assign(element.form.action);
  else element.click();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "?") {
    event.preventDefault();
    fill();
    dialog.showModal();
    return;
  }
  const all = targets();
  const pair = first && all.find((element) => element.dataset.shortcut === `${first} ${event.key}`);
  const found = pair || all.find((element) => element.dataset.shortcut === event.key);
  clearTimeout(timer);
  if (found) {
    first = "";
    event.preventDefault();
    act(found);
    return;
  }
  if (!first && !document.dispatchEvent(new CustomEvent("shortcut", { detail: event.key, cancelable: true }))) {
    event.preventDefault();
    return;
  }
  first = all.some((element) => element.dataset.shortcut.startsWith(`${event.key} `)) ? event.key : "";
  timer = setTimeout(() => { first = ""; }, WAIT);
}

if (dialog) {
  document.querySelectorAll("[data-show-shortcuts]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest("[popover]")?.hidePopover();
      fill();
      dialog.showModal();
    });
  });
  if (enabled) document.addEventListener("keydown", press);
}
