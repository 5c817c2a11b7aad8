// Hands in a round's values: [data-hand-in].  Values are typed here, coded here, split here and sealed here; three ciphertexts leave.
import { band, code, encode, number } from "../sealing/coding.js";
import { NOT_APPLICABLE, decimals, score } from "../sealing/score.js";
import { openAnswers } from "./answers.js";
import { makeSubmission, readSpecification, roundKeys } from "../sealing/submission.js";
import { keepOwn, openOwn, placeOf } from "./own.js";
import { get, names, put } from "./store.js";
import * as pins from "./pins.js";
import * as receipts from "./receipts.js";
import { readTable, repeated } from "./tables.js";
import { element, figure, moment, points, post, say, settings, texts, timeOfDay } from "./texts.js";
import { whenUnlocked } from "./unlock.js";

const SAVED_AFTER = 700;

const fields = (part) => [...part.querySelectorAll("[data-item]")];
const inputOf = (field) => field.querySelector("[data-value]");

// Reads one field: {value: bigint|null, text, fault}.
function reading(field, item, text) {
  const input = inputOf(field);
  const missing = field.querySelector("[data-missing]");
  if (missing?.checked) return { value: null, missing: true };
  if (!input.value.trim()) return { value: null, empty: true };
  try {
    const value = number(input.value);
    if (value < number(field.dataset.low) || value > number(field.dataset.high)) throw new Error("bounds");
    encode(item, value);
    return { value };
  } catch (fault) {
    const bounds = { low: figure(field.dataset.low), high: figure(field.dataset.high) };
    return { value: null, fault: text(fault.message === "bounds" ? "out_of_bounds" : "no_number", bounds) };
  }
}

function shownBand(item, value, text) {
  if (item.kind === "amount") return text("exact_total");
  const [low, high] = Object.values(band(item, code(item, value))).map((edge) => edge && figure(edge, { maximumSignificantDigits: 4 }));
  if (low === null) return text("band_below", { high });
  return high === null ? text("band_from", { low }) : text("band", { low, high });
}

// Compares with the member's own earlier value, which never leaves this device.
function plausible(value, before, text) {
  if (before === null || before === undefined || value === null) return "";
  const earlier = number(before);
  const far = earlier !== 0n && (value > earlier * 3n || value * 3n < earlier);
  return text(far ? "far_from_before" : "before", { before });
}

// What the hub said when it did not take a submission.
class Refused extends Error {
  get told() {
    return this.message;
  }
}

