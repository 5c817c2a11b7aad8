(() => {
  var __create = Object.create;
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __getProtoOf = Object.getPrototypeOf;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
    get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
  }) : x)(function(x) {
    if (typeof require !== "undefined") return require.apply(this, arguments);
    throw Error('Dynamic require of "' + x + '" is not supported');
  });
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toESM = (mod2, isNodeMode, target) => (target = mod2 != null ? __create(__getProtoOf(mod2)) : {}, __copyProps(
    // If the importer is in node compatibility mode or this is not an ESM
    // file that has been converted to a CommonJS file using a Babel-
    // compatible transform (i.e. "__esModule" has not been set), then set
    // "default" to the CommonJS "module.exports" for node compatibility.
    isNodeMode || !mod2 || !mod2.__esModule ? __defProp(target, "default", { value: mod2, enumerable: true }) : target,
    mod2
  ));

  // sealing/index.js
  var sealing_exports = {};
  __export(sealing_exports, {
    base64: () => base64,
    bytesOf: () => bytesOf,
    canonical: () => canonical,
    coding: () => coding_exports,
    hex: () => hex,
    hpke: () => hpke_exports,
    keys: () => keys_exports,
    makeSubmission: () => makeSubmission,
    maturity: () => score_exports,
    openPosition: () => openPosition,
    readSpecification: () => readSpecification,
    roundKeys: () => roundKeys,
    sha256: () => sha256,
    shares: () => shares_exports,
    standing: () => standing_exports,
    unbase64: () => unbase64,
    unhex: () => unhex,
    utf8: () => utf8
  });

  // sealing/canonical.js
  function canonical(thing) {
    if (thing === null || typeof thing === "boolean" || typeof thing === "string") return JSON.stringify(thing);
    if (typeof thing === "number") {
      if (!Number.isSafeInteger(thing)) throw new Error("malformed: a number that is no whole number below 2^53");
      return String(thing);
    }
    if (Array.isArray(thing)) return `[${thing.map(canonical).join(",")}]`;
    if (typeof thing === "object" && Object.getPrototypeOf(thing) === Object.prototype) {
      return `{${Object.keys(thing).sort().map((key) => `${JSON.stringify(key)}:${canonical(thing[key])}`).join(",")}}`;
    }
    throw new Error("malformed: expected text, whole number, true, false, null, list or object");
  }
  var encoder = new TextEncoder();
  var utf8 = (text) => encoder.encode(text);
  var bytesOf = (thing) => utf8(canonical(thing));
  var hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  function unhex(text) {
    if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Error("malformed: expected hexadecimal digits");
    return Uint8Array.from(text.match(/../g) ?? [], (pair2) => Number.parseInt(pair2, 16));
  }
  function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  }
  var unbase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  var sha256 = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

  // sealing/coding.js
  var coding_exports = {};
  __export(coding_exports, {
    amount: () => amount,
    band: () => band,
    code: () => code,
    encode: () => encode,
    number: () => number
  });
  var PLACES = 12;
  var WRITTEN = /^-?[0-9]{1,18}(?:[.,][0-9]{1,12})?$/;
  function number(text) {
    const squeezed = text.trim().replaceAll(" ", "").replaceAll(" ", "").replace(",", ".");
    if (!WRITTEN.test(squeezed)) throw new Error("malformed: not read as a number");
    const [whole, rest = ""] = squeezed.replace("-", "").split(".");
    const size = BigInt(whole + rest.padEnd(PLACES, "0"));
    return squeezed.startsWith("-") ? -size : size;
  }
  function code(item, value) {
    return item.edges.filter((edge) => item.upper_side ? number(edge) < value : number(edge) <= value).length;
  }
  function amount(item, value) {
    const unit = 10n ** BigInt(PLACES - item.decimals);
    let scaled = value / unit;
    const twice = 2n * (value - scaled * unit);
    if (twice > unit || twice === unit && scaled % 2n === 1n) scaled += 1n;
    if (value < 0n || scaled > BigInt(item.max)) throw new Error("malformed: beyond the largest amount");
    return scaled;
  }
  var encode = (item, value) => item.kind === "code" ? BigInt(code(item, value)) : amount(item, value);
  function band(item, code2) {
    return { low: code2 > 0 ? item.edges[code2 - 1] : null, high: code2 < item.edges.length ? item.edges[code2] : null };
  }

  // sealing/hpke.js
  var hpke_exports = {};
  __export(hpke_exports, {
    open: () => open,
    positionInfo: () => positionInfo,
    seal: () => seal,
    submissionInfo: () => submissionInfo,
    suite: () => suite
  });

  // node_modules/@hpke/common/esm/src/errors.js
  var HpkeError = class extends Error {
    constructor(e) {
      let message;
      if (e instanceof Error) {
        message = e.message;
      } else if (typeof e === "string") {
        message = e;
      } else {
        message = "";
      }
      super(message);
      this.name = this.constructor.name;
    }
  };
  var InvalidParamError = class extends HpkeError {
  };
  var SerializeError = class extends HpkeError {
  };
  var DeserializeError = class extends HpkeError {
  };
  var EncapError = class extends HpkeError {
  };
  var DecapError = class extends HpkeError {
  };
  var ExportError = class extends HpkeError {
  };
  var SealError = class extends HpkeError {
  };
  var OpenError = class extends HpkeError {
  };
  var MessageLimitReachedError = class extends HpkeError {
  };
  var DeriveKeyPairError = class extends HpkeError {
  };
  var NotSupportedError = class extends HpkeError {
  };

  // node_modules/@hpke/common/esm/_dnt.shims.js
  var dntGlobals = {};
  var dntGlobalThis = createMergeProxy(globalThis, dntGlobals);
  function createMergeProxy(baseObj, extObj) {
    return new Proxy(baseObj, {
      get(_target, prop, _receiver) {
        if (prop in extObj) {
          return extObj[prop];
        } else {
          return baseObj[prop];
        }
      },
      set(_target, prop, value) {
        if (prop in extObj) {
          delete extObj[prop];
        }
        baseObj[prop] = value;
        return true;
      },
      deleteProperty(_target, prop) {
        let success = false;
        if (prop in extObj) {
          delete extObj[prop];
          success = true;
        }
        if (prop in baseObj) {
          delete baseObj[prop];
          success = true;
        }
        return success;
      },
      ownKeys(_target) {
        const baseKeys = Reflect.ownKeys(baseObj);
        const extKeys = Reflect.ownKeys(extObj);
        const extKeysSet = new Set(extKeys);
        return [...baseKeys.filter((k) => !extKeysSet.has(k)), ...extKeys];
      },
      defineProperty(_target, prop, desc) {
        if (prop in extObj) {
          delete extObj[prop];
        }
        Reflect.defineProperty(baseObj, prop, desc);
        return true;
      },
      getOwnPropertyDescriptor(_target, prop) {
        if (prop in extObj) {
          return Reflect.getOwnPropertyDescriptor(extObj, prop);
        } else {
          return Reflect.getOwnPropertyDescriptor(baseObj, prop);
        }
      },
      has(_target, prop) {
        return prop in extObj || prop in baseObj;
      }
    });
  }

  // node_modules/@hpke/common/esm/src/algorithm.js
  async function loadSubtleCrypto() {
    if (dntGlobalThis !== void 0 && globalThis.crypto !== void 0) {
      return globalThis.crypto.subtle;
    }
    try {
      const { webcrypto } = await import("crypto");
      return webcrypto.subtle;
    } catch (e) {
      throw new NotSupportedError(e);
    }
  }
  var NativeAlgorithm = class {
    constructor() {
      Object.defineProperty(this, "_api", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
    }
    async _setup() {
      if (this._api !== void 0) {
        return;
      }
      this._api = await loadSubtleCrypto();
    }
  };

  // node_modules/@hpke/common/esm/src/identifiers.js
  var Mode = {
    Base: 0,
    Psk: 1,
    Auth: 2,
    AuthPsk: 3
  };
  var KemId = {
    NotAssigned: 0,
    DhkemP256HkdfSha256: 16,
    DhkemP384HkdfSha384: 17,
    DhkemP521HkdfSha512: 18,
    DhkemSecp256k1HkdfSha256: 19,
    DhkemX25519HkdfSha256: 32,
    DhkemX448HkdfSha512: 33,
    HybridkemX25519Kyber768: 48,
    MlKem512: 64,
    MlKem768: 65,
    MlKem1024: 66,
    XWing: 25722
  };
  var KdfId = {
    HkdfSha256: 1,
    HkdfSha384: 2,
    HkdfSha512: 3,
    Sha3256: 4,
    Sha3384: 5,
    Sha3512: 6,
    Shake128: 16,
    Shake256: 17,
    TurboShake128: 18,
    TurboShake256: 19
  };
  var AeadId = {
    Aes128Gcm: 1,
    Aes256Gcm: 2,
    Chacha20Poly1305: 3,
    ExportOnly: 65535
  };

  // node_modules/@hpke/common/esm/src/consts.js
  var INPUT_LENGTH_LIMIT = 8192;
  var INFO_LENGTH_LIMIT = 268435456;
  var MINIMUM_PSK_LENGTH = 32;
  var EMPTY = /* @__PURE__ */ new Uint8Array(0);

  // node_modules/@hpke/common/esm/src/interfaces/kemInterface.js
  var SUITE_ID_HEADER_KEM = /* @__PURE__ */ new Uint8Array([
    75,
    69,
    77,
    0,
    0
  ]);

  // node_modules/@hpke/common/esm/src/kdfs/hkdf.js
  var HPKE_VERSION = /* @__PURE__ */ new Uint8Array([
    72,
    80,
    75,
    69,
    45,
    118,
    49
  ]);
  function toUint8Array(input) {
    return new Uint8Array(toArrayBuffer(input));
  }
  function toArrayBuffer(input) {
    if (input instanceof ArrayBuffer) {
      return input;
    }
    if (ArrayBuffer.isView(input)) {
      return new Uint8Array(input.buffer, input.byteOffset, input.byteLength).slice().buffer;
    }
    return new Uint8Array(input).slice().buffer;
  }
  var HkdfNative = class extends NativeAlgorithm {
    constructor() {
      super();
      Object.defineProperty(this, "id", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: KdfId.HkdfSha256
      });
      Object.defineProperty(this, "hashSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 0
      });
      Object.defineProperty(this, "_suiteId", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: EMPTY
      });
      Object.defineProperty(this, "algHash", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: {
          name: "HMAC",
          hash: "SHA-256",
          length: 256
        }
      });
    }
    init(suiteId) {
      this._suiteId = suiteId;
    }
    buildLabeledIkm(label, ikm) {
      this._checkInit();
      const ret = new Uint8Array(7 + this._suiteId.byteLength + label.byteLength + ikm.byteLength);
      ret.set(HPKE_VERSION, 0);
      ret.set(this._suiteId, 7);
      ret.set(label, 7 + this._suiteId.byteLength);
      ret.set(ikm, 7 + this._suiteId.byteLength + label.byteLength);
      return ret;
    }
    buildLabeledInfo(label, info, len) {
      this._checkInit();
      const ret = new Uint8Array(9 + this._suiteId.byteLength + label.byteLength + info.byteLength);
      ret.set(new Uint8Array([0, len]), 0);
      ret.set(HPKE_VERSION, 2);
      ret.set(this._suiteId, 9);
      ret.set(label, 9 + this._suiteId.byteLength);
      ret.set(info, 9 + this._suiteId.byteLength + label.byteLength);
      return ret;
    }
    async extract(salt, ikm) {
      await this._setup();
      const saltBuf = salt.byteLength === 0 ? new ArrayBuffer(this.hashSize) : toArrayBuffer(salt);
      if (saltBuf.byteLength !== this.hashSize) {
        throw new InvalidParamError("The salt length must be the same as the hashSize");
      }
      const ikmBuf = toArrayBuffer(ikm);
      const key = await this._api.importKey("raw", saltBuf, this.algHash, false, [
        "sign"
      ]);
      return await this._api.sign("HMAC", key, ikmBuf);
    }
    async expand(prk, info, len) {
      await this._setup();
      const prkBuf = toArrayBuffer(prk);
      const key = await this._api.importKey("raw", prkBuf, this.algHash, false, [
        "sign"
      ]);
      const okm = new ArrayBuffer(len);
      const okmBytes = new Uint8Array(okm);
      let prev = EMPTY;
      const mid = toUint8Array(info);
      const tail = new Uint8Array(1);
      if (len > 255 * this.hashSize) {
        throw new Error("Entropy limit reached");
      }
      const tmp = new Uint8Array(this.hashSize + mid.length + 1);
      for (let i = 1, cur = 0; cur < okmBytes.length; i++) {
        tail[0] = i;
        tmp.set(prev, 0);
        tmp.set(mid, prev.length);
        tmp.set(tail, prev.length + mid.length);
        prev = new Uint8Array(await this._api.sign("HMAC", key, tmp.slice(0, prev.length + mid.length + 1)));
        if (okmBytes.length - cur >= prev.length) {
          okmBytes.set(prev, cur);
          cur += prev.length;
        } else {
          okmBytes.set(prev.slice(0, okmBytes.length - cur), cur);
          cur += okmBytes.length - cur;
        }
      }
      return okm;
    }
    async extractAndExpand(salt, ikm, info, len) {
      await this._setup();
      const ikmBuf = toArrayBuffer(ikm);
      const baseKey = await this._api.importKey("raw", ikmBuf, "HKDF", false, ["deriveBits"]);
      return await this._api.deriveBits({
        name: "HKDF",
        hash: this.algHash.hash,
        salt: toArrayBuffer(salt),
        info: toArrayBuffer(info)
      }, baseKey, len * 8);
    }
    async labeledExtract(salt, label, ikm) {
      return await this.extract(salt, this.buildLabeledIkm(label, ikm));
    }
    async labeledExpand(prk, label, info, len) {
      return await this.expand(prk, this.buildLabeledInfo(label, info, len), len);
    }
    _checkInit() {
      if (this._suiteId === EMPTY) {
        throw new Error("Not initialized. Call init()");
      }
    }
  };
  var HkdfSha256Native = class extends HkdfNative {
    constructor() {
      super(...arguments);
      Object.defineProperty(this, "id", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: KdfId.HkdfSha256
      });
      Object.defineProperty(this, "hashSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 32
      });
      Object.defineProperty(this, "algHash", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: {
          name: "HMAC",
          hash: "SHA-256",
          length: 256
        }
      });
    }
  };

  // node_modules/@hpke/common/esm/src/utils/misc.js
  var isCryptoKeyPair = (x) => typeof x === "object" && x !== null && typeof x.privateKey === "object" && typeof x.publicKey === "object";
  function i2Osp(n, w) {
    if (w <= 0) {
      throw new Error("i2Osp: too small size");
    }
    if (n >= 256 ** w) {
      throw new Error("i2Osp: too large integer");
    }
    const ret = new Uint8Array(w);
    for (let i = 0; i < w && n; i++) {
      ret[w - (i + 1)] = n % 256;
      n = Math.floor(n / 256);
    }
    return ret;
  }
  function concat(a, b) {
    const ret = new Uint8Array(a.length + b.length);
    ret.set(a, 0);
    ret.set(b, a.length);
    return ret;
  }
  function base64UrlToBytes(v) {
    const base642 = v.replace(/-/g, "+").replace(/_/g, "/");
    const byteString = atob(base642);
    const ret = new Uint8Array(byteString.length);
    for (let i = 0; i < byteString.length; i++) {
      ret[i] = byteString.charCodeAt(i);
    }
    return ret;
  }
  function xor(a, b) {
    if (a.byteLength !== b.byteLength) {
      throw new Error("xor: different length inputs");
    }
    const buf = new Uint8Array(a.byteLength);
    for (let i = 0; i < a.byteLength; i++) {
      buf[i] = a[i] ^ b[i];
    }
    return buf;
  }

  // node_modules/@hpke/common/esm/src/kems/dhkem.js
  var LABEL_EAE_PRK = /* @__PURE__ */ new Uint8Array([
    101,
    97,
    101,
    95,
    112,
    114,
    107
  ]);
  var LABEL_SHARED_SECRET = /* @__PURE__ */ new Uint8Array([
    115,
    104,
    97,
    114,
    101,
    100,
    95,
    115,
    101,
    99,
    114,
    101,
    116
  ]);
  function concat3(a, b, c) {
    const ret = new Uint8Array(a.length + b.length + c.length);
    ret.set(a, 0);
    ret.set(b, a.length);
    ret.set(c, a.length + b.length);
    return ret;
  }
  var Dhkem = class {
    constructor(id, prim, kdf) {
      Object.defineProperty(this, "id", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "secretSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 0
      });
      Object.defineProperty(this, "encSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 0
      });
      Object.defineProperty(this, "publicKeySize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 0
      });
      Object.defineProperty(this, "privateKeySize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 0
      });
      Object.defineProperty(this, "_prim", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_kdf", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      this.id = id;
      this._prim = prim;
      this._kdf = kdf;
      const suiteId = new Uint8Array(SUITE_ID_HEADER_KEM);
      suiteId.set(i2Osp(this.id, 2), 3);
      this._kdf.init(suiteId);
    }
    async serializePublicKey(key) {
      return await this._prim.serializePublicKey(key);
    }
    async deserializePublicKey(key) {
      return await this._prim.deserializePublicKey(toArrayBuffer(key));
    }
    async serializePrivateKey(key) {
      return await this._prim.serializePrivateKey(key);
    }
    async deserializePrivateKey(key) {
      return await this._prim.deserializePrivateKey(toArrayBuffer(key));
    }
    async importKey(format, key, isPublic = true) {
      return await this._prim.importKey(format, key, isPublic);
    }
    async generateKeyPair() {
      return await this._prim.generateKeyPair();
    }
    async deriveKeyPair(ikm) {
      const rawIkm = toArrayBuffer(ikm);
      if (rawIkm.byteLength > INPUT_LENGTH_LIMIT) {
        throw new InvalidParamError("Too long ikm");
      }
      return await this._prim.deriveKeyPair(rawIkm);
    }
    async encap(params) {
      let ke;
      if (params.ekm === void 0) {
        ke = await this.generateKeyPair();
      } else if (isCryptoKeyPair(params.ekm)) {
        ke = params.ekm;
      } else {
        ke = await this.deriveKeyPair(params.ekm);
      }
      const enc = await this._prim.serializePublicKey(ke.publicKey);
      const pkrm = await this._prim.serializePublicKey(params.recipientPublicKey);
      try {
        let dh;
        if (params.senderKey === void 0) {
          dh = new Uint8Array(await this._prim.dh(ke.privateKey, params.recipientPublicKey));
        } else {
          const sks = isCryptoKeyPair(params.senderKey) ? params.senderKey.privateKey : params.senderKey;
          const dh1 = new Uint8Array(await this._prim.dh(ke.privateKey, params.recipientPublicKey));
          const dh2 = new Uint8Array(await this._prim.dh(sks, params.recipientPublicKey));
          dh = concat(dh1, dh2);
        }
        let kemContext;
        if (params.senderKey === void 0) {
          kemContext = concat(new Uint8Array(enc), new Uint8Array(pkrm));
        } else {
          const pks = isCryptoKeyPair(params.senderKey) ? params.senderKey.publicKey : await this._prim.derivePublicKey(params.senderKey);
          const pksm = await this._prim.serializePublicKey(pks);
          kemContext = concat3(new Uint8Array(enc), new Uint8Array(pkrm), new Uint8Array(pksm));
        }
        const sharedSecret = await this._generateSharedSecret(dh, kemContext);
        return {
          enc,
          sharedSecret
        };
      } catch (e) {
        throw new EncapError(e);
      }
    }
    async decap(params) {
      const enc = toArrayBuffer(params.enc);
      const pke = await this._prim.deserializePublicKey(enc);
      const skr = isCryptoKeyPair(params.recipientKey) ? params.recipientKey.privateKey : params.recipientKey;
      const pkr = isCryptoKeyPair(params.recipientKey) ? params.recipientKey.publicKey : await this._prim.derivePublicKey(params.recipientKey);
      const pkrm = await this._prim.serializePublicKey(pkr);
      try {
        let dh;
        if (params.senderPublicKey === void 0) {
          dh = new Uint8Array(await this._prim.dh(skr, pke));
        } else {
          const dh1 = new Uint8Array(await this._prim.dh(skr, pke));
          const dh2 = new Uint8Array(await this._prim.dh(skr, params.senderPublicKey));
          dh = concat(dh1, dh2);
        }
        let kemContext;
        if (params.senderPublicKey === void 0) {
          kemContext = concat(new Uint8Array(enc), new Uint8Array(pkrm));
        } else {
          const pksm = await this._prim.serializePublicKey(params.senderPublicKey);
          kemContext = new Uint8Array(enc.byteLength + pkrm.byteLength + pksm.byteLength);
          kemContext.set(new Uint8Array(enc), 0);
          kemContext.set(new Uint8Array(pkrm), enc.byteLength);
          kemContext.set(new Uint8Array(pksm), enc.byteLength + pkrm.byteLength);
        }
        return await this._generateSharedSecret(dh, kemContext);
      } catch (e) {
        throw new DecapError(e);
      }
    }
    async _generateSharedSecret(dh, kemContext) {
      const labeledIkm = this._kdf.buildLabeledIkm(LABEL_EAE_PRK, dh);
      const labeledInfo = this._kdf.buildLabeledInfo(LABEL_SHARED_SECRET, kemContext, this.secretSize);
      return await this._kdf.extractAndExpand(EMPTY, labeledIkm, labeledInfo, this.secretSize);
    }
  };

  // node_modules/@hpke/common/esm/src/interfaces/dhkemPrimitives.js
  var KEM_USAGES = ["deriveBits"];
  var LABEL_DKP_PRK = /* @__PURE__ */ new Uint8Array([
    100,
    107,
    112,
    95,
    112,
    114,
    107
  ]);
  var LABEL_SK = /* @__PURE__ */ new Uint8Array([115, 107]);

  // node_modules/@hpke/common/esm/src/kems/dhkemPrimitives/ec.js
  var EC_P_521_PARAMS = {
    p: (1n << 521n) - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    gx: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    gy: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    coordinateSize: 66
  };

  // node_modules/@hpke/common/esm/src/interfaces/aeadEncryptionContext.js
  var AEAD_USAGES = ["encrypt", "decrypt"];

  // node_modules/@hpke/common/esm/src/utils/noble.js
  function isBytes(a) {
    return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array";
  }
  function anumber(n, title = "") {
    if (!Number.isSafeInteger(n) || n < 0) {
      const prefix = title && `"${title}" `;
      throw new Error(`${prefix}expected integer >0, got ${n}`);
    }
  }
  function abytes(value, length, title = "") {
    const bytes = isBytes(value);
    const len = value?.length;
    const needsLen = length !== void 0;
    if (!bytes || needsLen && len !== length) {
      const prefix = title && `"${title}" `;
      const ofLen = needsLen ? ` of length ${length}` : "";
      const got = bytes ? `length=${len}` : `type=${typeof value}`;
      throw new Error(prefix + "expected Uint8Array" + ofLen + ", got " + got);
    }
    return value;
  }
  function aexists(instance, checkFinished = true) {
    if (instance.destroyed)
      throw new Error("Hash instance has been destroyed");
    if (checkFinished && instance.finished) {
      throw new Error("Hash#digest() has already been called");
    }
  }
  function clean(...arrays) {
    for (let i = 0; i < arrays.length; i++) {
      arrays[i].fill(0);
    }
  }
  var _endianTestBuffer = /* @__PURE__ */ new Uint32Array([287454020]);
  var _endianTestBytes = /* @__PURE__ */ new Uint8Array(_endianTestBuffer.buffer);
  var isLE = _endianTestBytes[0] === 68;

  // node_modules/@hpke/common/esm/src/hash/hash.js
  function ahash(h) {
    if (typeof h !== "function" || typeof h.create !== "function") {
      throw new Error("Hash must wrapped by utils.createHasher");
    }
    anumber(h.outputLen);
    anumber(h.blockLen);
  }

  // node_modules/@hpke/common/esm/src/hash/hmac.js
  var _HMAC = class {
    constructor(hash, key) {
      Object.defineProperty(this, "oHash", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "iHash", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "blockLen", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "outputLen", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "finished", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: false
      });
      Object.defineProperty(this, "destroyed", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: false
      });
      ahash(hash);
      abytes(key, void 0, "key");
      this.iHash = hash.create();
      if (typeof this.iHash.update !== "function") {
        throw new Error("Expected instance of class which extends utils.Hash");
      }
      this.blockLen = this.iHash.blockLen;
      this.outputLen = this.iHash.outputLen;
      const blockLen = this.blockLen;
      const pad = new Uint8Array(blockLen);
      pad.set(key.length > blockLen ? hash.create().update(key).digest() : key);
      for (let i = 0; i < pad.length; i++)
        pad[i] ^= 54;
      this.iHash.update(pad);
      this.oHash = hash.create();
      for (let i = 0; i < pad.length; i++)
        pad[i] ^= 54 ^ 92;
      this.oHash.update(pad);
      clean(pad);
    }
    update(buf) {
      aexists(this);
      this.iHash.update(buf);
      return this;
    }
    digestInto(out) {
      aexists(this);
      abytes(out, this.outputLen, "output");
      this.finished = true;
      this.iHash.digestInto(out);
      this.oHash.update(out);
      this.oHash.digestInto(out);
      this.destroy();
    }
    digest() {
      const out = new Uint8Array(this.oHash.outputLen);
      this.digestInto(out);
      return out;
    }
    _cloneInto(to) {
      to ||= Object.create(Object.getPrototypeOf(this), {});
      const { oHash, iHash, finished, destroyed, blockLen, outputLen } = this;
      to = to;
      to.finished = finished;
      to.destroyed = destroyed;
      to.blockLen = blockLen;
      to.outputLen = outputLen;
      to.oHash = oHash._cloneInto(to.oHash);
      to.iHash = iHash._cloneInto(to.iHash);
      return to;
    }
    clone() {
      return this._cloneInto();
    }
    destroy() {
      this.destroyed = true;
      this.oHash.destroy();
      this.iHash.destroy();
    }
  };
  var hmac = (hash, key, message) => new _HMAC(hash, key).update(message).digest();
  hmac.create = (hash, key) => new _HMAC(hash, key);

  // node_modules/@hpke/common/esm/src/hash/u64.js
  var U32_MASK64 = 0xffffffffn;
  var _32n = 32n;
  function fromBig(n, le = false) {
    if (le) {
      return { h: Number(n & U32_MASK64), l: Number(n >> _32n & U32_MASK64) };
    }
    return {
      h: Number(n >> _32n & U32_MASK64) | 0,
      l: Number(n & U32_MASK64) | 0
    };
  }
  function split(lst, le = false) {
    const len = lst.length;
    const Ah = new Uint32Array(len);
    const Al = new Uint32Array(len);
    for (let i = 0; i < len; i++) {
      const { h, l } = fromBig(lst[i], le);
      [Ah[i], Al[i]] = [h, l];
    }
    return [Ah, Al];
  }

  // node_modules/@hpke/common/esm/src/hash/sha3.js
  var _0n = 0n;
  var _1n = 1n;
  var _2n = 2n;
  var _7n = 7n;
  var _256n = 256n;
  var _0x71n = 0x71n;
  var SHA3_PI = [];
  var SHA3_ROTL = [];
  var _SHA3_IOTA = [];
  for (let round = 0, R = _1n, x = 1, y = 0; round < 24; round++) {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    SHA3_PI.push(2 * (5 * y + x));
    SHA3_ROTL.push((round + 1) * (round + 2) / 2 % 64);
    let t = _0n;
    for (let j = 0; j < 7; j++) {
      R = (R << _1n ^ (R >> _7n) * _0x71n) % _256n;
      if (R & _2n)
        t ^= _1n << (_1n << BigInt(j)) - _1n;
    }
    _SHA3_IOTA.push(t);
  }
  var IOTAS = split(_SHA3_IOTA, true);
  var SHA3_IOTA_H = IOTAS[0];
  var SHA3_IOTA_L = IOTAS[1];

  // node_modules/@hpke/common/esm/src/curve/modular.js
  /*! noble-curves - MIT License (c) 2022 Paul Miller (paulmillr.com) */

  // node_modules/@hpke/common/esm/src/curve/montgomery.js
  /*! noble-curves - MIT License (c) 2022 Paul Miller (paulmillr.com) */

  // node_modules/@hpke/core/esm/src/aeads/aesGcm.js
  var AesGcmContext = class extends NativeAlgorithm {
    constructor(key) {
      super();
      Object.defineProperty(this, "_rawKey", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_key", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      this._rawKey = toArrayBuffer(key);
    }
    async seal(iv, data, aad) {
      await this._setupKey();
      const alg = {
        name: "AES-GCM",
        iv: toArrayBuffer(iv),
        additionalData: toArrayBuffer(aad)
      };
      const ct = await this._api.encrypt(alg, this._key, toArrayBuffer(data));
      return ct;
    }
    async open(iv, data, aad) {
      await this._setupKey();
      const alg = {
        name: "AES-GCM",
        iv: toArrayBuffer(iv),
        additionalData: toArrayBuffer(aad)
      };
      const pt = await this._api.decrypt(alg, this._key, toArrayBuffer(data));
      return pt;
    }
    async _setupKey() {
      if (this._key !== void 0) {
        return;
      }
      await this._setup();
      const key = await this._importKey(this._rawKey);
      new Uint8Array(this._rawKey).fill(0);
      this._key = key;
      return;
    }
    async _importKey(key) {
      return await this._api.importKey("raw", key, { name: "AES-GCM" }, true, AEAD_USAGES);
    }
  };
  var Aes128Gcm = class {
    constructor() {
      Object.defineProperty(this, "id", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: AeadId.Aes128Gcm
      });
      Object.defineProperty(this, "keySize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 16
      });
      Object.defineProperty(this, "nonceSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 12
      });
      Object.defineProperty(this, "tagSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 16
      });
    }
    createEncryptionContext(key) {
      return new AesGcmContext(key);
    }
  };

  // node_modules/@hpke/core/esm/src/utils/emitNotSupported.js
  function emitNotSupported() {
    return new Promise((_resolve, reject) => {
      reject(new NotSupportedError("Not supported"));
    });
  }

  // node_modules/@hpke/core/esm/src/exporterContext.js
  var LABEL_SEC = new Uint8Array([115, 101, 99]);
  var ExporterContextImpl = class {
    constructor(api, kdf, exporterSecret) {
      Object.defineProperty(this, "_api", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "exporterSecret", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_kdf", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      this._api = api;
      this._kdf = kdf;
      this.exporterSecret = exporterSecret;
    }
    async seal(_data, _aad) {
      return await emitNotSupported();
    }
    async open(_data, _aad) {
      return await emitNotSupported();
    }
    async export(exporterContext, len) {
      const rawExporterContext = toArrayBuffer(exporterContext);
      if (rawExporterContext.byteLength > INPUT_LENGTH_LIMIT) {
        throw new InvalidParamError("Too long exporter context");
      }
      try {
        return await this._kdf.labeledExpand(this.exporterSecret, LABEL_SEC, new Uint8Array(rawExporterContext), len);
      } catch (e) {
        throw new ExportError(e);
      }
    }
  };
  var RecipientExporterContextImpl = class extends ExporterContextImpl {
  };
  var SenderExporterContextImpl = class extends ExporterContextImpl {
    constructor(api, kdf, exporterSecret, enc) {
      super(api, kdf, exporterSecret);
      Object.defineProperty(this, "enc", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      this.enc = enc;
      return;
    }
  };

  // node_modules/@hpke/core/esm/src/encryptionContext.js
  var EncryptionContextImpl = class extends ExporterContextImpl {
    constructor(api, kdf, params) {
      super(api, kdf, params.exporterSecret);
      Object.defineProperty(this, "_aead", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_nK", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_nN", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_nT", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_ctx", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      if (params.key === void 0 || params.baseNonce === void 0 || params.seq === void 0) {
        throw new Error("Required parameters are missing");
      }
      this._aead = params.aead;
      this._nK = this._aead.keySize;
      this._nN = this._aead.nonceSize;
      this._nT = this._aead.tagSize;
      const key = this._aead.createEncryptionContext(params.key);
      this._ctx = {
        key,
        baseNonce: params.baseNonce,
        seq: params.seq
      };
    }
    computeNonce(k) {
      const seqBytes = i2Osp(k.seq, k.baseNonce.byteLength);
      return xor(k.baseNonce, seqBytes).buffer;
    }
    incrementSeq(k) {
      if (k.seq > Number.MAX_SAFE_INTEGER) {
        throw new MessageLimitReachedError("Message limit reached");
      }
      k.seq += 1;
      return;
    }
  };

  // node_modules/@hpke/core/esm/src/mutex.js
  var __classPrivateFieldGet = function(receiver, state, kind, f) {
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a getter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
    return kind === "m" ? f : kind === "a" ? f.call(receiver) : f ? f.value : state.get(receiver);
  };
  var __classPrivateFieldSet = function(receiver, state, value, kind, f) {
    if (kind === "m") throw new TypeError("Private method is not writable");
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a setter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
    return kind === "a" ? f.call(receiver, value) : f ? f.value = value : state.set(receiver, value), value;
  };
  var _Mutex_locked;
  var Mutex = class {
    constructor() {
      _Mutex_locked.set(this, Promise.resolve());
    }
    async lock() {
      let releaseLock;
      const nextLock = new Promise((resolve) => {
        releaseLock = resolve;
      });
      const previousLock = __classPrivateFieldGet(this, _Mutex_locked, "f");
      __classPrivateFieldSet(this, _Mutex_locked, nextLock, "f");
      await previousLock;
      return releaseLock;
    }
  };
  _Mutex_locked = /* @__PURE__ */ new WeakMap();

  // node_modules/@hpke/core/esm/src/recipientContext.js
  var __classPrivateFieldGet2 = function(receiver, state, kind, f) {
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a getter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
    return kind === "m" ? f : kind === "a" ? f.call(receiver) : f ? f.value : state.get(receiver);
  };
  var __classPrivateFieldSet2 = function(receiver, state, value, kind, f) {
    if (kind === "m") throw new TypeError("Private method is not writable");
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a setter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
    return kind === "a" ? f.call(receiver, value) : f ? f.value = value : state.set(receiver, value), value;
  };
  var _RecipientContextImpl_mutex;
  var RecipientContextImpl = class extends EncryptionContextImpl {
    constructor() {
      super(...arguments);
      _RecipientContextImpl_mutex.set(this, void 0);
    }
    async open(data, aad = EMPTY.buffer) {
      __classPrivateFieldSet2(this, _RecipientContextImpl_mutex, __classPrivateFieldGet2(this, _RecipientContextImpl_mutex, "f") ?? new Mutex(), "f");
      const release = await __classPrivateFieldGet2(this, _RecipientContextImpl_mutex, "f").lock();
      let pt;
      try {
        pt = await this._ctx.key.open(this.computeNonce(this._ctx), toArrayBuffer(data), toArrayBuffer(aad));
      } catch (e) {
        throw new OpenError(e);
      } finally {
        release();
      }
      this.incrementSeq(this._ctx);
      return pt;
    }
  };
  _RecipientContextImpl_mutex = /* @__PURE__ */ new WeakMap();

  // node_modules/@hpke/core/esm/src/senderContext.js
  var __classPrivateFieldGet3 = function(receiver, state, kind, f) {
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a getter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
    return kind === "m" ? f : kind === "a" ? f.call(receiver) : f ? f.value : state.get(receiver);
  };
  var __classPrivateFieldSet3 = function(receiver, state, value, kind, f) {
    if (kind === "m") throw new TypeError("Private method is not writable");
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a setter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
    return kind === "a" ? f.call(receiver, value) : f ? f.value = value : state.set(receiver, value), value;
  };
  var _SenderContextImpl_mutex;
  var SenderContextImpl = class extends EncryptionContextImpl {
    constructor(api, kdf, params, enc) {
      super(api, kdf, params);
      Object.defineProperty(this, "enc", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      _SenderContextImpl_mutex.set(this, void 0);
      this.enc = enc;
    }
    async seal(data, aad = EMPTY.buffer) {
      __classPrivateFieldSet3(this, _SenderContextImpl_mutex, __classPrivateFieldGet3(this, _SenderContextImpl_mutex, "f") ?? new Mutex(), "f");
      const release = await __classPrivateFieldGet3(this, _SenderContextImpl_mutex, "f").lock();
      let ct;
      try {
        ct = await this._ctx.key.seal(this.computeNonce(this._ctx), toArrayBuffer(data), toArrayBuffer(aad));
      } catch (e) {
        throw new SealError(e);
      } finally {
        release();
      }
      this.incrementSeq(this._ctx);
      return ct;
    }
  };
  _SenderContextImpl_mutex = /* @__PURE__ */ new WeakMap();

  // node_modules/@hpke/core/esm/src/cipherSuiteNative.js
  var LABEL_BASE_NONCE = new Uint8Array([
    98,
    97,
    115,
    101,
    95,
    110,
    111,
    110,
    99,
    101
  ]);
  var LABEL_EXP = new Uint8Array([101, 120, 112]);
  var LABEL_INFO_HASH = new Uint8Array([
    105,
    110,
    102,
    111,
    95,
    104,
    97,
    115,
    104
  ]);
  var LABEL_KEY = new Uint8Array([107, 101, 121]);
  var LABEL_PSK_ID_HASH = new Uint8Array([
    112,
    115,
    107,
    95,
    105,
    100,
    95,
    104,
    97,
    115,
    104
  ]);
  var LABEL_SECRET = new Uint8Array([115, 101, 99, 114, 101, 116]);
  var SUITE_ID_HEADER_HPKE = new Uint8Array([
    72,
    80,
    75,
    69,
    0,
    0,
    0,
    0,
    0,
    0
  ]);
  var CipherSuiteNative = class extends NativeAlgorithm {
    /**
     * @param params A set of parameters for building a cipher suite.
     *
     * If the error occurred, throws {@link InvalidParamError}.
     *
     * @throws {@link InvalidParamError}
     */
    constructor(params) {
      super();
      Object.defineProperty(this, "_kem", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_kdf", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_aead", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_suiteId", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      if (typeof params.kem === "number") {
        throw new InvalidParamError("KemId cannot be used");
      }
      this._kem = params.kem;
      if (typeof params.kdf === "number") {
        throw new InvalidParamError("KdfId cannot be used");
      }
      this._kdf = params.kdf;
      if (typeof params.aead === "number") {
        throw new InvalidParamError("AeadId cannot be used");
      }
      this._aead = params.aead;
      this._suiteId = new Uint8Array(SUITE_ID_HEADER_HPKE);
      this._suiteId.set(i2Osp(this._kem.id, 2), 4);
      this._suiteId.set(i2Osp(this._kdf.id, 2), 6);
      this._suiteId.set(i2Osp(this._aead.id, 2), 8);
      this._kdf.init(this._suiteId);
    }
    /**
     * Gets the KEM context of the ciphersuite.
     */
    get kem() {
      return this._kem;
    }
    /**
     * Gets the KDF context of the ciphersuite.
     */
    get kdf() {
      return this._kdf;
    }
    /**
     * Gets the AEAD context of the ciphersuite.
     */
    get aead() {
      return this._aead;
    }
    /**
     * Creates an encryption context for a sender.
     *
     * If the error occurred, throws {@link DecapError} | {@link ValidationError}.
     *
     * @param params A set of parameters for the sender encryption context.
     * @returns A sender encryption context.
     * @throws {@link EncapError}, {@link ValidationError}
     */
    async createSenderContext(params) {
      this._validateInputLength(params);
      await this._setup();
      const dh = await this._kem.encap(params);
      let mode;
      if (params.psk !== void 0) {
        mode = params.senderKey !== void 0 ? Mode.AuthPsk : Mode.Psk;
      } else {
        mode = params.senderKey !== void 0 ? Mode.Auth : Mode.Base;
      }
      return await this._keyScheduleS(mode, dh.sharedSecret, dh.enc, params);
    }
    /**
     * Creates an encryption context for a recipient.
     *
     * If the error occurred, throws {@link DecapError}
     * | {@link DeserializeError} | {@link ValidationError}.
     *
     * @param params A set of parameters for the recipient encryption context.
     * @returns A recipient encryption context.
     * @throws {@link DecapError}, {@link DeserializeError}, {@link ValidationError}
     */
    async createRecipientContext(params) {
      this._validateInputLength(params);
      await this._setup();
      const sharedSecret = await this._kem.decap(params);
      let mode;
      if (params.psk !== void 0) {
        mode = params.senderPublicKey !== void 0 ? Mode.AuthPsk : Mode.Psk;
      } else {
        mode = params.senderPublicKey !== void 0 ? Mode.Auth : Mode.Base;
      }
      return await this._keyScheduleR(mode, sharedSecret, params);
    }
    /**
     * Encrypts a message to a recipient.
     *
     * If the error occurred, throws `EncapError` | `MessageLimitReachedError` | `SealError` | `ValidationError`.
     *
     * @param params A set of parameters for building a sender encryption context.
     * @param pt A plain text as bytes to be encrypted.
     * @param aad Additional authenticated data as bytes fed by an application.
     * @returns A cipher text and an encapsulated key as bytes.
     * @throws {@link EncapError}, {@link MessageLimitReachedError}, {@link SealError}, {@link ValidationError}
     */
    async seal(params, pt, aad = EMPTY.buffer) {
      const ctx = await this.createSenderContext(params);
      return {
        ct: await ctx.seal(pt, aad),
        enc: ctx.enc
      };
    }
    /**
     * Decrypts a message from a sender.
     *
     * If the error occurred, throws `DecapError` | `DeserializeError` | `OpenError` | `ValidationError`.
     *
     * @param params A set of parameters for building a recipient encryption context.
     * @param ct An encrypted text as bytes to be decrypted.
     * @param aad Additional authenticated data as bytes fed by an application.
     * @returns A decrypted plain text as bytes.
     * @throws {@link DecapError}, {@link DeserializeError}, {@link OpenError}, {@link ValidationError}
     */
    async open(params, ct, aad = EMPTY.buffer) {
      const ctx = await this.createRecipientContext(params);
      return await ctx.open(ct, aad);
    }
    // private verifyPskInputs(mode: Mode, params: KeyScheduleParams) {
    //   const gotPsk = (params.psk !== undefined);
    //   const gotPskId = (params.psk !== undefined && params.psk.id.byteLength > 0);
    //   if (gotPsk !== gotPskId) {
    //     throw new Error('Inconsistent PSK inputs');
    //   }
    //   if (gotPsk && (mode === Mode.Base || mode === Mode.Auth)) {
    //     throw new Error('PSK input provided when not needed');
    //   }
    //   if (!gotPsk && (mode === Mode.Psk || mode === Mode.AuthPsk)) {
    //     throw new Error('Missing required PSK input');
    //   }
    //   return;
    // }
    async _keySchedule(mode, sharedSecret, params) {
      const pskId = params.psk === void 0 ? EMPTY : toUint8Array(params.psk.id);
      const pskIdHash = await this._kdf.labeledExtract(EMPTY, LABEL_PSK_ID_HASH, pskId);
      const info = params.info === void 0 ? EMPTY : toUint8Array(params.info);
      const infoHash = await this._kdf.labeledExtract(EMPTY, LABEL_INFO_HASH, info);
      const keyScheduleContext = new Uint8Array(1 + pskIdHash.byteLength + infoHash.byteLength);
      keyScheduleContext.set(new Uint8Array([mode]), 0);
      keyScheduleContext.set(new Uint8Array(pskIdHash), 1);
      keyScheduleContext.set(new Uint8Array(infoHash), 1 + pskIdHash.byteLength);
      const psk = params.psk === void 0 ? EMPTY : toUint8Array(params.psk.key);
      const ikm = this._kdf.buildLabeledIkm(LABEL_SECRET, psk);
      const exporterSecretInfo = this._kdf.buildLabeledInfo(LABEL_EXP, keyScheduleContext, this._kdf.hashSize);
      const exporterSecret = await this._kdf.extractAndExpand(sharedSecret, ikm, exporterSecretInfo, this._kdf.hashSize);
      if (this._aead.id === AeadId.ExportOnly) {
        return { aead: this._aead, exporterSecret };
      }
      const keyInfo = this._kdf.buildLabeledInfo(LABEL_KEY, keyScheduleContext, this._aead.keySize);
      const key = await this._kdf.extractAndExpand(sharedSecret, ikm, keyInfo, this._aead.keySize);
      const baseNonceInfo = this._kdf.buildLabeledInfo(LABEL_BASE_NONCE, keyScheduleContext, this._aead.nonceSize);
      const baseNonce = await this._kdf.extractAndExpand(sharedSecret, ikm, baseNonceInfo, this._aead.nonceSize);
      return {
        aead: this._aead,
        exporterSecret,
        key,
        baseNonce: new Uint8Array(baseNonce),
        seq: 0
      };
    }
    async _keyScheduleS(mode, sharedSecret, enc, params) {
      const res = await this._keySchedule(mode, sharedSecret, params);
      if (res.key === void 0) {
        return new SenderExporterContextImpl(this._api, this._kdf, res.exporterSecret, enc);
      }
      return new SenderContextImpl(this._api, this._kdf, res, enc);
    }
    async _keyScheduleR(mode, sharedSecret, params) {
      const res = await this._keySchedule(mode, sharedSecret, params);
      if (res.key === void 0) {
        return new RecipientExporterContextImpl(this._api, this._kdf, res.exporterSecret);
      }
      return new RecipientContextImpl(this._api, this._kdf, res);
    }
    _validateInputLength(params) {
      if (params.info !== void 0 && params.info.byteLength > INFO_LENGTH_LIMIT) {
        throw new InvalidParamError("Too long info");
      }
      if (params.psk !== void 0) {
        if (params.psk.key.byteLength < MINIMUM_PSK_LENGTH) {
          throw new InvalidParamError(`PSK must have at least ${MINIMUM_PSK_LENGTH} bytes`);
        }
        if (params.psk.key.byteLength > INPUT_LENGTH_LIMIT) {
          throw new InvalidParamError("Too long psk.key");
        }
        if (params.psk.id.byteLength > INPUT_LENGTH_LIMIT) {
          throw new InvalidParamError("Too long psk.id");
        }
      }
      return;
    }
  };

  // node_modules/@hpke/core/esm/src/native.js
  var CipherSuite = class extends CipherSuiteNative {
  };
  var HkdfSha256 = class extends HkdfSha256Native {
  };

  // node_modules/@hpke/core/esm/src/kems/dhkemPrimitives/x25519.js
  var ALG_NAME = "X25519";
  var PKCS8_ALG_ID_X25519 = new Uint8Array([
    48,
    46,
    2,
    1,
    0,
    48,
    5,
    6,
    3,
    43,
    101,
    110,
    4,
    34,
    4,
    32
  ]);
  var BASE_POINT_X25519 = /* @__PURE__ */ (() => {
    const p = new Uint8Array(32);
    p[0] = 9;
    return p;
  })();
  var X25519 = class extends NativeAlgorithm {
    constructor(hkdf) {
      super();
      Object.defineProperty(this, "_hkdf", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_alg", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_nPk", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_nSk", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_nDh", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      Object.defineProperty(this, "_pkcs8AlgId", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: void 0
      });
      this._alg = { name: ALG_NAME };
      this._hkdf = hkdf;
      this._nPk = 32;
      this._nSk = 32;
      this._nDh = 32;
      this._pkcs8AlgId = PKCS8_ALG_ID_X25519;
    }
    async serializePublicKey(key) {
      await this._setup();
      try {
        return await this._api.exportKey("raw", key);
      } catch (e) {
        throw new SerializeError(e);
      }
    }
    async deserializePublicKey(key) {
      await this._setup();
      try {
        return await this._importRawKey(toArrayBuffer(key), true);
      } catch (e) {
        throw new DeserializeError(e);
      }
    }
    async serializePrivateKey(key) {
      await this._setup();
      try {
        const jwk = await this._api.exportKey("jwk", key);
        if (!("d" in jwk)) {
          throw new Error("Not private key");
        }
        return base64UrlToBytes(jwk["d"]).buffer;
      } catch (e) {
        throw new SerializeError(e);
      }
    }
    async deserializePrivateKey(key) {
      await this._setup();
      try {
        return await this._importRawKey(toArrayBuffer(key), false);
      } catch (e) {
        throw new DeserializeError(e);
      }
    }
    async importKey(format, key, isPublic) {
      await this._setup();
      try {
        if (format === "raw") {
          return await this._importRawKey(key, isPublic);
        }
        if (key instanceof ArrayBuffer) {
          throw new Error("Invalid jwk key format");
        }
        return await this._importJWK(key, isPublic);
      } catch (e) {
        throw new DeserializeError(e);
      }
    }
    async generateKeyPair() {
      await this._setup();
      try {
        return await this._api.generateKey(ALG_NAME, true, KEM_USAGES);
      } catch (e) {
        throw new NotSupportedError(e);
      }
    }
    async deriveKeyPair(ikm) {
      await this._setup();
      try {
        const rawIkm = toArrayBuffer(ikm);
        const dkpPrk = await this._hkdf.labeledExtract(EMPTY, LABEL_DKP_PRK, new Uint8Array(rawIkm));
        const rawSk = await this._hkdf.labeledExpand(dkpPrk, LABEL_SK, EMPTY, this._nSk);
        const rawSkBytes = new Uint8Array(rawSk);
        const sk = await this._deserializePkcs8Key(rawSkBytes);
        rawSkBytes.fill(0);
        return {
          privateKey: sk,
          publicKey: await this.derivePublicKey(sk)
        };
      } catch (e) {
        throw new DeriveKeyPairError(e);
      }
    }
    async derivePublicKey(key) {
      await this._setup();
      try {
        const jwk = await this._api.exportKey("jwk", key);
        delete jwk["d"];
        delete jwk["key_ops"];
        return await this._api.importKey("jwk", jwk, this._alg, true, []);
      } catch {
        try {
          const bp = await this._api.importKey("raw", BASE_POINT_X25519.buffer, this._alg, true, []);
          const bits = await this._api.deriveBits({
            name: ALG_NAME,
            public: bp
          }, key, this._nPk * 8);
          return await this._api.importKey("raw", bits, this._alg, true, []);
        } catch (e) {
          throw new DeserializeError(e);
        }
      }
    }
    async dh(sk, pk) {
      await this._setup();
      try {
        const bits = await this._api.deriveBits({
          name: ALG_NAME,
          public: pk
        }, sk, this._nDh * 8);
        return bits;
      } catch (e) {
        throw new SerializeError(e);
      }
    }
    async _importRawKey(key, isPublic) {
      if (isPublic && key.byteLength !== this._nPk) {
        throw new Error("Invalid public key for the ciphersuite");
      }
      if (!isPublic && key.byteLength !== this._nSk) {
        throw new Error("Invalid private key for the ciphersuite");
      }
      if (isPublic) {
        return await this._api.importKey("raw", key, this._alg, true, []);
      }
      return await this._deserializePkcs8Key(new Uint8Array(key));
    }
    async _importJWK(key, isPublic) {
      if (typeof key.kty === "undefined" || key.kty !== "OKP") {
        throw new Error(`Invalid kty: ${key.crv}`);
      }
      if (typeof key.crv === "undefined" || key.crv !== ALG_NAME) {
        throw new Error(`Invalid crv: ${key.crv}`);
      }
      if (isPublic) {
        if (typeof key.d !== "undefined") {
          throw new Error("Invalid key: `d` should not be set");
        }
        return await this._api.importKey("jwk", key, this._alg, true, []);
      }
      if (typeof key.d === "undefined") {
        throw new Error("Invalid key: `d` not found");
      }
      return await this._api.importKey("jwk", key, this._alg, true, KEM_USAGES);
    }
    async _deserializePkcs8Key(k) {
      const pkcs8Key = new Uint8Array(this._pkcs8AlgId.length + k.length);
      pkcs8Key.set(this._pkcs8AlgId, 0);
      pkcs8Key.set(k, this._pkcs8AlgId.length);
      return await this._api.importKey("pkcs8", pkcs8Key, this._alg, true, KEM_USAGES);
    }
  };

  // node_modules/@hpke/core/esm/src/kems/dhkemX25519.js
  var DhkemX25519HkdfSha256 = class extends Dhkem {
    constructor() {
      const kdf = new HkdfSha256Native();
      super(KemId.DhkemX25519HkdfSha256, new X25519(kdf), kdf);
      Object.defineProperty(this, "id", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: KemId.DhkemX25519HkdfSha256
      });
      Object.defineProperty(this, "secretSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 32
      });
      Object.defineProperty(this, "encSize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 32
      });
      Object.defineProperty(this, "publicKeySize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 32
      });
      Object.defineProperty(this, "privateKeySize", {
        enumerable: true,
        configurable: true,
        writable: true,
        value: 32
      });
    }
  };

  // node_modules/@hpke/core/esm/src/kems/dhkemPrimitives/x448.js
  var PKCS8_ALG_ID_X448 = new Uint8Array([
    48,
    70,
    2,
    1,
    0,
    48,
    5,
    6,
    3,
    43,
    101,
    111,
    4,
    58,
    4,
    56
  ]);

  // sealing/hpke.js
  var suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm()
  });
  var ENCAPSULATED = 32;
  async function seal(raw, publicKey, info) {
    const recipientPublicKey = await suite.kem.importKey("raw", publicKey, true);
    const context = await suite.createSenderContext({ recipientPublicKey, info: utf8(info) });
    const ciphertext = new Uint8Array(await context.seal(raw));
    const sealed = new Uint8Array(ENCAPSULATED + ciphertext.length);
    sealed.set(new Uint8Array(context.enc));
    sealed.set(ciphertext, ENCAPSULATED);
    return sealed;
  }
  async function open(sealed, privateKey, info) {
    const context = await suite.createRecipientContext({
      recipientKey: await suite.kem.importKey("raw", privateKey, false),
      enc: sealed.slice(0, ENCAPSULATED),
      info: utf8(info)
    });
    return new Uint8Array(await context.open(sealed.slice(ENCAPSULATED)));
  }
  var submissionInfo = ({ spec, round, member, seq }, party) => `skyddsnat/bench/v1|spec=${spec}|round=${round}|member=${member}|seq=${seq}|party=${party}`;
  var positionInfo = ({ spec, round, member }, party) => `skyddsnat/bench/v1|position|spec=${spec}|round=${round}|member=${member}|party=${party}`;

  // sealing/keys.js
  var keys_exports = {};
  __export(keys_exports, {
    keyFile: () => keyFile,
    keysOf: () => keysOf,
    lock: () => lock,
    locker: () => locker,
    newSeed: () => newSeed,
    openKeyFile: () => openKeyFile,
    sign: () => sign,
    unlock: () => unlock
  });
  var FORMAT = "skyddsnat/bench/key/v1";
  var ITERATIONS = 6e5;
  var PKCS8 = { Ed25519: "302e020100300506032b657004220420", X25519: "302e020100300506032b656e04220420" };
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
  async function keysOf(seed) {
    const opening = await derive(seed, "open");
    const sign2 = await pair(await derive(seed, "sign"), "Ed25519", ["sign"]);
    const open2 = await pair(opening, "X25519", ["deriveBits"]);
    return { signing: sign2.priv, signingKey: hex(sign2.pub), opening, openingKey: hex(open2.pub) };
  }
  var newSeed = () => crypto.getRandomValues(new Uint8Array(32));
  async function sign(keys, domain, document2) {
    const message = new Uint8Array([...utf8(`${domain}
`), ...utf8(document2)]);
    return hex(new Uint8Array(await crypto.subtle.sign("Ed25519", keys.signing, message)));
  }
  async function locker(passphrase, salt, iterations = ITERATIONS) {
    const key = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
    return crypto.subtle.deriveKey(way, key, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  async function lock(key, bytes, what3) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(what3) }, key, bytes);
    return `${base64(iv)}.${base64(new Uint8Array(sealed))}`;
  }
  async function unlock(key, text, what3) {
    const [iv, sealed] = text.split(".").map(unbase64);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(what3) }, key, sealed));
  }
  async function keyFile(member, seed, passphrase) {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const { signingKey, openingKey } = await keysOf(seed);
    const sealed = await lock(await locker(passphrase, salt), seed, FORMAT);
    return { format: FORMAT, member, signing_key: signingKey, opening_key: openingKey, iterations: ITERATIONS, salt: base64(salt), sealed };
  }
  async function openKeyFile(file, passphrase) {
    if (file?.format !== FORMAT || !(file.iterations >= 1e5 && file.iterations <= 1e7)) throw new Error("malformed: no key file");
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

  // sealing/shares.js
  var shares_exports = {};
  __export(shares_exports, {
    P: () => P,
    WIDTH: () => WIDTH,
    bitsOf: () => bitsOf,
    layout: () => layout,
    split: () => split2,
    together: () => together
  });
  var P = 2n ** 89n - 1n;
  var WIDTH = 12;
  var bitsOf = (item) => (item.max + 1).toString(2).length;
  function layout(items, values, measured) {
    const rows = items.map((item) => ({ item, value: values.get(item.id) ?? null }));
    const present = ({ value }) => value === null ? 0n : 1n;
    const bits = (size, value) => Array.from({ length: size }, (_, at) => value >> BigInt(at) & 1n);
    return [
      ...rows.map(({ value }) => value ?? 0n),
      ...rows.map(present),
      ...rows.map((row) => present(row) && measured.has(row.item.id) ? 1n : 0n),
      ...rows.flatMap(({ item, value }) => bits(bitsOf(item), value ?? 0n)),
      ...rows.flatMap(({ item, value }) => bits(bitsOf(item), BigInt(item.max) - (value ?? 0n)))
    ];
  }
  function element() {
    for (; ; ) {
      const bytes = crypto.getRandomValues(new Uint8Array(WIDTH));
      bytes[0] &= 1;
      const drawn = bytes.reduce((so_far, byte) => so_far << 8n | BigInt(byte), 0n);
      if (drawn < P) return drawn;
    }
  }
  function put(target, at, value) {
    for (let byte = 0; byte < WIDTH; byte += 1) target[at + byte] = Number(value >> BigInt(8 * byte) & 255n);
  }
  function split2(elements, slopes = elements.map(element)) {
    return [1n, 2n, 3n].map((x) => {
      const share = new Uint8Array(elements.length * WIDTH);
      elements.forEach((value, at) => put(share, at * WIDTH, (value + slopes[at] * x) % P));
      return share;
    });
  }
  function together([first, second, third]) {
    const mod2 = (value) => (value % P + P) % P;
    if (mod2(first - 2n * second + third) !== 0n) throw new Error("not_on_a_line: the parties' shares do not fit together");
    return mod2(2n * first - second);
  }

  // sealing/submission.js
  var FORMAT2 = "skyddsnat/bench/submission/v1";
  var DOMAIN = "skyddsnat/bench/statement/v1";
  async function readSpecification(raw) {
    const document2 = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
    const spelled = bytesOf(document2);
    if (spelled.length !== raw.length || spelled.some((byte, at) => byte !== raw[at])) throw new Error("malformed: not canonical");
    return { document: document2, sha256: await sha256(raw) };
  }
  async function roundKeys(specification, approvals) {
    const keys = [];
    for (const party of specification.document.parties) {
      const said2 = approvals.find(({ statement: statement2 }) => statement2.party === party.index && statement2.kind === "approval");
      if (!said2) throw new Error(`no_key: ${party.name}`);
      const { statement, signature } = said2;
      if (statement.spec !== specification.sha256 || statement.round !== specification.document.round) throw new Error(`other_round: ${party.name}`);
      const key = await crypto.subtle.importKey("raw", unhex(party.signing_key), { name: "Ed25519" }, false, ["verify"]);
      const message = new TextEncoder().encode(`${DOMAIN}
${canonical(statement)}`);
      if (!await crypto.subtle.verify("Ed25519", key, unhex(signature), message)) throw new Error(`bad_signature: ${party.name}`);
      keys.push(unhex(statement.body.round_key));
    }
    return keys;
  }
  async function makeSubmission({ specification, keys, member, seq, parties, values, measured = /* @__PURE__ */ new Set() }) {
    const { document: document2, sha256: spec } = specification;
    const own = document2.members.find(({ id }) => id === member);
    if (own?.signing_key !== keys.signingKey || own.opening_key !== keys.openingKey) throw new Error("other_key: the specification names another key for you than this one");
    const coded = new Map(document2.items.map((item) => {
      const value = values.get(item.id) ?? null;
      return [item.id, value === null ? null : encode(item, value)];
    }));
    const context = { spec, round: document2.round, member, seq };
    const shares = split2(layout(document2.items, coded, measured));
    const sealed = await Promise.all(shares.map((share, party) => seal(share, parties[party], submissionInfo(context, party))));
    const envelope = { format: FORMAT2, ...context, sealed: await Promise.all(sealed.map(sha256)) };
    return { envelope, signature: await sign(keys, FORMAT2, canonical(envelope)), sealed: sealed.map(base64) };
  }
  async function openPosition({ specification, keys, member, sealed }) {
    const context = { spec: specification.sha256, round: specification.document.round, member };
    const parts = await Promise.all(sealed.map(async (text, party) => {
      const raw = await open(unbase64(text), keys.opening, positionInfo(context, party));
      return JSON.parse(new TextDecoder().decode(raw)).values;
    }));
    const names2 = Object.keys(parts[0]);
    if (parts.some((part) => Object.keys(part).length !== names2.length)) throw new Error("not_on_a_line: the parties sent different names");
    return new Map(names2.map((name) => [name, Number(together(parts.map((part) => BigInt(part[name]))))]));
  }

  // sealing/score.js
  var score_exports = {};
  __export(score_exports, {
    NOT_APPLICABLE: () => NOT_APPLICABLE,
    decimals: () => decimals,
    score: () => score
  });
  var NOT_APPLICABLE = "na";
  function score(model, answers) {
    const areas = model.areas.map(({ id, questions }) => {
      const given = questions.map((question) => [question, answers.get(question.id) ?? null]);
      const levels = given.filter(([, answer]) => typeof answer === "number");
      const points2 = levels.reduce((sum, [question, level]) => sum + question.weight * level, 0);
      const weights = levels.reduce((sum, [question]) => sum + question.weight, 0);
      const skipped = given.filter(([, answer]) => answer === NOT_APPLICABLE).length;
      const scored2 = weights > 0 && skipped <= model.max_na;
      return { id, points: points2, weights, levels, skipped, open: given.filter(([, answer]) => answer === null).length, score: scored2 ? [points2, weights] : null };
    });
    const scored = areas.filter((area) => area.score);
    const [top, bottom] = scored.reduce(([a, b], { score: [c, d] }) => [a * d + c * b, b * d], [0, 1]);
    return { areas, total: scored.length ? [top, bottom * scored.length] : null, complete: !areas.some((area) => area.open) };
  }
  function decimals([top, bottom]) {
    const [a, b] = [BigInt(top) * 100n, BigInt(bottom)];
    let cut = a / b;
    const twice = 2n * (a - cut * b);
    if (twice > b || twice === b && cut % 2n === 1n) cut += 1n;
    return `${cut / 100n}.${String(cut % 100n).padStart(2, "0")}`;
  }

  // sealing/standing.js
  var standing_exports = {};
  __export(standing_exports, {
    endOf: () => endOf,
    fits: () => fits,
    rankOf: () => rankOf,
    sideOf: () => sideOf
  });
  function endOf(third, direction) {
    if (direction === "neutral") return ["low", "between", "high"][third];
    return (direction === "higher" ? ["last", "middle", "best"] : ["best", "middle", "last"])[third];
  }
  function rankOf(place2, members, direction) {
    const doubled = direction === "lower" ? place2 : 2 * (members - 1) - place2;
    const [low, high] = [Math.floor(doubled / 2) + 1, Math.ceil(doubled / 2) + 1];
    return { rank: low === high ? String(low) : `${low}–${high}`, shared: low !== high };
  }
  var sideOf = (code2, [top, bottom]) => Math.sign(code2 * Number(bottom) - Number(top));
  function fits({ code: code2, median, members, third, place: place2, side }) {
    const balance = place2 === void 0 ? null : Math.sign(place2 - (members - 1));
    if (place2 !== void 0 && third !== void 0 && third !== thirdOf(place2 - (members - 1), members)) return false;
    if (code2 === null || !median) return true;
    const own = sideOf(code2, median);
    if (balance !== null && (balance === 0 ? own !== 0 : own * balance < 0)) return false;
    if (third !== void 0 && third !== 1 && own * (third - 1) < 0) return false;
    return side === void 0 || own * (side - 1) >= 0;
  }
  var thirdOf = (balance, members) => [-Math.floor(members / 3), Math.ceil(members / 3)].filter((edge) => balance >= edge).length;

  // page/handin.js
  var handin_exports = {};
  __export(handin_exports, {
    start: () => start
  });

  // page/answers.js
  var BLOCK = 1024;
  var what = (year, question) => `skyddsnat/maturity/v1|${year}|${question}`;
  async function sealAnswer(locker2, year, question, answer) {
    const bytes = utf8(JSON.stringify(answer));
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK).fill(32);
    padded.set(bytes);
    return lock(locker2, padded, what(year, question));
  }
  async function openAnswer(locker2, year, question, sealed) {
    return JSON.parse(new TextDecoder().decode(await unlock(locker2, sealed, what(year, question))));
  }
  async function openAnswers(locker2, year, rows) {
    const found = /* @__PURE__ */ new Map();
    for (const { question, sealed } of rows) {
      try {
        found.set(question, await openAnswer(locker2, year, question, sealed));
      } catch {
      }
    }
    return found;
  }

  // page/store.js
  var NAME = "skyddsnat-bench";
  var STORES = ["files", "unlocked", "own"];
  function database() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => STORES.forEach((store) => asked.result.createObjectStore(store));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }
  async function act(store, mode, how) {
    const opened3 = await database();
    try {
      return await new Promise((resolve, reject) => {
        const asked = how(opened3.transaction(store, mode).objectStore(store));
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    } finally {
      opened3.close();
    }
  }
  var get = (store, key) => act(store, "readonly", (kept2) => kept2.get(key));
  var put2 = (store, key, value) => act(store, "readwrite", (kept2) => kept2.put(value, key));
  var remove = (store, key) => act(store, "readwrite", (kept2) => kept2.delete(key));
  var names = (store) => act(store, "readonly", (kept2) => kept2.getAllKeys());

  // page/own.js
  var WHAT = "skyddsnat/bench/draft/v1";
  var placeOf = (member, round, what3) => `${member}/${round}/${what3}`;
  var keepOwn = async (vault, key, thing) => put2("own", key, await lock(vault.locker, utf8(JSON.stringify(thing)), WHAT));
  async function openOwn(vault, key) {
    const kept2 = await get("own", key);
    try {
      return kept2 ? JSON.parse(new TextDecoder().decode(await unlock(vault.locker, kept2, WHAT))) : null;
    } catch {
      return null;
    }
  }

  // page/texts.js
  function texts(id = "sealing-texts") {
    const all = JSON.parse(document.getElementById(id).textContent);
    return (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), all[key] ?? key);
  }
  var settings = (id) => JSON.parse(document.getElementById(id).textContent);
  function element2(tag, facts = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(facts)) {
      if (name === "on") for (const [event, act2] of Object.entries(value)) made.addEventListener(event, act2);
      else if (name in made && name !== "list") made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== void 0));
    return made;
  }
  var figure = (written, rounding = { maximumFractionDigits: 20 }) => new Intl.NumberFormat(document.documentElement.lang, rounding).format(written);
  var points = (written) => figure(written, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  var moment = (date) => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" }).format(date);
  var timeOfDay = (date) => new Intl.DateTimeFormat("sv-SE", { timeStyle: "short" }).format(date);
  function say(target, text, kind = "") {
    target.className = `told-line${kind ? ` told-${kind}` : ""}`;
    target.textContent = text;
    target.hidden = !text;
  }
  var csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  async function post(url, body) {
    return fetch(url, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() }, body: JSON.stringify(body) });
  }
  function download(name, text, type = "application/json") {
    const link = element2("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // page/pins.js
  var place = (member) => `${member}/parties/keys`;
  async function compare(vault, member, parties) {
    const known = await openOwn(vault, place(member)) ?? {};
    const seen = parties.filter((party) => Object.hasOwn(known, party.id));
    return { changed: seen.filter((party) => known[party.id] !== party.signing_key), unseen: parties.filter((party) => !seen.includes(party)) };
  }
  async function pin(vault, member, parties) {
    const known = await openOwn(vault, place(member)) ?? {};
    await keepOwn(vault, place(member), { ...Object.fromEntries(parties.map((party) => [party.id, party.signing_key])), ...known });
  }
  var fingerprint = async (key) => (await sha256(unhex(key))).slice(0, 32).match(/.{4}/g).join(" ");
  async function ask(block, unseen) {
    const rows = await Promise.all(unseen.map(async (party) => element2("li", {}, `${party.name}: `, element2("code", { textContent: await fingerprint(party.signing_key) }))));
    block.querySelector("ul").replaceChildren(...rows);
    block.querySelector("input").required = true;
    block.hidden = false;
  }

  // page/receipts.js
  var receipts_exports = {};
  __export(receipts_exports, {
    checkReceipt: () => checkReceipt,
    compareList: () => compareList,
    holds: () => holds,
    pinHub: () => pinHub
  });
  var DOMAIN2 = "skyddsnat/bench/receipt/v1";
  async function checkReceipt(body, logKey, envelope) {
    const { receipt, signature } = body;
    const key = await crypto.subtle.importKey("raw", unhex(logKey), { name: "Ed25519" }, false, ["verify"]);
    const signed = await crypto.subtle.verify("Ed25519", key, unhex(signature), utf8(`${DOMAIN2}
${canonical(receipt)}`));
    const same = ["round", "spec", "member", "seq", "sealed"].every((name) => canonical(receipt[name]) === canonical(envelope[name]));
    if (!signed || !same || receipt.format !== DOMAIN2) throw new Error("bad_receipt");
  }
  async function pinHub(vault, member, logKey) {
    const place2 = `${member}/hub/key`;
    const known = await openOwn(vault, place2);
    if (known && known !== logKey) throw new Error("bad_receipt");
    if (!known) await keepOwn(vault, place2, logKey);
  }
  function holds(submissions, { receipt }) {
    const mine = submissions.find(({ envelope }) => envelope.member === receipt.member)?.envelope;
    return Boolean(mine) && (mine.seq > receipt.seq || mine.seq === receipt.seq && canonical(mine.sealed) === canonical(receipt.sealed));
  }
  async function compareList(part, facts, kept2, text) {
    const state = part.querySelector("[data-list-state]");
    part.hidden = false;
    if (!kept2) {
      say(state, text("no_receipt"));
      return;
    }
    const answer = await fetch(facts.listed);
    if (!answer.ok) return;
    const { submissions } = await answer.json();
    if (holds(submissions, kept2)) {
      say(state, text("list_holds", { seq: kept2.receipt.seq }), "ok");
      return;
    }
    say(state, text("list_lacks", { seq: kept2.receipt.seq }), "warn");
    const object = element2("button", {
      type: "button",
      className: "btn",
      textContent: text("object"),
      on: {
        click: async () => {
          object.disabled = true;
          const said2 = await post(facts.object, { receipt: kept2 });
          const body = await said2.json().catch(() => ({}));
          say(state, said2.ok ? text("objected") : text("refused", { why: body.detail ?? "" }), said2.ok ? "ok" : "warn");
        }
      }
    });
    part.append(object);
  }

  // page/tables.js
  var tables_exports = {};
  __export(tables_exports, {
    readTable: () => readTable,
    repeated: () => repeated
  });
  var CELL = /^([A-Z]+)[0-9]+$/;
  function separated(text) {
    const rows = [];
    const separator = (text.split("\n", 1)[0].match(/;/g) ?? []).length ? ";" : text.split("\n", 1)[0].includes("	") ? "	" : ",";
    let [row, cell2, quoted] = [[], "", false];
    for (let at = 0; at < text.length; at += 1) {
      const sign2 = text[at];
      if (quoted) {
        if (sign2 === '"' && text[at + 1] === '"') {
          cell2 += '"';
          at += 1;
        } else if (sign2 === '"') quoted = false;
        else cell2 += sign2;
      } else if (sign2 === '"' && cell2 === "") quoted = true;
      else if (sign2 === separator) {
        row.push(cell2);
        cell2 = "";
      } else if (sign2 === "\n") {
        rows.push([...row, cell2.replace(/\r$/, "")]);
        row = [];
        cell2 = "";
      } else cell2 += sign2;
    }
    return cell2 || row.length ? [...rows, [...row, cell2]] : rows;
  }
  var LIMIT = 5e6;
  async function inflate(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = stream.getReader();
    const parts = [];
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LIMIT) throw new Error("too_large");
      parts.push(value);
    }
    return new Blob(parts).text();
  }
  function entries(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = bytes.length - 22;
    while (end >= 0 && view.getUint32(end, true) !== 101010256) end -= 1;
    if (end < 0) throw new Error("malformed");
    const found = /* @__PURE__ */ new Map();
    let at = view.getUint32(end + 16, true);
    for (let n = view.getUint16(end + 10, true); n > 0; n -= 1) {
      const [method, size, name, extra, comment, local] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true), view.getUint32(at + 42, true)];
      const start6 = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      found.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), { method, data: bytes.subarray(start6, start6 + size) });
      at += 46 + name + extra + comment;
    }
    return found;
  }
  async function workbook(bytes) {
    const files = entries(bytes);
    const xml = async (name) => {
      const file = files.get(name);
      if (!file) return null;
      const text = file.method === 8 ? await inflate(file.data) : new TextDecoder().decode(file.data);
      return new DOMParser().parseFromString(text, "application/xml");
    };
    const strings = [...(await xml("xl/sharedStrings.xml"))?.getElementsByTagName("si") ?? []].map((each) => [...each.getElementsByTagName("t")].map((part) => part.textContent).join(""));
    const sheet = [...files.keys()].filter((name) => /^xl\/worksheets\/sheet[0-9]+\.xml$/.test(name)).sort()[0];
    const document_ = await xml(sheet);
    return [...document_.getElementsByTagName("row")].map((row) => {
      const cells = [];
      for (const cell2 of row.getElementsByTagName("c")) {
        const letters = cell2.getAttribute("r")?.match(CELL)?.[1] ?? "A";
        const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
        const value = cell2.getElementsByTagName("v")[0]?.textContent ?? cell2.getElementsByTagName("t")[0]?.textContent ?? "";
        cells[column] = cell2.getAttribute("t") === "s" ? strings[Number(value)] : value;
      }
      return Array.from(cells, (cell2) => cell2 ?? "");
    });
  }
  var typed = (value) => /^-?[0-9.]+(?:E-?[0-9]+)?$/i.test(value) && value.length > 15 ? String(Number(Number(value).toPrecision(15))) : value;
  async function readTable(file) {
    if (file.size > LIMIT) throw new Error("too_large");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const rows = bytes[0] === 80 && bytes[1] === 75 ? await workbook(bytes) : separated(new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/^\ufeff/, ""));
    return rows.filter((row) => /^M(?:ET|Q)-/.test(row[0]?.trim() ?? "")).map((row) => [row[0].trim(), typed((row[1] ?? "").trim())]);
  }
  function repeated(rows) {
    const names2 = rows.map(([name]) => name);
    return names2.find((name, at) => names2.indexOf(name) !== at);
  }

  // page/files.js
  async function keep(member, file) {
    const before = await get("files", member);
    if (before && before.signing_key !== file.signing_key) await put2("files", `${member}/${before.signing_key}`, before);
    await put2("files", member, file);
  }
  async function kept(member, known) {
    const first = await get("files", member);
    if (!first || known.includes(first.signing_key)) return first;
    const others = await Promise.all(known.map((key) => get("files", `${member}/${key}`)));
    return others.find(Boolean) ?? first;
  }

  // page/unlock.js
  var MINUTES = 30;
  var WHAT2 = "skyddsnat/bench/unlocked/v1";
  async function remember(member, person, seed) {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await put2("unlocked", member, { person, key, seed: await lock(key, seed, WHAT2), until: Date.now() + MINUTES * 6e4 });
    setTimeout(() => remove("unlocked", member), MINUTES * 6e4);
  }
  async function remembered(member, person) {
    const kept2 = await get("unlocked", member);
    if (!kept2) return null;
    if (kept2.until < Date.now() || kept2.person !== person) {
      await remove("unlocked", member);
      return null;
    }
    return unlock(kept2.key, kept2.seed, WHAT2);
  }
  async function ownLocker(seed) {
    const raw = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveKey"]);
    const way = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode("skyddsnat/bench/own/v1") };
    return crypto.subtle.deriveKey(way, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  async function opened(member, seed) {
    const keys = await keysOf(seed);
    return { member, keys, locker: await ownLocker(seed) };
  }
  function whenUnlocked(part, { member, known, text }) {
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
        state.replaceChildren(text("unlocked", { minutes: MINUTES }), " ", element2("button", { type: "button", className: "link-button", textContent: text("lock_now"), on: { click: async () => {
          await remove("unlocked", member);
          location.reload();
        } } }));
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
          const code2 = fault instanceof SyntaxError ? "malformed" : fault.message.split(":")[0];
          say(state, text(["no_file", "other_member", "wrong_passphrase"].includes(code2) ? code2 : "bad_file"), "warn");
          (code2 === "wrong_passphrase" ? passphrase : file).focus();
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
        chosen.hidden = !await kept(member, known);
        form.hidden = false;
      })();
    });
  }

  // page/handin.js
  var SAVED_AFTER = 700;
  var fields = (part) => [...part.querySelectorAll("[data-item]")];
  var inputOf = (field) => field.querySelector("[data-value]");
  function reading(field, item, text) {
    const input = inputOf(field);
    const missing = field.querySelector("[data-missing]");
    if (missing?.checked) return { value: null, missing: true };
    if (!input.value.trim()) return { value: null, empty: true };
    try {
      const value = number(input.value);
      if (value < number(field.dataset.low) || value > number(field.dataset.high)) throw new Error("bounds");
      encode(item, value);
      return { value };
    } catch (fault) {
      const bounds = { low: figure(field.dataset.low), high: figure(field.dataset.high) };
      return { value: null, fault: text(fault.message === "bounds" ? "out_of_bounds" : "no_number", bounds) };
    }
  }
  function shownBand(item, value, text) {
    if (item.kind === "amount") return text("exact_total");
    const [low, high] = Object.values(band(item, code(item, value))).map((edge) => edge && figure(edge, { maximumSignificantDigits: 4 }));
    if (low === null) return text("band_below", { high });
    return high === null ? text("band_from", { low }) : text("band", { low, high });
  }
  function plausible(value, before, text) {
    if (before === null || before === void 0 || value === null) return "";
    const earlier = number(before);
    const far = earlier !== 0n && (value > earlier * 3n || value * 3n < earlier);
    return text(far ? "far_from_before" : "before", { before });
  }
  var Refused = class extends Error {
    get told() {
      return this.message;
    }
  };
  async function start(part) {
    const facts = settings("hand-in-settings");
    const text = texts();
    const state = part.querySelector("[data-state]");
    const send = part.querySelector("[data-send]");
    const raw = new Uint8Array(await (await fetch(facts.spec)).arrayBuffer());
    const specification = await readSpecification(raw);
    const refuse = (told) => {
      part.hidden = false;
      for (const each of part.elements) each.disabled = true;
      say(state, told, "warn");
      state.focus();
    };
    if (specification.sha256 !== facts.spec_sha256) {
      refuse(text("other_specification"));
      return;
    }
    const items = new Map(specification.document.items.map((item) => [item.id, item]));
    const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
    const { parties } = specification.document;
    const keys = await compare(vault, facts.member, parties);
    if (keys.changed.length) {
      refuse(text("party_changed", { who: keys.changed.map((party) => party.name).join(", ") }));
      return;
    }
    if (keys.unseen.length) await ask(part.querySelector("[data-parties]"), keys.unseen);
    const place2 = (what3) => placeOf(facts.member, facts.round, what3);
    const kept2 = await ownValues(vault, facts, place2);
    const show2 = (field) => {
      const item = items.get(field.dataset.item);
      const found = reading(field, item, text);
      const note = field.querySelector("[data-note]");
      const input = inputOf(field);
      input.setAttribute("aria-invalid", String(Boolean(found.fault)));
      field.classList.toggle("field-wrong", Boolean(found.fault));
      const told = found.fault ?? [found.value === null ? "" : shownBand(item, found.value, text), plausible(found.value, kept2.before[item.id], text)].filter(Boolean).join(" · ");
      note.textContent = told;
      return found;
    };
    const progress = () => {
      const all = fields(part).map(show2);
      const done = all.filter((found) => !found.empty && !found.fault).length;
      part.querySelector("[data-progress]").textContent = text("progress", { done, all: all.length });
      part.querySelector("progress").value = done;
      if (!all.some((found) => found.fault)) state.hidden = true;
      return all;
    };
    let waiting = 0;
    const draft = () => Object.fromEntries(fields(part).map((field) => [field.dataset.item, { value: inputOf(field).value, missing: field.querySelector("[data-missing]")?.checked ?? false, measured: field.querySelector("[data-measured]")?.checked ?? false }]));
    const save = (key = "draft") => keepOwn(vault, place2(key), draft());
    part.addEventListener("input", () => {
      progress();
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        await save();
        say(part.querySelector("[data-saved]"), text("saved_here", { time: timeOfDay(/* @__PURE__ */ new Date()) }));
      }, SAVED_AFTER);
    });
    const fill2 = (values) => {
      for (const field of fields(part)) {
        const row = values[field.dataset.item];
        if (!row) continue;
        inputOf(field).value = row.value ?? "";
        const missing = field.querySelector("[data-missing]");
        if (missing) missing.checked = row.missing ?? false;
        const measured = field.querySelector("[data-measured]");
        if (measured) measured.checked = row.measured ?? false;
      }
      progress();
    };
    if (kept2.draft) fill2(kept2.draft);
    part.querySelector("[data-table]")?.addEventListener("change", async (event) => {
      const note = part.querySelector("[data-table-note]");
      try {
        const rows = await readTable(event.target.files[0]);
        const known = rows.filter(([name]) => items.has(name));
        const twice = repeated(known);
        if (twice) {
          say(note, text("table_twice", { item: twice }), "warn");
          return;
        }
        fill2(Object.fromEntries(known.map(([name, value]) => [name, { value, missing: value === "" }])));
        say(note, text("table_read", { known: known.length, unknown: rows.length - known.length }), known.length ? "ok" : "warn");
        await save();
      } catch {
        say(note, text("table_bad"), "warn");
      }
    });
    part.querySelector("[data-from-maturity]")?.addEventListener("click", async () => {
      const note = part.querySelector("[data-maturity-note]");
      const found = await maturityAnswers(facts, vault);
      if (!found) {
        say(note, text("no_maturity"), "warn");
        return;
      }
      const values = Object.fromEntries([...found.answers].map(([name, answer]) => [name, typeof answer === "number" ? { value: String(answer) } : { value: "", missing: true }]));
      if (found.total) values["MET-GOV-01"] = { value: points(found.total) };
      fill2(values);
      await save();
      say(note, text("maturity_read", { n: found.answers.size }), "ok");
    });
    progress();
    part.addEventListener("submit", async (event) => {
      event.preventDefault();
      const all = progress();
      const wrong = fields(part).filter((_, at) => all[at].fault);
      if (wrong.length) {
        say(state, text("wrong", { n: wrong.length }), "warn");
        inputOf(wrong[0]).focus();
        return;
      }
      send.disabled = true;
      say(state, text("sealing"));
      try {
        const approvals = (await (await fetch(facts.approvals)).json()).approvals;
        const values = new Map(fields(part).map((field, at) => [field.dataset.item, all[at].value]));
        const measured = new Set(fields(part).filter((field) => field.querySelector("[data-measured]")?.checked).map((field) => field.dataset.item));
        const submission = await makeSubmission({ specification, keys: vault.keys, member: facts.member, seq: facts.seq, parties: await roundKeys(specification, approvals), values, measured });
        await pin(vault, facts.member, parties);
        showWhatLeaves(part, submission, specification, text);
        const answer = await post(facts.submit, submission);
        const body = await answer.json();
        if (!answer.ok) throw new Refused(body.detail ?? "");
        await checkReceipt(body, facts.log_key, submission.envelope);
        await pinHub(vault, facts.member, facts.log_key);
        await put2("own", place2("receipt"), body);
        await save("values");
        facts.seq += 1;
        showReceipt(part, body, text);
        say(state, text("handed_in"), "ok");
      } catch (fault) {
        const code2 = fault.told !== void 0 ? "refused" : fault.message === "bad_receipt" ? "bad_receipt" : "not_sent";
        say(state, text(code2, { why: fault.told ?? fault.message }), "warn");
      } finally {
        send.disabled = !facts.open;
        state.focus();
      }
    });
    part.hidden = false;
    if (facts.listed) await compareList(part.querySelector("[data-list]"), facts, await get("own", place2("receipt")), text);
  }
  async function ownValues(vault, facts, place2) {
    const before = {};
    for (const key of (await names("own")).sort()) {
      if (!key.startsWith(`${facts.member}/`) || !key.endsWith("/values") || key === place2("values")) continue;
      for (const [item, row] of Object.entries(await openOwn(vault, key) ?? {})) if (row.value) before[item] = row.value;
    }
    return { before, draft: await openOwn(vault, place2("draft")) ?? await openOwn(vault, place2("values")) };
  }
  async function maturityAnswers(facts, vault) {
    if (!facts.maturity) return null;
    const fetched = await fetch(facts.maturity);
    if (!fetched.ok) return null;
    const { model, year, answers } = await fetched.json();
    const opened3 = await openAnswers(vault.locker, year, answers);
    const found = new Map([...opened3].map(([question, answer]) => [question, answer.na ? NOT_APPLICABLE : answer.level]).filter(([, answer]) => answer !== null));
    const { total } = score(model, found);
    return found.size ? { answers: found, total: total ? decimals(total) : null } : null;
  }
  function showWhatLeaves(part, submission, specification, text) {
    const rows = submission.sealed.map((sealed, index) => {
      const party = specification.document.parties[index];
      const bytes = atob(sealed).length;
      return element2("tr", {}, element2("th", { scope: "row", textContent: party.name }), element2("td", { className: "num", textContent: text("bytes", { n: figure(bytes) }) }), element2("td", {}, element2("code", { textContent: `${submission.envelope.sealed[index].slice(0, 16)}…` })));
    });
    part.querySelector("[data-leaves] tbody").replaceChildren(...rows);
    part.querySelector("[data-leaves]").hidden = false;
  }
  function showReceipt(part, body, text) {
    const target = part.querySelector("[data-receipt]");
    const name = `skyddsnat-${body.receipt.round}-${body.receipt.member}-${body.receipt.seq}.json`;
    const file = new Blob([JSON.stringify(body, null, 2)], { type: "application/json" });
    const told = text("receipt", { seq: body.receipt.seq, at: moment(new Date(body.receipt.at)), entry: body.receipt.entry });
    for (const place2 of [target.querySelector("[data-receipt-text]"), document.querySelector("[data-last]")]) place2.textContent = told;
    const link = target.querySelector("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    target.hidden = false;
  }

  // page/keys.js
  var keys_exports2 = {};
  __export(keys_exports2, {
    start: () => start2
  });
  var SHORTEST = 16;
  function start2(part) {
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

  // page/maturity.js
  var maturity_exports = {};
  __export(maturity_exports, {
    start: () => start3
  });
  var SAVED_AFTER2 = 800;
  var LOOK_EVERY = 1e4;
  var EVIDENCE = ["title", "date", "owner", "scope", "review_by"];
  var empty = () => ({ level: null, na: false, reason: "", comment: "", evidence: {} });
  function read(field) {
    const chosen = field.querySelector("input[type=radio]:checked")?.value ?? "";
    const word = (name) => field.querySelector(`[data-word="${name}"]`).value.trim();
    return {
      level: /^[0-3]$/.test(chosen) ? Number(chosen) : null,
      na: chosen === NOT_APPLICABLE,
      reason: word("reason"),
      comment: word("comment"),
      evidence: Object.fromEntries(EVIDENCE.map((name) => [name, word(name)]).filter(([, said2]) => said2))
    };
  }
  function fill(field, answer) {
    const chosen = answer.na ? NOT_APPLICABLE : answer.level === null ? "" : String(answer.level);
    for (const radio of field.querySelectorAll("input[type=radio]")) radio.checked = radio.value === chosen;
    const words2 = { reason: answer.reason, comment: answer.comment, ...Object.fromEntries(EVIDENCE.map((name) => [name, answer.evidence[name] ?? ""])) };
    for (const [name, said2] of Object.entries(words2)) field.querySelector(`[data-word="${name}"]`).value = said2 ?? "";
  }
  async function start3(part) {
    const facts = settings("maturity-settings");
    const text = texts();
    const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
    const fields2 = new Map([...part.querySelectorAll("[data-question]")].map((field) => [field.dataset.question, field]));
    const answers = /* @__PURE__ */ new Map();
    const versions = /* @__PURE__ */ new Map();
    const waiting = /* @__PURE__ */ new Map();
    part.hidden = false;
    const chosen = () => new Map([...answers].map(([name, answer]) => [name, answer.na ? NOT_APPLICABLE : answer.level]));
    function show2(name) {
      const field = fields2.get(name);
      const answer = answers.get(name) ?? empty();
      field.querySelector("[data-reason]").hidden = !answer.na;
      const told = answer.na && !answer.reason ? text("reason_needed") : answer.level >= facts.evidence_from && !answer.evidence.title ? text("evidence_needed") : "";
      say(field.querySelector("[data-advice]"), told, told ? "warn" : "");
      field.classList.toggle("answered", answer.na || answer.level !== null);
    }
    function showScore() {
      const found = score(facts.model, chosen());
      const all = fields2.size;
      const done = all - found.areas.reduce((sum, area) => sum + area.open, 0);
      for (const meter of document.querySelectorAll("[data-progress]")) meter.textContent = text("answered", { done, all });
      for (const bar of document.querySelectorAll("progress")) bar.value = done;
      for (const area of found.areas) {
        const row = document.querySelector(`[data-area="${area.id}"]`);
        row.querySelector("[data-area-score]").textContent = area.score ? points(decimals(area.score)) : "–";
        row.querySelector("[data-area-steps]").textContent = steps(area, text, facts);
      }
      document.querySelector("[data-total]").textContent = found.total ? points(decimals(found.total)) : "–";
      const scored = found.areas.filter((area) => area.score);
      document.querySelector("[data-total-steps]").textContent = scored.length ? text("total_steps", { sum: scored.map((area) => points(decimals(area.score))).join(" + "), n: scored.length, total: points(decimals(found.total)) }) : text("no_score");
      const finish = document.querySelector("[data-finish]");
      if (finish) finish.disabled = !found.complete;
    }
    async function save(name) {
      const field = fields2.get(name);
      const state = field.querySelector("[data-question-state]");
      const answer = answers.get(name);
      say(state, text("saving"));
      const sealed = await sealAnswer(vault.locker, facts.year, name, answer);
      let reply;
      try {
        reply = await post(facts.save, { question: name, sealed, version: versions.get(name) ?? 0 });
      } catch {
        say(state, text("not_saved"), "warn");
        waiting.set(name, setTimeout(() => save(name), LOOK_EVERY));
        return;
      }
      const body = await reply.json().catch(() => ({}));
      if (reply.status === 409) {
        versions.set(name, body.version);
        await conflict(name, body);
      } else if (reply.ok) {
        versions.set(name, body.version);
        say(state, text("saved"), "ok");
      } else say(state, body.message ?? text("not_saved"), "warn");
    }
    async function conflict(name, body) {
      const field = fields2.get(name);
      const theirs = await openAnswer(vault.locker, facts.year, name, body.sealed).catch(() => null);
      const target = field.querySelector("[data-question-state]");
      if (!theirs) {
        say(target, text("other_key"), "warn");
        return;
      }
      say(target, text("conflict", { by: body.by, answer: theirs.na ? text("na") : text("level", { n: theirs.level ?? "–" }) }), "warn");
      target.append(
        " ",
        element2("button", { type: "button", className: "link-button", textContent: text("take_theirs"), on: { click: () => {
          take(name, theirs, body.version);
        } } }),
        " ",
        element2("button", { type: "button", className: "link-button", textContent: text("keep_mine"), on: { click: () => save(name) } })
      );
    }
    function take(name, answer, version) {
      answers.set(name, answer);
      versions.set(name, version);
      fill(fields2.get(name), answer);
      say(fields2.get(name).querySelector("[data-question-state]"), "");
      show2(name);
      showScore();
    }
    async function look() {
      const body = await (await fetch(facts.answers)).json();
      const fresh = body.answers.filter(({ question, version }) => fields2.has(question) && version !== versions.get(question));
      const opened3 = await openAnswers(vault.locker, facts.year, fresh);
      const closed = fresh.filter(({ question }) => !opened3.has(question)).length;
      say(part.querySelector("[data-closed]"), closed ? text("closed", { n: closed }) : "", "warn");
      for (const { question, version } of fresh) {
        const field = fields2.get(question);
        if (!opened3.has(question) || waiting.has(question) || field.contains(document.activeElement)) continue;
        take(question, opened3.get(question), version);
      }
    }
    async function earlier() {
      for (const { year, answers: url } of facts.earlier) {
        const body = await (await fetch(url)).json();
        for (const [question, answer] of await openAnswers(vault.locker, year, body.answers)) {
          const field = fields2.get(question);
          if (!field || !answer.na && answer.level === null) continue;
          const target = field.querySelector("[data-earlier]");
          target.append(element2("li", { textContent: text("earlier", { year, answer: answer.na ? text("na") : text("level", { n: answer.level }) }) }));
          target.hidden = false;
        }
      }
    }
    part.addEventListener("input", (event) => {
      const field = event.target.closest("[data-question]");
      if (!field || facts.finished) return;
      const name = field.dataset.question;
      answers.set(name, read(field));
      show2(name);
      showScore();
      clearTimeout(waiting.get(name));
      waiting.set(name, setTimeout(async () => {
        waiting.delete(name);
        await save(name);
      }, SAVED_AFTER2));
    });
    for (const name of fields2.keys()) show2(name);
    await look();
    await earlier();
    showScore();
    if (!facts.finished) setInterval(look, LOOK_EVERY);
  }
  function steps(area, text, facts) {
    const left = [area.skipped ? text("skipped", { n: area.skipped }) : "", area.open ? text("open", { n: area.open }) : ""].filter(Boolean);
    if (!area.weights) return left.join(", ");
    if (!area.score) return [text("too_many_skipped", { n: facts.model.max_na }), ...left].join(", ");
    const sum = area.levels.map(([{ weight }, level]) => weight === 1 ? `${level}` : `${weight} × ${level}`).join(" + ");
    return [text("area_steps", { sum, weights: area.weights, score: points(decimals(area.score)) }), ...left].join("; ");
  }

  // page/plan.js
  var plan_exports = {};
  __export(plan_exports, {
    openLines: () => openLines,
    start: () => start4
  });
  var BLOCK2 = 1024;
  var STATUSES = ["planned", "doing", "done", "dropped"];
  var FIELDS = ["item", "measure", "what", "owner", "due", "target", "status"];
  var what2 = (id) => `skyddsnat/plan/v1|${id}`;
  async function sealLine(locker2, id, line) {
    const bytes = utf8(JSON.stringify(line));
    const padded = new Uint8Array(Math.ceil(bytes.length / (2 * BLOCK2)) * 2 * BLOCK2).fill(32);
    padded.set(bytes);
    return lock(locker2, padded, what2(id));
  }
  async function openLines(locker2, url) {
    const fetched = await fetch(url);
    if (!fetched.ok) return [];
    const { lines } = await fetched.json();
    return Promise.all(lines.map(async ({ id, sealed, version }) => ({ id, version, line: await opened2(locker2, id, sealed) })));
  }
  async function opened2(locker2, id, sealed) {
    try {
      return JSON.parse(new TextDecoder().decode(await unlock(locker2, sealed, what2(id))));
    } catch {
      return null;
    }
  }
  var options = (pairs, chosen) => pairs.map(([value, textContent]) => element2("option", { value, textContent, selected: value === chosen }));
  async function start4(form) {
    const facts = settings("plan-settings");
    const text = texts();
    const part = form.closest("[data-plan]");
    const state = form.querySelector("[data-plan-state]");
    const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
    const items = new Map(facts.items.map((item) => [item.id, item]));
    let rows = await openLines(vault.locker, facts.lines);
    let editing = null;
    const choose = (line = {}) => {
      form.item.replaceChildren(...options([...facts.items.map(({ id, name }) => [id, `${name} (${id})`]), ["", text("other_item")]], line.item ?? ""));
      ofItem(line);
      form.status.replaceChildren(...options(STATUSES.map((one) => [one, text(`status_${one}`)]), line.status ?? "planned"));
      for (const name of ["what", "owner", "due"]) form[name].value = line[name] ?? "";
    };
    const ofItem = (line = {}) => {
      const item = items.get(form.item.value);
      form.measure.replaceChildren(...options([["", "–"], ...(item?.measures ?? []).map(({ id, name }) => [id, `${name} (${id})`])], line.measure ?? ""));
      form.target.replaceChildren(...options([["", "–"], ...(item?.labels ?? []).map((label, code2) => [String(code2), label])], line.target ?? ""));
    };
    const show2 = () => {
      const readable = rows.filter(({ line }) => line).sort((a, b) => a.line.due.localeCompare(b.line.due));
      part.querySelector("[data-plan-note]").textContent = rows.length ? rows.length > readable.length ? text("unreadable", { n: rows.length - readable.length }) : "" : text("empty");
      part.querySelector("[data-plan-lines]").replaceChildren(...readable.map((row) => card(row)));
    };
    const card = (row) => {
      const { line } = row;
      const item = items.get(line.item);
      const late = ["planned", "doing"].includes(line.status) && line.due < (/* @__PURE__ */ new Date()).toISOString().slice(0, 10);
      const told = [text("owner", { owner: line.owner }), `${text("due_by", { due: line.due })}${late ? ` (${text("late")})` : ""}`, line.target === "" ? "" : text("target_is", { target: item?.labels[line.target] ?? line.target }), item?.measures.find(({ id }) => id === line.measure)?.name ?? line.measure];
      const edit = () => {
        editing = row;
        choose(line);
        form.what.focus();
      };
      return element2("li", {}, element2("p", {}, element2("span", { className: `badge ${late ? "badge-warn" : ""}`, textContent: text(`status_${line.status}`) }), " ", element2("strong", { textContent: line.what })), element2("p", { className: "small muted", textContent: item ? item.name : line.item || text("other_item") }), element2("p", { className: "plan-facts" }, ...told.filter(Boolean).map((one) => element2("span", { textContent: one }))), element2("button", { type: "button", className: "btn btn-small", textContent: text("edit"), on: { click: edit } }));
    };
    form.item.addEventListener("change", () => ofItem());
    form.addEventListener("reset", () => {
      editing = null;
      setTimeout(choose);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const line = Object.fromEntries(FIELDS.map((name) => [name, form[name].value.trim()]));
      const id = editing?.id ?? crypto.randomUUID();
      const answer = await post(facts.save, { id, sealed: await sealLine(vault.locker, id, line), version: editing?.version ?? 0 });
      if (!answer.ok) say(state, text(answer.status === 409 ? "line_changed" : "line_refused"), "warn");
      else say(state, text("line_kept"), "ok");
      if (answer.ok || answer.status === 409) {
        rows = await openLines(vault.locker, facts.lines);
        editing = null;
        choose();
        show2();
      }
    });
    const wanted = decodeURIComponent(location.hash.slice(1));
    choose(items.has(wanted) ? { item: wanted } : {});
    show2();
    part.hidden = false;
  }

  // page/result.js
  var result_exports = {};
  __export(result_exports, {
    start: () => start5
  });

  // page/export.js
  var cell = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
  var said = (field, name) => field.querySelector(`[data-row="${name}"] td`)?.textContent ?? "";
  function exportTable(facts, rows, text, placed2) {
    const head = ["column_metric", "column_members", "column_median", "column_quartiles", "column_own", "column_place", "column_change"].map((name) => text(name));
    const lines = rows.map((row) => {
      const { field, known, code: code2 } = row;
      const quartiles = ["q1", "q3"].map((name) => said(field, name)).filter(Boolean).join(" / ");
      const hidden = field.querySelector(".result-hidden")?.textContent.trim();
      const place2 = [row.end ? row.said[code2 === null ? 0 : 1] : "", row.place === void 0 ? "" : placed2(row, text)].filter(Boolean).join(", ");
      return [`${field.dataset.name} (${field.dataset.item})`, known?.members, hidden ?? said(field, "median"), quartiles, known && code2 !== null ? known.labels[code2] : "", place2, field.querySelector(".result-change")?.textContent.trim()];
    });
    const table = [["ID", ...head], ...lines.map((line, at) => [rows[at].field.dataset.item, ...line])];
    download(`skyddsnat-${facts.round}-${facts.member}.csv`, `\uFEFF${table.map((line) => line.map(cell).join(";")).join("\r\n")}\r
`, "text/csv;charset=utf-8");
  }
  function printSlides() {
    document.documentElement.dataset.slides = "";
    addEventListener("afterprint", () => delete document.documentElement.dataset.slides, { once: true });
    print();
  }

  // page/result.js
  var SVG = "http://www.w3.org/2000/svg";
  var GAPS = { neutral: ["below", "level", "above"], higher: ["behind", "level", "ahead"], lower: ["ahead", "level", "behind"] };
  async function start5(part) {
    const facts = settings("result-settings");
    const text = texts();
    const state = part.querySelector("[data-own-state]");
    const raw = new Uint8Array(await (await fetch(facts.spec)).arrayBuffer());
    const specification = await readSpecification(raw);
    if (specification.sha256 !== facts.spec_sha256) {
      part.hidden = false;
      say(state, text("other_specification"), "warn");
      return;
    }
    const vault = await whenUnlocked(document.querySelector("[data-unlock]"), { member: facts.member, known: facts.known, text });
    part.hidden = false;
    const [values, before] = await Promise.all([facts.round, facts.before].map((round) => round ? openOwn(vault, placeOf(facts.member, round, "values")) : null));
    const sealed = await ownPosition(facts, specification, vault);
    const items = new Map(specification.document.items.map((item) => [item.id, item]));
    const rows = [...document.querySelectorAll(".result-item")].map((field) => standing(field, { item: items.get(field.dataset.item), known: facts.items[field.dataset.item], values, before, places: sealed.places }));
    for (const row of rows) show(row, text);
    if (facts.plan) {
      for (const { line } of await openLines(vault.locker, facts.plan).catch(() => [])) if (line) followUp(rows, line, text);
    }
    summary(part, rows, { values, sealed, text });
    ready(facts, rows, text);
  }
  async function ownPosition(facts, specification, vault) {
    const fetched = await fetch(facts.positions);
    if (!fetched.ok) return { places: /* @__PURE__ */ new Map(), fault: "no_position" };
    try {
      const { sealed } = await fetched.json();
      return { places: await openPosition({ specification, keys: vault.keys, member: facts.member, sealed }) };
    } catch (fault) {
      return { places: /* @__PURE__ */ new Map(), fault: String(fault.message).startsWith("not_on_a_line") ? "not_on_a_line" : "not_opened" };
    }
  }
  function codeOf(item, rows) {
    const row = rows?.[item.id];
    if (!row?.value || row.missing) return null;
    try {
      return Number(encode(item, number(row.value)));
    } catch {
      return null;
    }
  }
  function standing(field, { item, known, values, before, places }) {
    const row = { field, item, known, kept: values !== null, code: null, before: null };
    if (!known || item.kind !== "code") return row;
    row.code = codeOf(item, values);
    row.before = codeOf(item, before);
    const absent = row.kept && row.code === null;
    if (!absent) for (const name of ["third", "side", "place"]) row[name] = places.get(`${item.id}/${name}`);
    row.end = row.third === void 0 ? null : endOf(row.third, known.direction);
    row.true = fits({ ...row, median: known.median, members: known.members });
    return row;
  }
  var ENDS = { best: "third_best", middle: "third_middle", last: "third_last", high: "third_high", between: "third_between", low: "third_low" };
  function words(row, text) {
    const { known, code: code2 } = row;
    const said2 = [];
    if (code2 !== null) said2.push(text("own_band", { band: known.labels[code2] }));
    if (row.end) said2.push(text(ENDS[row.end]));
    if (row.side !== void 0) said2.push(text(`side_${row.side}`));
    if (row.place !== void 0) said2.push(placed(row, text));
    if (code2 !== null && known.median) said2.push(text(`gap_${GAPS[known.direction][sideOf(code2, known.median) + 1]}`));
    if (row.before !== null && code2 !== null) said2.push(text("before", { band: known.labels[row.before] ?? "–" }));
    return said2;
  }
  function placed(row, text) {
    const { rank, shared } = rankOf(row.place, row.known.members, row.known.direction);
    return text(shared ? "place_shared" : "place", { rank, members: row.known.members });
  }
  function show(row, text) {
    const target = row.field.querySelector("[data-own]");
    if (!row.known || !target) return;
    row.said = words(row, text);
    target.textContent = row.said.join(" · ") || text(row.kept ? "own_none" : "own_elsewhere");
    target.hidden = false;
    if (row.end === "best" || row.end === "last") target.classList.add(`result-own-${row.end}`);
    if (!row.true) target.append(" ", element2("strong", { className: "told-warn" }, text("mismatch")));
    const willing = row.field.querySelector("[data-willing]");
    if (willing && row.end === "best" && row.true) willing.hidden = false;
    if (row.code === null) return;
    dot(row, text);
    row.field.querySelector("tbody")?.append(element2("tr", {}, element2("th", { scope: "row", textContent: text("you") }), element2("td", { textContent: row.known.labels[row.code] })));
    const level = row.field.querySelector(`[data-level="${row.code}"]`);
    if (level) level.append(element2("span", { className: "badge badge-accent", textContent: text("you") }));
  }
  function followUp(rows, line, text) {
    const row = rows.find(({ item }) => item?.id === line.item);
    const target = row?.field.querySelector("[data-plan]");
    if (!target || line.status === "dropped") return;
    const aim = line.target === "" ? null : Number(line.target);
    const told = [text("plan", { what: line.what }), aim === null ? "" : text("plan_target", { target: row.known.labels[aim] ?? aim }), text("plan_due", { due: line.due })];
    if (aim !== null && row.code !== null) told.push(text((row.known.direction === "lower" ? row.code <= aim : row.code >= aim) ? "plan_reached" : "plan_not_reached"));
    target.append(element2("span", { textContent: told.filter(Boolean).join(" · ") }), element2("br"));
    target.hidden = false;
  }
  function dot(row, text) {
    const chart = row.field.querySelector("svg.chart");
    if (!chart) return;
    const at = `${(row.code + 0.5) / Number(chart.dataset.bands) * 100}%`;
    const make = (tag, facts, words2 = "") => {
      const made = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(facts)) made.setAttribute(name, value);
      made.textContent = words2;
      return made;
    };
    const share = row.code / Number(chart.dataset.bands);
    const anchor = share < 0.06 ? "start" : share > 0.94 ? "end" : "middle";
    chart.append(make("circle", { class: "chart-own", cx: at, cy: 28, r: 8 }), make("text", { class: "chart-own-label", x: anchor === "start" ? "0" : anchor === "end" ? "100%" : at, y: 10, "text-anchor": anchor }, text("you")));
    chart.querySelector("desc").textContent += ` ${row.said.join(". ")}.`;
  }
  function summary(part, rows, { values, sealed, text }) {
    const ranked = rows.filter((row) => row.end && row.known.direction !== "neutral");
    const count = (end) => ranked.filter((row) => row.end === end).length;
    const told = ranked.length ? [text("summary", { best: count("best"), middle: count("middle"), last: count("last") })] : [];
    if (!values) told.push(text("own_elsewhere"));
    part.querySelector("[data-own-summary]").textContent = told.join(" ");
    const wrong = rows.filter((row) => row.true === false).length;
    const state = part.querySelector("[data-own-state]");
    if (sealed.fault) say(state, text(sealed.fault), "warn");
    else if (wrong) say(state, text("mismatch_some", { n: wrong }), "warn");
    else if (values) say(state, text("checked"), "ok");
  }
  function ready(facts, rows, text) {
    for (const [name, act2] of Object.entries({ csv: () => exportTable(facts, rows, text, placed), slides: printSlides })) {
      const button = document.querySelector(`[data-export="${name}"]`);
      button.hidden = false;
      button.addEventListener("click", act2);
    }
  }

  // page/main.js
  globalThis.skyddsnatSealing = Object.freeze({ ...sealing_exports, receipts: receipts_exports, tables: tables_exports });
  for (const [name, page] of Object.entries({ "hand-in": handin_exports, "make-key": keys_exports2, maturity: maturity_exports, "plan-form": plan_exports, result: result_exports })) {
    const part = document.querySelector(`[data-${name}]`);
    if (part) page.start(part);
  }
})();
