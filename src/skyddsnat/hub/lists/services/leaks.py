"""Who leaked this list?  Marks are worked out anew for every export on record and looked for in the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.lists.queries import closed_alarms, open_alarms
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.hub.signals import canaries
from skyddsnat.hub.signals import services as signals
from skyddsnat.hub.signals.models import CanaryMet
from skyddsnat.policy.canaries import Seen, marks
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.members.models import Person

CLOSED_SHOWN: Final = timedelta(days=90)
MOST_CLOSED: Final = 100


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
    """A mark that came back, with the export that it was made for; None for one of a key that is gone.

    is_theirs: whether the reader is of the owner whose member took the list out, who does not close it.
    """

    met: CanaryMet
    export: Export | None
    is_theirs: bool


def alarms_with_leaks(person: Person, *, now: datetime) -> tuple[list[Alarm], list[Alarm]]:
    """Alarms for a coordinator: those that are open, and those closed lately."""
    ringing, closed = list(open_alarms(person)), list(closed_alarms(person, since=now - CLOSED_SHOWN)[:MOST_CLOSED])
    found, owner = _exports_of([*ringing, *closed]), person.member.control_group

    def told(met: CanaryMet) -> Alarm:
        export = found.get(met.pk)
        return Alarm(met, export, export is not None and export.member.control_group == owner)

    return [told(met) for met in ringing], [told(met) for met in closed]


def close_alarm(actor: Actor, alarm: int, *, reason: str, now: datetime) -> None:
    """Say how it was dealt with.  Raises as signals.services.close_alarm."""
    export = _exports_of(CanaryMet.objects.filter(pk=alarm)).get(alarm)
    signals.close_alarm(actor, alarm, leak=export.member if export is not None else None, reason=reason, now=now)


def _exports_of(alarms: Iterable[CanaryMet]) -> dict[int, Export]:
    """The exports that marks were made for, found in one pass however many alarms there are."""
    ringing = [(met.pk, Seen.of(met.marker)) for met in alarms]
    found: dict[int, Export] = {}
    if ringing:
        key = canaries.mark_key()
        for export in Export.objects.select_related("member", "person", "circle").iterator(chunk_size=500):
            planted = marks(key, member=export.member_id, export=str(export.pk))
            found |= {pk: export for pk, seen in ringing if pk not in found and seen.count(planted)}
    return found
