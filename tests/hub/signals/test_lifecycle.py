"""Ends and renewals: what is withdrawn, falls or expires is told to all who hold it, as fast as it was added."""

from __future__ import annotations

import pytest

from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.policy.review import Withdrawal
from skyddsnat.policy.vocabulary import Basis, SignalType
from tests.hub.signals.conftest import Stage, ceiling_of, pattern_of, refused


def withdraw(stage: Stage, member: str, signal: Signal, *, role: str = "reviewer", reason: str = "gone") -> Signal:
    services.withdraw(stage.actor(member, role), signal, reason=reason, now=stage.now)
    return stage.again(signal)


def test_the_only_submitter_withdraws_before_a_verdict(stage: Stage) -> None:
    signal = withdraw(stage, "alfa", stage.signal("alfa"), role="analyst", reason="mistake")
    assert (signal.state, signal.ended_reason) == ("withdrawn", "mistake")
    assert Submission.objects.get().ended_as == "withdrawn"
    assert not Signal.objects.visible_to(stage.cast.person("vakten", "reviewer")).exists()
    assert Signal.objects.visible_to(stage.cast.person("alfa", "analyst")).exists()


def test_who_has_not_reported_it_withdraws_nothing_before_a_verdict(stage: Stage) -> None:
    signal = stage.signal("alfa")
    with refused("not_submitter"):
        withdraw(stage, "vakten", signal)


def test_after_a_verdict_the_submitter_does_not_withdraw(stage: Stage) -> None:
    signal = stage.verified()
    with refused("not_origin"):
        withdraw(stage, "alfa", signal)


def test_a_member_that_takes_its_report_back_leaves_the_others_standing(stage: Stage) -> None:
    signal = stage.signal("alfa")
    for member in ("beta", "gamma"):
        stage.report(member, signal.value)
    signal = withdraw(stage, "alfa", signal, role="analyst", reason="mistake")
    assert (signal.state, signal.episode) == ("corroborated", 1)
    assert stage.live("inform") == {pattern_of(signal): "inform"}


def test_when_too_few_reports_are_left_the_circle_sees_it_end_and_the_rest_goes_on_unseen(stage: Stage) -> None:
    signal = stage.signal("alfa")
    stage.report("beta", signal.value)
    signal = withdraw(stage, "alfa", signal, role="analyst", reason="mistake")
    assert (signal.state, signal.stage, signal.ceiling, signal.episode) == ("withdrawn", "none", "none", 1)
    assert stage.live("inform") == {}
    rest = Signal.objects.open().get()
    assert (rest.state, rest.stage, rest.episode, rest.published_at) == ("in_review", "first", 2, None)
    for member in ("alfa", "gamma"):
        assert Signal.objects.visible_to(stage.cast.person(member, "analyst")).get() == signal
    assert set(Signal.objects.visible_to(stage.cast.person("beta", "analyst"))) == {signal, rest}
    states = [thing.get("revoked", False) for thing in stage.inbox("alfa").values()]
    assert states == [True]


def test_a_member_may_report_again_what_it_took_back(stage: Stage) -> None:
    signal = stage.signal("alfa")
    for member in ("beta", "gamma"):
        stage.report(member, signal.value)
    withdraw(stage, "alfa", signal, role="analyst", reason="mistake")
    stage.later(minutes=5)
    assert stage.report("alfa", signal.value).status.value == "corroborated"
    assert [thing.get("revoked", False) for thing in stage.inbox("alfa").values()] == [True, False]


def test_a_mandate_that_reported_first_takes_it_back_to_judge_it(stage: Stage) -> None:
    """Were police and hotline both to report, nobody with a mandate would be left to judge."""
    signal = stage.signal("vakten", basis=Basis.POLICE_LIST)
    stage.report("solros", signal.value, basis=Basis.HOTLINE_ASSESSMENT)
    with refused("own_submission"):
        stage.approve("vakten", signal)
    withdraw(stage, "solros", signal, reason="duplicate")
    signal = stage.approve("beta", stage.approve("solros", Signal.objects.open().get()))
    assert (signal.state, signal.ceiling, signal.origins) == ("verified", "block", ["police", "hotline"])


def test_the_police_withdraw_and_the_id_is_revoked_in_both_feeds_at_once(stage: Stage) -> None:
    signal = stage.verified(by=("vakten", "beta"))
    outcome = services.withdraw(stage.actor("vakten", "reviewer"), signal, reason="not_illegal", now=stage.now)
    assert outcome is Withdrawal.VERDICT
    assert stage.again(signal).state == "withdrawn"
    for kind in ("inform", "verified"):
        assert stage.live(kind) == {}
        assert [thing["revoked"] for thing in stage.feed(kind).values()] == [True]


