"""Reads a release out of three parties' output shares: no trust in the hub, nor in one party.

Every opened value must lie on a line, and the names must be exactly those that the rules allow for the counts that were opened:
a party that opens more than it may is refused as one that lies is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from skyddsnat.policy.benchmark.disclosure import Plan, Point, Presence, plan
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.spec import Item, Specification
from skyddsnat.protocols.benchmark.statement import share


@dataclass(frozen=True, slots=True)
class ItemRelease:
    """What is public of an item.

    points: median, q1, q3 as codes (a fraction lies between two codes).  total: of amounts, in 10^-decimals.  measured: how many
    of the values the agents counted.  Nothing of it below the ladder or when the disclosure test failed; which of the two is seen
    by `groups` alone, and why a test failed is never told.
    """

    item: str
    members: int
    groups: int
    released: bool
    points: Mapping[str, Fraction] = field(default_factory=dict)
    total: int | None = None
    measured: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The result of a round.  accepted: the members whose submissions were computed on."""

    accepted: tuple[str, ...]
    items: Mapping[str, ItemRelease]


def plan_of(specification: Specification, item: Item, *, members: int, groups: int, accepted: Sequence[str]) -> Plan:
    """What the rules allow of an item for the counts that were opened."""
    presence = Presence(members=members, groups=groups, invited=len(accepted))
    unchanged = specification.unchanged(item, tuple(accepted))
    return plan(specification.rules, item.kind, presence, neutral=item.neutral, unchanged=unchanged)


def read(specification: Specification, accepted: Sequence[str], shares: Sequence[Mapping[str, str]]) -> Release:
    """The release in three parties' `opened`.  Raises BadRound(malformed | not_in_field | not_on_a_line | not_allowed)."""
    first, second, third = shares
    if not set(first) == set(second) == set(third):
        raise BadRound("not_allowed", "the parties opened different names")
    values = {name: _value(name, (first[name], second[name], third[name])) for name in sorted(first)}
    items = {item.id: _item(specification, item, values, accepted) for item in specification.items}
    if values:
        raise BadRound("not_allowed", f"opened beyond the rules: {', '.join(sorted(values)[:5])}")
    return Release(tuple(accepted), items)


def _value(name: str, texts: Iterable[str]) -> int:
    try:
        return put_together([share(text, what=f"the share of {name}") for text in texts])
    except BadRound as fault:
        raise BadRound(fault.code, f"{name}: {fault.message}") from None


def _item(specification: Specification, item: Item, values: dict[str, int], accepted: Sequence[str]) -> ItemRelease:
    """Takes the item's names out of `values`."""
    members = _take(values, item, "members", most=len(accepted))
    groups = _take(values, item, "groups", most=members)
    allowed = plan_of(specification, item, members=members, groups=groups, accepted=accepted)
    if not allowed.opens_anything or (allowed.tested and not _take(values, item, "released", most=1)):
        return ItemRelease(item.id, members, groups, released=False)
    wanted: Mapping[str, Point] = dict(allowed.points)
    points = {
        name: Fraction(_take(values, item, name, most=item.max * point.divisor), point.divisor)
        for name, point in wanted.items()
    }
    total = _take(values, item, "sum", most=item.max * members) if "sum" in allowed.public else None
    measured = _take(values, item, "measured", most=members) if "measured" in allowed.public else None
    return ItemRelease(item.id, members, groups, True, points, total, measured)


def _take(values: dict[str, int], item: Item, what: str, *, most: int) -> int:
    name = f"{item.id}/{what}"
    if name not in values:
        raise BadRound("not_allowed", f"{name} was not opened, though the rules say so")
    value = values.pop(name)
    if value > most:
        raise BadRound("not_allowed", f"{name} is beyond what it can be")
    return value


def document(release: Release) -> dict[str, Any]:
    """As the hub serves it.  Fractions are texts such as "7/2"."""
    return {
        "accepted": list(release.accepted),
        "items": {
            name: {
                "members": item.members,
                "groups": item.groups,
                "released": item.released,
                "points": {point: str(code) for point, code in item.points.items()},
                "total": None if item.total is None else str(item.total),
                "measured": item.measured,
            }
            for name, item in release.items.items()
        },
    }


def read_document(thing: Mapping[str, Any]) -> Release:
    """What `document` wrote."""
    items = {
        name: ItemRelease(
            item=name,
            members=row["members"],
            groups=row["groups"],
            released=row["released"],
            points={point: Fraction(code) for point, code in row["points"].items()},
            total=None if row["total"] is None else int(row["total"]),
            measured=row["measured"],
        )
        for name, row in thing["items"].items()
    }
    return Release(tuple(thing["accepted"]), items)


def names(item: Item, allowed: Plan, *, released: bool) -> tuple[str, ...]:
    """The names that are opened of an item: what a party posts and what `read` expects.

    released: the outcome of the disclosure test; true where there is none.
    """
    opened = ["members", "groups"]
    if allowed.tested:
        opened.append("released")
    if released:
        opened += allowed.public
    return tuple(f"{item.id}/{what}" for what in opened)
