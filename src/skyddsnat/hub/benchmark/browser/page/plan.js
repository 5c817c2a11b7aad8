// The improvement plan: [data-plan-form].  Lines are opened and sealed here, all of one size; the hub cannot tell what they are about.
import { utf8 } from "../sealing/canonical.js";
import { lock, unlock } from "../sealing/keys.js";
import { element, post, say, settings, texts } from "./texts.js";
import { whenUnlocked } from "./unlock.js";

const BLOCK = 1024;
const STATUSES = ["planned", "doing", "done", "dropped"];
const FIELDS = ["item", "measure", "what", "owner", "due", "target", "status"];
const what = (id) => `skyddsnat/plan/v1|${id}`;

async function sealLine(locker, id, line) {
  const bytes = utf8(JSON.stringify(line));
  const padded = new Uint8Array(Math.ceil(bytes.length / (2 * BLOCK)) * 2 * BLOCK).fill(0x20);
  padded.set(bytes);
  return lock(locker, padded, what(id));
}

// The member's lines that this key opens: [{id, version, line}]; line is null where it does not.
export async function openLines(locker, url) {
  const fetched = await fetch(url);
  if (!fetched.ok) return [];
  const { lines } = await fetched.json();
  return Promise.all(lines.map(async ({ id, sealed, version }) => ({ id, version, line: await opened(locker, id, sealed) })));
}

async function opened(locker, id, sealed) {
  try {
    return JSON.parse(new TextDecoder().decode(await unlock(locker, sealed, what(id))));
  } catch {
    return null;
  }
}

const options = (pairs, chosen) => pairs.map(([value, textContent]) => element("option", { value, textContent, selected: value === chosen }));

export async function start(form) {
  const facts = settings("plan-settings");
  const text = texts();
  const part = form.closest("[data-plan]");
  const state = form.querySelector("[data-plan-state]");
  const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
  const items = new Map(facts.items.map((item) => [item.id, item]));
  let rows = await openLines(vault.locker, facts.lines);
  let editing = null;

  const choose = (line = {}) => {
    form.item.replaceChildren(...options([...facts.items.map(({ id, name }) => [id, `${name} (${id})`]), ["", text("other_item")]], line.item ?? ""));
    ofItem(line);
    form.status.replaceChildren(...options(STATUSES.map((one) => [one, text(`status_${one}`)]), line.status ?? "planned"));
    for (const name of ["what", "owner", "due"]) form[name].value = line[name] ?? "";
  };
  const ofItem = (line = {}) => {
    const item = items.get(form.item.value);
    form.measure.replaceChildren(...options([["", "–"], ...(item?.measures ?? []).map(({ id, name }) => [id, `${name} (${id})`])], line.measure ?? ""));
    form.target.replaceChildren(...options([["", "–"], ...(item?.labels ?? []).map((label, code) => [String(code), label])], line.target ?? ""));
  };

  const show = () => {
    const readable = rows.filter(({ line }) => line).sort((a, b) => a.line.due.localeCompare(b.line.due));
    part.querySelector("[data-plan-note]").textContent = rows.length ? (rows.length > readable.length ? text("unreadable", { n: rows.length - readable.length }) : "") : text("empty");
    part.querySelector("[data-plan-lines]").replaceChildren(...readable.map((row) => card(row)));
  };
  const card = (row) => {
    const { line } = row;
    const item = items.get(line.item);
    const late = ["planned", "doing"].includes(line.status) && line.due < new Date().toISOString().slice(0, 10);
    const told = [text("owner", { owner: line.owner }), `${text("due_by", { due: line.due })}${late ? ` (${text("late")})` : ""}`, line.target === "" ? "" : text("target_is", { target: item?.labels[line.target] ?? line.target }), item?.measures.find(({ id }) => id === line.measure)?.name ?? line.measure];
    const edit = () => {
      editing = row;
      choose(line);
      form.what.focus();
    };
    return element("li", {}, element("p", {}, element("span", { className: `badge ${late ? "badge-warn" : ""}`, textContent: text(`status_${line.status}`) }), " ", element("strong", { textContent: line.what })), element("p", { className: "small muted", textContent: item ? item.name : line.item || text("other_item") }), element("p", { className: "plan-facts" }, ...told.filter(Boolean).map((one) => element("span", { textContent: one }))), element("button", { type: "button", className: "btn btn-small", textContent: text("edit"), on: { click: edit } }));
  };

  form.item.addEventListener("change", () => ofItem());
  form.addEventListener("reset", () => {
    editing = null;
    setTimeout(choose);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const line = Object.fromEntries(FIELDS.map((name) => [name, form[name].value.trim()]));
    const id = editing?.id ?? crypto.randomUUID();
    const answer = await post(facts.save, { id, sealed: await sealLine(vault.locker, id, line), version: editing?.version ?? 0 });
    if (!answer.ok) say(state, text(answer.status === 409 ? "line_changed" : "line_refused"), "warn");
    else say(state, text("line_kept"), "ok");
    if (answer.ok || answer.status === 409) {
      rows = await openLines(vault.locker, facts.lines);
      editing = null;
      choose();
      show();
    }
  });
  const wanted = decodeURIComponent(location.hash.slice(1));
  choose(items.has(wanted) ? { item: wanted } : {});
  show();
  part.hidden = false; // only now: what is typed before would be emptied
}
