// The member's key files on this device, locked as they were saved.  None is ever written over: an old key opens old answers, and a
// new one counts only when a colleague has confirmed it.
import { get, put } from "./store.js";

// Makes the file the one that is tried first; the one before stays under its own key.
export async function keep(member, file) {
  const before = await get("files", member);
  if (before && before.signing_key !== file.signing_key) await put("files", `${member}/${before.signing_key}`, before);
  await put("files", member, file);
}

// The file to open: the first one, unless another one here is of a key that counts.  known: signing keys that count, hex.
export async function kept(member, known) {
  const first = await get("files", member);
  if (!first || known.includes(first.signing_key)) return first;
  const others = await Promise.all(known.map((key) => get("files", `${member}/${key}`)));
  return others.find(Boolean) ?? first;
}
