// The one spelling of what is signed or hashed; the twin of protocols/benchmark/canonical.py.
export function canonical(thing) {
  if (thing === null || typeof thing === "boolean" || typeof thing === "string") return JSON.stringify(thing);
  if (typeof thing === "number") {
    if (!Number.isSafeInteger(thing)) throw new Error("malformed: a number that is no whole number below 2^53");
    return String(thing);
  }
  if (Array.isArray(thing)) return `[${thing.map(canonical).join(",")}]`;
  if (typeof thing === "object" && Object.getPrototypeOf(thing) === Object.prototype) {
    // Python sorts by code points, JavaScript by UTF-16 units; our keys are ASCII, where the two agree.
    return `{${Object.keys(thing).sort().map((key) => `${JSON.stringify(key)}:${canonical(thing[key])}`).join(",")}}`;
  }
  throw new Error("malformed: expected text, whole number, true, false, null, list or object");
}

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export const bytesOf = (thing) => utf8(canonical(thing));

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function unhex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Error("malformed: expected hexadecimal digits");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export const unbase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export const sha256 = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