def test_when_the_police_withdraw_and_the_hotlines_verdict_stands_it_drops_to_observe_under_another_id(
    stage: Stage,
) -> None:
    signal = withdraw(stage, "vakten", stage.verified(by=("vakten", "solros")))
    assert (signal.state, signal.ceiling, signal.origins, signal.episode) == ("verified", "observe", ["hotline"], 2)
    assert stage.live("verified") == {}
    assert stage.live("inform") == {pattern_of(signal): "observe"}
    inform = list(stage.feed("inform").values())
    assert [(thing.get("revoked", False), ceiling_of(thing)) for thing in inform] == [
        (True, "none"),
        (False, "observe"),
    ]
    assert set(stage.feed("verified")) < set(stage.feed("inform"))


def test_a_fallen_signal_can_rise_again_by_a_new_verdict(stage: Stage) -> None:
    signal = withdraw(stage, "vakten", stage.verified(by=("vakten", "solros")))
    stage.later(days=1)
    signal = stage.approve("vakten", signal)
    assert (signal.ceiling, signal.episode) == ("block", 2)
    assert stage.live("verified") == {pattern_of(signal): "block"}


def test_one_organisation_alone_does_not_keep_a_block_when_the_other_withdraws(stage: Stage) -> None:
    signal = withdraw(stage, "solros", stage.verified(by=("vakten", "solros")))
    assert (signal.ceiling, signal.origins) == ("observe", ["police"])
    assert stage.live("verified") == {}


def test_the_polices_own_listing_falls_with_their_verdict(stage: Stage) -> None:
    signal = stage.signal("vakten", basis=Basis.POLICE_LIST)
    signal = stage.approve("beta", stage.approve("solros", signal))
    signal = withdraw(stage, "vakten", signal)
    assert (signal.ceiling, signal.origins) == ("observe", ["hotline"])


@pytest.mark.parametrize(
    ("type", "text", "days"),
    [
        (SignalType.DOMAIN, "lek.test", 90),
        (SignalType.URL, "https://lek.test/a", 14),
        (SignalType.HASH, "0" * 31 + "1", 730),
        (SignalType.TERM, "påhittat ord", 180),
    ],
)
def test_a_signal_expires_when_its_days_are_over(stage: Stage, type: SignalType, text: str, days: int) -> None:
    signal = stage.approve("vakten", stage.signal("alfa", text, type=type))
    if type is SignalType.DOMAIN:
        signal = stage.approve("beta", signal)
    stage.later(days=days, seconds=-1)
    assert services.sweep(stage.now).expired == 0
    stage.later(seconds=1)
    assert services.sweep(stage.now).expired == 1
    assert stage.again(signal).state == "expired"
    assert stage.live("inform") == stage.live("verified") == {}
    assert services.sweep(stage.now).expired == 0


def test_corroborated_and_disputed_signals_expire_too(stage: Stage) -> None:
    lead = stage.signal("alfa")
    stage.report("beta", lead.value)
    disputed = stage.verified()
    services.dispute(stage.actor("gamma"), disputed, reason="wrong_scope", now=stage.now)
    stage.later(days=91)
    assert services.sweep(stage.now).expired == 2
    assert stage.live("inform") == stage.live("verified") == {}


def test_the_sweeper_takes_any_number_and_puts_stale_claims_back(stage: Stage) -> None:
    for _ in range(3):
        stage.verified(by=("vakten", "beta"))
    waiting = stage.signal("alfa")
    services.claim(stage.actor("vakten", "reviewer"), waiting, now=stage.now)
    stage.later(days=90)
    assert services.sweep(stage.now) == services.Swept(expired=3, released=1)
    assert stage.again(waiting).claimed_by_id is None


def test_a_renewed_signal_starts_its_days_anew(stage: Stage) -> None:
    signal = stage.verified()
    stage.later(days=80)
    services.renew(stage.actor("vakten", "reviewer"), signal, basis=Basis.POLICE_LIST, now=stage.now)
    stage.later(days=89)
    assert services.sweep(stage.now).expired == 0
    assert stage.live("verified") == {pattern_of(signal): "block"}
    with refused("not_origin"):
        services.renew(stage.actor("beta", "reviewer"), signal, basis=Basis.POLICE_LIST, now=stage.now)
    services.renew(stage.actor("vakten", "reviewer"), signal, basis=Basis.COURT, now=stage.now)


def test_two_changes_within_a_millisecond_are_two_versions(stage: Stage) -> None:
    """The clock of these stories stands still, so any two acts fall together; none of them may be lost."""
    signal = stage.verified(by=("vakten", "beta"))
    before = stage.feed("verified")
    withdraw(stage, "vakten", signal)
    (old,), (new,) = before.values(), stage.feed("verified").values()
    assert new["modified"] > old["modified"]
    assert new["revoked"]
