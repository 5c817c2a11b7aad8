"""The stage of the signals, with short words for what a stop page and an abuse desk do."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from skyddsnat.hub.agents.report import read_report
from skyddsnat.hub.agents.services import take_report
from skyddsnat.hub.complaints import services
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.actor import Actor
from skyddsnat.policy.complaints import Outcome, Reason
from skyddsnat.protocols import complaint as wire
from tests.hub.agents.conftest import report
from tests.hub.signals.conftest import Stage, refused, stage

__all__ = ["Desk", "Stage", "desk", "refused", "stage"]


class Desk:
    """What people and machines do about complaints."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def complain(self, name: str = "", *, member: str = "alfa", key: UUID | None = None, **rest: Any) -> Complaint:
        """A visitor of the member's stop page complains about a name, or `entry=` a reference."""
        given = wire.Complaint(
            id=key or uuid4(),
            at=rest.pop("at", self.stage.now),
            language=rest.pop("language", "sv"),
            reason=rest.pop("reason", Reason.NOT_ILLEGAL),
            name=name,
            **rest,
        )
        return services.receive(self.stage.machine(member), given, now=self.stage.now)

    def block(self, complaint: Complaint) -> CaseBlock:
        """The one block behind the complaint's case, as it is now."""
        return CaseBlock.objects.get(case=complaint.case_id)

    def case(self, complaint: Complaint) -> Case:
        """The case as it is now."""
        return Case.objects.get(pk=complaint.case_id)

    def suspend(self, complaint: Complaint, *, member: str = "vakten", role: str = "reviewer") -> None:
        """A mandate's reviewer lifts it for now."""
        person = self.stage.cast.person(member, role)
        services.suspend(person, complaint.case, self.block(complaint).pk, now=self.stage.now)

    def decide(self, complaint: Complaint, outcome: Outcome, *, member: str = "solros", role: str = "reviewer") -> None:
        """A reviewer of the origin decides."""
        person = self.stage.cast.person(member, role)
        services.decide(person, complaint.case, self.block(complaint).pk, outcome, now=self.stage.now)

    def agent_tells(self, member: str, position: int, *, ok: bool = True, held: str | None = None) -> None:
        """The member's agent reports that it is at this place of the circle's feed.  held: why a list waits for people."""
        _, verified = feeds.feeds(self.stage.cast.circle.pk)
        told = report(
            agent=f"{member}-1",
            position={str(verified.pk): position},
            state="live" if held is None else "held",
            held=None if held is None else {"reasons": [held], "added": 0, "removed": 0},
            resolvers=[{"name": "r1", "ok": ok, "checked_at": None, "serial": 1}],
            at=self.stage.now.isoformat(),
        )
        take_report(
            Actor(member_id=member, token_id="t" * 8),
            read_report(json.dumps(told).encode()),
            readable={verified.pk},
            now=self.stage.now,
        )

    def head(self) -> int:
        """The last place of the circle's verified feed."""
        return feeds.last_position(feeds.feeds(self.stage.cast.circle.pk)[1].pk)


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Complaints on the signals' stage."""
    return Desk(stage)
