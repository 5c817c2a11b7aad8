"""What a round waits for, and of whom: for the list of rounds, for machines that ask what to do, and for reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from skyddsnat.hub.benchmark.models import Round, RoundMember, RoundParty, Submission
from skyddsnat.hub.benchmark.queries.timing import window_ends
from skyddsnat.policy.benchmark.planning import PARTIES
from skyddsnat.protocols.benchmark.fields import moment_text
from skyddsnat.protocols.benchmark.statement import Kind

HAND_IN, POSITION = "submission", "position"


def line_of(round_: Round, member_id: str, *, now: datetime) -> dict[str, Any]:
    """A round as a machine sees it."""
    place = RoundParty.objects.filter(round=round_, member_id=member_id).values_list("index", flat=True).first()
    member = RoundMember.objects.filter(round=round_, member_id=member_id).exists()
    seqs = Submission.objects.filter(round=round_, member_id=member_id).values_list("seq", flat=True)
    return {
        "id": round_.pk,
        "state": round_.state,
        "abort": round_.abort or None,
        "spec": round_.spec_sha256,
        "deadline": moment_text(round_.deadline),
        "objections_until": moment_text(window_ends(round_)) if round_.closed_at else None,
        "member": member,
        "party": place,
        "seq": max(seqs, default=0),
        "wanted": [
            *(of_member(round_, member_id, now=now) if member else ()),
            *(of_party(round_, place, now=now) if place is not None else ()),
        ],
    }


def of_member(round_: Round, member_id: str, *, now: datetime) -> list[str]:
    """`submission` while the round is open and none has come."""
    if round_.state != Round.State.OPEN or now >= round_.deadline:
        return []
    return [] if Submission.objects.filter(round=round_, member_id=member_id).exists() else [HAND_IN]


def of_party(round_: Round, index: int, *, now: datetime) -> list[str]:
    """Kinds of statements that the party should make now."""
    said: dict[str, set[int]] = {}
    for kind, party in round_.statements.values_list("kind", "party"):
        said.setdefault(kind, set()).add(party)

    def whole(kind: Kind) -> bool:
        return len(said.get(kind.value, ())) == PARTIES

    due: list[Kind] = []
    if round_.state == Round.State.DRAFT and round_.is_frozen:
        refused = index in said.get(Kind.ABORTED.value, set())
        due = [] if refused else [Kind.APPROVAL]
    elif round_.state == Round.State.CLOSED:
        ready = whole(Kind.ROOT) and now >= window_ends(round_)
        due = [Kind.ROOT, *([Kind.RUN] if ready else [])]
    elif round_.state == Round.State.COMPUTING:
        due = [Kind.VERDICT, *([Kind.OUTPUT, Kind.POSITIONS] if whole(Kind.VERDICT) else [])]
    elif round_.state == Round.State.RELEASED:
        due = [Kind.POSITIONS, Kind.DESTROYED]
    elif round_.state == Round.State.ABORTED:
        due = [Kind.DESTROYED]
    return [kind.value for kind in due if index not in said.get(kind.value, set())]
