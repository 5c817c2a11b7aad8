// A member's benchmark keys: one seed of 32 bytes, two keys made of it.  The hub only ever gets the public halves.
import { base64, hex, unbase64, unhex, utf8 } from "./canonical.js";

const FORMAT = "skyddsnat/bench/key/v1";
const ITERATIONS = 600_000; // PBKDF2-SHA256, OWASP's figure for 2023 and on
const PKCS8 = { Ed25519: "302e020100300506032b657004220420", X25519: "302e020100300506032b656e04220420" };

async function derive(seed, name) {
  const key = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveBits"]);
  const way = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(`skyddsnat/bench/${name}/v1`) };
  return new Uint8Array(await crypto.subtle.deriveBits(way, key, 256));
}

async function pair(raw, curve, uses) {
  const pkcs8 = new Uint8Array([...unhex(PKCS8[curve]), ...raw]);
  const priv = await crypto.subtle.importKey("pkcs8", pkcs8, { name: curve }, true, uses);
  const { x } = await crypto.subtle.exportKey("jwk", priv);
  return { priv, pub: unbase64(`${x.replaceAll("-", "+").replaceAll("_", "/")}=`) };
}

export async function keysOf(seed) {
  const opening = await derive(seed, "open");
  const sign = await pair(await derive(seed, "sign"), "Ed25519", ["sign"]);
  const open = await pair(opening, "X25519", ["deriveBits"]);
  return { signing: sign.priv, signingKey: hex(sign.pub), opening, openingKey: hex(open.pub) };
}

export const newSeed = () => crypto.getRandomValues(new Uint8Array(32));

export async function sign(keys, domain, document) {
  const message = new Uint8Array([...utf8(`${domain}\n`), ...utf8(document)]);
  return hex(new Uint8Array(await crypto.subtle.sign("Ed25519", keys.signing, message)));
}

// What locks the seed, drafts and own earlier values on this device.
export async function locker(passphrase, salt, iterations = ITERATIONS) {
  const key = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(way, key, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function lock(key, bytes, what) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(what) }, key, bytes);
  return `${base64(iv)}.${base64(new Uint8Array(sealed))}`;
}

export async function unlock(key, text, what) {
  const [iv, sealed] = text.split(".").map(unbase64);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(what) }, key, sealed));
}

// The key file that a person keeps: the seed under a passphrase.
export async function keyFile(member, seed, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const { signingKey, openingKey } = await keysOf(seed);
  const sealed = await lock(await locker(passphrase, salt), seed, FORMAT);
  return { format: FORMAT, member, signing_key: signingKey, opening_key: openingKey, iterations: ITERATIONS, salt: base64(salt), sealed };
}

// Throws "wrong_passphrase", or "malformed" for what is no key file.
export async function openKeyFile(file, passphrase) {
  if (file?.format !== FORMAT || !(file.iterations >= 100_000 && file.iterations <= 10_000_000)) throw new Error("malformed: no key file");
  const key = await locker(passphrase, unbase64(file.salt), file.iterations);
  let seed;
  try {
    seed = await unlock(key, file.sealed, FORMAT);
  } catch {
    throw new Error("wrong_passphrase");
  }
  const keys = await keysOf(seed);
  if (keys.signingKey !== file.signing_key) throw new Error("malformed: the key file does not fit together");
  return { seed, keys, locker: key };
}
