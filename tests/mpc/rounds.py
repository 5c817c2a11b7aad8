"""Rounds made up for tests: specifications of any size, and members that hand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from skyddsnat.catalogue.release import Rung
from skyddsnat.mpc.layout import Entry
from skyddsnat.policy.benchmark.disclosure import ItemKind, Rules
from skyddsnat.protocols.benchmark.spec import Item, Previous, Specification, SpecMember, SpecParty

PRIVATE = ("own_third", "own_rank_opt_in")
LADDER = (
    Rung(4, 4, ("above_or_below_middle",), ()),
    Rung(5, 7, PRIVATE, ("banded_median",)),
    Rung(8, 11, PRIVATE, ("banded_median", "banded_quartiles", "mean_if_rules_pass")),
    Rung(12, None, PRIVATE, ("banded_median", "interpolated_quartiles_on_codes", "mean_if_rules_pass", "sum_if_rules_pass")),
)  # fmt: skip
RULES = Rules(k=5, p=15, max_share=Fraction(1, 2), ladder=LADDER)
FOUR = Rules(k=5, p=15, max_share=Fraction(1, 2), ladder=LADDER, four_opted_in=True)

type Entries = Mapping[str, Entry]


def code(name: str, top: int, *, neutral: bool = False) -> Item:
    """An item with codes 0 to `top`."""
    return Item(name, ItemKind.CODE, top, neutral, edges=tuple(Decimal(edge) for edge in range(1, top + 1)))


def amount(name: str, top: int = 2**31 - 1) -> Item:
    """An item with amounts up to `top`."""
    return Item(f"{name}.amount", ItemKind.AMOUNT, top, neutral=False)


def member_id(number: int) -> str:
    """Ids that sort as the numbers do."""
    return f"member-{number:03}"


def specification(
    items: Sequence[Item],
    members: int,
    *,
    groups: Sequence[int] | None = None,
    ranks: Sequence[bool] | None = None,
    keys: Sequence[str] | None = None,
    rules: Rules = RULES,
    previous: Previous | None = None,
) -> Specification:
    """A round.  groups, ranks, keys: by member; each its own owner, all wanting their rank, and no real key, unless given."""
    return Specification(
        round="2026-q3",
        title={"sv": "Kvartal tre", "en": "Third quarter"},
        coalition="Skyddsnät",
        peer_group="svenska-operatorer",
        first_day=date(2026, 4, 1),
        last_day=date(2026, 6, 30),
        deadline=datetime(2026, 12, 15, 12, tzinfo=UTC),
        objection_seconds=60,
        versions={"metrics": "1.0.0", "maturity": "1.0.0"},
        items=tuple(items),
        rules=rules,
        previous=previous,
        members=tuple(
            SpecMember(
                id=member_id(number),
                name=f"Member {number}",
                control_group=f"group-{groups[number] if groups else number}",
                signing_key=f"{number:064x}",
                opening_key=keys[number] if keys else f"{number + 1:064x}",
                rank=ranks[number] if ranks else True,
            )
            for number in range(members)
        ),
        parties=tuple(
            SpecParty(index, f"party-{index}", f"Party {index}", f"{index + 1000:064x}") for index in range(3)
        ),
    )
