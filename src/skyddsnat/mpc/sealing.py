"""Seals shares so that one party, in one round, for one member and hand-in, can open them, and nobody else (RFC 9180, base mode).

X25519, HKDF-SHA256, AES-128-GCM; what a ciphertext is for stands in `info`, so one that is swapped, replayed or sent to another
party does not open.  A ciphertext is the encapsulated key (32 bytes) and then the AEAD's.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from skyddsnat.mpc.errors import SealError
from skyddsnat.mpc.layout import Layout
from skyddsnat.mpc.shares import Bytes, split
from skyddsnat.protocols.benchmark import canonical
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import P, from_bytes, to_bytes
from skyddsnat.protocols.benchmark.spec import Specification

SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
ENCAPSULATED: Final = 32


def submission_info(*, spec: str, round: str, member: str, seq: int, party: int) -> bytes:
    """What a member's ciphertext for a party is for.  spec: hex SHA-256.  party: 0, 1 or 2."""
    return f"skyddsnat/bench/v1|spec={spec}|round={round}|member={member}|seq={seq}|party={party}".encode()


def position_info(*, spec: str, round: str, member: str, party: int) -> bytes:
    """What a party's shares of a member's own position are for."""
    return f"skyddsnat/bench/v1|position|spec={spec}|round={round}|member={member}|party={party}".encode()


def seal(
    specification: Specification,
    numbers: Sequence[int],
    keys: Sequence[str],
    *,
    member: str,
    seq: int,
    random: Bytes = secrets.token_bytes,
) -> tuple[bytes, bytes, bytes]:
    """Split a member's vector (`layout.vector`) and seal it.  keys: the parties' keys of the round (hex), in order of index."""
    sealed = []
    for party, (shares, key) in enumerate(zip(split(numbers, random=random), keys, strict=True)):
        info = submission_info(
            spec=specification.sha256, round=specification.round, member=member, seq=seq, party=party
        )
        sealed.append(seal_bytes(to_bytes(shares), key, info))
    first, second, third = sealed
    return first, second, third


def open_shares(
    specification: Specification, sealed: bytes, key: X25519PrivateKey, *, member: str, seq: int, party: int
) -> list[int]:
    """A party's shares of a member's vector.  Raises SealError(unopenable | malformed)."""
    info = submission_info(spec=specification.sha256, round=specification.round, member=member, seq=seq, party=party)
    raw = open_bytes(sealed, key, info)
    try:
        shares = from_bytes(raw)
    except BadRound as fault:
        raise SealError("malformed", fault.message) from None
    expected = Layout.of(specification).size
    if len(shares) != expected:
        raise SealError("malformed", f"{len(shares)} shares, expected {expected}")
    return shares


def seal_position(specification: Specification, values: Mapping[str, int], *, member: str, party: int) -> bytes:
    """A party's shares of a member's own position, for that member's eyes.  values: share by `<item>/<what>`."""
    plain = canonical.dumps({"values": {name: str(share) for name, share in values.items()}})
    key = specification.member_of[member].opening_key
    info = position_info(spec=specification.sha256, round=specification.round, member=member, party=party)
    return seal_bytes(plain, key, info)


def open_position(
    specification: Specification, sealed: bytes, key: X25519PrivateKey, *, member: str, party: int
) -> dict[str, int]:
    """What `seal_position` sealed.  Raises SealError(unopenable | malformed)."""
    info = position_info(spec=specification.sha256, round=specification.round, member=member, party=party)
    try:
        values = json.loads(open_bytes(sealed, key, info))["values"]
        shares = {str(name): int(text) for name, text in values.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SealError("malformed", "a position that was not read, expected shares by name") from None
    if not all(0 <= share < P for share in shares.values()):
        raise SealError("malformed", "a share is no element of the field")
    return shares


def seal_bytes(plain: bytes, key: str, info: bytes) -> bytes:
    """Seal to a public key (hex)."""
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(bytes.fromhex(key)), info=info)


def open_bytes(sealed: bytes, key: X25519PrivateKey, info: bytes) -> bytes:
    """Raises SealError(unopenable)."""
    try:
        return SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError):
        raise SealError("unopenable", "does not open for this key, round, member, hand-in and party") from None
