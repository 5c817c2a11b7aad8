"""Who may manage what, over every combination of roles."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy import management
from skyddsnat.policy.access import Reader
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Mandate, MemberKind, Role

ME, OTHER = UUID(int=1), UUID(int=2)
roles = st.frozensets(st.sampled_from(list(Role)))
readers = st.builds(Reader, person=st.just(ME), member=st.sampled_from(["alfa", "solros"]), roles=roles)


def refused(check: Callable[[], None]) -> str | None:
    try:
        check()
    except PolicyRefusal as refusal:
        return refusal.code
    return None


@given(readers)
def test_only_a_coordinator_manages_the_coalition(who: Reader) -> None:
    allowed = refused(lambda: management.check_coordinator(who)) is None
    assert allowed == (Role.COORDINATOR in who.roles)


@given(readers, st.sampled_from(["alfa", "solros"]))
def test_tokens_are_the_own_engineers_alone_and_no_coordinators(who: Reader, member: str) -> None:
    allowed = refused(lambda: management.check_tokens(who, member)) is None
    assert allowed == (Role.ENGINEER in who.roles and who.member == member)


@given(readers, roles.filter(bool))
def test_nobody_changes_their_own_roles(who: Reader, wanted: frozenset[Role]) -> None:
    assert refused(lambda: management.check_roles(who, ME, wanted)) is not None


@given(readers, roles)
def test_a_coordinator_appoints_others_to_at_least_one_role(who: Reader, wanted: frozenset[Role]) -> None:
    allowed = refused(lambda: management.check_roles(who, OTHER, wanted)) is None
    assert allowed == (Role.COORDINATOR in who.roles and bool(wanted))


@given(readers, st.sampled_from([ME, OTHER]), st.booleans())
def test_nobody_closes_themselves_out_and_the_last_coordinator_stays(who: Reader, person: UUID, last: bool) -> None:
    allowed = refused(lambda: management.check_end_of_access(who, person, last_coordinator=last)) is None
    assert allowed == (Role.COORDINATOR in who.roles and person != ME and not last)


def test_someone_with_no_member_manages_nothing() -> None:
    nobody = Reader()
    assert refused(lambda: management.check_coordinator(nobody)) == "not_coordinator"
    assert refused(lambda: management.check_tokens(nobody, "alfa")) == "not_own_engineer"
    assert not management.may_see_people(nobody, "alfa")
    assert not management.may_see_circle(nobody, OTHER, owner="alfa")


@pytest.mark.parametrize("kind", [kind for kind in MemberKind if kind is not MemberKind.LAW_ENFORCEMENT])
def test_no_one_but_police_holds_the_police_mandate(kind: MemberKind) -> None:
    assert refused(lambda: management.check_mandate(kind, Mandate.POLICE)) == "mandate_does_not_fit"


@pytest.mark.parametrize("mandate", list(Mandate))
def test_an_operator_never_judges_content(mandate: Mandate) -> None:
    assert refused(lambda: management.check_mandate(MemberKind.OPERATOR, mandate)) == "mandate_does_not_fit"
    assert refused(lambda: management.check_mandate(MemberKind.OPERATOR, None)) is None
