// Answers of the self-assessment as the hub keeps them: sealed one by one, all of one size, so that it learns nothing from them.
import { utf8 } from "../sealing/canonical.js";
import { lock, unlock } from "../sealing/keys.js";

const BLOCK = 1024;
const what = (year, question) => `skyddsnat/maturity/v1|${year}|${question}`;

export async function sealAnswer(locker, year, question, answer) {
  const bytes = utf8(JSON.stringify(answer));
  const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK).fill(0x20); // spaces after JSON
  padded.set(bytes);
  return lock(locker, padded, what(year, question));
}

export async function openAnswer(locker, year, question, sealed) {
  return JSON.parse(new TextDecoder().decode(await unlock(locker, sealed, what(year, question))));
}

// Map of question to answer; those sealed with another key are left out.
export async function openAnswers(locker, year, rows) {
  const found = new Map();
  for (const { question, sealed } of rows) {
    try {
      found.set(question, await openAnswer(locker, year, question, sealed));
    } catch {
      // sealed with a key that this device does not have: the page says how many could not be opened
    }
  }
  return found;
}
