// HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { utf8 } from "./canonical.js";

export const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

const ENCAPSULATED = 32;

// enc || ciphertext.
export async function seal(raw, publicKey, info) {
  const recipientPublicKey = await suite.kem.importKey("raw", publicKey, true);
  const context = await suite.createSenderContext({ recipientPublicKey, info: utf8(info) });
  const ciphertext = new Uint8Array(await context.seal(raw));
  const sealed = new Uint8Array(ENCAPSULATED + ciphertext.length);
  sealed.set(new Uint8Array(context.enc));
  sealed.set(ciphertext, ENCAPSULATED);
  return sealed;
}

export async function open(sealed, privateKey, info) {
  const context = await suite.createRecipientContext({
    recipientKey: await suite.kem.importKey("raw", privateKey, false),
    enc: sealed.slice(0, ENCAPSULATED),
    info: utf8(info),
  });
  return new Uint8Array(await context.open(sealed.slice(ENCAPSULATED)));
}

// Identifiers hold only [a-z0-9-], so that no two contexts spell the same.
export const submissionInfo = ({ spec, round, member, seq }, party) =>
  `skyddsnat/bench/v1|spec=${spec}|round=${round}|member=${member}|seq=${seq}|party=${party}`;

export const positionInfo = ({ spec, round, member }, party) =>
  `skyddsnat/bench/v1|position|spec=${spec}|round=${round}|member=${member}|party=${party}`;
