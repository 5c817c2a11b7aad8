// Texts of the page in the reader's language, written by the template ("json_script"), and small helpers for the DOM.
export function texts(id = "sealing-texts") {
  const all = JSON.parse(document.getElementById(id).textContent);
  return (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), all[key] ?? key);
}

export const settings = (id) => JSON.parse(document.getElementById(id).textContent);

export function element(tag, facts = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A number written with a point, as this page's language writes it.
export const figure = (written, rounding = { maximumFractionDigits: 20 }) => new Intl.NumberFormat(document.documentElement.lang, rounding).format(written);

// A score with its two decimals, in the same way.
export const points = (written) => figure(written, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

// `2026-11-24 15:04` in local time, as the pages write it in both languages; or the time of day alone.
export const moment = (date) => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" }).format(date);
export const timeOfDay = (date) => new Intl.DateTimeFormat("sv-SE", { timeStyle: "short" }).format(date);

// Tells screen readers and eyes what happened.
export function say(target, text, kind = "") {
  target.className = `told-line${kind ? ` told-${kind}` : ""}`;
  target.textContent = text;
  target.hidden = !text;
}

export const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

export async function post(url, body) {
  return fetch(url, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() }, body: JSON.stringify(body) });
}

export function download(name, text, type = "application/json") {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