export async function start(part) {
  const facts = settings("hand-in-settings");
  const text = texts();
  const state = part.querySelector("[data-state]");
  const send = part.querySelector("[data-send]");
  const raw = new Uint8Array(await (await fetch(facts.spec)).arrayBuffer());
  const specification = await readSpecification(raw);
  const refuse = (told) => {
    part.hidden = false;
    for (const each of part.elements) each.disabled = true;
    say(state, told, "warn");
    state.focus();
  };
  if (specification.sha256 !== facts.spec_sha256) {
    refuse(text("other_specification"));
    return;
  }
  const items = new Map(specification.document.items.map((item) => [item.id, item]));
  const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
  const { parties } = specification.document;
  const keys = await pins.compare(vault, facts.member, parties);
  if (keys.changed.length) {
    refuse(text("party_changed", { who: keys.changed.map((party) => party.name).join(", ") }));
    return;
  }
  if (keys.unseen.length) await pins.ask(part.querySelector("[data-parties]"), keys.unseen);
  const place = (what) => placeOf(facts.member, facts.round, what);
  const kept = await ownValues(vault, facts, place);

  const show = (field) => {
    const item = items.get(field.dataset.item);
    const found = reading(field, item, text);
    const note = field.querySelector("[data-note]");
    const input = inputOf(field);
    input.setAttribute("aria-invalid", String(Boolean(found.fault)));
    field.classList.toggle("field-wrong", Boolean(found.fault));
    const told = found.fault ?? [found.value === null ? "" : shownBand(item, found.value, text), plausible(found.value, kept.before[item.id], text)].filter(Boolean).join(" · ");
    note.textContent = told;
    return found;
  };

  const progress = () => {
    const all = fields(part).map(show);
    const done = all.filter((found) => !found.empty && !found.fault).length;
    part.querySelector("[data-progress]").textContent = text("progress", { done, all: all.length });
    part.querySelector("progress").value = done;
    if (!all.some((found) => found.fault)) state.hidden = true;
    return all;
  };

  let waiting = 0;
  const draft = () => Object.fromEntries(fields(part).map((field) => [field.dataset.item, { value: inputOf(field).value, missing: field.querySelector("[data-missing]")?.checked ?? false, measured: field.querySelector("[data-measured]")?.checked ?? false }]));
  const save = (key = "draft") => keepOwn(vault, place(key), draft());
  part.addEventListener("input", () => {
    progress();
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      await save();
      say(part.querySelector("[data-saved]"), text("saved_here", { time: timeOfDay(new Date()) }));
    }, SAVED_AFTER);
  });

  const fill = (values) => {
    for (const field of fields(part)) {
      const row = values[field.dataset.item];
      if (!row) continue;
      inputOf(field).value = row.value ?? "";
      const missing = field.querySelector("[data-missing]");
      if (missing) missing.checked = row.missing ?? false;
      const measured = field.querySelector("[data-measured]");
      if (measured) measured.checked = row.measured ?? false;
    }
    progress();
  };
  if (kept.draft) fill(kept.draft);

  part.querySelector("[data-table]")?.addEventListener("change", async (event) => {
    const note = part.querySelector("[data-table-note]");
    try {
      const rows = await readTable(event.target.files[0]);
      const known = rows.filter(([name]) => items.has(name));
      const twice = repeated(known);
      if (twice) {
        say(note, text("table_twice", { item: twice }), "warn");
        return;
      }
      fill(Object.fromEntries(known.map(([name, value]) => [name, { value, missing: value === "" }])));
      say(note, text("table_read", { known: known.length, unknown: rows.length - known.length }), known.length ? "ok" : "warn");
      await save();
    } catch {
      say(note, text("table_bad"), "warn");
    }
  });

  part.querySelector("[data-from-maturity]")?.addEventListener("click", async () => {
    const note = part.querySelector("[data-maturity-note]");
    const found = await maturityAnswers(facts, vault);
    if (!found) {
      say(note, text("no_maturity"), "warn");
      return;
    }
    const values = Object.fromEntries([...found.answers].map(([name, answer]) => [name, typeof answer === "number" ? { value: String(answer) } : { value: "", missing: true }]));
    if (found.total) values["MET-GOV-01"] = { value: points(found.total) };
    fill(values);
    await save();
    say(note, text("maturity_read", { n: found.answers.size }), "ok");
  });

  progress();
  part.addEventListener("submit", async (event) => {
    event.preventDefault();
    const all = progress();
    const wrong = fields(part).filter((_, at) => all[at].fault);
    if (wrong.length) {
      say(state, text("wrong", { n: wrong.length }), "warn");
      inputOf(wrong[0]).focus();
      return;
    }
    send.disabled = true;
    say(state, text("sealing"));
    try {
      const approvals = (await (await fetch(facts.approvals)).json()).approvals;
      const values = new Map(fields(part).map((field, at) => [field.dataset.item, all[at].value]));
      const measured = new Set(fields(part).filter((field) => field.querySelector("[data-measured]")?.checked).map((field) => field.dataset.item));
      const submission = await makeSubmission({ specification, keys: vault.keys, member: facts.member, seq: facts.seq, parties: await roundKeys(specification, approvals), values, measured });
      await pins.pin(vault, facts.member, parties);
      showWhatLeaves(part, submission, specification, text);
      const answer = await post(facts.submit, submission);
      const body = await answer.json();
      if (!answer.ok) throw new Refused(body.detail ?? "");
      await receipts.checkReceipt(body, facts.log_key, submission.envelope);
      await receipts.pinHub(vault, facts.member, facts.log_key);
      await put("own", place("receipt"), body);
      await save("values");
      facts.seq += 1;
      showReceipt(part, body, text);
      say(state, text("handed_in"), "ok");
    } catch (fault) {
      const code = fault.told !== undefined ? "refused" : fault.message === "bad_receipt" ? "bad_receipt" : "not_sent";
      say(state, text(code, { why: fault.told ?? fault.message }), "warn");
    } finally {
      send.disabled = !facts.open;
      state.focus();
    }
  });
  part.hidden = false; // only now, when it listens: what is typed before would count for nothing
  if (facts.listed) await receipts.compareList(part.querySelector("[data-list]"), facts, await get("own", place("receipt")), text);
}

async function ownValues(vault, facts, place) {
  const before = {};
  for (const key of (await names("own")).sort()) {
    if (!key.startsWith(`${facts.member}/`) || !key.endsWith("/values") || key === place("values")) continue;
    for (const [item, row] of Object.entries((await openOwn(vault, key)) ?? {})) if (row.value) before[item] = row.value;
  }
  return { before, draft: (await openOwn(vault, place("draft"))) ?? (await openOwn(vault, place("values"))) };
}

// Answers of the self-assessment, opened here.
async function maturityAnswers(facts, vault) {
  if (!facts.maturity) return null;
  const fetched = await fetch(facts.maturity);
  if (!fetched.ok) return null;
  const { model, year, answers } = await fetched.json();
  const opened = await openAnswers(vault.locker, year, answers);
  const found = new Map([...opened].map(([question, answer]) => [question, answer.na ? NOT_APPLICABLE : answer.level]).filter(([, answer]) => answer !== null));
  const { total } = score(model, found);
  return found.size ? { answers: found, total: total ? decimals(total) : null } : null;
}

function showWhatLeaves(part, submission, specification, text) {
  const rows = submission.sealed.map((sealed, index) => {
    const party = specification.document.parties[index];
    const bytes = atob(sealed).length;
    return element("tr", {}, element("th", { scope: "row", textContent: party.name }), element("td", { className: "num", textContent: text("bytes", { n: figure(bytes) }) }), element("td", {}, element("code", { textContent: `${submission.envelope.sealed[index].slice(0, 16)}…` })));
  });
  part.querySelector("[data-leaves] tbody").replaceChildren(...rows);
  part.querySelector("[data-leaves]").hidden = false;
}

function showReceipt(part, body, text) {
  const target = part.querySelector("[data-receipt]");
  const name = `skyddsnat-${body.receipt.round}-${body.receipt.member}-${body.receipt.seq}.json`;
  const file = new Blob([JSON.stringify(body, null, 2)], { type: "application/json" });
  const told = text("receipt", { seq: body.receipt.seq, at: moment(new Date(body.receipt.at)), entry: body.receipt.entry });
  for (const place of [target.querySelector("[data-receipt-text]"), document.querySelector("[data-last]")]) place.textContent = told;
  const link = target.querySelector("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  target.hidden = false;
}
