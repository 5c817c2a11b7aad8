// The member's own values, as this device keeps them: locked with the member's key, never sent.
import { utf8 } from "../sealing/canonical.js";
import { lock, unlock } from "../sealing/keys.js";
import { get, put } from "./store.js";

const WHAT = "skyddsnat/bench/draft/v1";

export const placeOf = (member, round, what) => `${member}/${round}/${what}`;

export const keepOwn = async (vault, key, thing) => put("own", key, await lock(vault.locker, utf8(JSON.stringify(thing)), WHAT));

// What lies there, or null: nothing, or locked with an earlier key.
export async function openOwn(vault, key) {
  const kept = await get("own", key);
  try {
    return kept ? JSON.parse(new TextDecoder().decode(await unlock(vault.locker, kept, WHAT))) : null;
  } catch {
    return null;
  }
}
