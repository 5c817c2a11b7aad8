// Opens a member's benchmark key on this device: [data-unlock].  The key file stays here; the passphrase is kept nowhere.
import { keysOf, lock, openKeyFile, unlock } from "../sealing/keys.js";
import { keep, kept } from "./files.js";
import { get, put, remove } from "./store.js";
import { element, say } from "./texts.js";

const MINUTES = 30;
const WHAT = "skyddsnat/bench/unlocked/v1";

// For half an hour the seed lies under a key that this browser uses but never hands out.
async function remember(member, person, seed) {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await put("unlocked", member, { person, key, seed: await lock(key, seed, WHAT), until: Date.now() + MINUTES * 60_000 });
  setTimeout(() => remove("unlocked", member), MINUTES * 60_000);
}

// Only for who opened it: a colleague who signs in on the same device has to know the passphrase too.
async function remembered(member, person) {
  const kept = await get("unlocked", member);
  if (!kept) return null;
  if (kept.until < Date.now() || kept.person !== person) {
    await remove("unlocked", member);
    return null;
  }
  return unlock(kept.key, kept.seed, WHAT);
}

// What drafts, own earlier values and maturity answers are locked with; every holder of the key file has it.
async function ownLocker(seed) {
  const raw = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveKey"]);
  const way = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode("skyddsnat/bench/own/v1") };
  return crypto.subtle.deriveKey(way, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function opened(member, seed) {
  const keys = await keysOf(seed);
  return { member, keys, locker: await ownLocker(seed) };
}

// Resolves when the key is open.  part: the element; member: id; known: the signing keys that count for the member, hex.
export function whenUnlocked(part, { member, known, text }) {
  return new Promise((resolve) => {
    const form = part.querySelector("form");
    const state = part.querySelector("[data-unlock-state]");
    const file = part.querySelector("input[type=file]");
    const passphrase = part.querySelector("input[type=password]");
    const chosen = part.querySelector("[data-unlock-file]");

    const done = async (seed) => {
      const vault = await opened(member, seed);
      if (known.length && !known.includes(vault.keys.signingKey)) {
        say(state, text("unlock_other_key"), "warn");
        return;
      }
      form.hidden = true;
      state.className = "muted";
      state.hidden = false;
      state.replaceChildren(text("unlocked", { minutes: MINUTES }), " ", element("button", { type: "button", className: "link-button", textContent: text("lock_now"), on: { click: async () => { await remove("unlocked", member); location.reload(); } } }));
      resolve(vault);
    };

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      button.disabled = true;
      try {
        const chosenFile = file.files[0] ? JSON.parse(await file.files[0].text()) : await kept(member, known);
        if (!chosenFile) throw new Error("no_file");
        if (chosenFile.member !== member) throw new Error("other_member");
        const { seed } = await openKeyFile(chosenFile, passphrase.value);
        await keep(member, chosenFile);
        await remember(member, part.dataset.person, seed);
        await done(seed);
      } catch (fault) {
        const code = fault instanceof SyntaxError ? "malformed" : fault.message.split(":")[0];
        say(state, text(["no_file", "other_member", "wrong_passphrase"].includes(code) ? code : "bad_file"), "warn");
        (code === "wrong_passphrase" ? passphrase : file).focus();
      } finally {
        button.disabled = false;
        passphrase.value = "";
      }
    });

    (async () => {
      const seed = await remembered(member, part.dataset.person);
      if (seed) {
        await done(seed);
        return;
      }
      chosen.hidden = !(await kept(member, known));
      form.hidden = false;
    })();
  });
}
