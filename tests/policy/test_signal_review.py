"""Who may judge, send back, withdraw, decide a dispute; and what two hands together may decide."""

from __future__ import annotations

from uuid import UUID

import pytest

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import (
    Hand,
    check_override_confirmation,
    check_override_proposal,
    check_rule_confirmation,
    check_rule_proposal,
)
from skyddsnat.policy.review import (
    Ballot,
    Check,
    Judge,
    Rejection,
    RejectReason,
    Withdrawal,
    check_approval,
    check_dispute_decision,
    check_may_review,
    check_rejection,
    check_renewal,
    check_rescope,
    check_withdrawal,
    checklist,
)
from skyddsnat.policy.signal_states import Approval, Episode, Report, Voice
from skyddsnat.policy.vocabulary import Basis, Mandate, Role, Scope, SignalType, State

ALFA, BETA = Voice("alfa", "alfa"), Voice("beta", "beta")
SOLROS, VAKTEN = Voice("solros", "solros", Mandate.HOTLINE), Voice("vakten", "vakten", Mandate.POLICE)
NUMBERS = {voice.member: number for number, voice in enumerate((ALFA, BETA, SOLROS, VAKTEN), start=1)}


def reviewer(voice: Voice, *roles: Role) -> Judge:
    return Judge(UUID(int=NUMBERS[voice.member]), voice, frozenset(roles or {Role.REVIEWER}))


def reported(*voices: Voice, by: tuple[Voice, ...] = (), type: SignalType = SignalType.DOMAIN) -> Episode:
    return Episode(
        type=type,
        content="c",
        reports=tuple(Report(voice, Basis.OWN_OBSERVATION) for voice in voices),
        approvals=tuple(Approval(UUID(int=NUMBERS[v.member]), v, "c") for v in by),
    )


def refused(code: str) -> pytest.RaisesExc[PolicyRefusal]:
    return pytest.RaisesExc(PolicyRefusal, check=lambda refusal: refusal.code == code)


def test_only_a_reviewer_reviews() -> None:
    with refused("not_a_reviewer"):
        check_may_review(reviewer(VAKTEN, Role.ANALYST, Role.ENGINEER), reported(ALFA), State.SUBMITTED)


def test_a_machine_reviews_nothing() -> None:
    with refused("not_a_reviewer"):
        check_may_review(Judge(None, VAKTEN, frozenset({Role.REVIEWER})), reported(ALFA), State.SUBMITTED)


def test_the_first_judgement_needs_a_mandate() -> None:
    with refused("needs_mandate"):
        check_may_review(reviewer(BETA), reported(ALFA), State.SUBMITTED)
    check_may_review(reviewer(VAKTEN), reported(ALFA), State.SUBMITTED)


def test_after_it_any_reviewer_of_another_organisation_may_be_the_second() -> None:
    check_may_review(reviewer(BETA), reported(ALFA, by=(VAKTEN,)), State.IN_REVIEW)
    with refused("already_judged"):
        check_may_review(reviewer(VAKTEN), reported(ALFA, by=(VAKTEN,)), State.IN_REVIEW)


def test_a_colleague_of_the_first_reviewer_is_not_the_second() -> None:
    colleague = Judge(UUID(int=99), VAKTEN, frozenset({Role.REVIEWER}))
    with refused("already_judged"):
        check_may_review(colleague, reported(ALFA, by=(VAKTEN,)), State.IN_REVIEW)


def test_nobody_reviews_what_their_own_organisation_or_owner_reported() -> None:
    brand = Voice("vakten-nord", "vakten", Mandate.POLICE)
    NUMBERS[brand.member] = 50
    for judge in (reviewer(VAKTEN), reviewer(brand)):
        with refused("own_submission"):
            check_may_review(judge, reported(VAKTEN), State.SUBMITTED)


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN, State.EXPIRED, State.DISPUTED, State.DRAFT])
def test_what_is_not_open_is_not_reviewed(state: State) -> None:
    with refused("not_open"):
        check_may_review(reviewer(VAKTEN), reported(ALFA), state)


