"""The demo's rounds, and how each goes on from where it is.  Nothing here waits: whoever runs it looks again after a while.

Coordinator and counsel act through the hub's services as its pages do; members and parties only through the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.demo.benchmark.calendar import Quarter, newest
from skyddsnat.demo.benchmark.member import DemoMember
from skyddsnat.demo.benchmark.values import FEW, TWENTY
from skyddsnat.demo.world.comparing import NORDIC, PARTIES, SWEDISH
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.limits import OPENS_AT_LEAST
from skyddsnat.hub.benchmark.models import PeerGroup, Round
from skyddsnat.hub.benchmark.services import Draft
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.policy.benchmark.planning import day_of

PLANNER, COUNSEL = "karin.berg@solros.test", "lars.noren@solros.test"
SOON = timedelta(seconds=25)
A_FORTNIGHT = timedelta(days=14)
TRIES = 3
NOTE = "Andelen säger inget om pris, kapacitet eller kunder, och jämförs i grova band."
DONE = frozenset({Round.State.RELEASED, Round.State.ARCHIVED})


class RoundLost(Exception):
    """A round came to nothing as often as it was tried."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A round to be played.  waits: members whose people are left to hand in.  cheats: one that claims what no band has.

    stays_open: for a fortnight, so that people can hand in.  few: who alone hands in; empty for all.
    """

    id: str
    title_sv: str
    title_en: str
    group: str
    quarter: Quarter
    metrics: tuple[str, ...] = TWENTY
    maturity: bool = False
    waits: frozenset[str] = frozenset()
    cheats: str = ""
    few: frozenset[str] = frozenset()
    stays_open: bool = False
    opens_for: timedelta = SOON


@dataclass(slots=True)
class Programme:
    """members: agents of all that compare themselves, by id.  newest: the quarter of the open round."""

    members: Mapping[str, DemoMember]
    newest: Quarter = field(default_factory=lambda: newest(day_of(datetime.now(UTC))))

    def rounds(self) -> tuple[Planned, Planned, Planned, Planned]:
        """The one to compare with, the latest, the open one, and the Nordic one."""
        third = self.newest
        second = third.before()
        first = second.before()
        return (
            _swedish(first),
            _swedish(second),
            _swedish(third, waits=frozenset({"alfa", "epsilon"}), stays_open=True, opens_for=A_FORTNIGHT),
            Planned(
                f"norden-{second.id}",
                f"Norden, {_words(second, 'sv')}",
                f"The Nordic countries, {_words(second, 'en')}",
                NORDIC,
                second,
            ),
        )

    def four(self) -> Planned:
        """A round in which only four hand in."""
        quarter = self.newest.before()
        few = frozenset(sorted(one for one in self.members if one.startswith("demo-"))[:4])
        title_sv, title_en = f"Fyra lämnar in, {_words(quarter, 'sv')}", f"Four hand in, {_words(quarter, 'en')}"
        return Planned(f"fyra-{quarter.id}", title_sv, title_en, NORDIC, quarter, metrics=FEW, few=few)

    def make_room(self) -> None:
        """Call off what is under way, and go back to quarters that nobody has compared: for a story on a folder in use."""
        actor, now = Actor.of(Person.objects.get(email=PLANNER)), datetime.now(UTC)
        for row in Round.objects.filter(group__in=(SWEDISH, NORDIC), release="", abort=""):
            if row.state != Round.State.DRAFT:
                services.call_off(actor, row.pk, now=now)
                continue
            if row.is_frozen:
                services.take_back(actor, row.pk, now=now)
            services.discard_round(actor, row.pk)
        while any(Round.objects.filter(pk__startswith=one.id).exists() for one in self._told()):
            self.newest = self.newest.before()

    def _told(self) -> tuple[Planned, ...]:
        earlier, latest, _waiting, nordic = self.rounds()
        return earlier, latest, nordic, self.four()

    def play_all(self) -> Iterator[None]:
        """Everything that a visitor finds: each step is short, and the caller decides when the next one comes."""
        earlier, latest, waiting, nordic = self.rounds()
        beside = self.play(nordic)
        for one in (earlier, latest, waiting):
            for _ in self.play(one):
                next(beside, None)
                yield
        for _ in beside:
            yield

    def play(self, planned: Planned) -> Iterator[str]:
        """A round to its end, as its state tells; yields the state.  Raises RoundLost, NotTaken."""
        for number in range(TRIES):
            pk = planned.id if number == 0 else f"{planned.id}-{number + 1}"
            if not Round.objects.filter(pk=pk).exists():
                self.plan(pk, planned)
            while not self._is_lost(pk):
                row = Round.objects.get(pk=pk)
                if row.state in DONE:
                    return
                yield str(row.state)
                if self._go_on(row, planned):
                    return
        raise RoundLost(f"{planned.id} came to nothing in {TRIES} tries")

    def plan(self, pk: str, planned: Planned) -> Round:
        """Plan it, let counsel sign off what is amber, and fix the specification for the parties to sign."""
        actor = Actor.of(Person.objects.get(email=PLANNER))
        now = datetime.now(UTC)
        deadline = now + planned.opens_for
        # The hub leaves the parties an hour or more to sign in.  The demo's coordinator was that much earlier at work.
        earlier = min(now, deadline - OPENS_AT_LEAST - timedelta(seconds=1))
        draft = Draft(
            title_sv=planned.title_sv,
            title_en=planned.title_en,
            group=PeerGroup.objects.get(pk=planned.group),
            first_day=planned.quarter.first_day,
            last_day=planned.quarter.last_day,
            deadline=deadline,
            parties=[Member.objects.get(pk=name) for name in PARTIES],
            metrics=planned.metrics,
            maturity=planned.maturity,
            objection_seconds=3600 if planned.stays_open else 0,
        )
        made = services.plan_round(actor, pk, draft, now=earlier)
        for metric in made.metrics:
            if load_catalogue().metrics[metric].competition is CompetitionFlag.AMBER:
                services.sign_off(Person.objects.get(email=COUNSEL), pk, metric=metric, note=NOTE, now=earlier)
        return services.freeze(actor, pk, now=earlier)

    def expected(self, planned: Planned) -> list[str]:
        """Members whose agents hand in by themselves."""
        everyone = [one for one in self.members if one.startswith("demo-") == (planned.group == NORDIC)]
        return [one for one in everyone if one not in planned.waits and (not planned.few or one in planned.few)]

    def _go_on(self, row: Round, planned: Planned) -> bool:
        """One short step; whether nothing is left to do."""
        now = datetime.now(UTC)
        if row.state == Round.State.APPROVED and now < row.deadline:
            services.open_round(Actor.of(Person.objects.get(email=PLANNER)), row.pk, now=now)
        elif row.state == Round.State.OPEN and now < row.deadline:
            handed_in = set(row.submissions.values_list("member_id", flat=True))
            missing = [one for one in self.expected(planned) if one not in handed_in]
            if missing:
                self.members[missing[0]].submit(row.pk, cheat=missing[0] == planned.cheats)
            return planned.stays_open and len(missing) < 2
        else:
            services.tend(now)
        return False

    def _is_lost(self, pk: str) -> bool:
        row = Round.objects.get(pk=pk)
        if row.state == Round.State.DRAFT and row.deadline <= datetime.now(UTC):
            actor = Actor.of(Person.objects.get(email=PLANNER))  # the parties were too slow to sign
            services.take_back(actor, pk, now=datetime.now(UTC))
            services.discard_round(actor, pk)
            return True
        return bool(row.abort)  # also by an upgrade, since parties never go on with another program than they approved


def _swedish(
    quarter: Quarter, *, waits: frozenset[str] = frozenset(), stays_open: bool = False, opens_for: timedelta = SOON
) -> Planned:
    return Planned(
        quarter.id,
        f"Operatörerna, {_words(quarter, 'sv')}",
        f"The operators, {_words(quarter, 'en')}",
        SWEDISH,
        quarter,
        maturity=True,
        waits=waits,
        stays_open=stays_open,
        opens_for=opens_for,
    )


def _words(quarter: Quarter, language: str) -> str:
    return (
        f"kvartal {quarter.number} {quarter.year}"
        if language == "sv"
        else f"quarter {quarter.number} of {quarter.year}"
    )
