"""Who has handed in, and what of it may be told to whom."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField

from skyddsnat.hub.benchmark.models import Ciphertext, Round, Statement, Submission
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark.planning import PARTIES
from skyddsnat.protocols.benchmark import canonical, envelope
from skyddsnat.protocols.benchmark.envelope import SignedEnvelope
from skyddsnat.protocols.benchmark.statement import Kind


def latest_rows(round_: Round) -> list[Submission]:
    """The submission that counts of each member, in the order of their ids."""
    latest: dict[str, Submission] = {row.member_id: row for row in _of_round(round=round_.pk)}
    return [latest[member] for member in sorted(latest)]


_of_round = Prepared(lambda: Submission.objects.filter(round=Slot("round", CharField())).order_by("member_id", "seq"))


def latest_envelopes(round_: Round) -> list[SignedEnvelope]:
    """The same as envelopes with their signatures: the leaves behind the root."""
    return [envelope.read(canonical.loads(row.envelope.encode())) for row in latest_rows(round_)]


def latest_of(round_: Round, member_id: str) -> Submission | None:
    """What the member handed in last."""
    found: Submission | None = _of_member.one(round=round_.pk, member=member_id)
    return found


_of_member = Prepared(
    lambda: Submission.objects.filter(round=Slot("round", CharField()), member=Slot("member", CharField())).order_by(
        "-seq"
    )[:1]
)


def sealed_for(round_: Round, party: int) -> dict[str, str]:
    """The party's own ciphertexts, base64 by member; nobody else's."""
    rows = Ciphertext.objects.filter(submission__round=round_, party=party).select_related("submission")
    return {row.submission.member_id: envelope.base64_text(bytes(row.sealed)) for row in rows}


def positions_of(round_: Round, member_id: str) -> list[str] | None:
    """The member's own position, one sealed share of each party; None until all three are here."""
    rows = Statement.objects.filter(round=round_, kind=Kind.POSITIONS.value).order_by("party")
    bodies: list[dict[str, Any]] = [canonical.loads(row.text.encode())["statement"]["body"] for row in rows]
    found = [body["sealed"][member_id] for body in bodies if member_id in body["sealed"]]
    return found if len(found) == PARTIES else None