def test_the_other_mandate_may_add_its_verdict_to_a_verified_signal() -> None:
    verified = reported(ALFA, by=(SOLROS, BETA))
    check_may_review(reviewer(VAKTEN), verified, State.VERIFIED)
    with refused("not_open"):
        check_may_review(reviewer(SOLROS), verified, State.VERIFIED)


def test_an_approval_needs_the_whole_checklist_an_own_basis_and_the_same_content() -> None:
    full = frozenset(checklist(SignalType.DOMAIN, Scope.EXACT, Mandate.POLICE))

    def approve(ticked: frozenset[str], basis: Basis | None, content: str = "c") -> None:
        check_approval(
            reviewer(VAKTEN),
            reported(ALFA),
            State.SUBMITTED,
            scope=Scope.EXACT,
            ballot=Ballot(content, ticked, basis),
        )

    approve(full, Basis.POLICE_LIST)
    with refused("checklist_incomplete"):
        approve(full - {Check.NOT_SHARED}, Basis.POLICE_LIST)
    with refused("basis_not_yours"):
        approve(full, Basis.HOTLINE_ASSESSMENT)
    with refused("basis_not_yours"):
        approve(full, None)
    with refused("changed_meanwhile"):
        approve(full, Basis.POLICE_LIST, "what it said before")


def test_a_second_pair_of_eyes_confirms_the_scope_and_gives_no_basis() -> None:
    lines = checklist(SignalType.DOMAIN, Scope.SUBDOMAINS, None)
    assert Check.ASSESSED not in lines
    assert Check.SCOPE_ONLY in lines
    half = reported(ALFA, by=(VAKTEN,))
    ballot = Ballot("c", frozenset(lines), Basis.OWN_OBSERVATION)
    with refused("basis_not_yours"):
        check_approval(reviewer(BETA), half, State.IN_REVIEW, scope=Scope.SUBDOMAINS, ballot=ballot)


def test_a_whole_domain_has_its_own_line_in_the_checklist() -> None:
    wide = checklist(SignalType.DOMAIN, Scope.SUBDOMAINS, Mandate.POLICE)
    narrow = checklist(SignalType.DOMAIN, Scope.EXACT, Mandate.POLICE)
    assert Check.DOMAIN_DEDICATED in set(wide) - set(narrow)


def test_a_mandates_no_is_final_and_anothers_sends_it_back() -> None:
    half = reported(ALFA, by=(VAKTEN,))
    assert check_rejection(reviewer(SOLROS), half, State.IN_REVIEW, reason=RejectReason.NOT_ILLEGAL) is Rejection.FINAL
    assert (
        check_rejection(reviewer(BETA), half, State.IN_REVIEW, reason=RejectReason.WRONG_SCOPE) is Rejection.SENT_BACK
    )
    with refused("reason_needs_mandate"):
        check_rejection(reviewer(BETA), half, State.IN_REVIEW, reason=RejectReason.NOT_ILLEGAL)
    with refused("needs_mandate"):
        check_rejection(reviewer(BETA), reported(ALFA), State.SUBMITTED, reason=RejectReason.GONE)


def test_the_scope_is_changed_by_a_mandate_before_a_verdict_only() -> None:
    def rescope(judge: Judge, state: State, **rest: SignalType) -> None:
        check_rescope(judge, reported(ALFA, **rest), state, scope=Scope.EXACT, wanted=Scope.SUBDOMAINS)

    rescope(reviewer(VAKTEN), State.IN_REVIEW)
    with refused("not_open"):
        rescope(reviewer(VAKTEN), State.VERIFIED)
    with refused("needs_mandate"):
        rescope(reviewer(BETA), State.IN_REVIEW)
    with refused("no_scope"):
        rescope(reviewer(VAKTEN), State.IN_REVIEW, type=SignalType.URL)


