"""Changes to what the hub knows of agents: a report comes in, an agent that is no longer run is taken away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.agents.events import reported
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.agents.report import Held, Report, Resolver
from skyddsnat.hub.audit.services import forget_witness, record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.agent_sight import may_remove_agent
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

COMES_LATE = timedelta(minutes=5)  # a report that is older by more than this is by a clock that was put right
MOST_AGENTS = 20  # of one member: a stolen token must not be able to fill the table


def take_report(actor: Actor, report: Report, *, readable: Collection[UUID], now: datetime) -> Agent:
    """Keep the report as the agent's newest word.

    actor: the member's machine.  readable: collections that the member may read; positions in others are dropped.
    A report that comes behind a later one changes nothing.
    Logs when an agent is new and when its state changes, not each report.  Raises PolicyRefusal("too_many_agents").
    """
    with transaction.atomic():
        known = Agent.objects.select_for_update().filter(member_id=actor.member_id)
        before = known.filter(name=report.agent).first()
        if before is None and known.count() >= MOST_AGENTS:
            raise PolicyRefusal("too_many_agents")
        if before is not None and _comes_late(before, report):
            return before
        same = before is not None and before.state == report.state
        agent, _created = Agent.objects.update_or_create(
            member_id=actor.member_id,
            name=report.agent,
            defaults={
                **_fields(report, readable),
                "reported_at": now,
                "state_since": before.state_since if before is not None and same else now,
            },
            create_defaults={
                **_fields(report, readable),
                "reported_at": now,
                "state_since": now,
                "first_seen_at": now,
            },
        )
        if not same:
            record(
                actor,
                "agent.first_seen" if before is None else "agent.state_changed",
                kind="agent",
                object_id=agent.pk,
                state=report.state,
                reasons=list(report.held.reasons) if report.held else [],
            )
        reported.send(Agent, agent=agent, now=now)
    return agent


def remove(person: Person, agent: Agent) -> None:
    """Take away an agent that is no longer run.  Raises PolicyRefusal("not_own_engineer")."""
    if not may_remove_agent(reader_of(person), agent.member_id):
        raise PolicyRefusal("not_own_engineer")
    with transaction.atomic():
        record(Actor.of(person), "agent.removed", kind="agent", object_id=agent.pk)
        forget_witness(agent.member_id, agent.name)
        agent.delete()


def _comes_late(before: Agent, report: Report) -> bool:
    return before.said_at is not None and timedelta() < before.said_at - report.at < COMES_LATE


def _fields(report: Report, readable: Collection[UUID]) -> dict[str, Any]:
    return {
        "version": report.version,
        "state": report.state,
        "said_at": report.at,
        "positions": {str(key): value for key, value in report.positions.items() if key in readable},
        "list_sha256": report.list_sha256,
        "entries": report.entries,
        "resolvers": [_resolver(resolver) for resolver in report.resolvers],
        "held": _held(report.held),
        "publish_seconds": report.publish_seconds,
    }


def _resolver(resolver: Resolver) -> dict[str, Any]:
    checked = resolver.checked_at.isoformat() if resolver.checked_at else None
    return {"name": resolver.name, "ok": resolver.ok, "checked_at": checked, "serial": resolver.serial}


def _held(held: Held | None) -> dict[str, Any] | None:
    return None if held is None else {"reasons": list(held.reasons), "added": held.added, "removed": held.removed}
