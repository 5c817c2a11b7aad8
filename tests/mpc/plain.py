"""A round worked out in the clear, from the rules as people read them: what the computation must come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skyddsnat.policy.benchmark.disclosure import place, safe_total, side, third
from skyddsnat.protocols.benchmark.release import plan_of
from skyddsnat.protocols.benchmark.spec import Item, Specification
from tests.mpc.rounds import Entries


@dataclass
class Plain:
    """Values by name."""

    opened: dict[str, int] = field(default_factory=dict)
    private: dict[str, dict[str, int]] = field(default_factory=dict)


def plainly(specification: Specification, entries: Mapping[str, Entries], accepted: Sequence[str]) -> Plain:
    """entries: by member."""
    found = Plain(private={member: {} for member in accepted})
    for item in specification.items:
        _item(
            specification,
            item,
            {m: entries[m][item.id].value for m in accepted if item.id in entries[m]},
            entries,
            found,
        )
    return found


def _item(
    specification: Specification, item: Item, values: dict[str, int], entries: Mapping[str, Entries], found: Plain
) -> None:
    owners = {specification.member_of[member].control_group for member in values}
    accepted = list(found.private)
    found.opened |= {f"{item.id}/members": len(values), f"{item.id}/groups": len(owners)}
    plan = plan_of(specification, item, members=len(values), groups=len(owners), accepted=accepted)
    if not plan.opens_anything:
        return
    amounts = list(values.values())
    if plan.tested:
        found.opened[f"{item.id}/released"] = int(safe_total(amounts, specification.rules))
        if not safe_total(amounts, specification.rules):
            return
    ordered = sorted(amounts)
    for name, point in plan.points:
        found.opened[f"{item.id}/{name}"] = sum(weight * ordered[position] for position, weight in point.weights)
    if "sum" in plan.public:
        found.opened[f"{item.id}/sum"] = sum(amounts)
    if "measured" in plan.public:
        found.opened[f"{item.id}/measured"] = sum(entries[member][item.id].measured for member in values)
    for member, value in values.items():
        below, above = sum(v < value for v in amounts), sum(v > value for v in amounts)
        mine = {"third": third(len(values), below, above), "side": side(below, above)}
        if specification.member_of[member].rank:
            mine["place"] = place(len(values), below, above)
        found.private[member] |= {f"{item.id}/{name}": mine[name] for name in plan.private if name in mine}
