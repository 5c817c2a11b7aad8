"""Public keys that something is sealed to (X25519): one of small order is refused before anyone has to seal to it.

With such a point every shared secret is zero, which RFC 7748 § 6.1 lets a library refuse, as ours does.  A member that had one
in the specification would stop every party at the moment at which it seals the members' places.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.benchmark.errors import BadRound


def public_key(thing: object, *, what: str) -> str:
    """Hex of 32 raw bytes that can be sealed to.  Raises BadRound(malformed)."""
    text = fields.text(thing, fields.HEX32, what=what)
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(text)))
    except ValueError:
        raise BadRound("malformed", f"{what} is a point of small order, expected a key that can be sealed to") from None
    return text
