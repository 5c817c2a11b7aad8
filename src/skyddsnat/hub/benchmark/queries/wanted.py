"""What a round waits for, and of whom: for the list of rounds, for machines that ask what to do, and for reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, Max

from skyddsnat.hub.benchmark.models import Round, RoundMember, RoundParty, Statement, Submission
from skyddsnat.hub.benchmark.queries.timing import window_ends
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark.planning import PARTIES
from skyddsnat.protocols.benchmark.fields import moment_text
from skyddsnat.protocols.benchmark.statement import Kind

HAND_IN, POSITION = "submission", "position"


WAITS_FOR_PARTIES = frozenset(
    {Round.State.DRAFT, Round.State.CLOSED, Round.State.COMPUTING, Round.State.RELEASED, Round.State.ABORTED}
)


def lines_of(rounds: Sequence[Round], member_id: str, *, now: datetime) -> list[dict[str, Any]]:
    """Rounds as a machine of this member sees them.  Machines poll, and rounds add up: each fact is asked for once for all."""
    places = dict(_places(member=member_id))
    members = {round_id for (round_id,) in _takes_part(member=member_id)}
    seqs = dict(_seqs(member=member_id))

    def line(round_: Round) -> dict[str, Any]:
        member, place = round_.pk in members, places.get(round_.pk)
        return {
            "id": round_.pk,
            "state": round_.state,
            "abort": round_.abort or None,
            "spec": round_.spec_sha256,
            "deadline": moment_text(round_.deadline),
            "objections_until": moment_text(window_ends(round_)) if round_.closed_at else None,
            "member": member,
            "party": place,
            "seq": seqs.get(round_.pk, 0),
            "wanted": [
                *(of_member(round_, member_id, now=now) if member else ()),
                *(of_party(round_, place, now=now) if place is not None else ()),
            ],
        }

    return [line(one) for one in rounds]


def of_member(round_: Round, member_id: str, *, now: datetime) -> list[str]:
    """`submission` while the round is open and none has come."""
    if round_.state != Round.State.OPEN or now >= round_.deadline:
        return []
    return [] if _handed_in(round=round_.pk, member=member_id) else [HAND_IN]


_member = Slot("member", CharField())
_places = Prepared(lambda: RoundParty.objects.filter(member_id=_member).order_by().values_list("round_id", "index"))
_takes_part = Prepared(lambda: RoundMember.objects.filter(member_id=_member).order_by().values_list("round_id"))
_seqs = Prepared(
    lambda: Submission.objects.filter(member_id=_member).order_by().values_list("round_id").annotate(last=Max("seq"))
)
_handed_in = Prepared(
    lambda: (
        Submission.objects.filter(round_id=Slot("round", CharField()), member_id=Slot("member", CharField()))
        .order_by()
        .values_list("pk")[:1]
    )
)
_said = Prepared(
    lambda: Statement.objects.filter(round_id=Slot("round", CharField())).order_by().values_list("kind", "party")
)


def said_in(round_: Round) -> list[tuple[str, int]]:
    """The kind of each statement of the round, and its party."""
    return _said(round=round_.pk)


def of_party(round_: Round, index: int, *, now: datetime) -> list[str]:
    """Kinds of statements that the party should make now."""
    if round_.state not in WAITS_FOR_PARTIES:
        return []
    said: dict[str, set[int]] = {}
    for kind, party in said_in(round_):
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
