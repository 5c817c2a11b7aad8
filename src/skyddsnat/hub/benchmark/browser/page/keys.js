// Makes a member's benchmark key on this device: [data-make-key].  Only the public halves are put into the form that is sent.
import { keyFile, newSeed } from "../sealing/keys.js";
import { keep } from "./files.js";
import { download, say, settings, texts } from "./texts.js";

const SHORTEST = 16;

export function start(part) {
  const { member } = settings("key-settings");
  const text = texts();
  const state = part.querySelector("[data-key-state]");
  const [first, again] = part.querySelectorAll("input[type=password]");
  const make = part.querySelector("[data-key-make]");
  const send = part.querySelector("[data-key-send]");

  make.addEventListener("click", async () => {
    if (first.value.length < SHORTEST) {
      say(state, text("passphrase_short", { n: SHORTEST }), "warn");
      first.focus();
      return;
    }
    if (first.value !== again.value) {
      say(state, text("passphrase_differs"), "warn");
      again.focus();
      return;
    }
    make.disabled = true;
    say(state, text("making_key"));
    const file = await keyFile(member, newSeed(), first.value);
    await keep(member, file);
    download(`skyddsnat-${member}-nyckel.json`, JSON.stringify(file, null, 2));
    part.querySelector("[name=signing_key]").value = file.signing_key;
    part.querySelector("[name=opening_key]").value = file.opening_key;
    first.value = again.value = "";
    say(state, text("key_made"), "ok");
    send.disabled = false;
    send.focus();
  });
}
