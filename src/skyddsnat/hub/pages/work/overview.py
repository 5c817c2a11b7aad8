"""The start page's sections, by role.  A section that is None is not this person's; an empty one says so honestly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.accounts import queries as accounts
from skyddsnat.hub.agents import queries as agents
from skyddsnat.hub.agents.queries import Standing
from skyddsnat.hub.benchmark.queries.reminders import Reminder, reminders
from skyddsnat.hub.complaints import queries as complaints
from skyddsnat.hub.complaints.models import Case, Complaint
from skyddsnat.hub.lists import queries as lists
from skyddsnat.hub.members import queries as members
from skyddsnat.hub.pages.work.steps import Step, unfinished_steps
from skyddsnat.hub.paging import MOST_COUNTED, Listed, count_up_to
from skyddsnat.hub.signals import queries as signals
from skyddsnat.hub.signals.models import Feedback, Signal, Submission
from skyddsnat.hub.signals.queries import false_stops
from skyddsnat.hub.signals.trail import Continuation, where_they_were
from skyddsnat.hub.statistics.queries import reminders as statistics
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import Mandate, Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

SHOWN = 6  # lines of a section; the rest is one click away
WEEK = timedelta(days=7)
LEGAL_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Lines[Row]:
    """The first lines of a section, and how many there are in all; of very many it is only known that they are more."""

    rows: list[Row]
    total: int

    @property
    def number(self) -> str:
        """The total as it is shown."""
        return f"{MOST_COUNTED}+" if self.total > MOST_COUNTED else str(self.total)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, self.total - len(self.rows))

    @property
    def many_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Fate:
    """A report of the own member, with where it stands or how it ended."""

    signal: Signal
    state: str
    label: str | Promise
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Coordination:
    """What only coordinators tend to.  not_enrolled: people who cannot sign in yet.  legal_due: bases to look at soon.

    marks_back: marks of exported lists that someone has handed in.
    """

    not_enrolled: int
    legal_due: int
    marks_back: int


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
    cases: Lines[Case] | None
    answers: Lines[Complaint] | None
    fates: Lines[Fate] | None
    expiring: Lines[Signal] | None
    agents: AgentsAtWork | None
    coordination: Coordination | None
    reveals_this_week: int | None
    decisions: int
    texts_to_decide: int
    texts_released: int
    unread: int | None
    was: Continuation | None
    rounds: list[Reminder]
    figures: list[Reminder]

    @property
    def unread_text(self) -> str:
        """`99+` where counting has stopped."""
        return f"{MOST_COUNTED}+" if (self.unread or 0) > MOST_COUNTED else str(self.unread)

    @property
    def is_quiet(self) -> bool:
        """Whether no section is this person's at all."""
        parts = (self.reviews, self.disputes, self.feedback, self.fates, self.expiring, self.coordination, self.agents)
        return (
            all(part is None for part in parts)
            and not self.alarms
            and not self.rounds
            and not self.figures
            and not self.decisions
            and self.reveals_this_week is None
        )


def work_of(person: Person, *, now: datetime, counts: Mapping[str, int] | None = None) -> Work:
    """What waits for the person now.  counts: `waiting_counts` where they are known already."""
    counts = waiting_counts(person, now=now) if counts is None else counts
    roles = {Role(role) for role in person.roles}
    reviews, judges = Role.REVIEWER in roles, Role.REVIEWER in roles and bool(person.member.mandate)
    reads, submits = bool(roles & ROLES_THAT_READ[ItemKind.SIGNAL]), bool(roles & SUBMITTING_ROLES)
    complained = counts["complaints:list"]
    return Work(
        alarms=agents.alarms(person, now=now),
        steps=unfinished_steps(person),
        reviews=Lines(signals.free(person, now=now)[:SHOWN], counts["signals:queue"]) if reviews else None,
        disputes=_lines(signals.disputes(person)) if judges else None,
        feedback=_lines(signals.open_feedback(person)) if reads and submits and not judges else None,
        cases=_lines(complaints.to_decide(person)) if complained and judges else None,
        answers=_lines(complaints.to_answer(person)) if complained and Role.ANALYST in roles else None,
        fates=_fates(person) if submits else None,
        expiring=_lines(signals.expiring(person, now=now)) if judges else None,
        agents=_agents(person, roles, now),
        coordination=_coordination(person, now) if Role.COORDINATOR in roles else None,
        texts_to_decide=counts.get("signals:false_stops", 0),
        texts_released=false_stops.ready_to_use(person, now=now),
        reveals_this_week=_reveals(person, now) if Role.AUDITOR in roles else None,
        unread=counts["signals:list"] if reads and (submits or reviews) else None,
        was=where_they_were(person, signals.desk_of(person)),
        decisions=counts["members:decisions"],
        rounds=reminders(person, now=now),
        figures=statistics.reminders(person, now=now),
    )


def waiting_counts(person: Person, *, now: datetime) -> dict[str, int]:
    """Waiting work by route name, for the navigation."""
    counts = {"members:decisions": len(members.proposals_to_confirm(person, now=now))}
    if person.has_role(Role.COORDINATOR):
        counts["signals:false_stops"] = len(false_stops.waiting_for(person, now=now))
    counts["signals:list"] = signals.unread_count(person)
    counts["benchmark:index"] = len(reminders(person, now=now))
    counts["complaints:list"] = complaints.waiting(person)
    counts["statistics:index"] = len(statistics.reminders(person, now=now))
    if person.has_role(Role.REVIEWER):
        counts["signals:queue"] = signals.queue_count(person, now=now)
    return counts


def _lines[Row: Model](rows: Listed[Row]) -> Lines[Row]:
    return Lines(list(rows[:SHOWN]), count_up_to(rows, MOST_COUNTED))


def _fates(person: Person) -> Lines[Fate]:
    rows = signals.my_submissions(person, most=SHOWN)
    return Lines([_fate(row) for row in rows], signals.my_submissions_count(person, most=MOST_COUNTED))


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
    due = members.legal_register().filter(review_by__lte=timezone.localdate(now) + LEGAL_SOON)
    return Coordination(waiting.count(), due.count(), lists.open_alarms(person).count())


def _reveals(person: Person, now: datetime) -> int:
    return signals.reveals_of_member(person).filter(at__gt=now - WEEK).count()
