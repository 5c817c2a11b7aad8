// What the hub's pages load: one script, whose hash the page shows (docs/benchmarking/member.md).
import * as sealing from "../sealing/index.js";
import * as handIn from "./handin.js";
import * as keys from "./keys.js";
import * as maturity from "./maturity.js";
import * as plan from "./plan.js";
import * as result from "./result.js";
import * as receipts from "./receipts.js";
import * as tables from "./tables.js";

globalThis.skyddsnatSealing = Object.freeze({ ...sealing, receipts, tables });

for (const [name, page] of Object.entries({ "hand-in": handIn, "make-key": keys, maturity, "plan-form": plan, result })) {
  const part = document.querySelector(`[data-${name}]`);
  if (part) page.start(part);
}
