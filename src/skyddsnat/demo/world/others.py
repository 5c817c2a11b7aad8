"""Two operators have a second agent each, one silent and one that waits for people, so that there is something to tend to.

They run nowhere: what they say is invented, and comes in through the real door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import skyddsnat
from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.agents.report import Held, Report, Resolver
from skyddsnat.hub.agents.services import take_report
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.vocabulary import TokenScope


@dataclass(frozen=True, slots=True)
class Invented:
    """One agent.  silent_for: how long ago it spoke last; zero speaks again and again."""

    member: str
    name: str
    resolvers: tuple[str, ...]
    silent_for: timedelta = timedelta(0)
    held: Held | None = None


AGENTS = (
    Invented("delta", "delta-malmo-2", ("bind-1",), silent_for=timedelta(hours=3)),
    Invented("epsilon", "epsilon-lulea-2", ("kresd-1",), held=Held((Reason.TOO_MANY_ADDITIONS.value,), 214, 0)),
)


def first_reports(*, now: datetime) -> None:
    """What each said last."""
    for agent in AGENTS:
        _report(agent, at=now - agent.silent_for)


def speak_again(*, now: datetime) -> None:
    """Those that are not silent."""
    for agent in AGENTS:
        if not agent.silent_for:
            _report(agent, at=now)


def _report(agent: Invented, *, at: datetime) -> None:
    verified = [row for row in feeds.collections_for(agent.member) if row.kind == Collection.Kind.VERIFIED]
    tokens = [one.pk for one in ApiToken.objects.filter(member_id=agent.member) if TokenScope.STATS in one.scopes]
    report = Report(
        agent=agent.name,
        version=skyddsnat.__version__,
        state="held" if agent.held else "live",
        positions={row.pk: feeds.last_position(row.pk) for row in verified},
        list_sha256="",
        entries=sum(feeds.digest(row.pk, at=feeds.last_position(row.pk)).set.count for row in verified),
        resolvers=tuple(Resolver(name=name, ok=True, checked_at=at, serial=1) for name in agent.resolvers),
        held=agent.held,
        publish_seconds=0.2,
        at=at,
    )
    actor = Actor(member_id=agent.member, token_id=tokens[0])
    take_report(actor, report, readable={row.pk for row in verified}, now=at)
