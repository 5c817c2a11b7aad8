// The own place beside the released bands: [data-result].  Own values come from this device, the sealed place from the hub; nothing is sent.
import { encode, number } from "../sealing/coding.js";
import { endOf, fits, rankOf, sideOf } from "../sealing/standing.js";
import { openPosition, readSpecification } from "../sealing/submission.js";
import { exportTable, printSlides } from "./export.js";
import { openOwn, placeOf } from "./own.js";
import { openLines } from "./plan.js";
import { element, say, settings, texts } from "./texts.js";
import { whenUnlocked } from "./unlock.js";

const SVG = "http://www.w3.org/2000/svg";
const GAPS = { neutral: ["below", "level", "above"], higher: ["behind", "level", "ahead"], lower: ["ahead", "level", "behind"] };

export async function start(part) {
  const facts = settings("result-settings");
  const text = texts();
  const state = part.querySelector("[data-own-state]");
  const raw = new Uint8Array(await (await fetch(facts.spec)).arrayBuffer());
  const specification = await readSpecification(raw);
  if (specification.sha256 !== facts.spec_sha256) {
    part.hidden = false;
    say(state, text("other_specification"), "warn");
    return;
  }
  const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
  part.hidden = false;
  const [values, before] = await Promise.all([facts.round, facts.before].map((round) => (round ? openOwn(vault, placeOf(facts.member, round, "values")) : null)));
  const sealed = await ownPosition(facts, specification, vault);
  const items = new Map(specification.document.items.map((item) => [item.id, item]));
  const rows = [...document.querySelectorAll(".result-item")].map((field) => standing(field, { item: items.get(field.dataset.item), known: facts.items[field.dataset.item], values, before, places: sealed.places }));
  for (const row of rows) show(row, text);
  if (facts.plan) for (const { line } of await openLines(vault.locker, facts.plan).catch(() => [])) if (line) followUp(rows, line, text);
  summary(part, rows, { values, sealed, text });
  ready(facts, rows, text);
}

// {places: Map, fault: code of a text}.
async function ownPosition(facts, specification, vault) {
  const fetched = await fetch(facts.positions);
  if (!fetched.ok) return { places: new Map(), fault: "no_position" };
  try {
    const { sealed } = await fetched.json();
    return { places: await openPosition({ specification, keys: vault.keys, member: facts.member, sealed }) };
  } catch (fault) {
    return { places: new Map(), fault: String(fault.message).startsWith("not_on_a_line") ? "not_on_a_line" : "not_opened" };
  }
}

function codeOf(item, rows) {
  const row = rows?.[item.id];
  if (!row?.value || row.missing) return null;
  try {
    return Number(encode(item, number(row.value)));
  } catch {
    return null;
  }
}

// Everything that is known of one item: public facts, the own code, the own place.
function standing(field, { item, known, values, before, places }) {
  const row = { field, item, known, kept: values !== null, code: null, before: null };
  if (!known || item.kind !== "code") return row;
  row.code = codeOf(item, values);
  row.before = codeOf(item, before);
  const absent = row.kept && row.code === null;
  if (!absent) for (const name of ["third", "side", "place"]) row[name] = places.get(`${item.id}/${name}`);
  row.end = row.third === undefined ? null : endOf(row.third, known.direction);
  row.true = fits({ ...row, median: known.median, members: known.members });
  return row;
}

const ENDS = { best: "third_best", middle: "third_middle", last: "third_last", high: "third_high", between: "third_between", low: "third_low" };

function words(row, text) {
  const { known, code } = row;
  const said = [];
  if (code !== null) said.push(text("own_band", { band: known.labels[code] }));
  if (row.end) said.push(text(ENDS[row.end]));
  if (row.side !== undefined) said.push(text(`side_${row.side}`));
  if (row.place !== undefined) said.push(placed(row, text));
  if (code !== null && known.median) said.push(text(`gap_${GAPS[known.direction][sideOf(code, known.median) + 1]}`));
  if (row.before !== null && code !== null) said.push(text("before", { band: known.labels[row.before] ?? "–" }));
  return said;
}

