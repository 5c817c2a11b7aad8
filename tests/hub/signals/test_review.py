"""Review: who judges, in which order, and what comes of it."""

from __future__ import annotations

import pytest

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Review, Signal
from skyddsnat.policy.review import Rejection, checklist
from skyddsnat.policy.vocabulary import Basis, Mandate, Scope, SignalType, State
from tests.hub.signals.conftest import Stage, pattern_of, refused


def test_police_and_a_second_organisation_verify_a_domain_and_it_may_be_blocked(stage: Stage) -> None:
    signal = stage.signal("alfa")
    assert (signal.state, signal.stage, signal.ceiling) == ("submitted", "first", "none")
    signal = stage.approve("vakten", signal)
    assert (signal.state, signal.stage, signal.ceiling) == ("in_review", "second", "none")
    assert stage.live("inform") == {}
    signal = stage.approve("beta", signal)
    assert (signal.state, signal.ceiling, signal.origins) == ("verified", "block", ["police"])
    assert stage.live("verified") == {pattern_of(signal): "block"}
    assert stage.live("inform") == {pattern_of(signal): "block"}
    assert signal.valid_until is not None
    assert (signal.valid_until - stage.now).days == 90


def test_a_hotlines_verdict_is_observed_and_not_in_the_verified_feed(stage: Stage) -> None:
    signal = stage.verified(by=("solros", "beta"))
    assert (signal.ceiling, signal.origins) == ("observe", ["hotline"])
    assert stage.live("verified") == {}
    assert stage.live("inform") == {pattern_of(signal): "observe"}


def test_the_police_raise_what_the_hotline_had_verified_under_the_same_id(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.verified(by=("solros", "beta")))
    assert (signal.ceiling, signal.origins, signal.episode) == ("block", ["police", "hotline"], 1)
    assert set(stage.feed("verified")) == set(stage.feed("inform"))


@pytest.mark.parametrize("type", [SignalType.URL, SignalType.HASH, SignalType.TERM])
def test_one_mandate_verifies_what_no_agent_blocks(stage: Stage, type: SignalType) -> None:
    text = {
        SignalType.URL: "https://lek.test/sida/1",
        SignalType.HASH: "0123456789abcdef0123456789abcdef",
        SignalType.TERM: "påhittat ord",
    }[type]
    signal = stage.approve("vakten", stage.signal("alfa", text, type=type))
    assert signal.state == "verified"
    assert signal.ceiling == ("observe" if type is SignalType.TERM else "block")


def test_the_first_judgement_is_a_mandates(stage: Stage) -> None:
    signal = stage.signal("alfa")
    with pytest.raises(Signal.DoesNotExist):  # other members do not even see it
        stage.approve("beta", signal)


def test_nobody_approves_their_own_members_report(stage: Stage) -> None:
    signal = stage.approve("solros", stage.signal("alfa"))
    with refused("own_submission"):
        stage.approve("alfa", signal)
    theirs = stage.signal("vakten", basis=Basis.POLICE_LIST)
    with refused("own_submission"):
        stage.approve("vakten", theirs)


