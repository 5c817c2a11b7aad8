"""The operators' customers while the demo runs: a few look-ups at the real resolvers, at the pace of the hour and the day.

What the resolvers log of them is what `skyddsnat agent count` counts.  All customers are addresses of the loopback network,
and nothing of them is written down here.  It is a thread and not a program of its own: it sleeps nearly all the time.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from skyddsnat.demo.sites.lookups import TYPES
from skyddsnat.demo.sites.networks import SUBSCRIPTIONS
from skyddsnat.demo.sites.rhythm import busyness
from skyddsnat.demo.sites.site import Site, asks
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.vocabulary import Scope

VISITS_A_SECOND = 0.5
"""At all networks together, in the mean hour of a week."""
STOPPED_SHARE = 0.4
"""Of the visits, those to a listed name.  In the world it is one in many thousands, but a demo is not looked at for long."""
LAWFUL = (
    "www.kalender.test",
    "vader.test",
    "www.recept.example",
    "post.skolan.test",
    "karta.example",
    "www.bibliotek.test",
)
LISTS_SECONDS = 300.0
"""How long what is listed is believed."""
CUSTOMERS = 200
"""Of each network."""

type Choose = random.Random


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody opens a page.  kinds: the record types that are asked for, all at once."""

    member: str
    client: str
    name: str
    kinds: Sequence[str]


def pause(at: datetime, chance: Choose) -> float:
    """Seconds until the next visit: at random, on average by the rhythm."""
    return chance.expovariate(VISITS_A_SECOND * busyness(at))


def visit(listed: Mapping[str, Sequence[Listed]], chance: Choose) -> Visit:
    """The next one.  listed: what each network's list stops; large networks have more visits."""
    members = sorted(listed)
    member = chance.choices(members, [SUBSCRIPTIONS[one] for one in members])[0]
    client = f"127.{members.index(member) + 1}.{chance.randrange(CUSTOMERS) // 100}.{chance.randrange(1, 101)}"
    entries = listed[member]
    name = _below(chance.choice(entries)) if entries and chance.random() < STOPPED_SHARE else chance.choice(LAWFUL)
    return Visit(member, client, name, chance.choice(TYPES))


def _below(entry: Listed) -> str:
    """A name that the entry stops."""
    return f"www.{entry.name}" if entry.scope is Scope.SUBDOMAINS else entry.name


@dataclass(slots=True)
class Customers:
    """All networks' customers, from `start` until the demo ends."""

    sites: Mapping[str, Site]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Choose = field(default_factory=random.Random)
    _listed: dict[str, list[Listed]] = field(default_factory=dict)
    _listed_at: datetime | None = None

    def start(self) -> None:
        """Begin.  A daemon thread: nothing waits for it when the demo ends."""
        threading.Thread(target=self._go, name="customers", daemon=True).start()

    def look_up(self) -> None:
        """One visit."""
        one = visit(self._lists(), self.chance)
        for kind in one.kinds:
            asks(self.sites[one.member].resolver, one.name, kind, source=one.client)

    def _go(self) -> None:
        while True:
            time.sleep(pause(self.clock(), self.chance))
            self.look_up()

    def _lists(self) -> Mapping[str, Sequence[Listed]]:
        now = self.clock()
        if self._listed_at is None or (now - self._listed_at).total_seconds() > LISTS_SECONDS:
            self._listed = {member: site.listed() for member, site in self.sites.items()}
            self._listed_at = now
        return self._listed
