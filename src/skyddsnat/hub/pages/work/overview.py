"""The start page's sections, by role.  A section that is None is not this person's; an empty one says so honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.accounts import queries as accounts
from skyddsnat.hub.agents import queries as agents
from skyddsnat.hub.agents.queries import Standing
from skyddsnat.hub.members import queries as members
from skyddsnat.hub.pages.work.steps import Step, unfinished_steps
from skyddsnat.hub.signals import queries as signals
from skyddsnat.hub.signals.models import Feedback, Signal, Submission
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import Mandate, Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person

SHOWN = 6  # lines of a section; the rest is one click away
WEEK = timedelta(days=7)
LEGAL_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Lines[Row]:
    """The first lines of a section, and how many there are in all."""

    rows: list[Row]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, self.total - len(self.rows))


@dataclass(frozen=True, slots=True)
class Fate:
    """A report of the own member, with where it stands or how it ended."""

    signal: Signal
    state: str
    label: str | Promise
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Coordination:
    """What only coordinators tend to.  not_enrolled: people who cannot sign in yet.  legal_due: bases to look at soon."""

    not_enrolled: int
    legal_due: int


@dataclass(frozen=True, slots=True)
class AgentsAtWork:
    """Agents that the person watches over.  well: how many are as they should be."""

    total: int
    well: int


@dataclass(frozen=True, slots=True)
class Work:
    """Everything on the page."""

    alarms: list[Standing]
    steps: list[Step]
    reviews: Lines[Signal] | None
    disputes: Lines[Signal] | None
    feedback: Lines[Feedback] | None
    fates: Lines[Fate] | None
    expiring: Lines[Signal] | None
    agents: AgentsAtWork | None
    coordination: Coordination | None
    reveals_this_week: int | None

    @property
    def is_quiet(self) -> bool:
        """Whether no section is this person's at all."""
        parts = (self.reviews, self.disputes, self.feedback, self.fates, self.expiring, self.coordination, self.agents)
        return all(part is None for part in parts) and not self.alarms and self.reveals_this_week is None


def work_of(person: Person, *, now: datetime) -> Work:
    """What waits for the person now."""
    roles = {Role(role) for role in person.roles}
    reviews, judges = Role.REVIEWER in roles, Role.REVIEWER in roles and bool(person.member.mandate)
    reads, submits = bool(roles & ROLES_THAT_READ[ItemKind.SIGNAL]), bool(roles & SUBMITTING_ROLES)
    return Work(
        alarms=agents.alarms(person, now=now),
        steps=unfinished_steps(person),
        reviews=_reviews(person, now) if reviews else None,
        disputes=_lines(signals.disputes(person)) if judges else None,
        feedback=_lines(signals.open_feedback(person)) if reads and submits and not judges else None,
        fates=_fates(person) if submits else None,
        expiring=_lines(signals.expiring(person, now=now)) if judges else None,
        agents=_agents(person, roles, now),
        coordination=_coordination(person, now) if Role.COORDINATOR in roles else None,
        reveals_this_week=_reveals(person, now) if Role.AUDITOR in roles else None,
    )


def waiting_counts(person: Person, *, now: datetime) -> dict[str, int]:
    """Waiting work by route name, for the navigation."""
    if not person.has_role(Role.REVIEWER):
        return {}
    return {"signals:queue": signals.queue_count(person, now=now)}


def _lines[Row: Model](rows: QuerySet[Row]) -> Lines[Row]:
    return Lines(list(rows[:SHOWN]), rows.count())


def _reviews(person: Person, now: datetime) -> Lines[Signal]:
    """The queue has what others have taken up at its end."""
    found: Any = signals.queue(person, now=now)[:SHOWN]
    return Lines([row for row in found if not row.taken], signals.queue_count(person, now=now))


def _fates(person: Person) -> Lines[Fate]:
    rows = signals.my_submissions(person)
    return Lines([_fate(row) for row in rows[:SHOWN]], rows.count())


def _fate(report: Submission) -> Fate:
    signal = report.signal
    if report.retracted_at is not None:
        return Fate(signal, "withdrawn", _("taken back by us"), report.at)
    state = report.ended_as or signal.state
    return Fate(signal, state, Signal.StateChoice(state).label, report.at)


def _agents(person: Person, roles: set[Role], now: datetime) -> AgentsAtWork | None:
    if not roles & {Role.ENGINEER, Role.COORDINATOR} and person.member.mandate != Mandate.POLICE.value:
        return None
    found = agents.standings(person, now=now)
    return AgentsAtWork(len(found), sum(1 for one in found if not one.troubles))


def _coordination(person: Person, now: datetime) -> Coordination:
    waiting = accounts.people_for(person).filter(Q(("enrolled", False)), is_active=True)
    due = members.legal_register().filter(review_by__lte=(now + LEGAL_SOON).date())
    return Coordination(waiting.count(), due.count())


def _reveals(person: Person, now: datetime) -> int:
    return signals.reveals_of_member(person).filter(at__gt=now - WEEK).count()
