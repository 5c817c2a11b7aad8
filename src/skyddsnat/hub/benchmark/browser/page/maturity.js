// The self-assessment: [data-maturity].  Answers are opened and sealed here; colleagues with the same key see them come in.
import { decimals, NOT_APPLICABLE, score } from "../sealing/score.js";
import { openAnswer, openAnswers, sealAnswer } from "./answers.js";
import { element, points, post, say, settings, texts } from "./texts.js";
import { whenUnlocked } from "./unlock.js";

const SAVED_AFTER = 800;
const LOOK_EVERY = 10_000;
const EVIDENCE = ["title", "date", "owner", "scope", "review_by"];

const empty = () => ({ level: null, na: false, reason: "", comment: "", evidence: {} });

function read(field) {
  const chosen = field.querySelector("input[type=radio]:checked")?.value ?? "";
  const word = (name) => field.querySelector(`[data-word="${name}"]`).value.trim();
  return {
    level: /^[0-3]$/.test(chosen) ? Number(chosen) : null,
    na: chosen === NOT_APPLICABLE,
    reason: word("reason"),
    comment: word("comment"),
    evidence: Object.fromEntries(EVIDENCE.map((name) => [name, word(name)]).filter(([, said]) => said)),
  };
}

function fill(field, answer) {
  const chosen = answer.na ? NOT_APPLICABLE : answer.level === null ? "" : String(answer.level);
  for (const radio of field.querySelectorAll("input[type=radio]")) radio.checked = radio.value === chosen;
  const words = { reason: answer.reason, comment: answer.comment, ...Object.fromEntries(EVIDENCE.map((name) => [name, answer.evidence[name] ?? ""])) };
  for (const [name, said] of Object.entries(words)) field.querySelector(`[data-word="${name}"]`).value = said ?? "";
}

