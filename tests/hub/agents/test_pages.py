"""Who sees which agent, and what the pages say of one that needs a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.agents import queries
from skyddsnat.hub.agents.labels import REASONS
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.agents.queries import Trouble
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.agent_sight import Sight, sight_of
from tests.cast import Cast
from tests.hub.agents.conftest import HandIn, verified_feed

HELD = {"reasons": ["protected_name", "unheard_of"], "added": 8000, "removed": 0}


def age(agent: Agent, **by: float) -> None:
    Agent.objects.filter(pk=agent.pk).update(reported_at=timezone.now() - timedelta(**by))


def page(client: Client, cast: Cast, who: tuple[str, str], name: str, *args: Any) -> str:
    cast.sign_in(client, cast.person(*who))
    answer = client.get(reverse(name, args=args), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_sees_its_own_agent_in_full(hand_in: HandIn, cast: Cast, client: Client) -> None:
    hand_in()
    agent = Agent.objects.get()
    text = page(client, cast, ("alfa", "analyst"), "agents:detail", agent.pk)
    assert "unbound-1" in text
    assert "2026112401" in text
    assert "alfa-sthlm-1" in page(client, cast, ("alfa", "analyst"), "agents:list")


@pytest.mark.parametrize("who", [("solros", "coordinator"), ("vakten", "analyst")])
def test_coordinator_and_police_see_the_outline_and_not_the_network(
    hand_in: HandIn, cast: Cast, client: Client, who: tuple[str, str]
) -> None:
    hand_in(state="held", held=HELD)
    text = page(client, cast, who, "agents:detail", Agent.objects.get().pk)
    assert "alfa-sthlm-1" in text
    assert "Held for a person" in text
    assert "unbound-1" not in text
    assert "8,000" not in text
    assert str(REASONS[Reason.PROTECTED_NAME]) not in text


@pytest.mark.parametrize(
    "who", [("beta", "engineer"), ("solros", "reviewer"), ("zonen", "engineer"), ("omega", "analyst")]
)
def test_others_see_neither_the_agent_nor_that_there_is_one(
    hand_in: HandIn, cast: Cast, client: Client, who: tuple[str, str]
) -> None:
    hand_in()
    assert "alfa-sthlm-1" not in page(client, cast, who, "agents:list")
    theirs = client.get(reverse("agents:detail", args=[Agent.objects.get().pk]))
    unknown = client.get(reverse("agents:detail", args=[999]))
    assert theirs.status_code == unknown.status_code == 404
    assert _body(theirs) == _body(unknown)


def _body(answer: Any) -> str:
    """The page without what differs at each request."""
    return "\n".join(
        line
        for line in answer.content.decode().splitlines()
        if "csrfmiddlewaretoken" not in line and "next" not in line
    )


def test_the_query_and_the_rule_agree_for_everyone(hand_in: HandIn, cast: Cast) -> None:
    for member in ("alfa", "beta", "omega"):
        hand_in(member=member, agent=f"{member}-1")
    for person in cast.people.values():
        seen = set(queries.visible_agents(person))
        reader = reader_of(person)
        assert seen == {a for a in Agent.objects.all() if sight_of(reader, a.member_id) is not Sight.NONE}


def test_the_reasons_are_told_in_peoples_words(hand_in: HandIn, cast: Cast, client: Client) -> None:
    hand_in(state="held", held=HELD)
    text = page(client, cast, ("alfa", "engineer"), "agents:detail", Agent.objects.get().pk)
    assert "An entry would stop a protected name." in text
    assert "a reason that this hub does not know yet" in text
    assert "unheard_of" not in text
    assert "8,000" in text


def test_an_agent_that_only_observes_says_that_it_blocks_nothing(hand_in: HandIn, cast: Cast, client: Client) -> None:
    hand_in(state="observing", entries=0)
    agent = Agent.objects.get()
    assert "Observes, blocks nothing" in page(client, cast, ("alfa", "analyst"), "agents:detail", agent.pk)
    assert "Observes, blocks nothing" in page(client, cast, ("alfa", "analyst"), "agents:list")


def test_every_reason_of_the_guards_has_words() -> None:
    assert set(REASONS) == set(Reason)


def test_an_agent_that_is_not_heard_from_is_silent(hand_in: HandIn, cast: Cast) -> None:
    hand_in()
    agent, engineer = Agent.objects.get(), cast.person("alfa", "engineer")
    assert queries.alarms(engineer, now=timezone.now()) == []
    age(agent, seconds=151)
    (alarm,) = queries.alarms(engineer, now=timezone.now())
    assert alarm.troubles == (Trouble.SILENT,)


def test_an_agent_is_behind_when_something_waits_for_two_minutes(hand_in: HandIn, cast: Cast) -> None:
    from skyddsnat.hub.feed.models import ObjectVersion

    feed_id = verified_feed(cast)
    last = max(ObjectVersion.objects.filter(collection_id=feed_id).values_list("added", flat=True), default=0)
    hand_in(position={feed_id: last})
    now = timezone.now()
    engineer = cast.person("alfa", "engineer")
    assert queries.alarms(engineer, now=now) == []
    ObjectVersion.objects.create(
        added=last + 1_000_000 if last else int(now.timestamp() * 1_000_000),
        collection_id=feed_id,
        stix_id="indicator--7c9e6679-7425-40de-944b-e07fc1f90ae7",
        type="indicator",
        version=1,
        raw="{}",
    )
    agent = Agent.objects.get()
    waiting = next(place.waiting_since for place in queries.places(agent) if place.waiting_since)
    soon, late = waiting + timedelta(seconds=119), waiting + timedelta(seconds=121)
    for moment, expected in ((soon, ()), (late, (Trouble.BEHIND,))):
        Agent.objects.update(reported_at=moment)
        found = queries.standing(engineer, agent.pk, now=moment)
        assert found is not None
        assert found.troubles == expected


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (("alfa", "engineer"), True),
        (("solros", "coordinator"), True),
        (("vakten", "reviewer"), True),
        (("alfa", "analyst"), False),
        (("beta", "engineer"), False),
    ],
)
def test_the_start_page_alarms_those_who_can_act(
    hand_in: HandIn, cast: Cast, client: Client, who: tuple[str, str], told: bool
) -> None:
    hand_in(state="held", held=HELD)
    text = page(client, cast, who, "pages:work")
    assert ("alfa-sthlm-1" in text) is told


def test_an_agent_that_is_gone_for_a_day_can_be_taken_away_by_its_engineers(
    hand_in: HandIn, cast: Cast, client: Client
) -> None:
    hand_in()
    agent = Agent.objects.get()
    path = reverse("agents:remove", args=[agent.pk])
    cast.sign_in(client, cast.person("alfa", "engineer"))
    assert client.post(path).status_code == 404, "it still reports"
    age(agent, days=1, seconds=1)
    for who in (("alfa", "analyst"), ("beta", "engineer"), ("solros", "coordinator")):
        cast.sign_in(client, cast.person(*who))
        assert client.post(path).status_code == 404
    cast.sign_in(client, cast.person("alfa", "engineer"))
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert not Agent.objects.exists()
    assert Entry.objects.filter(action="agent.removed", object_id=str(agent.pk)).exists()
