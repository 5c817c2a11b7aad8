"""What must be known of an item before anything else of it is computed: how many, how many owners, and whether it may be opened.

Which test fails is never opened: one bit an item.  The rules are `policy.benchmark.disclosure`'s; this is their twin on shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from skyddsnat.mpc.engine import Array, Engine, multiply, product
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.policy.benchmark.disclosure import WIDEST, Rules, comparison_bits
from skyddsnat.protocols.benchmark.field import P


async def owners(engine: Engine, present: Array, groups: Sequence[str]) -> Array:
    """How many owners have a member with a value, by item.  present: (items, members).  groups: the owner of each member."""
    members_of: dict[str, list[int]] = defaultdict(list)
    for member, group in enumerate(groups):
        members_of[group].append(member)
    alone = [each[0] for each in members_of.values() if len(each) == 1]
    shared = [each for each in members_of.values() if len(each) > 1]
    total: Array = present[:, alone].sum(axis=1)
    if shared:
        absent = np.ones((len(present), len(shared), max(map(len, shared))), dtype=object)
        for column, each in enumerate(shared):
            absent[:, column, : len(each)] = (1 - present[:, each]) % P
        nobody = await product(engine, absent)
        total = total + (1 - nobody).sum(axis=1)
    counted: Array = total % P
    return counted


async def may_total(
    engine: Engine, total: Array, first: Array, second: Array, *, rules: Rules, members: int, most: int
) -> Array:
    """1 where a total may be opened, else 0: the p % rule, dominance, not all equal (policy: `safe_total`).

    total, first, second: (items,), sum and the two largest of `members` amounts of at most `most`.
    Raises ComputationFailed(specification) when the amounts are too large for the comparison.
    """
    share, needed = rules.max_share, Fraction(rules.p, 100)
    others = needed.denominator * (total - first - second) - needed.numerator * first
    small = share.numerator * total - share.denominator * first
    bits = comparison_bits(rules, members, most)
    if bits > WIDEST:
        raise ComputationFailed("specification", f"amounts that need {bits} bits to compare, expected at most {WIDEST}")
    failed = await engine.negative(np.stack((others, small)) % P, bits=bits)
    equal = await engine.is_zero((members * first - total) % P, bits=bits)
    passed = await multiply(engine, (1 - failed[0]) % P, (1 - failed[1]) % P)
    return await multiply(engine, passed, (1 - equal) % P)
