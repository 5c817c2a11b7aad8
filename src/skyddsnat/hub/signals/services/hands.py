"""Who acts on a signal: from an actor to what policy asks about, and from an id to a signal that this actor may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import circles_of, reader_of, voice_of
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Judge

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


def person_of(actor: Actor) -> Person:
    """The person who acts.  Raises PolicyRefusal("people_only") for a machine and for the hub's clock."""
    if actor.person_id is None:
        raise PolicyRefusal("people_only")
    return Person.objects.select_related("member").get(pk=actor.person_id)


def judge_of(person: Person) -> Judge:
    """The person with the roles that they have now; none for someone who is not active."""
    return Judge(person.pk, voice_of(person.member), reader_of(person).roles)


def take(person: Person, signal: Signal | UUID) -> Signal:
    """The signal as it is now, locked for a change by this person.

    Seeing is not enough: the person's member is in the circle.  Raises Signal.DoesNotExist, for unknown and forbidden alike.
    """
    pk = signal.pk if isinstance(signal, Signal) else signal
    rows = Signal.objects.visible_to(person).filter(circle_id__in=circles_of(person.member_id))
    found: Signal = rows.select_for_update(of=("self",)).select_related(None).get(pk=pk)
    return found
