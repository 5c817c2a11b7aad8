"""The specification of a round: everything that decides what is computed and opened, signed by all three parties beforehand.

It is complete in itself: items carry the edges of their bands, so browser, agent, party and reader agree without a catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from skyddsnat.policy.benchmark.disclosure import ItemKind, Rules
from skyddsnat.protocols.benchmark import canonical, fields

FORMAT: Final = "skyddsnat/bench/spec/v1"
LARGEST_AMOUNT: Final = 2**37 - 2
"""The test of a total stays within the 47 bits of a comparison for 27 members; larger groups must take smaller amounts."""


@dataclass(frozen=True, slots=True)
class Item:
    """One number of each member.

    edges: of a code's bands, ascending; code = how many edges are at or below the value (`upper_side` false) or strictly below it
    (true).  max: the largest code or amount.  decimals: an amount is handed in as value x 10^decimals.  neutral: has no "better".
    """

    id: str
    kind: ItemKind
    max: int
    neutral: bool
    edges: tuple[Decimal, ...] = ()
    upper_side: bool = False
    decimals: int = 0

    @property
    def bits(self) -> int:
        """L: a value is proved to lie in [0, max] by L bits of it and L bits of max - value; 2^L - 1 is free for "missing"."""
        return (self.max + 1).bit_length()

    @property
    def missing(self) -> int:
        """The code that sorts after every value."""
        return int(2**self.bits - 1)

    def document(self) -> dict[str, Any]:
        """As it stands in the specification."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "max": self.max,
            "neutral": self.neutral,
            "edges": [format(edge, "f") for edge in self.edges],
            "upper_side": self.upper_side,
            "decimals": self.decimals,
        }


@dataclass(frozen=True, slots=True)
class SpecMember:
    """A member as the parties know it.  rank: it wants to know its own rank.  Keys: hex of 32 raw bytes."""

    id: str
    name: str
    control_group: str
    signing_key: str
    opening_key: str
    rank: bool = False


@dataclass(frozen=True, slots=True)
class SpecParty:
    """A computing party.  index: 0, 1 or 2, its place on the line."""

    index: int
    id: str
    name: str
    signing_key: str


@dataclass(frozen=True, slots=True)
class Previous:
    """The round before in the same peer group.  full: items for which every accepted member had a value."""

    round: str
    members: tuple[str, ...]
    full: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignOff:
    """Counsel's name on an amber metric."""

    metric: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Specification:
    """A round as it was agreed.  The hub makes it and reads it back (`spec_reader.read`): what cannot be read is never signed."""

    round: str
    title: Mapping[str, str]
    coalition: str
    peer_group: str
    first_day: date
    last_day: date
    deadline: datetime
    objection_seconds: int
    versions: Mapping[str, str]
    items: tuple[Item, ...]
    rules: Rules
    previous: Previous | None
    members: tuple[SpecMember, ...]
    parties: tuple[SpecParty, ...]
    sign_offs: tuple[SignOff, ...] = ()

    @cached_property
    def raw(self) -> bytes:
        """The canonical bytes."""
        return canonical.dumps(_document(self))

    @cached_property
    def sha256(self) -> str:
        """What the parties sign and what every message of the round names."""
        return canonical.digest(_document(self))

    @cached_property
    def member_of(self) -> Mapping[str, SpecMember]:
        """Members by id."""
        return {member.id: member for member in self.members}

    @cached_property
    def item_of(self) -> Mapping[str, Item]:
        """Items by id."""
        return {item.id: item for item in self.items}

    def unchanged(self, item: Item, accepted: tuple[str, ...]) -> bool:
        """Whether what is opened of an item tells nothing beside last time's: the same members handed in.

        Of an amount, everybody must also have had a value then: else who lacked it can be subtracted.
        """
        if self.previous is None:
            return True
        complete = item.kind is ItemKind.CODE or item.id in self.previous.full
        return complete and self.previous.members == accepted


def _document(spec: Specification) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "round": spec.round,
        "title": dict(spec.title),
        "coalition": spec.coalition,
        "peer_group": spec.peer_group,
        "period": {"from": spec.first_day.isoformat(), "to": spec.last_day.isoformat()},
        "deadline": fields.moment_text(spec.deadline),
        "objection_seconds": spec.objection_seconds,
        "catalogue": dict(spec.versions),
        "items": [item.document() for item in spec.items],
        "rules": _rules_document(spec.rules, spec.previous),
        "members": [
            {"id": m.id, "name": m.name, "control_group": m.control_group, "signing_key": m.signing_key,
             "opening_key": m.opening_key, "rank": m.rank}
            for m in spec.members
        ],
        "parties": [{"index": p.index, "id": p.id, "name": p.name, "signing_key": p.signing_key} for p in spec.parties],
        "sign_offs": [{"metric": s.metric, "by": s.by, "at": fields.moment_text(s.at)} for s in spec.sign_offs],
    }  # fmt: skip


def _rules_document(rules: Rules, previous: Previous | None) -> dict[str, Any]:
    return {
        "k": rules.k,
        "p": rules.p,
        "max_share": f"{rules.max_share.numerator}/{rules.max_share.denominator}",
        "ladder": [
            {"low": r.low, "high": r.high, "public": list(r.public), "private": list(r.private)} for r in rules.ladder
        ],
        "four_opted_in": rules.four_opted_in,
        "previous": None
        if previous is None
        else {"round": previous.round, "members": list(previous.members), "full": list(previous.full)},
    }


def metric_of(item: str) -> str:
    """The catalogue's id behind an item's."""
    return re.sub(r"\.amount$", "", item)