def test_the_same_organisation_does_not_approve_twice(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    with refused("already_judged"):
        stage.approve("vakten", signal)


def test_members_under_one_owner_are_one_organisation(stage: Stage) -> None:
    stage.cast.beta.control_group = "vakten"
    stage.cast.beta.save()
    signal = stage.approve("vakten", stage.signal("alfa"))
    with refused("already_judged"):
        stage.approve("beta", signal)


def test_what_police_list_themselves_needs_the_hotline_and_one_more_and_then_blocks(stage: Stage) -> None:
    signal = stage.signal("vakten", basis=Basis.POLICE_LIST)
    signal = stage.approve("gamma", stage.approve("solros", signal))
    assert (signal.ceiling, signal.origins) == ("block", ["police", "hotline"])


def test_an_analyst_does_not_review(stage: Stage) -> None:
    signal = stage.verified(by=("vakten",))
    with refused("not_a_reviewer"):
        services.claim(stage.actor("alfa", "analyst"), signal, now=stage.now)


def test_a_machine_does_not_review(stage: Stage) -> None:
    signal = stage.signal("alfa")
    with refused("people_only"):
        services.reject(stage.machine("vakten"), signal, reason="gone", now=stage.now)


def test_a_reviewer_outside_the_circle_does_not_find_it(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    with pytest.raises(Signal.DoesNotExist):
        stage.approve("omega", signal)


def test_an_approval_needs_every_box_and_an_own_basis(stage: Stage) -> None:
    signal = stage.signal("alfa")
    full = checklist(SignalType.DOMAIN, Scope.EXACT, Mandate.POLICE)
    with refused("checklist_incomplete"):
        stage.approve("vakten", signal, checklist=full[1:])
    with refused("basis_not_yours"):
        stage.approve("vakten", signal, basis=Basis.OWN_OBSERVATION)
    assert not Review.objects.exists()
    assert stage.again(signal).state == "submitted"


def test_an_approval_of_what_has_changed_meanwhile_is_refused(stage: Stage) -> None:
    signal = stage.signal("alfa")
    seal = services.seal_of(signal)
    services.rescope(stage.actor("solros", "reviewer"), signal, scope=Scope.SUBDOMAINS, now=stage.now)
    with refused("changed_meanwhile"):
        stage.approve("vakten", signal, seal=seal)
    stage.approve("vakten", signal, seal=services.seal_of(stage.again(signal)))


def test_a_change_of_scope_voids_the_approvals_that_stood(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    services.rescope(stage.actor("solros", "reviewer"), signal, scope=Scope.SUBDOMAINS, now=stage.now)
    signal = stage.again(signal)
    assert (signal.stage, signal.scope) == ("first", "subdomains")
    signal = stage.approve("solros", signal)
    assert signal.state == "in_review"
    assert stage.approve("vakten", signal).state == "verified"


def test_a_claim_keeps_others_away_for_half_an_hour(stage: Stage) -> None:
    signal = stage.signal("alfa")
    services.claim(stage.actor("vakten", "reviewer"), signal, now=stage.now)
    assert stage.again(signal).state == "in_review"
    with refused("claimed_by_other"):
        services.claim(stage.actor("solros", "reviewer"), signal, now=stage.now)
    with refused("claimed_by_other"):
        stage.approve("solros", signal)
    with refused("not_claimed"):
        services.release(stage.actor("solros", "reviewer"), signal, now=stage.now)
    stage.later(minutes=31)
    services.claim(stage.actor("solros", "reviewer"), signal, now=stage.now)


def test_a_released_signal_is_anyones(stage: Stage) -> None:
    signal = stage.signal("alfa")
    services.claim(stage.actor("vakten", "reviewer"), signal, now=stage.now)
    services.release(stage.actor("vakten", "reviewer"), signal, now=stage.now)
    services.claim(stage.actor("solros", "reviewer"), signal, now=stage.now)


def test_a_mandates_no_ends_what_nobody_else_had_seen(stage: Stage) -> None:
    signal = stage.signal("alfa")
    outcome = services.reject(stage.actor("solros", "reviewer"), signal, reason="insufficient", now=stage.now)
    signal = stage.again(signal)
    assert outcome is Rejection.FINAL
    assert (signal.state, signal.stage, signal.ended_reason) == ("rejected", "closed", "insufficient")
    assert stage.feed("inform") == {}


def test_a_mandates_no_to_what_the_circle_has_seen_withdraws_it(stage: Stage) -> None:
    signal = stage.signal("alfa")
    stage.report("beta", signal.value)
    services.reject(stage.actor("solros", "reviewer"), signal, reason="not_illegal", now=stage.now)
    assert stage.again(signal).state == "withdrawn"
    assert stage.live("inform") == {}
    assert [thing["revoked"] for thing in stage.feed("inform").values()] == [True]


def test_a_second_pair_of_eyes_sends_back_and_does_not_end_anything(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    beta = stage.actor("beta", "reviewer")
    with refused("reason_needs_mandate"):
        services.reject(beta, signal, reason="not_illegal", now=stage.now)
    assert services.reject(beta, signal, reason="wrong_scope", now=stage.now) is Rejection.SENT_BACK
    signal = stage.again(signal)
    assert (signal.state, signal.stage) == ("in_review", "first")
    with pytest.raises(Signal.DoesNotExist):  # it is the mandates' again
        services.reject(beta, signal, reason="wrong_scope", now=stage.now)


def test_a_refusal_leaves_nothing_behind(stage: Stage) -> None:
    signal = stage.signal("alfa")
    entries = Entry.objects.count()
    with refused("unknown_reason"):
        services.reject(stage.actor("vakten", "reviewer"), signal, reason="because", now=stage.now)
    assert Entry.objects.count() == entries
    assert stage.again(signal).changed_at == signal.changed_at


def test_every_act_is_in_the_log_and_none_of_it_holds_the_value(stage: Stage) -> None:
    signal = stage.verified("hemligt-namn.test")
    entries = Entry.objects.filter(kind="signal", object_id=str(signal.pk))
    assert [entry.action for entry in entries.order_by("id")] == [
        "signal.submitted",
        "signal.approved",
        "signal.approved",
        "signal.verified",
    ]
    assert "hemligt-namn" not in repr(list(Entry.objects.values()))


def test_who_reported_is_not_in_what_other_members_auditors_read(stage: Stage) -> None:
    signal = stage.verified()
    in_circle = Entry.objects.filter(object_id=str(signal.pk), circle=stage.cast.circle.pk)
    assert not in_circle.filter(action="signal.submitted").exists()
    assert in_circle.filter(action="signal.verified").exists()


def test_the_id_in_the_feed_says_nothing_of_the_row(stage: Stage) -> None:
    signal = stage.verified()
    assert all(str(signal.pk) not in stix_id for stix_id in stage.feed("verified"))
    assert State(signal.state) is State.VERIFIED
