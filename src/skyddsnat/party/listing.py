"""Who handed in, and this party's ciphertexts: recomputed, so that the hub can neither leave out nor swap unnoticed."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from skyddsnat.party.errors import Refused
from skyddsnat.protocols.benchmark import envelope, receipt
from skyddsnat.protocols.benchmark.envelope import Envelope, SignedEnvelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.spec_reader import MOST_MEMBERS
from skyddsnat.protocols.log import NoteKey


@dataclass(frozen=True, slots=True)
class Listing:
    """The submissions that count, in the order of their members' ids."""

    submissions: tuple[SignedEnvelope, ...]
    root: str

    @property
    def members(self) -> list[str]:
        """Who handed in."""
        return [signed.envelope.member for signed in self.submissions]


def read(body: Any, specification: Specification) -> Listing:
    """Check the hub's list: each envelope signed by its member for this specification, one a member.

    Raises Refused with the code of what does not hold.
    """
    rows = body.get("submissions") if isinstance(body, dict) else body
    if not isinstance(rows, list) or len(rows) > MOST_MEMBERS:
        raise Refused("malformed", f"the list of submissions was not read, expected at most {MOST_MEMBERS}")
    try:
        submissions = [envelope.read(_bare(row)) for row in rows]
        for signed in submissions:
            signed.check(specification)
    except BadRound as fault:
        raise Refused(fault.code, f"the hub's list of submissions: {fault.message}") from None
    names = [signed.envelope.member for signed in submissions]
    if len(set(names)) != len(names):
        raise Refused("malformed", "the hub's list names a member twice, expected its latest submission only")
    ordered = tuple(sorted(submissions, key=lambda signed: signed.envelope.member))
    return Listing(ordered, envelope.root(ordered)[0])


def check_sealed(body: Any, listing: Listing, *, party: int) -> dict[str, str]:
    """This party's ciphertexts by member, each with the hash that its member signed.  Raises Refused(lost_ciphertext)."""
    found = body.get("sealed", body) if isinstance(body, Mapping) else {}
    kept: dict[str, str] = {}
    for signed in listing.submissions:
        member = signed.envelope.member
        if _digest(found.get(member)) != signed.envelope.sealed[party]:
            raise Refused(
                "lost_ciphertext",
                f"the ciphertext of {member} for this party is missing or not the one that was signed",
            )
        kept[member] = found[member]
    return kept


def left_out(
    objections: Sequence[Any], listing: Listing, specification: Specification, keys: Sequence[NoteKey]
) -> str | None:
    """The member whose receipt proves that the list is not whole, or None.

    Without the hub's log key no receipt can be checked, and any objection stops: an objection can do no more than that.
    """
    if objections and not keys:
        return "somebody"
    for shown, key in product(objections, keys):
        try:
            said = receipt.read(shown, key=key.public.hex()).envelope
        except BadRound:
            continue
        if (said.round, said.spec) == (specification.round, specification.sha256) and _lacks(listing, said):
            return said.member
    return None


def _lacks(listing: Listing, said: Envelope) -> bool:
    have = next((s.envelope for s in listing.submissions if s.envelope.member == said.member), None)
    return have is None or have.seq < said.seq or (have.seq == said.seq and have != said)


def _bare(row: Any) -> Any:
    """An envelope with its signature, whatever else the hub says of it."""
    if isinstance(row, dict) and {"envelope", "signature"} <= set(row):
        return {"envelope": row["envelope"], "signature": row["signature"]}
    return row


def _digest(text: object) -> str:
    try:
        raw = base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        return ""
    return hashlib.sha256(raw).hexdigest()
