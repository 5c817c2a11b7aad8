"""The look-ups that flow while the demo runs: lawful and listed ones, by the hour and the day."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from statistics import mean

import pytest

from skyddsnat.demo.sites.customers import LAWFUL, STOPPED_SHARE, VISITS_A_SECOND, pause, visit
from skyddsnat.demo.sites.networks import SUBSCRIPTIONS
from skyddsnat.demo.sites.rhythm import busyness
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.vocabulary import Scope

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
LISTED = {
    member: [Listed(f"wild.{member}.test", Scope.SUBDOMAINS), Listed(f"only.{member}.test", Scope.EXACT)]
    for member in SUBSCRIPTIONS
}


def test_the_mean_hour_of_a_week_is_one() -> None:
    assert mean(busyness(MONDAY + timedelta(hours=hour)) for hour in range(168)) == pytest.approx(1)


def test_an_evening_is_busier_than_a_night_and_a_friday_than_a_sunday() -> None:
    night, evening = MONDAY + timedelta(hours=3), MONDAY + timedelta(hours=20)
    friday, sunday = evening + timedelta(days=4), evening + timedelta(days=6)
    assert busyness(night) * 5 < busyness(evening)
    assert busyness(sunday) < busyness(evening) < busyness(friday)


def test_pauses_follow_the_rhythm() -> None:
    def many(at: datetime) -> float:
        chance = random.Random(7)
        return 1 / mean(pause(at, chance) for _ in range(4000))

    for hour in (3, 12, 20):
        at = MONDAY + timedelta(hours=hour)
        assert many(at) == pytest.approx(VISITS_A_SECOND * busyness(at), rel=0.1)


def test_visits_are_a_mix_of_lawful_and_listed_names_from_many_customers_on_loopback() -> None:
    chance = random.Random(7)
    found = [visit(LISTED, chance) for _ in range(4000)]
    stopped = [one for one in found if one.name not in LAWFUL]
    assert len(stopped) / len(found) == pytest.approx(STOPPED_SHARE, abs=0.03)
    assert {one.name for one in stopped} == {
        name for member in SUBSCRIPTIONS for name in (f"www.wild.{member}.test", f"only.{member}.test")
    }
    clients = {one.client for one in found}
    assert len(clients) > 500
    assert all(ip_address(client).is_loopback for client in clients)
    busiest = max(SUBSCRIPTIONS, key=lambda member: sum(one.member == member for one in found))
    assert busiest == max(SUBSCRIPTIONS, key=lambda member: SUBSCRIPTIONS[member])


def test_a_network_without_a_list_has_lawful_visits_alone() -> None:
    chance = random.Random(7)
    assert {visit({"alfa": []}, chance).name for _ in range(200)} == set(LAWFUL)
