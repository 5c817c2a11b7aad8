"""The start page's sections, by role.  A section that is None is not this person's; an empty one says so honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from skyddsnat.hub.agents import queries as agents
from skyddsnat.hub.agents.queries import Standing
from skyddsnat.hub.pages.work.steps import Step, unfinished_steps

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Work:
    """Everything on the page."""

    alarms: list[Standing]
    steps: list[Step]


def work_of(person: Person, *, now: datetime) -> Work:
    """What waits for the person now."""
    return Work(alarms=agents.alarms(person, now=now), steps=unfinished_steps(person))
