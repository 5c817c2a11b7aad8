"""Which signals agents block for now, and which of them stand behind a name that somebody outside complains about.

No `visible_to` here: a complaint is handed in by a member's machine, and what is found is told to nobody by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.signals.models import Event, Signal
from skyddsnat.hub.signals.models.signal import index_of
from skyddsnat.policy.coverage import ancestors
from skyddsnat.policy.vocabulary import Ceiling, Marking, Scope, SignalType

if TYPE_CHECKING:
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

DIGITS = 32


def in_force(rows: SignalQuerySet) -> SignalQuerySet:
    """Those that an agent may block for.  RED never leaves the pages, so no agent has it."""
    found: SignalQuerySet = rows.filter(ceiling=Ceiling.BLOCK.wire, lifted=False, published_at__isnull=False).exclude(
        marking=Marking.RED.value
    )
    return found


def blocks_of_name(member_id: str, name: str) -> list[Signal]:
    """The domains for which the member's agents stop this name, the nearest first.  name: in normal form."""
    above = {index_of(SignalType.DOMAIN, one) for one in ancestors(name)}
    itself = index_of(SignalType.DOMAIN, name)
    covers = Q(value_index=itself) | Q(value_index__in=above, scope=Scope.SUBDOMAINS.value)
    found = list(_of(member_id).filter(covers, type=SignalType.DOMAIN.value))
    return sorted(found, key=lambda signal: (signal.value_index != itself, -len(signal.value)))


def blocks_of_reference(member_id: str, reference: str) -> list[Signal]:
    """The block that people call by this reference; none where two share it, since nobody could say which is meant."""
    first, last = (UUID(reference.ljust(DIGITS, end)) for end in "0F")
    found = list(_of(member_id).filter(pk__gte=first, pk__lte=last))
    return found if len(found) == 1 else []


def is_complained_about(signal: Signal) -> bool:
    """Whether somebody outside complains about it in this episode."""
    return Event.objects.filter(signal=signal, episode=signal.episode, kind="complained").exists()


def _of(member_id: str) -> SignalQuerySet:
    circles: Iterable[UUID] = circles_of(member_id)
    return in_force(Signal.objects.filter(circle_id__in=circles))
