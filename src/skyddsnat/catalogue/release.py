"""What a benchmark round and the joint statistics may open, by the number of contributors (metrics.yaml, `release`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType

from skyddsnat.catalogue.reader import Reader

SIZES = ("4-7", "8-11", "12+")
# Below this nothing is ever opened (docs: confidential benchmarking); a coalition may raise the floor, never lower it.
FLOOR_CONTRIBUTORS = 5


@dataclass(frozen=True, slots=True)
class Rung:
    """What is opened from `low` to `high` contributors (both included; high is None for "and more").  Words are `outputs`."""

    low: int
    high: int | None
    private: tuple[str, ...]
    public: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExactValueRules:
    """Tested inside the computation before a mean or a sum is opened."""

    p_percent: int
    max_share: Decimal
    refuse_if_all_equal: bool
    tested: str


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """The rules of a round, per metric."""

    count_by: str
    min_contributors: int
    never: tuple[str, ...]
    ladder: tuple[Rung, ...]
    exact_value_rules: ExactValueRules
    coarsen: Mapping[str, Mapping[str, int]]
    membership_changed: str
    suppressed_reason_shown: bool
    cohorts_from_members: int
    peer_group_fixed_months: int
    data_age_months_min: int
    runs_per_input_root: int
    amount_bits: int


@dataclass(frozen=True, slots=True)
class JointTotals:
    """The rules for a total in the joint statistics, outside rounds."""

    min_contributors: int
    p_percent: int
    max_share: Decimal
    refuse_if_all_equal: bool
    unchanged_membership: bool
    not_with_quartiles_below: int


def read_release(reader: Reader) -> ReleaseRules:
    """Parse `release`."""
    with reader.part("release") as release:
        rules = ReleaseRules(
            count_by=release.word("count_by", pattern="control_group|member", expected="control_group or member"),
            min_contributors=release.number("min_contributors", low=FLOOR_CONTRIBUTORS, high=1000),
            never=release.words("never"),
            ladder=tuple(_rung(each) for each in release.records("ladder")),
            exact_value_rules=_exact(release),
            coarsen=_coarsen(release),
            membership_changed=release.word("membership_changed"),
            suppressed_reason_shown=release.truth("suppressed_reason_shown"),
            cohorts_from_members=release.number("cohorts_from_members", low=FLOOR_CONTRIBUTORS, high=1000),
            peer_group_fixed_months=release.number("peer_group_fixed_months", low=1, high=120),
            data_age_months_min=release.number("data_age_months_min", low=0, high=120),
            runs_per_input_root=release.number("runs_per_input_root", low=1, high=1),
            amount_bits=release.number("amount_bits", low=8, high=62),
        )
        _check_ladder(release, rules.ladder)
    return rules


def read_joint_totals(reader: Reader) -> JointTotals:
    """Parse `joint_totals`."""
    with reader.part("joint_totals") as totals:
        return JointTotals(
            min_contributors=totals.number("min_contributors", low=FLOOR_CONTRIBUTORS, high=1000),
            p_percent=totals.number("p_percent", low=1, high=100),
            max_share=_share(totals),
            refuse_if_all_equal=totals.truth("refuse_if_all_equal"),
            unchanged_membership=totals.truth("unchanged_membership"),
            not_with_quartiles_below=totals.number("not_with_quartiles_below", low=1, high=1000),
        )


def _share(reader: Reader) -> Decimal:
    share = reader.decimal("max_share")
    if not 0 < share < 1:
        reader.fault("max_share", got=str(share), expected="a number between 0 and 1")
    return share


def _exact(release: Reader) -> ExactValueRules:
    with release.part("exact_value_rules") as rules:
        return ExactValueRules(
            p_percent=rules.number("p_percent", low=1, high=100),
            max_share=_share(rules),
            refuse_if_all_equal=rules.truth("refuse_if_all_equal"),
            tested=rules.word("tested", pattern="before_opening", expected="before_opening"),
        )


def _coarsen(release: Reader) -> Mapping[str, Mapping[str, int]]:
    factors: dict[str, Mapping[str, int]] = {}
    with release.part("coarsen") as coarsen:
        for kind in ("permille", "log-step", "hours-ladder", "levels"):
            with coarsen.part(kind) as sizes:
                factors[kind] = MappingProxyType({size: sizes.number(size, low=1, high=100) for size in SIZES})
    return MappingProxyType(factors)


def _rung(reader: Reader) -> Rung:
    with reader:
        low, high = reader.span("n")
        return Rung(
            low=low,
            high=high,
            private=reader.words("private", empty_allowed=True),
            public=reader.words("public", empty_allowed=True),
        )


def _check_ladder(release: Reader, ladder: tuple[Rung, ...]) -> None:
    for rung in ladder:
        if rung.high is not None and rung.high < rung.low:
            release.fault("ladder", got=f"{rung.low} to {rung.high}", expected="a first number no larger than the last")
        if rung.low < FLOOR_CONTRIBUTORS and rung.public:
            got = f"public outputs at {rung.low} contributors: {', '.join(rung.public)}"
            release.fault("ladder", got=got, expected=f"none below {FLOOR_CONTRIBUTORS}")
    for below, above in pairwise(ladder):
        if below.high is None or above.low != below.high + 1:
            release.fault(
                "ladder", got=f"a rung at {above.low} after one up to {below.high}", expected="rungs without gaps"
            )
    if ladder and ladder[-1].high is not None:
        release.fault("ladder", got=f"a last rung up to {ladder[-1].high}", expected="null (and more)")
