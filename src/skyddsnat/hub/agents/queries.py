"""Reads of agents: who may see which, and what is wrong with one, in words for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise

from skyddsnat.hub.agents.labels import reason_text
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.feed import queries as feed
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.access import Reader
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.agent_sight import Sight, may_remove_agent, sight_of
from skyddsnat.policy.vocabulary import Mandate, Role
from skyddsnat.protocols.taxii import PageQuery

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SILENT_AFTER = timedelta(seconds=150)  # an agent reports each minute, and at once when something changes
BEHIND_AFTER = timedelta(seconds=120)  # a publish takes seconds; what it reached is told with the next report
REMOVABLE_AFTER = timedelta(days=1)


class Trouble(StrEnum):
    """What needs a person, worst first."""

    HELD = "held"
    ERROR = "error"
    SILENT = "silent"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Place:
    """How far the agent has come in one collection.  waiting_since: of the oldest object that it has not taken, or None."""

    collection: UUID
    title: str
    position: datetime | None
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class ResolverRow:
    """A resolver on the page.  ok: the canary was answered and no lawful name was stopped."""

    name: str
    ok: bool
    checked_at: datetime | None
    serial: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent as one reader may see it."""

    agent: Agent
    sight: Sight
    troubles: tuple[Trouble, ...]

    @property
    def is_full(self) -> bool:
        """Whether resolvers, sizes and reasons may be shown."""
        return self.sight is Sight.FULL

    @property
    def reasons(self) -> list[str | Promise]:
        """Why a list waits for people; only for those who see the agent in full."""
        if not self.is_full or not self.agent.held:
            return []
        return [reason_text(code) for code in self.agent.held.get("reasons", ())]

    @property
    def resolvers_ok(self) -> int:
        """How many resolvers passed their last check."""
        return sum(1 for resolver in self.agent.resolvers if resolver["ok"])


def visible_agents(person: Person) -> QuerySet[Agent]:
    """The agents that the person may know of: the query twin of policy.agent_sight.sight_of."""
    who = reader_of(person)
    rows = Agent.objects.select_related("member")
    if who.member is None:
        return rows.none()
    if who.mandate is Mandate.POLICE or Role.COORDINATOR in who.roles:
        return rows.filter(member__left_at=None)
    return rows.filter(member_id=who.member)


def standings(person: Person, *, now: datetime) -> list[Standing]:
    """Every agent that the person may see, those in trouble first."""
    found = [_standing(agent, reader_of(person), now) for agent in visible_agents(person)]
    return sorted(found, key=lambda one: (not one.troubles, one.agent.member.name, one.agent.name))


def standing(person: Person, agent_id: int, *, now: datetime) -> Standing | None:
    """One agent; None if there is none or it is none of this person's business."""
    agent = visible_agents(person).filter(pk=agent_id).first()
    return _standing(agent, reader_of(person), now) if agent is not None else None


def alarms(person: Person, *, now: datetime) -> list[Standing]:
    """Agents in trouble that this person should act on: own engineers on their own, coordinators and police on all."""
    who = reader_of(person)
    if not who.roles & {Role.ENGINEER, Role.COORDINATOR} and who.mandate is not Mandate.POLICE:
        return []
    return [one for one in standings(person, now=now) if one.troubles]


def sees_others(person: Person) -> bool:
    """Whether agents of other members are this person's business."""
    who = reader_of(person)
    return who.member is not None and (who.mandate is Mandate.POLICE or Role.COORDINATOR in who.roles)


def resolvers(agent: Agent) -> list[ResolverRow]:
    """The resolvers as last checked, those that failed first."""
    rows = [
        ResolverRow(
            name=row["name"],
            ok=row["ok"],
            checked_at=datetime.fromisoformat(row["checked_at"]) if row["checked_at"] else None,
            serial=row["serial"],
        )
        for row in agent.resolvers
    ]
    return sorted(rows, key=lambda row: (row.ok, row.name))


def has_agent(member_id: str) -> bool:
    """Whether an agent of the member has ever reported."""
    return Agent.objects.filter(member_id=member_id).exists()


def places(agent: Agent) -> list[Place]:
    """The agent's position in each collection that it follows and its member may read."""
    titles = {collection.pk: collection.title for collection in feed.collections_for(agent.member_id)}
    positions = {UUID(key): value for key, value in agent.positions.items() if UUID(key) in titles}
    return [
        Place(key, titles[key], _moment(position) if position else None, _unread_since(key, position))
        for key, position in sorted(positions.items(), key=lambda item: titles[item[0]])
    ]


_WORKS = frozenset({Agent.State.LIVE, Agent.State.OBSERVING, Agent.State.HELD})


@dataclass(frozen=True, slots=True)
class Reach:
    """How far something in a feed has come.  agents: how many follow the feed; arrived: how many of them have put it in force.

    members: those whose agents all have.
    """

    agents: int
    arrived: int
    members: frozenset[str]

    @property
    def everywhere(self) -> bool:
        """Whether every agent has it; never before one follows the feed at all."""
        return 0 < self.agents == self.arrived


def reach_of(collection_id: UUID, position: int) -> Reach:
    """The agents that have put in force what stands at this position of the feed, by what they last told.

    An agent publishes what it takes in the same round and tells of a fault; one that has a fault, or a resolver that does not
    answer as it should, counts as not there yet.  What is asked after is a lift: one that only observes has it, and one that
    holds a list lets withdrawals through, unless there are too many of them.
    """
    there: dict[str, list[bool]] = defaultdict(list)
    for agent in Agent.objects.filter(member__left_at=None).only(
        "member_id", "state", "positions", "resolvers", "held"
    ):
        if (at := agent.positions.get(str(collection_id))) is not None:
            works = agent.state in _WORKS and all(resolver["ok"] for resolver in agent.resolvers)
            works = works and Reason.TOO_MANY_REMOVALS not in (agent.held or {}).get("reasons", ())
            there[agent.member_id].append(works and at >= position)
    arrived = [one for agents in there.values() for one in agents]
    done = frozenset(member for member, agents in there.items() if all(agents))
    return Reach(agents=len(arrived), arrived=sum(arrived), members=done)


def _unread_since(collection_id: UUID, position: int) -> datetime | None:
    """When the oldest object that lies after the position came in."""
    following = feed.manifest(collection_id, PageQuery(after=position, limit=1)).rows
    return _moment(following[0].added) if following else None


def _moment(position: int) -> datetime:
    """A position is the time at which its object came in, in unix microseconds."""
    return EPOCH + timedelta(microseconds=position)


def may_remove(person: Person, one: Standing, *, now: datetime) -> bool:
    """An agent that has been silent for a day can be taken away by its own engineers."""
    return may_remove_agent(reader_of(person), one.agent.member_id) and now - one.agent.reported_at > REMOVABLE_AFTER


def _standing(agent: Agent, reader: Reader, now: datetime) -> Standing:
    return Standing(agent, sight_of(reader, agent.member_id), tuple(_troubles(agent, now)))


def _troubles(agent: Agent, now: datetime) -> Iterable[Trouble]:
    if agent.state == Agent.State.HELD:
        yield Trouble.HELD
    if agent.state == Agent.State.ERROR:
        yield Trouble.ERROR
    if now - agent.reported_at > SILENT_AFTER:
        yield Trouble.SILENT
    elif _is_behind(places(agent), now):
        yield Trouble.BEHIND


def _is_behind(where: Sequence[Place], now: datetime) -> bool:
    return any(place.waiting_since is not None and now - place.waiting_since > BEHIND_AFTER for place in where)
