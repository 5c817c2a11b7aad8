"""Where a signal stands, and that no single hand can bring it to `block` (promise 3)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.access import Stage
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Ballot, Judge, RejectReason, bases_for, check_approval, check_rejection, checklist
from skyddsnat.policy.signal_states import (
    NEXT,
    OPEN,
    Approval,
    Episode,
    Report,
    Voice,
    is_final,
    may_follow,
    standing,
)
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, Role, Scope, SignalType, State

ALFA, BETA = Voice("alfa", "alfa"), Voice("beta", "beta")
BETA_BRAND = Voice("beta-brand", "beta")
SOLROS, VAKTEN = Voice("solros", "solros", Mandate.HOTLINE), Voice("vakten", "vakten", Mandate.POLICE)
VOICES = (ALFA, BETA, BETA_BRAND, SOLROS, VAKTEN)
SEEN = Basis.OWN_OBSERVATION


def person(number: int) -> UUID:
    return UUID(int=number)


def approval(voice: Voice, content: str = "as reported") -> Approval:
    return Approval(person(VOICES.index(voice)), voice, content)


def episode(*voices: Voice, type: SignalType = SignalType.DOMAIN, by: tuple[Voice, ...] = ()) -> Episode:
    """An episode that `voices` reported and `by` approved."""
    return Episode(
        type=type,
        content="as reported",
        reports=tuple(Report(voice, SEEN) for voice in voices),
        approvals=tuple(approval(voice) for voice in by),
    )


def test_a_report_waits_for_a_reviewer_with_a_mandate() -> None:
    assert standing(episode(ALFA)).state is State.SUBMITTED
    assert standing(episode(ALFA)).stage is Stage.FIRST


def test_a_claimed_report_is_in_review() -> None:
    assert standing(replace(episode(ALFA), taken_up=True)).state is State.IN_REVIEW


def test_a_second_organisations_report_corroborates_and_informs() -> None:
    assert standing(episode(ALFA, BETA)).state is State.CORROBORATED
    assert standing(episode(ALFA, BETA)).ceiling is Ceiling.INFORM


def test_two_members_under_one_owner_do_not_corroborate_each_other() -> None:
    assert standing(episode(BETA, BETA_BRAND)).state is State.SUBMITTED


def test_the_first_approval_of_a_domain_opens_it_to_a_second_pair_of_eyes() -> None:
    first = standing(episode(ALFA, by=(VAKTEN,)))
    assert (first.state, first.stage, first.ceiling) == (State.IN_REVIEW, Stage.SECOND, Ceiling.NONE)
    assert first.origins == frozenset()


def test_two_approvals_verify_a_domain_and_the_police_reach_block() -> None:
    for second in (BETA, SOLROS):
        verified = standing(episode(ALFA, by=(VAKTEN, second)))
        assert (verified.state, verified.ceiling) == (State.VERIFIED, Ceiling.BLOCK)
        assert Mandate.POLICE in verified.origins


def test_two_approvals_by_members_under_one_owner_are_one() -> None:
    twin = replace(VAKTEN, member="vakten-nord")
    both = replace(episode(ALFA), approvals=(approval(VAKTEN), replace(approval(VAKTEN), voice=twin, person=person(9))))
    assert standing(both).stage is Stage.SECOND


@pytest.mark.parametrize("type", [SignalType.URL, SignalType.HASH, SignalType.TERM])
def test_one_approval_with_a_mandate_verifies_what_no_agent_blocks(type: SignalType) -> None:
    assert standing(episode(ALFA, type=type, by=(SOLROS,))).state is State.VERIFIED
    assert standing(episode(ALFA, type=type, by=(BETA,))).state is State.IN_REVIEW


def test_the_polices_own_listing_counts_as_origin_but_not_as_an_approval() -> None:
    listed = Episode(type=SignalType.DOMAIN, content="c", reports=(Report(VAKTEN, Basis.POLICE_LIST),))
    assert standing(listed).state is State.SUBMITTED
    approved = replace(listed, approvals=(approval(SOLROS, "c"), approval(BETA, "c")))
    assert standing(approved).origins == {Mandate.POLICE, Mandate.HOTLINE}
    assert standing(approved).ceiling is Ceiling.BLOCK


def test_an_operator_that_writes_police_list_gives_no_origin() -> None:
    claimed = replace(episode(by=(SOLROS, BETA)), reports=(Report(ALFA, Basis.POLICE_LIST),))
    assert standing(claimed).origins == {Mandate.HOTLINE}
    assert standing(claimed).ceiling is Ceiling.OBSERVE


def test_an_approval_of_something_else_does_not_count() -> None:
    stale = replace(episode(ALFA, by=(VAKTEN, SOLROS)), content="wider than before")
    assert standing(stale).state is State.SUBMITTED


def test_an_approval_by_an_organisation_that_reports_later_does_not_count() -> None:
    assert standing(episode(ALFA, BETA, by=(VAKTEN, BETA))).state is State.CORROBORATED


def test_a_verdict_that_falls_leaves_the_other_at_its_own_ceiling() -> None:
    left = replace(episode(ALFA, by=(SOLROS,)), was_verified=True)
    assert (standing(left).state, standing(left).ceiling) == (State.VERIFIED, Ceiling.OBSERVE)
    assert standing(replace(left, hotline_may_block=True)).ceiling is Ceiling.OBSERVE  # one organisation is not two


def test_the_steps_are_those_of_the_catalogue() -> None:
    exchange = load_catalogue().exchange
    word = {entry.id: State(entry.state) for entry in exchange.states.values()}
    steps = {
        (word[before], word[after])
        for before, afters in exchange.transitions.items()
        for after in afters
        if word[before] is not word[after]
    }
    ours = {(before, after) for before, afters in NEXT.items() for after in afters}
    assert ours == steps


def test_final_states_lead_nowhere_and_a_lifted_dispute_is_final() -> None:
    assert {state for state in State if not NEXT[state]} == {state for state in State if is_final(state, lifted=False)}
    assert is_final(State.DISPUTED, lifted=True)
    assert not may_follow(State.WITHDRAWN, State.VERIFIED)


class OneSignal(RuleBasedStateMachine):
    """Five organisations do whatever policy lets them, in any order; the invariants are written without policy's words."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Episode(type=SignalType.DOMAIN, content="0", hotline_may_block=True)
        self.state = State.SUBMITTED
        self.ended = False
        self.sent_back = 0

    @precondition(lambda self: not self.ended)
    @rule(voice=st.sampled_from(VOICES), basis=st.sampled_from(Basis))
    def report(self, voice: Voice, basis: Basis) -> None:
        spoken = {r.voice.member for r in self.now.reports} | {a.voice.member for a in self.now.approvals}
        groups = {a.voice.group for a in self.now.approvals}
        if voice.member not in spoken and voice.group not in groups:
            self.now = replace(self.now, reports=(*self.now.reports, Report(voice, basis)))
            self.settle()

    @precondition(lambda self: not self.ended and self.now.reports)
    @rule(
        voice=st.sampled_from(VOICES),
        who=st.integers(0, 9),
        roles=st.frozensets(st.sampled_from([Role.REVIEWER, Role.ANALYST])),
        basis=st.none() | st.sampled_from(Basis),
        full=st.booleans(),
        old=st.booleans(),
    )
    def approve(
        self, voice: Voice, who: int, roles: frozenset[Role], basis: Basis | None, full: bool, old: bool
    ) -> None:
        ticked = frozenset(checklist(self.now.type, Scope.EXACT, voice.mandate)[0 if full else 1 :])
        ballot = Ballot("old" if old else self.now.content, ticked, basis)
        judge = Judge(person(who), voice, roles)
        try:
            check_approval(judge, self.now, self.state, scope=Scope.EXACT, ballot=ballot)
        except PolicyRefusal:
            return
        assert full
        assert not old
        assert Role.REVIEWER in roles
        yes = Approval(judge.person or person(0), voice, ballot.content)
        self.now = replace(self.now, approvals=(*self.now.approvals, yes))
        self.settle()

    @precondition(lambda self: self.state in OPEN and self.now.reports)
    @rule()
    def change_what_it_says(self) -> None:
        self.now = replace(self.now, content=self.now.content + "1", approvals=())
        self.settle()

    @precondition(lambda self: self.state in OPEN and self.now.reports)
    @rule(voice=st.sampled_from(VOICES), who=st.integers(0, 9), reason=st.sampled_from(RejectReason))
    def reject(self, voice: Voice, who: int, reason: RejectReason) -> None:
        judge = Judge(person(who), voice, frozenset({Role.REVIEWER}))
        try:
            outcome = check_rejection(judge, self.now, self.state, reason=reason)
        except PolicyRefusal:
            return
        if voice.mandate is None:
            assert outcome == "sent_back"
            self.now = replace(self.now, approvals=())
            self.settle()
        else:
            self.ended = True

    def settle(self) -> None:
        if self.now.reports:
            after = standing(self.now).state
            assert after is self.state or may_follow(self.state, after) or after in OPEN
            self.state = after

    @invariant()
    def block_needs_two_organisations_other_than_those_that_reported(self) -> None:
        if standing(self.now).ceiling is not Ceiling.BLOCK:
            return
        current = [a for a in self.now.approvals if a.content == self.now.content]
        reported = {r.voice.group for r in self.now.reports}
        judged = {a.voice.group for a in current} - reported
        assert len(judged) >= 2
        assert len({a.person for a in current if a.voice.group in judged}) >= 2
        assert any(a.voice.member in {"solros", "vakten"} for a in current if a.voice.group in judged)
        assert self.now.reports

    @invariant()
    def nothing_leaves_the_hub_before_two_organisations_agree(self) -> None:
        if standing(self.now).ceiling is Ceiling.NONE:
            return
        behind = {r.voice.group for r in self.now.reports} | {a.voice.group for a in self.now.approvals}
        assert len(behind) >= 2


def test_no_order_of_acts_lets_one_organisation_block_a_domain() -> None:
    run_state_machine_as_test(
        OneSignal,
        settings=settings(
            max_examples=300, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_mandates_bases_are_their_own() -> None:
    assert set(bases_for(Mandate.POLICE)) == {Basis.POLICE_LIST, Basis.COURT}
    assert bases_for(Mandate.HOTLINE) == (Basis.HOTLINE_ASSESSMENT,)
    assert bases_for(None) == ()
