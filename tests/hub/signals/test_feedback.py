"""Feedback and disputes: a complaint alone lifts nothing, one confirmed error suspends everywhere."""

from __future__ import annotations

import pytest

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Feedback, Signal
from tests.hub.signals.conftest import Stage, pattern_of, refused


def say(stage: Stage, member: str, signal: Signal, reason: str, role: str = "analyst") -> Feedback:
    return services.give_feedback(stage.actor(member, role), signal, reason=reason, now=stage.now)


def confirm(stage: Stage, member: str, given: Feedback) -> None:
    services.confirm_feedback(stage.actor(member, "reviewer"), given, now=stage.now)


def dismiss(stage: Stage, member: str, given: Feedback) -> None:
    services.dismiss_feedback(stage.actor(member, "reviewer"), given, now=stage.now)


def test_a_complaint_alone_holds_and_lifts_nothing(stage: Stage) -> None:
    signal = stage.verified()
    say(stage, "gamma", signal, "not_illegal")
    signal = stage.again(signal)
    assert (signal.state, signal.lifted, signal.ceiling) == ("disputed", False, "block")
    assert stage.live("verified") == {pattern_of(signal): "block"}


def test_a_confirmed_false_positive_is_suspended_in_both_feeds_at_once(stage: Stage) -> None:
    signal = stage.verified()
    confirm(stage, "solros", say(stage, "gamma", signal, "not_illegal"))
    signal = stage.again(signal)
    assert (signal.state, signal.lifted, signal.ceiling) == ("disputed", True, "none")
    assert stage.live("verified") == stage.live("inform") == {}
    assert Feedback.objects.get().outcome == "confirmed"


def test_after_a_lift_a_new_report_opens_a_new_episode(stage: Stage) -> None:
    signal = stage.verified()
    confirm(stage, "solros", say(stage, "gamma", signal, "wrong_scope"))
    again = stage.report("delta", signal.value)
    assert again.status.value == "created"
    following = stage.again(again)
    assert (following.episode, following.lifted, following.state) == (2, False, "submitted")
    signal = stage.again(signal)
    assert (signal.episode, signal.lifted, signal.state) == (1, True, "disputed")


def test_a_lifted_signal_can_be_closed_for_good(stage: Stage) -> None:
    signal = stage.verified()
    confirm(stage, "solros", say(stage, "gamma", signal, "wrong_scope"))
    services.withdraw(stage.actor("vakten", "reviewer"), signal, reason="wrong_scope", now=stage.now)
    assert stage.again(signal).state == "withdrawn"


def test_neither_the_first_reviewer_nor_the_complainant_nor_a_member_without_mandate_decides(stage: Stage) -> None:
    signal = stage.verified(by=("vakten", "beta"))
    given = say(stage, "solros", signal, "not_illegal")
    for member, code in (("vakten", "first_reviewer"), ("solros", "own_feedback"), ("gamma", "needs_mandate")):
        with refused(code):
            confirm(stage, member, given)
        with refused(code):
            dismiss(stage, member, given)
    assert stage.again(signal).ceiling == "block"


def test_an_upheld_signal_is_what_it_was(stage: Stage) -> None:
    signal = stage.verified()
    say(stage, "gamma", signal, "not_illegal")
    say(stage, "delta", signal, "wrong_scope")
    services.uphold(stage.actor("solros", "reviewer"), signal, now=stage.now)
    signal = stage.again(signal)
    assert (signal.state, signal.ceiling, signal.episode) == ("verified", "block", 1)
    assert set(Feedback.objects.values_list("outcome", flat=True)) == {"dismissed"}
    assert stage.live("verified") == {pattern_of(signal): "block"}


def test_a_lead_that_is_disputed_and_upheld_is_a_lead_again(stage: Stage) -> None:
    signal = stage.signal("alfa")
    stage.report("beta", signal.value)
    given = say(stage, "gamma", signal, "not_illegal")
    dismiss(stage, "vakten", given)
    assert stage.again(signal).state == "corroborated"


def test_the_last_dismissed_objection_upholds_and_one_of_two_does_not(stage: Stage) -> None:
    signal = stage.verified()
    first, second = say(stage, "gamma", signal, "not_illegal"), say(stage, "delta", signal, "not_illegal")
    dismiss(stage, "solros", first)
    assert stage.again(signal).state == "disputed"
    dismiss(stage, "solros", second)
    assert stage.again(signal).state == "verified"


def test_objections_are_published_as_opinions_that_do_not_say_whose(stage: Stage) -> None:
    signal = stage.verified()
    given = say(stage, "gamma", signal, "wrong_scope")
    inform, _ = feeds.feeds(stage.cast.circle.pk)
    (opinion,) = stage.read(inform, "opinion").values()
    assert opinion["opinion"] == "disagree"
    assert opinion["object_refs"] == list(stage.feed("verified"))
    assert "gamma" not in repr(opinion).lower()
    dismiss(stage, "solros", given)
    (opinion,) = stage.read(inform, "opinion").values()
    assert opinion["revoked"]


def test_sightings_are_told_as_a_bucket(stage: Stage) -> None:
    signal = stage.verified()
    for member in ("beta", "gamma", "delta"):
        say(stage, member, signal, "seen")
    inform, _ = feeds.feeds(stage.cast.circle.pk)
    (sighting,) = stage.read(inform, "sighting").values()
    assert sighting["count"] == 1
    assert stage.again(signal).state == "verified"


@pytest.mark.parametrize("reason", ["gone", "parked_or_resold", "duplicate", "malformed"])
def test_other_feedback_changes_nothing_until_a_mandate_behind_the_verdict_confirms_it(
    stage: Stage, reason: str
) -> None:
    signal = stage.verified(by=("vakten", "beta"))
    given = say(stage, "gamma", signal, reason)
    assert stage.again(signal).state == "verified"
    with refused("not_origin"):
        confirm(stage, "solros", given)
    confirm(stage, "vakten", given)
    assert (stage.again(signal).state, stage.again(signal).ended_reason) == ("withdrawn", reason)
    assert stage.live("verified") == {}


def test_a_member_says_each_thing_once_in_an_episode(stage: Stage) -> None:
    signal = stage.verified()
    say(stage, "gamma", signal, "gone")
    with refused("already_said"):
        say(stage, "gamma", signal, "gone", role="reviewer")


def test_nothing_is_said_of_what_is_not_published(stage: Stage) -> None:
    signal = stage.signal("alfa")
    with refused("not_live"):
        say(stage, "alfa", signal, "gone")
    with pytest.raises(Signal.DoesNotExist):
        say(stage, "gamma", signal, "gone")
    with refused("unknown_reason"):
        say(stage, "alfa", signal, "because")


def test_a_dispute_is_opened_by_its_two_reasons_only(stage: Stage) -> None:
    signal = stage.verified()
    with refused("unknown_reason"):
        services.dispute(stage.actor("gamma"), signal, reason="gone", now=stage.now)
    services.dispute(stage.actor("gamma"), signal, reason="not_illegal", now=stage.now)
    assert stage.again(signal).state == "disputed"


def test_a_decided_objection_is_not_decided_again(stage: Stage) -> None:
    given = say(stage, "gamma", stage.verified(), "not_illegal")
    dismiss(stage, "solros", given)
    with refused("decided"):
        confirm(stage, "solros", given)
