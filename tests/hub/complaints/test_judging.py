"""Who lifts, who decides, and what agents are told."""

from __future__ import annotations

import pytest

from skyddsnat.hub.complaints import services
from skyddsnat.hub.complaints.models import CaseBlock
from skyddsnat.hub.signals import services as signals
from skyddsnat.policy.complaints import Outcome
from skyddsnat.policy.vocabulary import Scope
from tests.hub.complaints.conftest import Desk, Stage, refused
from tests.hub.signals.conftest import pattern_of


def test_one_reviewer_with_a_mandate_suspends_everywhere_at_once(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    desk.suspend(complaint)
    signal = stage.again(signal)
    assert (signal.lifted, signal.ceiling) == (True, "none")
    assert stage.live("verified") == stage.live("inform") == {}
    assert desk.case(complaint).decided_at is None


@pytest.mark.parametrize("role", ["analyst", "engineer"])
def test_nobody_without_the_reviewers_role_suspends(desk: Desk, stage: Stage, role: str) -> None:
    stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    with refused("not_a_reviewer"):
        desk.suspend(complaint, role=role)


def test_a_reviewer_without_a_mandate_neither_suspends_nor_decides(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    with refused("needs_mandate"):
        desk.suspend(complaint, member="alfa")
    with refused("needs_mandate"):
        desk.decide(complaint, Outcome.LIFTED, member="alfa")
    assert stage.live("verified") == {pattern_of(stage.again(signal)): "block"}


def test_who_is_outside_the_circle_finds_no_block(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    with pytest.raises(CaseBlock.DoesNotExist):
        desk.decide(complaint, Outcome.LIFTED, member="omega")


def test_a_lift_ends_the_block_for_good(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    desk.decide(complaint, Outcome.LIFTED)
    case = desk.case(complaint)
    assert (case.outcome, case.decided_at) == ("lifted", stage.now)
    assert stage.live("verified") == {}
    signal = stage.again(signal)
    assert signal.lifted
    with refused("decided"):
        desk.decide(complaint, Outcome.UPHELD)


def test_what_was_suspended_and_is_upheld_comes_back_under_another_id(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    before = set(stage.feed("verified"))
    complaint = desk.complain("fel.test")
    desk.suspend(complaint)
    stage.later(hours=1)
    desk.decide(complaint, Outcome.UPHELD)
    signal = stage.again(signal)
    assert (signal.state, signal.lifted, signal.ceiling, signal.episode) == ("verified", False, "block", 2)
    assert stage.live("verified") == {pattern_of(signal): "block"}
    (new,) = set(stage.feed("verified")) - before
    assert not stage.feed("verified")[new].get("revoked")
    assert all(thing["revoked"] for key, thing in stage.feed("verified").items() if key in before)


def test_narrowing_frees_what_lies_below_and_keeps_the_host_blocked(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test", scope=Scope.SUBDOMAINS)
    complaint = desk.complain("www.fel.test")
    desk.decide(complaint, Outcome.NARROWED)
    signal = stage.again(signal)
    assert (signal.state, signal.scope, signal.ceiling) == ("verified", "exact", "block")
    assert stage.live("verified") == {pattern_of(signal): "block"}
    assert [thing.get("revoked", False) for thing in stage.feed("verified").values()] == [True, False]
    assert desk.case(complaint).outcome == "narrowed"


def test_a_host_entry_cannot_be_narrowed(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test", scope=Scope.EXACT)
    complaint = desk.complain("fel.test")
    with refused("no_scope"):
        desk.decide(complaint, Outcome.NARROWED)


def test_a_narrowed_block_is_not_widened_by_the_old_approvals(desk: Desk, stage: Stage) -> None:
    """Who approved the whole approved the part, never the other way round."""
    signal = stage.verified("smal.test", scope=Scope.EXACT)
    type(signal).objects.filter(pk=signal.pk).update(scope=Scope.SUBDOMAINS.value)  # as if written behind our back
    complaint = desk.complain("www.smal.test")
    desk.decide(complaint, Outcome.UPHELD)
    assert stage.live("verified") == {}


def test_the_first_reviewer_may_own_up_to_a_mistake_but_not_uphold(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test", by=("vakten", "solros"))
    complaint = desk.complain("fel.test")
    with refused("first_reviewer"):
        desk.decide(complaint, Outcome.UPHELD, member="vakten")
    desk.decide(complaint, Outcome.LIFTED, member="vakten")


def test_only_the_origin_decides_and_any_mandate_suspends(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test", by=("vakten", "beta"))
    complaint = desk.complain("fel.test")
    with refused("not_origin"):
        desk.decide(complaint, Outcome.LIFTED, member="solros")
    desk.suspend(complaint, member="solros")


def test_a_value_that_was_reported_anew_is_not_restored_beside_it(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    desk.suspend(complaint)
    stage.report("delta", signal.value)
    with refused("reported_again"):
        desk.decide(complaint, Outcome.UPHELD)
    desk.decide(complaint, Outcome.LIFTED)


def test_what_a_members_objection_has_lifted_is_not_restored_by_a_case(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test", by=("vakten", "solros"))
    complaint = desk.complain("fel.test")
    given = signals.give_feedback(stage.actor("gamma"), signal, reason="not_illegal", now=stage.now)
    signals.confirm_feedback(stage.actor("solros", "reviewer"), given, now=stage.now)
    with refused("not_in_force"):
        desk.decide(complaint, Outcome.UPHELD)
    assert services.tend(stage.now).ended == 1
    assert desk.case(complaint).outcome == "lifted"


def test_what_is_done_about_a_block_is_done_in_every_case_that_it_stands_behind(desk: Desk, stage: Stage) -> None:
    host = stage.verified("sida.fel.test")
    first = desk.complain("sida.fel.test")
    stage.later(minutes=1)
    tree = stage.verified("fel.test", scope=Scope.SUBDOMAINS)
    second = desk.complain("annan.fel.test", member="beta")
    desk.complain("sida.fel.test")
    both = CaseBlock.objects.filter(signal=tree)
    assert {block.case_id for block in both} == {first.case_id, second.case_id}
    reviewer = stage.cast.person("solros", "reviewer")
    services.suspend(reviewer, second.case, both.get(case=second.case_id).pk, now=stage.now)
    services.tend(stage.now)
    assert {block.outcome for block in both.all()} == {""}, "suspended is not decided"
    services.decide(reviewer, second.case, both.get(case=second.case_id).pk, Outcome.UPHELD, now=stage.now)
    assert {block.outcome for block in both.all()} == {"upheld"}
    assert (desk.case(first).outcome, desk.case(second).outcome) == ("", "upheld")
    waiting = CaseBlock.objects.get(signal=host)
    services.decide(reviewer, first.case, waiting.pk, Outcome.LIFTED, now=stage.now)
    assert desk.case(first).outcome == "upheld"


def test_a_verdict_that_is_withdrawn_closes_the_case_as_lifted(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test", by=("vakten", "beta"))
    complaint = desk.complain("fel.test")
    signals.withdraw(stage.actor("vakten", "reviewer"), signal, reason="mistake", now=stage.now)
    services.tend(stage.now)
    assert desk.case(complaint).outcome == "lifted"
    assert desk.block(complaint).position == desk.head()


def test_a_dispute_upheld_on_the_signals_page_leaves_the_case_to_be_answered(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    signals.uphold(stage.actor("solros", "reviewer"), signal, now=stage.now)
    assert stage.again(signal).state == "verified"
    desk.decide(complaint, Outcome.UPHELD)
    assert desk.case(complaint).outcome == "upheld"


def test_an_operator_puts_its_own_lift_on_record_once(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    person = stage.cast.person("alfa", "analyst")
    services.own_lift(person, complaint.case, reason="lawful", now=stage.now)
    complaint.refresh_from_db()
    assert complaint.lifted_here_at == stage.now
    with refused("decided"):
        services.own_lift(person, complaint.case, reason="lawful", now=stage.now)
    with refused("not_an_operator"):
        services.own_lift(stage.cast.person("vakten", "reviewer"), complaint.case, reason="lawful", now=stage.now)
