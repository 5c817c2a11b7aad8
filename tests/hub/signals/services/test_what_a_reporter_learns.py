"""Nobody learns more from handing in than from what they can see already; who hands in and where is checked first."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.services import Outcome, SignalDraft, Status
from skyddsnat.policy.vocabulary import HashKind, Marking, SignalType
from tests.hub.signals.conftest import Stage, extension_of, refused

EACH_TYPE = [
    SignalDraft(SignalType.DOMAIN, "LEK[.]test"),
    SignalDraft(SignalType.URL, "hxxps://lek.test/sida/1"),
    SignalDraft(SignalType.HASH, "0123456789abcdef" * 4, hash_kind=HashKind.SHA256),
    SignalDraft(SignalType.TERM, "Påhittat  ord"),
]


def preview(stage: Stage, member: str, *texts: str, role: str = "analyst") -> list[Outcome]:
    drafts = [SignalDraft(SignalType.DOMAIN, text) for text in texts]
    circle, strict = stage.cast.circle, Marking.AMBER_STRICT
    return services.preview(stage.actor(member, role), drafts, circle=circle, marking=strict, now=stage.now)


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models(include_auto_created=True)}


@pytest.mark.parametrize("channel", [channel.value for channel in Submission.Channel])
def test_by_each_channel_each_value_becomes_one_signal_in_each_circle(stage: Stage, channel: str) -> None:
    for circle in (stage.cast.circle, stage.cast.leads):
        for actor in (stage.actor("alfa"), stage.machine("beta")):
            told = services.submit(
                actor, EACH_TYPE, circle=circle, marking=Marking.AMBER, channel=channel, now=stage.now
            )
            assert len({outcome.signal_id for outcome in told}) == 4
    assert Signal.objects.count() == 8
    assert Submission.objects.filter(channel=channel).count() == 16
    assert set(Signal.objects.values_list("state", flat=True)) == {"corroborated"}


def test_a_preview_writes_nothing(stage: Stage) -> None:
    stage.report("alfa", "lek.test")
    before = rows()
    preview(stage, "beta", "lek.test", "annat.test", "inget namn")
    assert rows() == before


def test_a_preview_of_what_the_person_may_not_see_looks_like_a_new_one(stage: Stage) -> None:
    stage.report("alfa", "lek.test")
    stage.report("alfa", "rott.test", marking=Marking.RED, named=[stage.cast.person("alfa", "analyst")])
    known, red, new = preview(stage, "beta", "lek.test", "rott.test", "ny.test")
    assert [one.status for one in (known, red, new)] == [Status.CREATED] * 3
    assert [(one.code, one.signal_id, one.warnings) for one in (known, red)] == [
        (new.code, new.signal_id, new.warnings)
    ] * 2


def test_a_preview_tells_of_what_the_own_organisation_has_said_and_of_nothing_else(stage: Stage) -> None:
    stage.report("alfa", "lek.test")
    (own,) = preview(stage, "alfa", "lek.test")
    assert own.status is Status.REPEATED
    (judged,) = preview(stage, "vakten", "lek.test", role="reviewer")
    assert judged.status is Status.CREATED
    stage.report("beta", "lek.test")
    (published,) = preview(stage, "gamma", "lek.test")
    assert published.status is Status.CREATED


def test_the_same_value_twice_in_one_list_is_reported_once_in_both_preview_and_hand_in(stage: Stage) -> None:
    seen = preview(stage, "alfa", "lek.test", "LEK.test.")
    drafts = [SignalDraft(SignalType.DOMAIN, text) for text in ("lek.test", "LEK.test.")]
    done = services.submit(
        stage.actor("alfa"), drafts, circle=stage.cast.circle, marking=Marking.AMBER, channel="paste", now=stage.now
    )
    assert [one.status for one in seen] == [one.status for one in done] == [Status.CREATED, Status.REPEATED]
    assert Submission.objects.count() == 1


def test_a_machine_hands_in_for_its_member_and_only_into_its_circles(stage: Stage) -> None:
    outcome = stage.report("alfa", "lek.test", actor=stage.machine("alfa"))
    report = Submission.objects.get(signal=outcome.signal_id)
    assert (report.member_id, report.person) == ("alfa", None)
    with refused("not_in_circle"):
        stage.report("omega", "lek.test", actor=stage.machine("omega"))
    with refused("not_in_circle"):
        stage.report("vakten", "lek.test", actor=stage.machine("vakten"), circle=stage.cast.leads)


def test_a_machine_reports_nothing_red(stage: Stage) -> None:
    with refused("red_is_for_people"):
        stage.report(
            "alfa", actor=stage.machine("alfa"), marking=Marking.RED, named=[stage.cast.person("alfa", "analyst")]
        )


def test_a_member_that_left_hands_in_nothing_by_its_machine(stage: Stage) -> None:
    Member.objects.filter(pk="alfa").update(left_at=stage.now)
    with refused("inactive"):
        stage.report("alfa", actor=stage.machine("alfa"))


def test_the_hourly_limit_counts_people_and_machines_together_and_opens_again(stage: Stage, settings: Any) -> None:
    settings.SIGNAL_SUBMISSIONS_PER_HOUR = 2
    stage.report("alfa", "a.test")
    stage.report("alfa", "b.test", actor=stage.machine("alfa"))
    assert stage.report("alfa", "c.test").code == "too_many"
    assert stage.report("alfa", "a.test").code in {"", "too_many"}
    assert stage.report("beta", "c.test").status is Status.CREATED
    assert Signal.objects.count() == 3
    stage.later(minutes=61)
    assert stage.report("alfa", "c.test").status is Status.CORROBORATED


def test_the_fate_is_told_to_those_who_reported_and_to_nobody_else(stage: Stage) -> None:
    signal = stage.signal("alfa", "lek.test", stix_id="indicator--11111111-1111-4111-8111-111111111111")
    stage.report("beta", "lek.test")
    for member in ("vakten", "solros"):
        stage.approve(member, signal)
    (alfa,), (beta,) = stage.inbox("alfa").values(), stage.inbox("beta").values()
    assert extension_of(alfa)["state"] == extension_of(beta)["state"] == "verified"
    assert extension_of(alfa)["listed_as"] == extension_of(beta)["listed_as"] == next(iter(stage.feed("verified")))
    assert extension_of(alfa)["submitted_id"].startswith("indicator--1111")
    assert not extension_of(beta).get("submitted_id")
    assert alfa["id"] != beta["id"]
    others = set(stage.cast.members) - {"alfa", "beta"}
    assert all(stage.inbox(member) == {} for member in others)


def test_the_reporters_inbox_does_not_tell_that_others_have_reported_before_the_circle_knows(stage: Stage) -> None:
    stage.report("delta", "lek.test")
    Member.objects.filter(pk="epsilon").update(control_group="delta")
    stage.report("epsilon", "lek.test")
    stage.report("gamma", "ny.test")
    (known,), (new,) = stage.inbox("epsilon").values(), stage.inbox("gamma").values()
    assert extension_of(known)["state"] == extension_of(new)["state"] == "submitted"
    assert set(extension_of(known)) == set(extension_of(new))


def test_red_stays_on_the_web_through_its_whole_life(stage: Stage) -> None:
    reviewer = stage.cast.person("vakten", "reviewer")
    second = stage.cast.person("solros", "reviewer")
    signal = stage.verified("lek.test", marking=Marking.RED, named=[reviewer, second])
    assert signal.ceiling == "block"
    services.give_feedback(stage.actor("alfa"), signal, reason="seen", now=stage.now)
    services.withdraw(stage.actor("vakten", "reviewer"), signal, reason="gone", now=stage.now)
    assert not any("lek.test" in row.raw for row in ObjectVersion.objects.all())
    assert not ObjectVersion.objects.filter(type__in=["indicator", "opinion", "sighting"]).exists()
    assert feeds.feeds(stage.cast.circle.pk)
