// The hub's receipts: checked when they come, and held against the published list when the round has closed.
import { canonical, unhex, utf8 } from "../sealing/canonical.js";
import { keepOwn, openOwn } from "./own.js";
import { element, post, say } from "./texts.js";

const DOMAIN = "skyddsnat/bench/receipt/v1";

// Throws "bad_receipt" unless the hub's log key has signed it and it is about this very submission.
export async function checkReceipt(body, logKey, envelope) {
  const { receipt, signature } = body;
  const key = await crypto.subtle.importKey("raw", unhex(logKey), { name: "Ed25519" }, false, ["verify"]);
  const signed = await crypto.subtle.verify("Ed25519", key, unhex(signature), utf8(`${DOMAIN}\n${canonical(receipt)}`));
  const same = ["round", "spec", "member", "seq", "sealed"].every((name) => canonical(receipt[name]) === canonical(envelope[name]));
  if (!signed || !same || receipt.format !== DOMAIN) throw new Error("bad_receipt");
}

// The hub's key as this device first saw it: a receipt under another key proves nothing to the parties.
export async function pinHub(vault, member, logKey) {
  const place = `${member}/hub/key`;
  const known = await openOwn(vault, place);
  if (known && known !== logKey) throw new Error("bad_receipt");
  if (!known) await keepOwn(vault, place, logKey);
}

// Whether the published list holds the submission of the receipt, or a later one.
export function holds(submissions, { receipt }) {
  const mine = submissions.find(({ envelope }) => envelope.member === receipt.member)?.envelope;
  return Boolean(mine) && (mine.seq > receipt.seq || (mine.seq === receipt.seq && canonical(mine.sealed) === canonical(receipt.sealed)));
}

// After closing: says whether the list holds it, and lets the lead object where it does not.
export async function compareList(part, facts, kept, text) {
  const state = part.querySelector("[data-list-state]");
  part.hidden = false;
  if (!kept) {
    say(state, text("no_receipt"));
    return;
  }
  const answer = await fetch(facts.listed);
  if (!answer.ok) return;
  const { submissions } = await answer.json();
  if (holds(submissions, kept)) {
    say(state, text("list_holds", { seq: kept.receipt.seq }), "ok");
    return;
  }
  say(state, text("list_lacks", { seq: kept.receipt.seq }), "warn");
  const object = element("button", {
    type: "button",
    className: "btn",
    textContent: text("object"),
    on: {
      click: async () => {
        object.disabled = true;
        const said = await post(facts.object, { receipt: kept });
        const body = await said.json().catch(() => ({}));
        say(state, said.ok ? text("objected") : text("refused", { why: body.detail ?? "" }), said.ok ? "ok" : "warn");
      },
    },
  });
  part.append(object);
}
