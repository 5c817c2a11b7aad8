"""Positions that lie ahead of the clock: what it means, when it ends, and who may say that the clock is right (docs/adr/0026).

Positions follow the clock and only rise.  A hub that has published by a clock which ran ahead, or whose clock has fallen back,
cannot tell which of the two it was: it publishes nothing until somebody who has looked at another clock says that its own is
right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.feed.lock import take_commit_order_lock
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.prepared import Prepared
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.stix import to_us

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

FARTHEST_AHEAD: Final = timedelta(hours=1)
"""How far the counter may run ahead of the clock, as it does while more than 1,000 objects a second come in."""

NEAR_ENOUGH: Final = timedelta(minutes=2)
"""How far the other clock may be off from the hub's: whoever types its time needs a moment."""

CONFIRMED: Final = "feed.clock_confirmed"


@dataclass(frozen=True, slots=True)
class Ahead:
    """last: the newest position.  confirmed: somebody has said that the clock is right, so that the hub publishes behind it."""

    last: int
    confirmed: bool

    @property
    def ends(self) -> datetime:
        """When the clock has caught up, and all is as ever."""
        return datetime.fromtimestamp(self.last / 1_000_000, tz=UTC) - FARTHEST_AHEAD


def newest_position() -> int:
    """The newest position of all collections; 0 for none."""
    row = _newest.one()
    return row[0] if row is not None else 0


_newest = Prepared(lambda: ObjectVersion.objects.order_by("-added").values_list("added")[:1])


def how_far_ahead(*, now: datetime, last: int | None = None) -> Ahead | None:
    """How it is when the newest position lies too far ahead of the clock; None when it does not.  last: it, if it is known."""
    last = newest_position() if last is None else last
    return Ahead(last, _is_confirmed(last, now)) if last > to_us(now + FARTHEST_AHEAD) else None


def _is_confirmed(last: int, now: datetime) -> bool:
    """The newest word counts for what lay ahead then, and while the clock goes on from there: for no second leap of it."""
    said = Entry.objects.filter(action=CONFIRMED).order_by("-id").first()
    if said is None:
        return False
    farthest = FARTHEST_AHEAD // timedelta(microseconds=1)
    then, clock = int(said.facts["position"]), int(said.facts["clock"])
    return then <= last <= then + farthest and clock - farthest <= to_us(now)


@transaction.atomic
def confirm_clock(actor: Actor, *, other: datetime, now: datetime) -> Ahead:
    """Somebody has looked at another clock, and the hub's says the same.  The entry in the log is what lets it publish again.

    other: what that clock shows.  Raises PolicyRefusal: not_ahead, clocks_differ.
    """
    take_commit_order_lock()
    found = how_far_ahead(now=now)
    if found is None:
        raise PolicyRefusal("not_ahead")
    if abs(other - now) > NEAR_ENOUGH:
        raise PolicyRefusal("clocks_differ", f"the hub's clock shows {now:%Y-%m-%d %H:%M} UTC")
    until = to_us(found.ends)
    record(actor, CONFIRMED, kind="coalition", object_id="1", position=found.last, clock=to_us(now), until=until)
    return Ahead(found.last, confirmed=True)


__all__ = ["CONFIRMED", "FARTHEST_AHEAD", "Ahead", "confirm_clock", "how_far_ahead", "newest_position"]
