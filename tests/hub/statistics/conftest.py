"""The cast with a series that five operators have agreed to, and short ways to hand in and release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.models import Panel, Release, Revision, Series
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Share
from skyddsnat.policy.vocabulary import Role
from skyddsnat.protocols.statistics import Figure, ListContext
from tests.cast import OPERATORS, Cast, enrol_totp

LOOKUPS = "MET-BLK-09"
CANARIES = "MET-BLK-07"
VALUES = {"alfa": 91_000, "beta": 82_000, "gamma": 73_000, "delta": 66_000, "epsilon": 58_000}
LISTED = ListContext(
    version="9f86d0", versions=31, entries_mean=11_820, resolvers=Share.ALL, subscriptions_from=300_000, block_ttl=60
)


def figure(metric: str = LOOKUPS, period: str = "2026-01", value: int = 91_000, **changes: Any) -> Figure:
    """A figure as an agent makes it, with the changes."""
    known = load_catalogue().metrics[metric]
    made = Figure(
        key=uuid4(),
        metric=metric,
        period=Period.read(period),
        value=value,
        decimals=known.value.decimals,
        unit=known.unit,
        published=False,
        method="1",
        gaps=frozenset(),
        listed=LISTED,
    )
    return replace(made, **changes)


@dataclass(slots=True)
class Stats:
    """now: moved on by the tests.  leads: each operator's benchmark lead."""

    cast: Cast
    now: datetime
    leads: dict[str, Person] = field(default_factory=dict)

    @property
    def coordinator(self) -> Person:
        return self.cast.person("solros", "coordinator")

    @property
    def counsel(self) -> Person:
        return self.cast.person("solros", "auditor")

    def lead(self, member: str) -> Person:
        """The member's benchmark lead."""
        key = (member, Role.BENCHMARK_LEAD.value)
        if key not in self.cast.people:
            person = Person.objects.create(
                email=f"lead@{member}.test",
                name=f"{member.capitalize()} Lead",
                member=self.cast.members[member],
                roles=[Role.BENCHMARK_LEAD.value],
                password="!",
            )
            enrol_totp(person)
            self.cast.people[key] = person
        return self.cast.people[key]

    def opened(self, metric: str = LOOKUPS, first: str = "2026-01", *, is_public: bool = False) -> Series:
        """A series that is collected."""
        return services.open_series(self.coordinator, metric, Period.read(first), is_public=is_public, now=self.now)

    def agreed(self, series: Series, *members: str) -> None:
        for member in members or OPERATORS:
            services.agree(self.lead(member), series, now=self.now)

    def ready(self, **rest: Any) -> Series:
        """A series with counsel's word, everyone's and a panel from its first period."""
        series = self.opened(**rest)
        services.approve(self.counsel, series, now=self.now)
        self.agreed(series)
        self.panel(series, series.first_period)
        return series

    def panel(self, series: Series, first: str) -> Panel:
        return services.make_panel(self.coordinator, series, Period.read(first), now=self.now)

    def take(self, member: str, made: Figure) -> Revision:
        """From the member's machine."""
        return services.take(Actor(member_id=member, token_id="abcdefghijkl"), made, now=self.now).revision

    def all_in(self, period: str, values: Mapping[str, int] = VALUES) -> None:
        for member, value in values.items():
            self.take(member, figure(period=period, value=value))

    def release(self, series: Series, period: str) -> Release:
        return services.release(self.coordinator, series, Period.read(period), now=self.now)


@pytest.fixture
def stats(cast: Cast) -> Stats:
    return Stats(cast, datetime(2026, 11, 28, 12, tzinfo=ZoneInfo("Europe/Stockholm")))


def refused(code: str) -> pytest.RaisesExc[PolicyRefusal]:
    return pytest.raises(PolicyRefusal, match=f"^{code}")
