"""Ed25519 over canonical bytes, each kind of message under a name of its own, so that no signature fits another kind."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skyddsnat.protocols.benchmark import canonical, fields
from skyddsnat.protocols.benchmark.errors import BadRound

SUBMISSION: Final = "skyddsnat/bench/submission/v1"
RECEIPT: Final = "skyddsnat/bench/receipt/v1"
STATEMENT: Final = "skyddsnat/bench/statement/v1"


def message(domain: str, thing: Any) -> bytes:
    """The bytes that are signed: the domain, a line feed, the canonical JSON."""
    return domain.encode() + b"\n" + canonical.dumps(thing)


def sign(domain: str, thing: Any, key: Ed25519PrivateKey) -> str:
    """The signature, hex."""
    return key.sign(message(domain, thing)).hex()


def check(domain: str, thing: Any, signature: object, key: str) -> None:
    """Raises BadRound(malformed | bad_signature).  key: hex of 32 raw bytes."""
    raw = bytes.fromhex(fields.text(signature, fields.HEX64, what="the signature"))
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(fields.text(key, fields.HEX32, what="the key")))
    try:
        public.verify(raw, message(domain, thing))
    except InvalidSignature:
        raise BadRound("bad_signature", f"the signature does not fit ({domain})") from None


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half, hex of 32 raw bytes."""
    return key.public_key().public_bytes_raw().hex()


def fingerprint(*keys: str) -> str:
    """Of public keys in hex, as two people compare it: 32 hex digits of SHA-256 over the raw keys, in groups of four."""
    whole = hashlib.sha256(b"".join(bytes.fromhex(key) for key in keys)).hexdigest()[:32]
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
