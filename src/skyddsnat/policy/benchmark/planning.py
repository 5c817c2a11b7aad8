"""What may be planned: metrics, period, peer group and parties of a round, lawful under competition law by construction.

Red metrics never enter; amber ones only with counsel's name on them; figures are at least three months old; the peer group is
fixed for a year; the parties neither compete with the members nor share an owner with them or with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from skyddsnat.catalogue.metrics import CompetitionFlag, Metric
from skyddsnat.catalogue.release import ReleaseRules
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import MemberKind

PARTIES = 3
FEWEST_MEMBERS = 4
"""A smaller group could never release anything."""

COMPETING = frozenset({MemberKind.OPERATOR, MemberKind.TECHNOLOGY})


@dataclass(frozen=True, slots=True)
class Organisation:
    """One that takes part.  group: its owner (control group); members under one owner are one contributor and one attacker."""

    id: str
    group: str
    kind: MemberKind


def check_metric(metric: Metric, *, signed_off: bool) -> None:
    """Raises PolicyRefusal("red_metric" | "needs_sign_off")."""
    if metric.competition is CompetitionFlag.RED:
        raise PolicyRefusal("red_metric", metric.id)
    if metric.competition is CompetitionFlag.AMBER and not signed_off:
        raise PolicyRefusal("needs_sign_off", metric.id)


def day_of(moment: datetime) -> date:
    """The day by which a figure's age is reckoned: UTC's, so that hub and parties come to the same wherever they stand."""
    return moment.astimezone(UTC).date()


def oldest_allowed(today: date, months: int) -> date:
    """The latest last day that a period may have: `months` calendar months before today."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    day = today.day
    while True:
        try:
            return date(year, month + 1, day)
        except ValueError:  # 31 November: its last day
            day -= 1


def check_period(first: date, last: date, *, opens: date, rules: ReleaseRules) -> None:
    """Raises PolicyRefusal("period_backwards" | "period_too_young")."""
    if last < first:
        raise PolicyRefusal("period_backwards", f"{first} to {last}")
    if last > oldest_allowed(opens, rules.data_age_months_min):
        raise PolicyRefusal("period_too_young", f"{last}, expected {rules.data_age_months_min} months before {opens}")


def check_members(members: Iterable[Organisation]) -> None:
    """Raises PolicyRefusal("member_twice" | "too_few_members")."""
    ids = [member.id for member in members]
    if len(ids) != len(set(ids)):
        raise PolicyRefusal("member_twice")
    if len(ids) < FEWEST_MEMBERS:
        raise PolicyRefusal("too_few_members", f"{len(ids)}, expected {FEWEST_MEMBERS} or more")


def check_parties(parties: Iterable[Organisation], members: Iterable[Organisation]) -> None:
    """Raises PolicyRefusal("not_three_parties" | "party_competes" | "parties_share_owner")."""
    chosen, compared = list(parties), list(members)
    if len(chosen) != PARTIES or len({party.id for party in chosen}) != PARTIES:
        raise PolicyRefusal("not_three_parties", str(len(chosen)))
    owners = {member.group for member in compared} | {member.id for member in compared}
    for party in chosen:
        if party.kind in COMPETING or party.group in owners or party.id in owners:
            raise PolicyRefusal("party_competes", party.id)
    if len({party.group for party in chosen}) != PARTIES:
        raise PolicyRefusal("parties_share_owner")


def check_group_change(fixed_on: date | None, today: date, rules: ReleaseRules) -> None:
    """Whether a peer group may be changed today.  Raises PolicyRefusal("peer_group_fixed")."""
    if fixed_on is not None and oldest_allowed(today, rules.peer_group_fixed_months) < fixed_on:
        raise PolicyRefusal("peer_group_fixed", f"fixed on {fixed_on} for {rules.peer_group_fixed_months} months")


def members_rested(
    history: Iterable[tuple[date, tuple[str, ...]]], members: tuple[str, ...], *, today: date, rules: ReleaseRules
) -> bool:
    """Whether totals and ranks may be asked for: every round of the last year was computed on just these members.

    history: when each earlier round of these members became known, and the members that it was computed on.  One round's rest is
    not enough: the total before a member left, less a later total without it, is its value if the others stood still; and a rank
    before and a rank after say on which side of the reader it stood (tests/leakage, docs/adr/0039).
    """
    year = oldest_allowed(today, rules.peer_group_fixed_months)
    return all(computed_on == members for released, computed_on in history if released >= year)


def size_key(members: int) -> str:
    """The column of `release.coarsen` for a peer group of this size."""
    return "4-7" if members < 8 else "8-11" if members < 12 else "12+"


def coarsening(metric: Metric, members: int, coarsen: Mapping[str, Mapping[str, int]]) -> int:
    """By how much the metric's codes are divided before they are shared."""
    return coarsen[metric.grid.kind][size_key(members)]