def test_a_dispute_is_decided_by_a_mandate_that_neither_judged_first_nor_complains() -> None:
    def decide(judge: Judge, *, state: State = State.DISPUTED, lifted: bool = False, by: str = "beta") -> None:
        first = UUID(int=NUMBERS["vakten"])
        check_dispute_decision(judge, state, lifted=lifted, first_reviewer=first, complainants={by})

    decide(reviewer(SOLROS))
    with refused("first_reviewer"):
        decide(reviewer(VAKTEN))
    with refused("own_feedback"):
        decide(reviewer(SOLROS), by="solros")
    with refused("needs_mandate"):
        decide(reviewer(ALFA))
    with refused("not_disputed"):
        decide(reviewer(SOLROS), state=State.VERIFIED)
    with refused("not_disputed"):
        decide(reviewer(SOLROS), lifted=True)


def test_before_a_verdict_the_submitter_withdraws_and_after_it_the_verdicts_origin() -> None:
    def withdraw(judge: Judge, *, verified: bool, reported: bool) -> Withdrawal:
        origins = {Mandate.POLICE} if verified else set()
        state = State.VERIFIED if verified else State.IN_REVIEW
        return check_withdrawal(judge, state, verified=verified, origins=origins, reported=reported)

    assert withdraw(reviewer(ALFA, Role.ANALYST), verified=False, reported=True) is Withdrawal.REPORT
    assert withdraw(reviewer(VAKTEN), verified=True, reported=False) is Withdrawal.VERDICT
    with refused("not_submitter"):
        withdraw(reviewer(VAKTEN), verified=False, reported=False)
    with refused("not_origin"):
        withdraw(reviewer(ALFA), verified=True, reported=True)
    with refused("not_origin"):
        withdraw(reviewer(SOLROS), verified=True, reported=False)
    with refused("not_origin"):
        withdraw(reviewer(VAKTEN, Role.ANALYST), verified=True, reported=False)
    with refused("no_role"):
        withdraw(reviewer(ALFA, Role.AUDITOR), verified=False, reported=True)


def test_a_verdict_is_renewed_by_its_own_mandate() -> None:
    def renew(voice: Voice, basis: Basis, state: State = State.VERIFIED) -> None:
        check_renewal(reviewer(voice), state, origins={Mandate.POLICE}, basis=basis)

    renew(VAKTEN, Basis.POLICE_LIST)
    with refused("not_origin"):
        renew(SOLROS, Basis.HOTLINE_ASSESSMENT)
    with refused("basis_not_yours"):
        renew(VAKTEN, Basis.OWN_OBSERVATION)
    with refused("not_verified"):
        renew(VAKTEN, Basis.POLICE_LIST, State.DISPUTED)


def hand(voice: Voice, *roles: Role) -> Hand:
    return Hand(UUID(int=NUMBERS[voice.member]), voice, frozenset(roles or {Role.REVIEWER}))


def test_a_rule_needs_two_persons_of_two_organisations_one_with_a_mandate() -> None:
    check_rule_confirmation(hand(SOLROS, Role.COORDINATOR), hand(ALFA), SignalType.DOMAIN)
    with refused("same_person"):
        check_rule_confirmation(hand(SOLROS), hand(SOLROS), SignalType.DOMAIN)
    with refused("same_organisation"):
        check_rule_confirmation(hand(SOLROS), Hand(UUID(int=77), SOLROS, frozenset({Role.REVIEWER})), SignalType.DOMAIN)
    with refused("needs_mandate"):
        check_rule_confirmation(hand(ALFA), hand(BETA), SignalType.DOMAIN)
    with refused("no_role"):
        check_rule_confirmation(hand(SOLROS), hand(ALFA, Role.ENGINEER), SignalType.DOMAIN)
    with refused("no_rule_for_type"):
        check_rule_proposal(hand(SOLROS), SignalType.TERM)


def test_an_override_needs_a_reviewer_of_another_organisation() -> None:
    check_override_proposal(hand(ALFA, Role.ANALYST))
    check_override_confirmation(hand(ALFA, Role.ANALYST), hand(VAKTEN))
    with refused("not_a_reviewer"):
        check_override_confirmation(hand(ALFA, Role.ANALYST), hand(VAKTEN, Role.ANALYST))
    with refused("same_organisation"):
        check_override_confirmation(hand(ALFA), Hand(UUID(int=77), ALFA, frozenset({Role.REVIEWER})))
    with refused("no_role"):
        check_override_proposal(hand(ALFA, Role.AUDITOR))