function placed(row, text) {
  const { rank, shared } = rankOf(row.place, row.known.members, row.known.direction);
  return text(shared ? "place_shared" : "place", { rank, members: row.known.members });
}

function show(row, text) {
  const target = row.field.querySelector("[data-own]");
  if (!row.known || !target) return;
  row.said = words(row, text);
  target.textContent = row.said.join(" · ") || text(row.kept ? "own_none" : "own_elsewhere");
  target.hidden = false;
  if (row.end === "best" || row.end === "last") target.classList.add(`result-own-${row.end}`);
  if (!row.true) target.append(" ", element("strong", { className: "told-warn" }, text("mismatch")));
  const willing = row.field.querySelector("[data-willing]");
  if (willing && row.end === "best" && row.true) willing.hidden = false;
  if (row.code === null) return;
  dot(row, text);
  row.field.querySelector("tbody")?.append(element("tr", {}, element("th", { scope: "row", textContent: text("you") }), element("td", { textContent: row.known.labels[row.code] })));
  const level = row.field.querySelector(`[data-level="${row.code}"]`);
  if (level) level.append(element("span", { className: "badge badge-accent", textContent: text("you") }));
}

// How far the plan came: the target's band against the own one, in the metric's direction.
function followUp(rows, line, text) {
  const row = rows.find(({ item }) => item?.id === line.item);
  const target = row?.field.querySelector("[data-plan]");
  if (!target || line.status === "dropped") return;
  const aim = line.target === "" ? null : Number(line.target);
  const told = [text("plan", { what: line.what }), aim === null ? "" : text("plan_target", { target: row.known.labels[aim] ?? aim }), text("plan_due", { due: line.due })];
  if (aim !== null && row.code !== null) told.push(text((row.known.direction === "lower" ? row.code <= aim : row.code >= aim) ? "plan_reached" : "plan_not_reached"));
  target.append(element("span", { textContent: told.filter(Boolean).join(" · ") }), element("br"));
  target.hidden = false;
}

function dot(row, text) {
  const chart = row.field.querySelector("svg.chart");
  if (!chart) return;
  const at = `${((row.code + 0.5) / Number(chart.dataset.bands)) * 100}%`;
  const make = (tag, facts, words = "") => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(facts)) made.setAttribute(name, value);
    made.textContent = words;
    return made;
  };
  const share = row.code / Number(chart.dataset.bands);
  const anchor = share < 0.06 ? "start" : share > 0.94 ? "end" : "middle";
  chart.append(make("circle", { class: "chart-own", cx: at, cy: 28, r: 8 }), make("text", { class: "chart-own-label", x: anchor === "start" ? "0" : anchor === "end" ? "100%" : at, y: 10, "text-anchor": anchor }, text("you")));
  chart.querySelector("desc").textContent += ` ${row.said.join(". ")}.`;
}

function summary(part, rows, { values, sealed, text }) {
  const ranked = rows.filter((row) => row.end && row.known.direction !== "neutral");
  const count = (end) => ranked.filter((row) => row.end === end).length;
  const told = ranked.length ? [text("summary", { best: count("best"), middle: count("middle"), last: count("last") })] : [];
  if (!values) told.push(text("own_elsewhere"));
  part.querySelector("[data-own-summary]").textContent = told.join(" ");
  const wrong = rows.filter((row) => row.true === false).length;
  const state = part.querySelector("[data-own-state]");
  if (sealed.fault) say(state, text(sealed.fault), "warn");
  else if (wrong) say(state, text("mismatch_some", { n: wrong }), "warn");
  else if (values) say(state, text("checked"), "ok");
}

function ready(facts, rows, text) {
  for (const [name, act] of Object.entries({ csv: () => exportTable(facts, rows, text, placed), slides: printSlides })) {
    const button = document.querySelector(`[data-export="${name}"]`);
    button.hidden = false;
    button.addEventListener("click", act);
  }
}
