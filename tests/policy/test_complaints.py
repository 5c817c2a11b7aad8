"""Who lifts and who decides, held against the catalogue's state rules."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.complaints import (
    DECISIONS,
    LIFT_NEEDS,
    OWN_LIFT_TELLS,
    Outcome,
    check_decision,
    check_own_lift,
    check_suspension,
    is_contact,
    outcome_of,
)
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Judge
from skyddsnat.policy.signal_states import Approval, Episode, Voice, standing
from skyddsnat.policy.vocabulary import Ceiling, Mandate, MemberKind, Role, Scope, SignalType

JUDGES = st.builds(
    lambda mandate, roles, known: Judge(uuid4() if known else None, Voice("m", "m", mandate), frozenset(roles)),
    st.sampled_from([None, *Mandate]),
    st.sets(st.sampled_from(Role)),
    st.booleans(),
)
ORIGINS = st.sets(st.sampled_from(Mandate))


def allowed(check: object, *args: object, **facts: object) -> bool:
    try:
        check(*args, **facts)  # type: ignore[operator]
    except PolicyRefusal:
        return False
    return True


def test_the_rules_are_the_catalogues() -> None:
    rules = load_catalogue().exchange.state_rules
    assert rules.complaint_gives == "hold"
    assert set(rules.lift_needs) == {mandate.value for mandate in LIFT_NEEDS}
    assert (rules.provisional_lift.by, rules.provisional_lift.scope) == ("operator", "own_resolvers")
    assert set(rules.provisional_lift.tell) == {mandate.value for mandate in OWN_LIFT_TELLS}


@given(JUDGES, st.booleans())
def test_only_a_reviewer_at_police_or_hotline_suspends_and_only_what_is_in_force(judge: Judge, in_force: bool) -> None:
    may = judge.person is not None and Role.REVIEWER in judge.roles and judge.mandate is not None
    assert allowed(check_suspension, judge, in_force=in_force) == (may and in_force)


@given(JUDGES, ORIGINS, st.sampled_from(Outcome), st.sampled_from(Scope))
def test_only_the_origin_decides(judge: Judge, origins: set[Mandate], outcome: Outcome, scope: Scope) -> None:
    if allowed(check_decision, judge, outcome, origins=origins, scope=scope, first_reviewer=None):
        assert judge.mandate in origins
        assert Role.REVIEWER in judge.roles
        assert outcome in DECISIONS
        assert outcome is not Outcome.NARROWED or scope is Scope.SUBDOMAINS


@given(JUDGES, ORIGINS, st.sampled_from(Scope))
def test_who_judged_first_may_lift_and_never_upholds(judge: Judge, origins: set[Mandate], scope: Scope) -> None:
    facts = {"origins": origins, "scope": scope, "first_reviewer": judge.person}
    first = judge.person is not None
    assert not (first and allowed(check_decision, judge, Outcome.UPHELD, **facts))
    may_lift = allowed(check_decision, judge, Outcome.LIFTED, **facts)
    assert may_lift == (first and Role.REVIEWER in judge.roles and judge.mandate in origins)


def test_who_objects_for_a_member_does_not_uphold_against_it() -> None:
    judge = Judge(uuid4(), Voice("solros", "solros", Mandate.HOTLINE), frozenset({Role.REVIEWER}))
    with pytest.raises(PolicyRefusal, match="own_feedback"):
        check_decision(
            judge,
            Outcome.UPHELD,
            origins={Mandate.HOTLINE},
            scope=Scope.EXACT,
            first_reviewer=None,
            objectors={"solros"},
        )


@pytest.mark.parametrize("kind", list(MemberKind))
def test_only_an_operator_lifts_at_its_own_resolvers(kind: MemberKind) -> None:
    judge = Judge(uuid4(), Voice("m", "m"), frozenset({Role.ENGINEER}))
    assert allowed(check_own_lift, judge, kind, in_force=True, done=False) == (kind is MemberKind.OPERATOR)
    assert not allowed(check_own_lift, judge, kind, in_force=False, done=False)
    assert not allowed(check_own_lift, judge, kind, in_force=True, done=True)


def test_a_block_that_ran_out_says_nothing_of_the_others() -> None:
    for decided in DECISIONS:
        assert outcome_of([Outcome.ENDED, decided]) is decided
    assert outcome_of([Outcome.ENDED]) is Outcome.ENDED
    assert outcome_of([Outcome.ENDED, None]) is None


@given(st.lists(st.sampled_from([None, *DECISIONS]), max_size=4))
def test_a_case_is_as_little_lifted_as_its_least_lifted_block(decisions: list[Outcome | None]) -> None:
    found = outcome_of(decisions)
    if not decisions:
        assert found is Outcome.NOT_LISTED
    elif None in decisions:
        assert found is None
    else:
        assert found in decisions
        assert (found is Outcome.LIFTED) == (set(decisions) == {Outcome.LIFTED})
        assert (Outcome.UPHELD in decisions) == (found is Outcome.UPHELD)


@given(st.sampled_from(["wide", "narrow", "other"]), st.sampled_from(["wide", "narrow"]), st.booleans())
def test_an_approval_of_the_whole_counts_for_its_part_and_of_the_part_never_for_the_whole(
    approved: str, content: str, known: bool
) -> None:
    voices = (Voice("vakten", "vakten", Mandate.POLICE), Voice("solros", "solros", Mandate.HOTLINE))
    episode = Episode(
        type=SignalType.DOMAIN,
        content=content,
        wider="wide" if known else "",
        approvals=tuple(Approval(uuid4(), voice, approved) for voice in voices),
    )
    counts = approved == content or (known and approved == "wide")
    assert (standing(episode).ceiling is Ceiling.BLOCK) == counts


@pytest.mark.parametrize("text", ["a@b.se", "anna.ek+x@post.example", "+46 70 000 00 00", "08-000 000", "(08) 000 00"])
def test_a_contact_is_an_address_or_a_number(text: str) -> None:
    assert is_contact(text) == (not text.startswith("("))


@pytest.mark.parametrize(
    "text", ["", "a@b", "a b@c.se", "ring mig", "a@b.se, c@d.se", "1" * 40, "x" * 200 + "@b.se", "a@b.se\n"]
)
def test_nothing_else_is(text: str) -> None:
    assert not is_contact(text)