export async function start(part) {
  const facts = settings("maturity-settings");
  const text = texts();
  const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
  const fields = new Map([...part.querySelectorAll("[data-question]")].map((field) => [field.dataset.question, field]));
  const answers = new Map();
  const versions = new Map();
  const waiting = new Map();
  part.hidden = false;

  const chosen = () => new Map([...answers].map(([name, answer]) => [name, answer.na ? NOT_APPLICABLE : answer.level]));

  function show(name) {
    const field = fields.get(name);
    const answer = answers.get(name) ?? empty();
    field.querySelector("[data-reason]").hidden = !answer.na;
    const told = answer.na && !answer.reason ? text("reason_needed") : answer.level >= facts.evidence_from && !answer.evidence.title ? text("evidence_needed") : "";
    say(field.querySelector("[data-advice]"), told, told ? "warn" : "");
    field.classList.toggle("answered", answer.na || answer.level !== null);
  }

  function showScore() {
    const found = score(facts.model, chosen());
    const all = fields.size;
    const done = all - found.areas.reduce((sum, area) => sum + area.open, 0);
    for (const meter of document.querySelectorAll("[data-progress]")) meter.textContent = text("answered", { done, all });
    for (const bar of document.querySelectorAll("progress")) bar.value = done;
    for (const area of found.areas) {
      const row = document.querySelector(`[data-area="${area.id}"]`);
      row.querySelector("[data-area-score]").textContent = area.score ? points(decimals(area.score)) : "–";
      row.querySelector("[data-area-steps]").textContent = steps(area, text, facts);
    }
    document.querySelector("[data-total]").textContent = found.total ? points(decimals(found.total)) : "–";
    const scored = found.areas.filter((area) => area.score);
    document.querySelector("[data-total-steps]").textContent = scored.length ? text("total_steps", { sum: scored.map((area) => points(decimals(area.score))).join(" + "), n: scored.length, total: points(decimals(found.total)) }) : text("no_score");
    const finish = document.querySelector("[data-finish]");
    if (finish) finish.disabled = !found.complete;
  }

  async function save(name) {
    const field = fields.get(name);
    const state = field.querySelector("[data-question-state]");
    const answer = answers.get(name);
    say(state, text("saving"));
    const sealed = await sealAnswer(vault.locker, facts.year, name, answer);
    let reply;
    try {
      reply = await post(facts.save, { question: name, sealed, version: versions.get(name) ?? 0 });
    } catch {
      say(state, text("not_saved"), "warn");
      waiting.set(name, setTimeout(() => save(name), LOOK_EVERY));
      return;
    }
    const body = await reply.json().catch(() => ({}));
    if (reply.status === 409) {
      versions.set(name, body.version);
      await conflict(name, body);
    } else if (reply.ok) {
      versions.set(name, body.version);
      say(state, text("saved"), "ok");
    } else say(state, body.message ?? text("not_saved"), "warn");
  }

  // A colleague was quicker: both answers stand side by side until a person chooses.
  async function conflict(name, body) {
    const field = fields.get(name);
    const theirs = await openAnswer(vault.locker, facts.year, name, body.sealed).catch(() => null);
    const target = field.querySelector("[data-question-state]");
    if (!theirs) {
      say(target, text("other_key"), "warn");
      return;
    }
    say(target, text("conflict", { by: body.by, answer: theirs.na ? text("na") : text("level", { n: theirs.level ?? "–" }) }), "warn");
    target.append(" ",
      element("button", { type: "button", className: "link-button", textContent: text("take_theirs"), on: { click: () => { take(name, theirs, body.version); } } }), " ",
      element("button", { type: "button", className: "link-button", textContent: text("keep_mine"), on: { click: () => save(name) } }));
  }

  function take(name, answer, version) {
    answers.set(name, answer);
    versions.set(name, version);
    fill(fields.get(name), answer);
    say(fields.get(name).querySelector("[data-question-state]"), "");
    show(name);
    showScore();
  }

  async function look() {
    const body = await (await fetch(facts.answers)).json();
    const fresh = body.answers.filter(({ question, version }) => fields.has(question) && version !== versions.get(question));
    const opened = await openAnswers(vault.locker, facts.year, fresh);
    const closed = fresh.filter(({ question }) => !opened.has(question)).length;
    say(part.querySelector("[data-closed]"), closed ? text("closed", { n: closed }) : "", "warn");
    for (const { question, version } of fresh) {
      const field = fields.get(question);
      if (!opened.has(question) || waiting.has(question) || field.contains(document.activeElement)) continue;
      take(question, opened.get(question), version);
    }
  }

  async function earlier() {
    for (const { year, answers: url } of facts.earlier) {
      const body = await (await fetch(url)).json();
      for (const [question, answer] of await openAnswers(vault.locker, year, body.answers)) {
        const field = fields.get(question);
        if (!field || (!answer.na && answer.level === null)) continue;
        const target = field.querySelector("[data-earlier]");
        target.append(element("li", { textContent: text("earlier", { year, answer: answer.na ? text("na") : text("level", { n: answer.level }) }) }));
        target.hidden = false;
      }
    }
  }

  part.addEventListener("input", (event) => {
    const field = event.target.closest("[data-question]");
    if (!field || facts.finished) return;
    const name = field.dataset.question;
    answers.set(name, read(field));
    show(name);
    showScore();
    clearTimeout(waiting.get(name));
    waiting.set(name, setTimeout(async () => { waiting.delete(name); await save(name); }, SAVED_AFTER));
  });

  for (const name of fields.keys()) show(name);
  await look();
  await earlier();
  showScore();
  if (!facts.finished) setInterval(look, LOOK_EVERY);
}

function steps(area, text, facts) {
  const left = [area.skipped ? text("skipped", { n: area.skipped }) : "", area.open ? text("open", { n: area.open }) : ""].filter(Boolean);
  if (!area.weights) return left.join(", ");
  if (!area.score) return [text("too_many_skipped", { n: facts.model.max_na }), ...left].join(", ");
  const sum = area.levels.map(([{ weight }, level]) => (weight === 1 ? `${level}` : `${weight} × ${level}`)).join(" + ");
  return [text("area_steps", { sum, weights: area.weights, score: points(decimals(area.score)) }), ...left].join("; ");
}
