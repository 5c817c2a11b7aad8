"""The result of a round worked out in the clear, beside the confidential one.  Only a demo knows everyone's values."""

from __future__ import annotations

from collections.abc import Mapping

from skyddsnat.demo.benchmark.values import Hand
from skyddsnat.policy.benchmark import disclosure
from skyddsnat.protocols.benchmark import coding, release
from skyddsnat.protocols.benchmark.spec import Item, Specification

type All = Mapping[str, Hand]
"""By member, of those that were accepted."""


def opened(spec: Specification, values: All) -> dict[str, int]:
    """Every number that the parties must open, by name."""
    found: dict[str, int] = {}
    for item in spec.items:
        numbered = codes(item, values)
        allowed, groups = _allowed(spec, item, numbered, values)
        found |= {f"{item.id}/members": len(numbered), f"{item.id}/groups": groups}
        if not allowed.opens_anything:
            continue
        numbers = sorted(numbered.values())
        for name, point in allowed.points:
            found[f"{item.id}/{name}"] = sum(weight * numbers[at] for at, weight in point.weights)
        if "measured" in allowed.public:
            found[f"{item.id}/measured"] = sum(item.id in values[one].measured for one in numbered)
    return found


def places(spec: Specification, values: All, member: str) -> dict[str, int]:
    """What must come sealed to a member: its third, and its rank if it asked."""
    found: dict[str, int] = {}
    for item in spec.items:
        numbered = codes(item, values)
        allowed, _groups = _allowed(spec, item, numbered, values)
        if member not in numbered:
            continue
        numbers, own = list(numbered.values()), numbered[member]
        below, above = sum(one < own for one in numbers), sum(one > own for one in numbers)
        if "third" in allowed.private:
            found[f"{item.id}/third"] = disclosure.third(len(numbers), below, above)
        if "place" in allowed.private and spec.member_of[member].rank:
            found[f"{item.id}/place"] = disclosure.place(len(numbers), below, above)
    return found


def codes(item: Item, values: All) -> dict[str, int]:
    """What each member that has a value hands in of an item."""
    rows = {member: hand.values.get(item.id) for member, hand in values.items()}
    return {member: coding.encode(item, number) for member, number in rows.items() if number is not None}


def _allowed(spec: Specification, item: Item, numbered: Mapping[str, int], values: All) -> tuple[disclosure.Plan, int]:
    groups = len({spec.member_of[one].control_group for one in numbered})
    accepted = tuple(sorted(values))
    return release.plan_of(spec, item, members=len(numbered), groups=groups, accepted=accepted), groups
