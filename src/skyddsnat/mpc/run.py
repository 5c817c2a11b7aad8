"""The computation of a round at one party: from shares to what may be opened, and to what each member alone may learn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from skyddsnat.mpc import proofs
from skyddsnat.mpc.algorithms import choice
from skyddsnat.mpc.algorithms.largest import two_largest
from skyddsnat.mpc.algorithms.ordering import Ordering
from skyddsnat.mpc.algorithms.small import look_up
from skyddsnat.mpc.disclosure import may_total, owners
from skyddsnat.mpc.engine import Array, Engine, array
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.mpc.layout import Layout
from skyddsnat.mpc.opening import open_all
from skyddsnat.policy.benchmark.disclosure import ItemKind, Plan, place, side, third
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.release import plan_of
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Fault

AT_ONCE: Final = 60_000
"""Numbers of the largest array that is worked on at once; bounds the memory of a party at some hundreds of megabytes."""

type Tell = Callable[[str, int, int], None]
"""Progress: phase, items done, items in all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Members whose hand-in is used, and why others' is not; in the order of their ids.

    unread_by: of those that were left out because a party could not read them, which parties said so.
    """

    accepted: tuple[str, ...]
    rejected: Mapping[str, Fault]
    unread_by: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """This party's shares.  opened: by `<item>/<what>`, for everyone.  private: by member and name, for that member alone."""

    opened: dict[str, int] = field(default_factory=dict)
    private: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


async def judge(
    engine: Engine, specification: Specification, handed_in: Mapping[str, Sequence[int] | Fault], *, context: bytes
) -> Verdict:
    """The verdict on what members handed in.

    handed_in: by member, this party's shares, or why it has none.  A member that one party cannot read is left out by all.
    Raises ComputationFailed(output_inconsistent).
    """
    told = await engine.post({member: what.value for member, what in handed_in.items() if isinstance(what, Fault)})
    rejected = _unread(told, handed_in)
    unread_by = {member: tuple(party for party, each in enumerate(told) if member in each) for member in rejected}
    candidates = [member for member in sorted(handed_in) if member not in rejected]
    vectors = array([handed_in[member] for member in candidates])
    found = await proofs.check(engine, Layout.of(specification), vectors, context=context)
    rejected |= {member: fault for member, fault in zip(candidates, found, strict=True) if fault}
    accepted = tuple(member for member in candidates if member not in rejected)
    return Verdict(accepted, dict(sorted(rejected.items())), unread_by)


def _unread(told: Sequence[Any], members: Iterable[str]) -> dict[str, Fault]:
    """Members that some party could not read; where parties say different things, one of them by a fixed rule."""
    try:
        said = {member: [Fault(each[member]) for each in told if member in each] for member in members}
    except (TypeError, ValueError):
        raise ComputationFailed("output_inconsistent", "a party said of a hand-in what is no fault") from None
    return {member: min(faults) for member, faults in said.items() if faults}


async def compute(
    engine: Engine,
    specification: Specification,
    shares: Mapping[str, Sequence[int]],
    accepted: Sequence[str],
    *,
    tell: Tell = lambda phase, done, of: None,
) -> Outcome:
    """What the rules allow, and nothing else.  shares: by member.  accepted: sorted; the members that are computed on."""
    vectors = array([shares[member] for member in accepted]).reshape(len(accepted), Layout.of(specification).size)
    computation = _Computation(engine, specification, list(accepted), vectors, tell)
    await computation.count()
    await computation.codes()
    await computation.amounts()
    return computation.outcome


