"""The hub's signed receipt: proof that it has a submission, should it ever leave it out of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.protocols.benchmark import fields, signing
from skyddsnat.protocols.benchmark.envelope import MOST_SUBMISSIONS, Envelope


@dataclass(frozen=True, slots=True)
class Receipt:
    """at: when the hub took it, UTC.  entry: its number in the hub's audit log."""

    envelope: Envelope
    at: datetime
    entry: int
    signature: str = ""

    def document(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "format": signing.RECEIPT,
            "round": self.envelope.round,
            "spec": self.envelope.spec,
            "member": self.envelope.member,
            "seq": self.envelope.seq,
            "sealed": list(self.envelope.sealed),
            "at": fields.moment_text(self.at),
            "entry": self.entry,
        }

    def wire(self) -> dict[str, Any]:
        """As the member keeps it."""
        return {"receipt": self.document(), "signature": self.signature}


def sign(envelope: Envelope, *, at: datetime, entry: int, key: Ed25519PrivateKey) -> Receipt:
    """Sign as the hub."""
    plain = Receipt(envelope, at, entry)
    return Receipt(envelope, at, entry, signing.sign(signing.RECEIPT, plain.document(), key))


def read(thing: object, *, key: str) -> Receipt:
    """A receipt that this hub key (hex) has signed.  Raises BadRound(malformed | bad_signature)."""
    top = fields.table(thing, ("receipt", "signature"), what="a receipt")
    inner = fields.table(
        top["receipt"], ("format", "round", "spec", "member", "seq", "sealed", "at", "entry"), what="a receipt's text"
    )
    signing.check(signing.RECEIPT, inner, top["signature"], key)
    fields.text(inner["format"], signing.RECEIPT, what="the receipt's format")
    first, second, third = (
        fields.text(each, fields.HEX32, what="a ciphertext's hash")
        for each in fields.rows(inner["sealed"], what="the receipt's sealed", fewest=3, most=3)
    )
    envelope = Envelope(
        round=fields.text(inner["round"], fields.IDENTIFIER, what="the receipt's round"),
        spec=fields.text(inner["spec"], fields.HEX32, what="the receipt's spec"),
        member=fields.text(inner["member"], fields.IDENTIFIER, what="the receipt's member"),
        seq=fields.whole(inner["seq"], low=1, high=MOST_SUBMISSIONS, what="the receipt's seq"),
        sealed=(first, second, third),
    )
    entry = fields.whole(inner["entry"], low=0, high=2**53 - 1, what="the receipt's entry")
    return Receipt(envelope, fields.moment(inner["at"], what="the receipt's at"), entry, top["signature"])
