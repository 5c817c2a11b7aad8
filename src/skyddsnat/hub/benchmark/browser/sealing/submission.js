// From values to what leaves the browser: three ciphertexts, their hashes, one signature.  And back: the own position.
import { base64, bytesOf, canonical, sha256, unbase64, unhex } from "./canonical.js";
import { encode } from "./coding.js";
import { open, positionInfo, seal, submissionInfo } from "./hpke.js";
import { sign } from "./keys.js";
import { layout, split, together } from "./shares.js";

const FORMAT = "skyddsnat/bench/submission/v1";
const DOMAIN = "skyddsnat/bench/statement/v1";

// A specification as it was fetched: its exact bytes decide its hash.  Throws when they are not canonical.
export async function readSpecification(raw) {
  const document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  const spelled = bytesOf(document);
  if (spelled.length !== raw.length || spelled.some((byte, at) => byte !== raw[at])) throw new Error("malformed: not canonical");
  return { document, sha256: await sha256(raw) };
}

// The parties' keys of the round, each signed by the long-term key that the specification names.  Throws otherwise.
export async function roundKeys(specification, approvals) {
  const keys = [];
  for (const party of specification.document.parties) {
    const said = approvals.find(({ statement }) => statement.party === party.index && statement.kind === "approval");
    if (!said) throw new Error(`no_key: ${party.name}`);
    const { statement, signature } = said;
    if (statement.spec !== specification.sha256 || statement.round !== specification.document.round) throw new Error(`other_round: ${party.name}`);
    const key = await crypto.subtle.importKey("raw", unhex(party.signing_key), { name: "Ed25519" }, false, ["verify"]);
    const message = new TextEncoder().encode(`${DOMAIN}\n${canonical(statement)}`);
    if (!(await crypto.subtle.verify("Ed25519", key, unhex(signature), message))) throw new Error(`bad_signature: ${party.name}`);
    keys.push(unhex(statement.body.round_key));
  }
  return keys;
}

// values: Map of item id to a number in units of 10^-12, or null for missing.  measured: Set of item ids that an agent counted.
export async function makeSubmission({ specification, keys, member, seq, parties, values, measured = new Set() }) {
  const { document, sha256: spec } = specification;
  const own = document.members.find(({ id }) => id === member);
  if (own?.signing_key !== keys.signingKey || own.opening_key !== keys.openingKey) throw new Error("other_key: the specification names another key for you than this one");
  const coded = new Map(document.items.map((item) => {
    const value = values.get(item.id) ?? null;
    return [item.id, value === null ? null : encode(item, value)];
  }));
  const context = { spec, round: document.round, member, seq };
  const shares = split(layout(document.items, coded, measured));
  const sealed = await Promise.all(shares.map((share, party) => seal(share, parties[party], submissionInfo(context, party))));
  const envelope = { format: FORMAT, ...context, sealed: await Promise.all(sealed.map(sha256)) };
  return { envelope, signature: await sign(keys, FORMAT, canonical(envelope)), sealed: sealed.map(base64) };
}

// The own place from the three parties' sealed shares: Map of "<item>/<name>" to a whole number.
export async function openPosition({ specification, keys, member, sealed }) {
  const context = { spec: specification.sha256, round: specification.document.round, member };
  const parts = await Promise.all(sealed.map(async (text, party) => {
    const raw = await open(unbase64(text), keys.opening, positionInfo(context, party));
    return JSON.parse(new TextDecoder().decode(raw)).values;
  }));
  const names = Object.keys(parts[0]);
  if (parts.some((part) => Object.keys(part).length !== names.length)) throw new Error("not_on_a_line: the parties sent different names");
  return new Map(names.map((name) => [name, Number(together(parts.map((part) => BigInt(part[name]))))]));
}