class _Computation:
    """vectors: (members, numbers).  counted: how many have a value, by item.  plans: what may be opened of each."""

    def __init__(
        self, engine: Engine, specification: Specification, accepted: list[str], vectors: Array, tell: Tell
    ) -> None:
        self.engine, self.specification, self.accepted, self.tell = engine, specification, accepted, tell
        self.layout = Layout.of(specification)
        self.outcome = Outcome()
        self.vectors = vectors
        self.counted: list[int] = []
        self.plans: list[Plan] = []

    def _columns(self, where: Callable[[int], int], rows: Sequence[int]) -> Array:
        return self.vectors[:, [where(row) for row in rows]].T

    def _bits(self, rows: Sequence[int]) -> Array:
        """(items, members, L) of items of equal L."""
        columns = self.vectors[:, [at for row in rows for at in self.layout.value_bits(row)]]
        return columns.reshape(len(self.accepted), len(rows), -1).swapaxes(0, 1)

    def _say(self, row: int, what: str, share: int) -> None:
        self.outcome.opened[f"{self.specification.items[row].id}/{what}"] = int(share) % P

    async def count(self) -> None:
        """Open how many members and owners have a value, and ask the rules what may come of each item."""
        rows = range(len(self.specification.items))
        present = self._columns(self.layout.present, rows)
        groups = [self.specification.member_of[member].control_group for member in self.accepted]
        counts = present.sum(axis=1) % P
        by_owner = await owners(self.engine, present, groups)
        opened = await open_all(self.engine, np.concatenate((counts, by_owner)), what="the counts", most=len(groups))
        self.counted = opened[: len(rows)]
        for row, item in enumerate(self.specification.items):
            self._say(row, "members", counts[row])
            self._say(row, "groups", by_owner[row])
            self.plans.append(
                plan_of(
                    self.specification,
                    item,
                    members=opened[row],
                    groups=opened[len(rows) + row],
                    accepted=self.accepted,
                )
            )
        self.tell("counted", len(rows), len(rows))

    def _rows(self, kind: ItemKind) -> list[int]:
        """Items of a kind of which something may be opened."""
        items = self.specification.items
        return [row for row, plan in enumerate(self.plans) if plan.opens_anything and items[row].kind is kind]

    async def _test(self, rows: Sequence[int], allowed: Array) -> list[int]:
        """Open the one bit of each item.  Returns which of `rows` (by place in it) passed."""
        bits = await open_all(self.engine, allowed, what="the disclosure tests", most=1)
        for row, share in zip(rows, allowed, strict=True):
            self._say(row, "released", share)
        return [at for at, bit in enumerate(bits) if bit]

    def _measured(self, rows: Sequence[int]) -> None:
        """How many of the values the members' agents counted, where it is opened."""
        chosen = [row for row in rows if "measured" in self.plans[row].public]
        for row, share in zip(chosen, self._columns(self.layout.measured, chosen).sum(axis=1), strict=True):
            self._say(row, "measured", share)

    # codes

    async def codes(self) -> None:
        """Order statistics for all, places for each member."""
        done, of = 0, len(self._rows(ItemKind.CODE))
        for rows, name, codes in self._batches():
            present = self._columns(self.layout.present, rows)
            members = [self.counted[row] for row in rows]
            found = await choice.order(self.engine, self._bits(rows), present, members, codes=codes, name=name)
            self._measured(rows)
            await self._points(found, rows)
            await self._places(found, rows)
            done += len(rows)
            self.tell("codes", done, of)

    def _batches(self) -> Iterator[tuple[list[int], str, int]]:
        """Items that are computed at once: of equal bits, and not too many.  With the algorithm, and how many codes it needs."""
        alike: dict[int, list[int]] = defaultdict(list)
        for row in self._rows(ItemKind.CODE):
            alike[self.specification.items[row].bits].append(row)
        for _, rows in sorted(alike.items()):
            codes = max(self.specification.items[row].max for row in rows) + 1
            name = choice.cheapest(len(self.accepted), codes, items=len(rows))
            size = max(1, AT_ONCE // choice.width(name, len(self.accepted), codes))
            for at in range(0, len(rows), size):
                yield rows[at : at + size], name, codes

    async def _points(self, found: Ordering, rows: Sequence[int]) -> None:
        wanted = [self.plans[row].points for row in rows]
        if not any(wanted):
            return
        shares = await found.points(range(len(rows)), [[point for _, point in points] for points in wanted])
        for row, named, values in zip(rows, wanted, shares, strict=True):
            for (name, _), share in zip(named, values, strict=False):  # rows with fewer points are filled up
                self._say(row, name, share)

    async def _places(self, found: Ordering, rows: Sequence[int]) -> None:
        placed = [at for at, row in enumerate(rows) if self.plans[row].private]
        if not placed:
            return
        chosen = [rows[at] for at in placed]
        standings = await found.standings(placed)
        relations = await self._relations(chosen, standings)
        for row, standing, relation in zip(chosen, standings, relations, strict=True):
            for name in self.plans[row].private:
                if name == "place":
                    ranked = [member for member in self.accepted if self.specification.member_of[member].rank]
                    self._tell_members(row, name, [place(self.counted[row], share, 0) for share in standing], ranked)
                else:
                    self._tell_members(row, name, relation, self.accepted)

    async def _relations(self, rows: Sequence[int], standings: Array) -> Array:
        """Third, or side of the middle, of each member: (items, members)."""
        members = len(self.accepted)
        spans = range(1 - members, members)
        tables = [[[self._relation(row, span) for span in spans]] for row in rows]
        found = await look_up(self.engine, (standings + members - 1) % P, array(tables))
        return found[:, 0]

    def _relation(self, row: int, standing: int) -> int:
        if "third" in self.plans[row].private:
            return third(self.counted[row], standing, 0)
        return side(standing, 0)

    def _tell_members(self, row: int, name: str, shares: Iterable[int], members: Collection[str]) -> None:
        item = self.specification.items[row].id
        for member, share in zip(self.accepted, shares, strict=True):
            if member in members:
                self.outcome.private[member][f"{item}/{name}"] = int(share) % P

    # amounts

    async def amounts(self) -> None:
        """Totals, of items for which everyone has a value."""
        alike: dict[int, list[int]] = defaultdict(list)
        for row in self._rows(ItemKind.AMOUNT):
            alike[self.specification.items[row].bits].append(row)
        for bits, all_rows in sorted(alike.items()):
            size = max(1, AT_ONCE // (3 * len(self.accepted) * bits))
            for at in range(0, len(all_rows), size):
                await self._totals(all_rows[at : at + size])
                self.tell("amounts", min(at + size, len(all_rows)), len(all_rows))

    async def _totals(self, rows: list[int]) -> None:
        total = self._columns(self.layout.value, rows).sum(axis=1) % P
        first, second = await two_largest(self.engine, self._bits(rows))
        most = max(self.specification.items[row].max for row in rows)
        rules, members = self.specification.rules, len(self.accepted)
        allowed = await may_total(self.engine, total, first, second, rules=rules, members=members, most=most)
        passed = await self._test(rows, allowed)
        self._measured([rows[at] for at in passed])
        for at in passed:
            self._say(rows[at], "sum", total[at])
