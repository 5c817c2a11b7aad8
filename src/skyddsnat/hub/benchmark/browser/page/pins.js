// The parties' long-term keys as this device first sealed to them: a hub that names keys of its own could read every value.
import { sha256, unhex } from "../sealing/canonical.js";
import { keepOwn, openOwn } from "./own.js";
import { element } from "./texts.js";

const place = (member) => `${member}/parties/keys`;

// changed: parties with another key than before.  unseen: those that this device has never sealed to.
export async function compare(vault, member, parties) {
  const known = (await openOwn(vault, place(member))) ?? {};
  const seen = parties.filter((party) => Object.hasOwn(known, party.id));
  return { changed: seen.filter((party) => known[party.id] !== party.signing_key), unseen: parties.filter((party) => !seen.includes(party)) };
}

export async function pin(vault, member, parties) {
  const known = (await openOwn(vault, place(member))) ?? {};
  await keepOwn(vault, place(member), { ...Object.fromEntries(parties.map((party) => [party.id, party.signing_key])), ...known });
}

// As the party's program tells it.
export const fingerprint = async (key) => (await sha256(unhex(key))).slice(0, 32).match(/.{4}/g).join(" ");

// Whoever hands in says that the fingerprints were compared; without that the form is not sent.
export async function ask(block, unseen) {
  const rows = await Promise.all(unseen.map(async (party) => element("li", {}, `${party.name}: `, element("code", { textContent: await fingerprint(party.signing_key) }))));
  block.querySelector("ul").replaceChildren(...rows);
  block.querySelector("input").required = true;
  block.hidden = false;
}
