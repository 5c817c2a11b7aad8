"""What may be planned, and what counsel must have signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.policy.benchmark import planning
from skyddsnat.policy.benchmark.planning import Organisation
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import MemberKind

WORDS = load_catalogue().metric_words
MEMBERS = [Organisation(name, name, MemberKind.OPERATOR) for name in ("alfa", "beta", "gamma", "delta", "epsilon")]
PARTIES = [
    Organisation("solros", "solros", MemberKind.CHILD_RIGHTS),
    Organisation("institutet", "institutet", MemberKind.RESEARCH),
    Organisation("registret", "registret", MemberKind.REGISTRY),
]


def refused(act: Callable[[], None]) -> str | None:
    try:
        act()
    except PolicyRefusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("metric", WORDS.metrics.values(), ids=lambda metric: metric.id)
def test_red_never_and_amber_only_with_counsel(metric: planning.Metric) -> None:
    unsigned = refused(lambda: planning.check_metric(metric, signed_off=False))
    signed = refused(lambda: planning.check_metric(metric, signed_off=True))
    expected = {
        CompetitionFlag.GREEN: (None, None),
        CompetitionFlag.AMBER: ("needs_sign_off", None),
        CompetitionFlag.RED: ("red_metric", "red_metric"),
    }
    assert (unsigned, signed) == expected[metric.competition]


def test_figures_are_three_months_old() -> None:
    def plan(last: date) -> str | None:
        return refused(
            lambda: planning.check_period(date(2026, 1, 1), last, opens=date(2026, 11, 28), rules=WORDS.release)
        )

    assert plan(date(2026, 8, 28)) is None
    assert plan(date(2026, 8, 29)) == "period_too_young"
    assert plan(date(2025, 12, 31)) == "period_backwards"


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 36))
def test_months_back_is_never_in_the_next_month(today: date, months: int) -> None:
    before = planning.oldest_allowed(today, months)
    assert (today.year - before.year) * 12 + today.month - before.month == months
    assert before.day <= today.day


def test_the_parties_are_three_that_neither_compete_nor_share_an_owner() -> None:
    def parties(*changed: Organisation) -> str | None:
        return refused(lambda: planning.check_parties([*changed, *PARTIES[len(changed) :]], MEMBERS))

    assert parties() is None
    assert parties(Organisation("zeta", "zeta", MemberKind.OPERATOR)) == "party_competes"
    assert parties(Organisation("stiftelsen", "alfa", MemberKind.RESEARCH)) == "party_competes"
    assert parties(Organisation("stiftelsen", "registret", MemberKind.RESEARCH)) == "parties_share_owner"
    assert parties(PARTIES[1]) == "not_three_parties"
    assert refused(lambda: planning.check_parties(PARTIES[:2], MEMBERS)) == "not_three_parties"


def test_a_peer_group_stays_for_a_year() -> None:
    def change(today: date) -> str | None:
        return refused(lambda: planning.check_group_change(date(2026, 1, 15), today, WORDS.release))

    assert change(date(2027, 1, 14)) == "peer_group_fixed"
    assert change(date(2027, 1, 15)) is None


def test_too_few_or_twice_the_same() -> None:
    assert refused(lambda: planning.check_members(MEMBERS[:3])) == "too_few_members"
    assert refused(lambda: planning.check_members([*MEMBERS, MEMBERS[0]])) == "member_twice"
    assert refused(lambda: planning.check_members(MEMBERS)) is None


def test_totals_and_ranks_rest_for_a_year_after_a_change_of_members() -> None:
    five, four = ("a", "b", "c", "d", "e"), ("a", "b", "c", "d")
    history = [(date(2026, 1, 20), five), (date(2026, 4, 20), four), (date(2026, 7, 20), four)]

    def allowed(members: tuple[str, ...], today: date) -> bool:
        return planning.members_rested(history, members, today=today, rules=WORDS.release)

    assert not allowed(four, date(2026, 10, 20))
    assert not allowed(four, date(2027, 1, 20))
    assert allowed(four, date(2027, 1, 21))
    assert not allowed(five, date(2027, 1, 21))
    assert planning.members_rested([], five, today=date(2026, 1, 1), rules=WORDS.release)
