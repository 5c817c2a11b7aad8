export * from "./canonical.js";
export * as coding from "./coding.js";
export * as hpke from "./hpke.js";
export * as keys from "./keys.js";
export * as shares from "./shares.js";
export * from "./submission.js";
export * as maturity from "./score.js";
export * as standing from "./standing.js";
