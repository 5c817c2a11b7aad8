"""An organisation's rounds as its machines ask for them, many times a minute: the one rule (`access.rounds_of`), built once."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField

from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.prepared import PreparedIn, Slot

type Capacity = tuple[bool, bool]
"""Whether the token is for a member's agent, and whether it is for a party."""


def rounds_for(member_id: str, capacity: Capacity) -> list[Round]:
    """All of them."""
    return _all(capacity, member=member_id)


def round_for(member_id: str, capacity: Capacity, round_id: str) -> Round | None:
    """One of them; None for an unknown one and for others' alike."""
    return _one.of(capacity).one(member=member_id, round=round_id)


def _rows(capacity: Capacity) -> Any:
    as_member, as_party = capacity
    return Round.objects.of_member(Slot("member", CharField()), as_member=as_member, as_party=as_party)


_all = PreparedIn(_rows)
_one = PreparedIn[Capacity](lambda capacity: _rows(capacity).filter(pk=Slot("round", CharField())).order_by())
