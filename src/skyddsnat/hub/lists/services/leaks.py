"""Who leaked this list?  Marks are worked out anew for every export on record and looked for in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.lists.queries import open_alarms
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.hub.signals import canaries
from skyddsnat.policy.canaries import Seen, marks
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models import CanaryMet


@dataclass(frozen=True, slots=True)
class Leak:
    """An export whose marks the text holds.  found: how many of those that were planted."""

    export: Export
    found: int


def trace(actor: Actor, text: str, *, log: bool = True) -> list[Leak]:
    """The exports that the list came from, the surest first.  Asking is logged; the text is not kept.

    Raises PolicyRefusal no_role for anyone but a coordinator and the hub's own command line.
    """
    who = authority_of(actor)
    if who is not None and Role.COORDINATOR not in who.roles:
        raise PolicyRefusal("no_role")
    leaks = sorted(_leaks(Seen.of(text)), key=lambda leak: -leak.found)
    if log:
        record(actor, "canary.traced", kind="canary", object_id="", leaks=len(leaks))
    return leaks


def _leaks(seen: Seen) -> list[Leak]:
    key = canaries.mark_key()
    exports = Export.objects.select_related("member", "person", "circle").iterator(chunk_size=500)
    counted = (Leak(one, seen.count(marks(key, member=one.member_id, export=str(one.pk)))) for one in exports)
    return [leak for leak in counted if leak.found]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A mark that came back, with the export that it was made for; None for one of a key that is gone."""

    met: CanaryMet
    export: Export | None


def alarms_with_leaks(person: Person) -> list[Alarm]:
    """Open alarms for a coordinator, found among the exports in one pass however many they are."""
    ringing = [(met, Seen.of(met.marker)) for met in open_alarms(person)]
    found: dict[int, Export] = {}
    if ringing:
        key = canaries.mark_key()
        for export in Export.objects.select_related("member", "person", "circle").iterator(chunk_size=500):
            planted = marks(key, member=export.member_id, export=str(export.pk))
            for met, seen in ringing:
                if met.pk not in found and seen.count(planted):
                    found[met.pk] = export
    return [Alarm(met, found.get(met.pk)) for met, _ in ringing]
