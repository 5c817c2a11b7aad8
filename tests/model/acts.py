"""What people do, in the hub and in the shadow at once.  What the hub refuses changes neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Circle, CircleMembership, Person
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Feedback, Signal
from skyddsnat.hub.signals.services import Outcome, SignalDraft, Status
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Withdrawal, bases_for, checklist
from skyddsnat.policy.second_hand import Matter
from skyddsnat.policy.vocabulary import Mandate, Marking, Scope, SignalType
from tests.cast import Cast
from tests.model.shadow import MANDATED, Life, Shadow, Who, Wish

CIRCLES = ("circle", "leads")


def shadow_of(cast: Cast) -> Shadow:
    """The cast as the shadow knows it: told by the cast's own lists, not read from the hub."""
    operators = {"alfa", "beta", "gamma", "delta", "epsilon"}
    return Shadow(
        people={who: set(person.roles) for who, person in cast.people.items()},
        circles={"circle": operators | {"solros", "vakten"}, "leads": operators | {"solros"}},
    )


@dataclass(slots=True)
class Acts:
    """The cast at work."""

    cast: Cast
    shadow: Shadow
    refused: int = 0
    done: int = 0

    def signals(self) -> list[Any]:
        """Ids of all signals, in the order in which they came."""
        return list(self.shadow.lives)

    def report(
        self, who: Who, value: str, *, circle: str, marking: str, named: Iterable[Who] = (), machine: bool = False
    ) -> UUID | None:
        """One report.  machine: handed in by the member's machine, which names nobody."""
        member = who[0]
        people = [self.cast.people[one] for one in named]
        actor = Actor(member_id=member, token_id="t" * 12) if machine else Actor.of(self._person(who))
        outcome: Outcome | None = self._try(
            lambda: services.submit(
                actor,
                [SignalDraft(SignalType.DOMAIN, value)],
                circle=self._circle(circle),
                marking=Marking(marking),
                channel="taxii" if machine else "form",
                now=timezone.now(),
                named=people,
            )[0]
        )
        if outcome is None or outcome.status is Status.REFUSED:
            return None
        life = Life(circle, value, marking)
        self.shadow.report(outcome.signal_id, None if machine else who, member, life=life, named=set(named))
        return outcome.signal_id

    def approve(self, who: Who, key: Any) -> None:
        member = who[0]
        if (signal := Signal.objects.filter(pk=key).first()) is None:
            return
        mandate = Mandate(self.cast.members[member].mandate) if member in MANDATED else None
        found = self._try(
            lambda: services.approve(
                Actor.of(self._person(who)),
                key,
                basis=next(iter(bases_for(mandate)), None),
                checklist=checklist(SignalType.DOMAIN, Scope(signal.scope), mandate),
                now=timezone.now(),
            )
        )
        if found is not None:
            self.shadow.lives[key].approvals.add(member)
            self.shadow.settle(key)

    def reject(self, who: Who, key: Any) -> None:
        """A mandate's no ends it; another's sends it back."""
        found = self._try(
            lambda: services.reject(Actor.of(self._person(who)), key, reason="insufficient", now=timezone.now())
        )
        if found is not None:
            life = self.shadow.lives[key]
            life.approvals = set()
            if who[0] in MANDATED:
                life.ended = "withdrawn" if life.seen else "rejected"

    def withdraw(self, who: Who, key: Any) -> None:
        """The own report before a verdict, the own verdict after."""
        member = who[0]
        found = self._try(
            lambda: services.withdraw(Actor.of(self._person(who)), key, reason="gone", now=timezone.now())
        )
        if found is None:
            return
        life = self.shadow.lives[key]
        if found is Withdrawal.REPORT:
            if life.reports == {member}:
                life.ended = "withdrawn"
            else:
                life.reports.discard(member)
                self.shadow.settle(key, following=self._newest())
        elif not (life.approvals & MANDATED) - {member}:
            life.ended = "withdrawn"
        else:
            life.approvals = (life.approvals & MANDATED) - {member}
            life.reports.discard(member)
            life.disputed = False
            self.shadow.settle(key, following=self._newest())

    def object_to(self, who: Who, key: Any) -> None:
        """Feedback that opens a dispute."""
        found = self._try(
            lambda: services.give_feedback(Actor.of(self._person(who)), key, reason="wrong_scope", now=timezone.now())
        )
        if found is not None:
            self.shadow.lives[key].disputed = True

    def decide(self, who: Who, key: Any, *, right: bool) -> None:
        """Say of the last open objection whether it is right."""
        given = Feedback.objects.filter(signal=key, outcome="open").first()
        if given is None:
            return
        change = services.confirm_feedback if right else services.dismiss_feedback
        actor = Actor.of(self._person(who))
        if self._try(lambda: change(actor, given, now=timezone.now()) or True) is None:
            return
        life = self.shadow.lives[key]
        if right:
            life.ended = "lifted"
        elif not Feedback.objects.filter(signal=key, outcome="open").exists():
            life.disputed = False
            self.shadow.settle(key, following=self._newest())

    def expire(self, key: Any) -> None:
        """Its time runs out."""
        now = timezone.now()
        Signal.objects.filter(pk=key, valid_until__isnull=False).update(valid_until=now - timedelta(minutes=1))
        services.sweep(now)
        life = self.shadow.lives[key]
        if life.seen and not life.ended:
            life.ended = "expired"

    def leave(self, member: str, circle: str) -> None:
        stays = CircleMembership.objects.filter(member_id=member, circle=self._circle(circle), left_at=None)
        stays.update(left_at=timezone.now())
        self.shadow.circles[circle].discard(member)

    def join(self, member: str, circle: str) -> None:
        if member not in self.shadow.circles[circle]:
            CircleMembership.objects.create(member_id=member, circle=self._circle(circle), joined_at=timezone.now())
            self.shadow.circles[circle].add(member)

    def change_roles(self, who: Who, roles: set[str]) -> None:
        """Appointed anew."""
        Person.objects.filter(pk=self.cast.people[who].pk).update(roles=sorted(roles))
        self.shadow.people[who] = roles

    def propose(self, who: Who, member: str, circle: str) -> None:
        """A member into a circle, which waits for a second hand."""
        found = self._try(
            lambda: members.propose(
                Actor.of(self._person(who)),
                Matter.JOIN,
                now=timezone.now(),
                member=self.cast.members[member],
                circle=self._circle(circle),
            )
        )
        if found is not None:
            self.shadow.wishes[found.pk] = Wish(member, circle, who)

    def _try[T](self, change: Callable[[], T]) -> T | None:
        try:
            done = change()
        except (PolicyRefusal, Signal.DoesNotExist):
            self.refused += 1
            return None
        self.done += 1
        return done

    def _person(self, who: Who) -> Person:
        return Person.objects.select_related("member").get(pk=self.cast.people[who].pk)

    def _circle(self, name: str) -> Circle:
        return self.cast.circle if name == "circle" else self.cast.leads

    def _newest(self) -> Any:
        """The id of the signal that the hub has made last, if the shadow does not know it yet."""
        return Signal.objects.exclude(pk__in=self.signals()).values_list("pk", flat=True).first()


__all__ = ["CIRCLES", "Acts", "shadow_of"]
