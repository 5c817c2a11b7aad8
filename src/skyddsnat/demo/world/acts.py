"""What the demo's people do, through the hub's own services, at the time that the clock shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField

from skyddsnat.demo.world.clock import Clock
from skyddsnat.demo.world.organisations import Coalition
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals import services as signals
from skyddsnat.hub.signals.models import Feedback, Signal
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.policy.review import bases_for, checklist
from skyddsnat.policy.vocabulary import Basis, Mandate, Marking, Scope, SignalType


class NotTaken(Exception):
    """The hub refused what the demo's people report: the demo and the rules disagree."""


@dataclass(slots=True)
class Acts:
    """The people, by first name, and their circles."""

    coalition: Coalition
    people: Mapping[str, Person]
    clock: Clock

    @property
    def now(self) -> datetime:
        """The time in the story."""
        return self.clock.now

    def report(
        self,
        who: str,
        draft: SignalDraft,
        *,
        circle: Circle | None = None,
        marking: Marking = Marking.AMBER_STRICT,
        channel: str = "form",
    ) -> UUID:
        """Hand in one value.  Raises NotTaken when the hub refuses it."""
        person = self.people[who]
        (outcome,) = signals.submit(
            Actor.of(person),
            [replace(draft, basis=_basis_of(person))],
            circle=circle or self.coalition.blocking,
            marking=marking,
            channel=channel,
            now=self.now,
            named=[person] if marking is Marking.RED else (),
        )
        if outcome.status is Status.REFUSED or outcome.signal_id is None:
            raise NotTaken(f"{draft.type} of {who} was refused ({outcome.code}), expected it to be taken")
        return outcome.signal_id

    def look_at(self, who: str, signal: UUID, *, reason: str = "review", note: str) -> None:
        """Uncover the value, with a reason."""
        signals.reveal(self._actor(who), signal, reason=reason, note=note, now=self.now)

    def claim(self, who: str, signal: UUID) -> None:
        """Take it up."""
        signals.claim(self._actor(who), signal, now=self.now)

    def approve(self, who: str, signal: UUID) -> None:
        """Say yes, with every line of the checklist."""
        person = self.people[who]
        mandate = Mandate(person.member.mandate) if person.member.mandate else None
        ((type, scope),) = _judged(signal=signal)
        bases = bases_for(mandate)
        signals.approve(
            Actor.of(person),
            signal,
            basis=bases[0] if bases else None,
            checklist=[line.value for line in checklist(SignalType(type), Scope(scope), mandate)],
            now=self.now,
        )

    def reject(self, who: str, signal: UUID, reason: str) -> None:
        """Say no."""
        signals.reject(self._actor(who), signal, reason=reason, now=self.now)

    def withdraw(self, who: str, signal: UUID, reason: str) -> None:
        """Take back the own report, or the verdict."""
        signals.withdraw(self._actor(who), signal, reason=reason, now=self.now)

    def renew(self, who: str, signal: UUID) -> None:
        """Say that it still holds."""
        person = self.people[who]
        basis = bases_for(Mandate(person.member.mandate))[0]
        signals.renew(Actor.of(person), signal, basis=basis, now=self.now)

    def object(self, who: str, signal: UUID, reason: str) -> Feedback:
        """Say what is wrong with a published signal, or that it was seen."""
        return signals.give_feedback(self._actor(who), signal, reason=reason, now=self.now)

    def confirm(self, who: str, said: Feedback) -> None:
        """Say that the objection is right."""
        signals.confirm_feedback(self._actor(who), said, now=self.now)

    def dismiss(self, who: str, said: Feedback) -> None:
        """Say that it is not."""
        signals.dismiss_feedback(self._actor(who), said, now=self.now)

    def propose_rule(self, who: str, type: SignalType, *, reason: str) -> int:
        """Propose that a hotline's verdict on a type blocks."""
        return int(signals.propose_block_rule(self._actor(who), type, reason=reason, now=self.now).pk)

    def confirm_rule(self, who: str, rule: int) -> None:
        """The second hand."""
        signals.confirm_block_rule(self._actor(who), rule, now=self.now)

    def propose_override(self, who: str, name: str, *, reason: str) -> None:
        """Ask that a protected host may be reported."""
        signals.propose_override(
            self._actor(who), SignalType.DOMAIN, name, scope=Scope.EXACT, reason=reason, now=self.now
        )

    def sweep(self) -> None:
        """What the hub's timer does every day."""
        signals.sweep(self.now)

    def _actor(self, who: str) -> Actor:
        return Actor.of(self.people[who])


_judged = Prepared(
    lambda: Signal.objects.filter(pk=Slot("signal", UUIDField())).order_by().values_list("type", "scope")
)


def _basis_of(person: Person) -> Basis:
    """On what a report of this member rests."""
    by_mandate = {Mandate.POLICE.value: Basis.POLICE_LIST, Mandate.HOTLINE.value: Basis.HOTLINE_ASSESSMENT}
    return by_mandate.get(person.member.mandate, Basis.OWN_OBSERVATION)
