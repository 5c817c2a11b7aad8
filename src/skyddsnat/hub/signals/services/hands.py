"""Who acts on a signal: from an actor to what policy asks about, and from an id to a signal that this actor may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import circles_of, person_with, reader_of, roles_of, voice_of
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.hub.signals.access import Sight, given_by, one_of, rows_in, slots_for
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Judge

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


def person_of(actor: Actor) -> Person:
    """The person who acts.  Raises PolicyRefusal("people_only") for a machine and for the hub's clock."""
    if actor.person_id is None:
        raise PolicyRefusal("people_only")
    person = person_with(actor.person_id)
    if person is None:
        raise Person.DoesNotExist(f"nobody has the id {actor.person_id}")
    return person


def judge_of(person: Person) -> Judge:
    """The person with the roles that they have now; none for someone who is not active."""
    return Judge(person.pk, voice_of(person.member), roles_of(person))


def take(person: Person, signal: Signal | UUID) -> Signal:
    """The signal as it is now, locked for a change by this person.

    Seeing is not enough: the person's member is in the circle.  Raises Signal.DoesNotExist, for unknown and forbidden alike.
    """
    reader, circles = reader_of(person), circles_of(person.member_id)
    own = {f"own_{at}": circle for at, circle in enumerate(sorted(circles))}
    pk = signal.pk if isinstance(signal, Signal) else signal
    form = Sight.of(reader), len(own)
    found: Signal | None = _locked.of(form).one(signal=pk, **own, **given_by(reader))
    if found is None:
        raise Signal.DoesNotExist(f"no signal {pk} that this person may touch")
    return found


def _touched(form: tuple[Sight, int]) -> QuerySet[Signal]:
    """The one signal that is asked for, to a reader of this sight whose member is in so many circles."""
    sight, circles = form
    rows = rows_in(sight, Signal.objects.filter(pk=Slot("signal", UUIDField())), slots_for(sight))
    mine = one_of("circle", [Slot(f"own_{at}", UUIDField()) for at in range(circles)])
    found: QuerySet[Signal] = rows.filter(mine).select_for_update(of=("self",)).select_related(None).order_by()
    return found


_locked = PreparedIn[tuple[Sight, int]](_touched)
