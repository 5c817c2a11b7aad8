"""The exchange words of the catalogue are those of policy, and the texts keep their promises."""

from __future__ import annotations

from skyddsnat.catalogue.exchange import CarriedAs
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.agent_guards import Limits
from skyddsnat.policy.ceilings import VALID_FOR
from skyddsnat.policy.signal_states import FINAL, NEXT
from skyddsnat.policy.vocabulary import Ceiling, HashKind, Mandate, Marking, Scope, SignalType, State

EXCHANGE = load_catalogue().exchange


def field_values(signal_type: str, field: str) -> set[str]:
    (found,) = [each for each in EXCHANGE.signal_types[signal_type].fields if each.name == field]
    return set(found.values)


def test_ceilings_are_the_same_in_the_same_order() -> None:
    assert [(each.id, each.order) for each in EXCHANGE.ceilings.values()] == [
        (each.wire, each.value) for each in Ceiling
    ]


def test_states_are_the_same() -> None:
    assert {each.state for each in EXCHANGE.states.values()} == {each.value for each in State}


def test_a_verdict_has_a_mandate_as_its_origin() -> None:
    origins = {each.origin for each in EXCHANGE.states.values() if each.state == State.VERIFIED}
    assert origins == {each.value for each in Mandate}
    assert all(not each.origin for each in EXCHANGE.states.values() if each.state != State.VERIFIED)


def test_the_types_carried_as_signals_are_the_signal_types() -> None:
    carried = {each.id for each in EXCHANGE.signal_types.values() if each.carried_as is CarriedAs.SIGNAL}
    assert carried == {each.value for each in SignalType}


def test_hash_algorithms_are_the_same() -> None:
    assert field_values("hash", "algorithm") == {each.value for each in HashKind}


def test_scopes_of_a_domain_are_the_same() -> None:
    assert field_values("domain", "scope") == {each.value for each in Scope}


def test_markings_are_labels_of_tlp_2() -> None:
    markings = {each.value for each in Marking}
    used = {each.default_tlp for each in EXCHANGE.signal_types.values()} | set(EXCHANGE.tlp_by_content.values())
    assert used <= markings


def test_only_police_and_hotline_verify_what_is_carried_as_a_signal() -> None:
    for each in EXCHANGE.signal_types.values():
        if each.carried_as is CarriedAs.SIGNAL:
            assert set(each.who_may_verify) <= {mandate.value for mandate in Mandate}


def test_only_a_verdict_of_police_leads_to_block_by_itself() -> None:
    blocking = [each.id for each in EXCHANGE.states.values() if each.ceiling == Ceiling.BLOCK.wire]
    assert blocking == ["verified_police"]
    assert EXCHANGE.state_rules.coalition_rule_raise.default is False


def test_signals_move_as_policy_lets_them() -> None:
    """The two verified states of the catalogue are one in policy; going from one to the other is no step there."""
    word = {each.id: each.state for each in EXCHANGE.states.values()}
    steps = {(word[before], word[after]) for before, onward in EXCHANGE.transitions.items() for after in onward}
    assert {step for step in steps if step[0] != step[1]} == {
        (b.value, a.value) for b, onward in NEXT.items() for a in onward
    }
    assert {each.state for each in EXCHANGE.states.values() if each.final} == {state.value for state in FINAL}


def test_signals_lapse_as_policy_lets_them() -> None:
    days = {each.value: period.days for each, period in VALID_FOR.items()}
    assert {each.id: each.expiry_days for each in EXCHANGE.signal_types.values() if each.id in days} == days


def test_the_withdrawals_that_always_pass_are_those_of_the_agents_guard() -> None:
    assert EXCHANGE.state_rules.withdrawals_always_pass_up_to == Limits().removals


def test_a_lifted_signal_leaves_nothing_in_force_and_a_complaint_alone_lifts_nothing() -> None:
    assert dict(EXCHANGE.state_rules.dispute_dispositions) == {"hold": "earlier_ceiling", "lift": "none"}
    assert EXCHANGE.state_rules.complaint_gives == "hold"


def test_the_referral_report_has_no_field_for_what_it_forbids() -> None:
    report = EXCHANGE.referral_report
    names = {each.name for each in (*report.mandatory, *report.conditional)}
    assert names.isdisjoint(report.forbidden)
    assert {"image", "video", "thumbnail", "attachment"} <= set(report.forbidden)


def test_no_field_of_any_type_can_hold_an_image() -> None:
    barred = ("image", "video", "thumbnail", "attachment", "picture", "blob", "content_data")
    fields = [field.name for each in EXCHANGE.signal_types.values() for field in each.fields]
    fields += [name for each in EXCHANGE.statistics_formats.values() for name in each.fields]
    assert [name for name in fields if any(word in name for word in barred)] == []
