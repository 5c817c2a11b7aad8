"""Uncovering values, and asking whether one is known: with a reason, within a quota, and always on record."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Lookup, Reveal, Signal
from skyddsnat.hub.signals.queries import reveals_by_others, reveals_of_member
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import SignalType
from tests.hub.signals.conftest import Stage, refused


def reveal(stage: Stage, signal: Signal, member: str = "gamma", **rest: Any) -> str:
    arguments = {"reason": "fault", "note": "Kund felanmäler uppslag.", "now": stage.now} | rest
    return services.reveal(stage.actor(member), signal, **arguments)


def test_a_reveal_gives_the_value_and_is_on_record_first(stage: Stage) -> None:
    signal = stage.verified("hemligt-namn.test")
    assert reveal(stage, signal) == "hemligt-namn.test"
    kept = Reveal.objects.get()
    assert (kept.member_id, kept.reason, kept.signal_id) == ("gamma", "fault", signal.pk)
    entry = Entry.objects.get(action="signal.revealed")
    assert entry.circle == stage.cast.circle.pk
    assert "hemligt-namn" not in repr(Entry.objects.filter(pk=entry.pk).values())


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ({"reason": "curious"}, "unknown_reason"),
        ({"note": " - "}, "note_needed"),
        ({"note": "Ring 08-123 456 78 i morgon."}, "phone"),
    ],
)
def test_without_a_proper_reason_nothing_is_told(stage: Stage, rest: dict[str, str], code: str) -> None:
    signal = stage.verified()
    with refused(code):
        reveal(stage, signal, **rest)
    assert not Reveal.objects.exists()


def test_what_a_person_cannot_see_they_cannot_uncover(stage: Stage) -> None:
    signal = stage.signal("alfa")
    for member in ("gamma", "omega"):
        with pytest.raises(Signal.DoesNotExist):
            reveal(stage, signal, member)
    assert not Reveal.objects.exists()


def test_a_person_uncovers_only_so_many_in_a_day(stage: Stage, settings: Any) -> None:
    settings.SIGNAL_REVEALS_PER_DAY = 2
    signal = stage.verified()
    reveal(stage, signal)
    reveal(stage, signal)
    with refused("reveal_quota"):
        reveal(stage, signal)
    assert services.reveals_left(stage.cast.person("gamma", "analyst"), now=stage.now) == 0
    reveal(stage, signal, "beta")
    stage.later(hours=25)
    reveal(stage, signal)


def test_the_default_quota_is_forty(stage: Stage) -> None:
    assert services.reveals_left(stage.cast.person("gamma", "analyst"), now=stage.now) == 40


def test_a_machine_uncovers_nothing(stage: Stage) -> None:
    with refused("people_only"):
        services.reveal(stage.machine("gamma"), stage.verified(), reason="fault", note="Felsökning här.", now=stage.now)


def look_up(stage: Stage, member: str, text: str) -> list[Any]:
    return services.look_up(stage.actor(member), SignalType.DOMAIN, text, hash_kind=None, now=stage.now)


def test_a_look_up_answers_from_what_the_person_sees_already(stage: Stage) -> None:
    secret, known = stage.signal("alfa"), stage.verified()
    assert look_up(stage, "gamma", f"  {known.value.upper()}. ") == [known.pk]
    assert look_up(stage, "gamma", secret.value) == []
    assert look_up(stage, "omega", known.value) == []
    assert look_up(stage, "alfa", secret.value) == [secret.pk]


def test_each_look_up_is_counted_and_logged_without_the_value(stage: Stage, settings: Any) -> None:
    settings.SIGNAL_LOOKUPS_PER_DAY = 1
    look_up(stage, "gamma", "hemligt-namn.test")
    assert Lookup.objects.get().found is False
    assert "hemligt-namn" not in repr([list(Lookup.objects.values()), list(Entry.objects.values())])
    with refused("lookup_quota"):
        look_up(stage, "gamma", "hemligt-namn.test")


def test_a_look_up_of_no_domain_says_so(stage: Stage) -> None:
    with pytest.raises(PolicyRefusal, match="ip_given"):
        look_up(stage, "gamma", "192.0.2.1")


def test_a_member_sees_every_reveal_of_its_own_people_and_none_of_others(stage: Stage) -> None:
    names = [f"hemligt-{number}.test" for number in range(3)]
    signals = [stage.verified(name) for name in names]
    for signal in signals:
        reveal(stage, signal, "gamma")
    reveal(stage, signals[0], "beta")
    own = stage.cast.person("gamma", "reviewer")
    assert {row.signal_id for row in reveals_of_member(own)} == {signal.pk for signal in signals}
    assert {row.person.member_id for row in reveals_of_member(own)} == {"gamma"}
    text = stage.cast.sign_in(Client(), own).get("/signals/reveals/").content.decode()
    assert text.count(f'<th scope="row">{stage.cast.person("gamma", "analyst").name}</th>') == 3
    assert text.count("felanmäler") == 3
    assert stage.cast.person("beta", "analyst").name not in text
    assert not any(name in text for name in names), "masked there too"


def test_a_member_sees_which_others_have_uncovered_what_it_reported_and_not_who_or_why(stage: Stage) -> None:
    signal = stage.verified()
    reveal(stage, signal, "gamma")
    reporter = signal.submissions.first().member_id
    others = {member: reveals_by_others(stage.cast.person(member, "analyst")) for member in (reporter, "gamma", "beta")}
    assert [row.member_id for row in others[reporter]] == ["gamma"]
    assert not others["gamma"].exists(), "its own are on the other page"
    assert not others["beta"].exists(), "it has not reported it"
    page = stage.cast.sign_in(Client(), stage.cast.person(reporter, "analyst")).get("/signals/reveals/?by=others")
    text = page.content.decode()
    assert stage.cast.person("gamma", "analyst").member.name in text
    assert stage.cast.person("gamma", "analyst").name not in text
    assert "felanmäler" not in text
