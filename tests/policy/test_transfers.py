"""Who may take a list out, in which form, and how fast one may come in."""

from __future__ import annotations

import pytest

from skyddsnat.policy.access import Reader
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.transfers import Pace, check_export, may_leave_plain, pace_of
from skyddsnat.policy.vocabulary import Ceiling, Mandate, Marking, Role


def reader(*roles: Role, member: str | None = "alfa") -> Reader:
    return Reader(member=member, roles=frozenset(roles))


def why(who: Reader, *, plain: bool, receives: bool) -> str:
    try:
        check_export(who, plain=plain, receives=receives)
    except PolicyRefusal as refused:
        return refused.code
    return ""


def test_only_a_mandate_brings_a_whole_list_in_at_once() -> None:
    assert {pace_of(mandate) for mandate in Mandate} == {Pace.DAILY}
    assert pace_of(None) is Pace.HOURLY


@pytest.mark.parametrize("role", list(Role))
def test_values_leave_only_with_an_engineer_whose_machines_hold_them(role: Role) -> None:
    may = role in {Role.ANALYST, Role.REVIEWER, Role.ENGINEER}
    assert why(reader(role), plain=False, receives=False) == ("" if may else "no_role")
    expected = "" if role is Role.ENGINEER else "plain_is_for_engineers" if may else "no_role"
    assert why(reader(role), plain=True, receives=True) == expected
    assert why(reader(Role.ENGINEER), plain=True, receives=False) == "plain_needs_delivery"
    assert why(reader(role, member=None), plain=False, receives=True) == "no_role"


def test_only_what_the_feed_holds_leaves_plain_and_never_red() -> None:
    engineer = reader(Role.ENGINEER)
    left = {
        (marking, ceiling, own)
        for marking in Marking
        for ceiling in Ceiling
        for own in (True, False)
        if may_leave_plain(engineer, marking=marking, ceiling=ceiling, in_own_circle=own)
    }
    assert left == {(m, c, True) for m in set(Marking) - {Marking.RED} for c in set(Ceiling) - {Ceiling.NONE}}
    assert not may_leave_plain(reader(Role.ANALYST), marking=Marking.AMBER, ceiling=Ceiling.BLOCK, in_own_circle=True)
