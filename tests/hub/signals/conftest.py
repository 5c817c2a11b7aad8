"""A stage for stories about signals: the cast, a clock that the story moves, and short words for what people do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from django.db.models import UUIDField

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Collection, ObjectVersion
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.services import Outcome, SignalDraft, Status
from skyddsnat.policy.review import bases_for, checklist
from skyddsnat.policy.vocabulary import Basis, Mandate, Marking, Scope, SignalType
from tests.cast import Cast

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = count(1)
AGAIN = Prepared(lambda: Signal.objects.filter(pk=Slot("signal", UUIDField())).order_by())


@dataclass(slots=True)
class Stage:
    """The cast at work.  Time stands still until the story moves it."""

    cast: Cast
    now: datetime = START
    drafts: dict[Any, SignalDraft] = field(default_factory=dict)

    def later(self, **step: float) -> None:
        """Move the clock."""
        self.now += timedelta(**step)

    def actor(self, member: str, role: str = "analyst") -> Actor:
        """A person of the member, as actor."""
        return Actor.of(self.cast.person(member, role))

    def machine(self, member: str) -> Actor:
        """The member's machine."""
        return Actor(member_id=member, token_id="t" * 8)

    def report(
        self,
        member: str,
        text: str | None = None,
        *,
        type: SignalType = SignalType.DOMAIN,
        circle: Circle | None = None,
        marking: Marking = Marking.AMBER_STRICT,
        named: Iterable[Person] = (),
        actor: Actor | None = None,
        **rest: Any,
    ) -> Outcome:
        """The member reports one thing; a new domain unless the story says what."""
        draft = SignalDraft(type, text or f"lek-{next(NAMES)}.test", **rest)
        (outcome,) = services.submit(
            actor or self.actor(member),
            [draft],
            circle=circle or self.cast.circle,
            marking=marking,
            channel="form",
            now=self.now,
            named=named,
        )
        return outcome

    def signal(self, member: str = "alfa", text: str | None = None, **rest: Any) -> Signal:
        """A signal that the member has just reported."""
        outcome = self.report(member, text, **rest)
        assert outcome.status is not Status.REFUSED, outcome.code
        return self.again(outcome)

    def again(self, thing: Signal | Outcome) -> Signal:
        """The signal as it is now."""
        found: Signal
        (found,) = AGAIN(signal=thing.pk if isinstance(thing, Signal) else thing.signal_id)
        return found

    def approve(self, member: str, signal: Signal, **rest: Any) -> Signal:
        """The member's reviewer approves with all boxes ticked and the member's own basis."""
        signal = self.again(signal)
        word = self.cast.members[member].mandate
        mandate = Mandate(word) if word else None
        ticked = checklist(SignalType(signal.type), Scope(signal.scope), mandate)
        basis = next(iter(bases_for(mandate)), None)
        rest = {"basis": basis, "checklist": ticked, "now": self.now} | rest
        services.approve(self.actor(member, "reviewer"), signal, **rest)
        return self.again(signal)

    def verified(self, text: str | None = None, *, by: tuple[str, ...] = ("vakten", "solros"), **rest: Any) -> Signal:
        """A signal that `by` have approved."""
        signal = self.signal("alfa", text, **rest)
        for member in by:
            signal = self.approve(member, signal)
        return signal

    def feed(self, kind: str, circle: Circle | None = None) -> dict[str, dict[str, Any]]:
        """What a client holds that has read the whole feed: the last version of each indicator, by id."""
        inform, verified = feeds.feeds((circle or self.cast.circle).pk)
        return self.read(inform if kind == "inform" else verified)

    def live(self, kind: str, circle: Circle | None = None) -> dict[str, str]:
        """Pattern by ceiling of what is not revoked."""
        return {
            thing["pattern"]: ceiling_of(thing)
            for thing in self.feed(kind, circle).values()
            if not thing.get("revoked") and thing["type"] == "indicator"
        }

    def inbox(self, member: str) -> dict[str, dict[str, Any]]:
        """The last version of each indicator in the member's inbox."""
        return self.read(feeds.inbox(member))

    def read(self, collection: Collection, *types: str) -> dict[str, dict[str, Any]]:
        """The last version of each object of these types (indicators), by id, in the order of the feed."""
        rows = ObjectVersion.objects.filter(collection=collection, type__in=types or ("indicator",)).order_by("added")
        return {row.stix_id: orjson.loads(row.raw) for row in rows}


def ceiling_of(thing: dict[str, Any]) -> str:
    """The ceiling in our extension."""
    return str(extension_of(thing)["ceiling"])


def extension_of(thing: dict[str, Any]) -> dict[str, Any]:
    """Our extension's properties."""
    (found,) = thing["extensions"].values()
    return dict(found)


def pattern_of(signal: Signal) -> str:
    """The pattern of a domain signal on the wire."""
    return f"[domain-name:value = '{signal.value}']"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """The cast at work."""
    return Stage(cast)


def refused(code: str) -> Any:
    """A context that expects this refusal."""
    from skyddsnat.policy.errors import PolicyRefusal

    return pytest.RaisesExc(PolicyRefusal, check=lambda refusal: refusal.code == code)


__all__ = ["START", "Basis", "Stage", "ceiling_of", "extension_of", "pattern_of", "refused"]
