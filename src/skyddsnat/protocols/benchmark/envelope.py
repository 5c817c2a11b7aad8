"""A member's submission as the hub and everyone may see it: hashes of three ciphertexts, signed by the member."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.protocols.benchmark import canonical, fields, signing
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import WIDTH
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.log.tree import Frontier, leaf_hash

MOST_SUBMISSIONS: Final = 10_000
OVERHEAD: Final = 48
"""Bytes that HPKE adds: 32 of the encapsulated key, 16 of the tag."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """seq: 1 and up; the largest before the deadline counts.  sealed: SHA-256 (hex) of the ciphertexts for parties 0, 1 and 2."""

    round: str
    spec: str
    member: str
    seq: int
    sealed: tuple[str, str, str]

    def document(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "format": signing.SUBMISSION,
            "round": self.round,
            "spec": self.spec,
            "member": self.member,
            "seq": self.seq,
            "sealed": list(self.sealed),
        }


@dataclass(frozen=True, slots=True)
class SignedEnvelope:
    """An envelope and its member's signature (hex)."""

    envelope: Envelope
    signature: str

    def document(self) -> dict[str, Any]:
        """As it stands in lists, transcripts and under the root."""
        return {"envelope": self.envelope.document(), "signature": self.signature}

    def check(self, specification: Specification) -> None:
        """Raises BadRound(other_round | other_specification | unknown_member | bad_signature)."""
        envelope = self.envelope
        if envelope.round != specification.round:
            raise BadRound("other_round", f"for the round {envelope.round}, expected {specification.round}")
        if envelope.spec != specification.sha256:
            raise BadRound("other_specification", "made for another specification of this round; fetch it anew")
        member = specification.member_of.get(envelope.member)
        if member is None:
            raise BadRound("unknown_member", f"{envelope.member} does not take part in the round")
        signing.check(signing.SUBMISSION, envelope.document(), self.signature, member.signing_key)


def sign(envelope: Envelope, key: Ed25519PrivateKey) -> SignedEnvelope:
    """Sign as the member."""
    return SignedEnvelope(envelope, signing.sign(signing.SUBMISSION, envelope.document(), key))


def read(thing: object) -> SignedEnvelope:
    """Parse `{"envelope", "signature"}`.  Raises BadRound(malformed)."""
    top = fields.table(thing, ("envelope", "signature"), what="a submission")
    inner = fields.table(
        top["envelope"], ("format", "round", "spec", "member", "seq", "sealed"), what="a submission's envelope"
    )
    fields.text(inner["format"], signing.SUBMISSION, what="the envelope's format")
    first, second, third = (
        fields.text(each, fields.HEX32, what="a ciphertext's hash")
        for each in fields.rows(inner["sealed"], what="the envelope's sealed", fewest=3, most=3)
    )
    envelope = Envelope(
        round=fields.text(inner["round"], fields.IDENTIFIER, what="the envelope's round"),
        spec=fields.text(inner["spec"], fields.HEX32, what="the envelope's spec"),
        member=fields.text(inner["member"], fields.IDENTIFIER, what="the envelope's member"),
        seq=fields.whole(inner["seq"], low=1, high=MOST_SUBMISSIONS, what="the envelope's seq"),
        sealed=(first, second, third),
    )
    return SignedEnvelope(envelope, fields.text(top["signature"], fields.HEX64, what="the envelope's signature"))


def read_submission(thing: object) -> tuple[SignedEnvelope, tuple[bytes, bytes, bytes]]:
    """Parse what a member posts, with its ciphertexts.  Raises BadRound(malformed) also when a hash does not fit."""
    top = fields.table(thing, ("envelope", "signature", "sealed"), what="a submission")
    signed = read({"envelope": top["envelope"], "signature": top["signature"]})
    texts = fields.rows(top["sealed"], what="a submission's sealed", fewest=3, most=3)
    first, second, third = (_ciphertext(text) for text in texts)
    for party, (raw, digest) in enumerate(zip((first, second, third), signed.envelope.sealed, strict=True)):
        if hashlib.sha256(raw).hexdigest() != digest:
            raise BadRound("malformed", f"the ciphertext for party {party} is not the one whose hash was signed")
    return signed, (first, second, third)


def ciphertext_size(specification: Specification) -> int:
    """Bytes of each ciphertext: value, presence, measured, and twice L bits an item (docs/benchmarking/protocol.md)."""
    return OVERHEAD + WIDTH * sum(3 + 2 * item.bits for item in specification.items)


def root(submissions: Iterable[SignedEnvelope]) -> tuple[str, int]:
    """The input root: RFC 6962 tree over the latest submission of each member, in the order of their ids; and how many."""
    latest: dict[str, SignedEnvelope] = {}
    for signed in submissions:
        kept = latest.get(signed.envelope.member)
        if kept is None or kept.envelope.seq < signed.envelope.seq:
            latest[signed.envelope.member] = signed
    frontier = Frontier()
    for member in sorted(latest):
        frontier.append(leaf_hash(canonical.dumps(latest[member].document())))
    return frontier.root.hex(), len(latest)


def _ciphertext(text: object) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise BadRound("malformed", "a ciphertext was not read, expected base64") from None


def base64_text(raw: bytes) -> str:
    """How ciphertexts travel."""
    return base64.b64encode(raw).decode("ascii")


def wire(signed: SignedEnvelope, sealed: tuple[bytes, bytes, bytes]) -> Mapping[str, Any]:
    """What a member posts."""
    return {**signed.document(), "sealed": [base64_text(raw) for raw in sealed]}
