"""Reads of lists that come in and go out.  Every one starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from skyddsnat.hub.lists.formats import Entry, MaskedEntry
from skyddsnat.hub.lists.limits import MOST_MASKED, MOST_PLAIN
from skyddsnat.hub.lists.models import Export, Import, ImportRow
from skyddsnat.hub.members.queries import circles_of, roles_of
from skyddsnat.hub.signals.models import CanaryMet, Signal
from skyddsnat.hub.signals.services.dossier import open_dossiers
from skyddsnat.hub.signals.services.publishing import facts_of
from skyddsnat.policy.signal_states import LIVE
from skyddsnat.policy.transfers import PLAIN_ROLES
from skyddsnat.policy.vocabulary import Ceiling, Marking, Role, State

if TYPE_CHECKING:
    from skyddsnat.hub.lists.models.export import ExportQuerySet
    from skyddsnat.hub.lists.models.incoming import ImportQuerySet
    from skyddsnat.hub.members.models import Circle, Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

AT_ONCE = 400
"""Signals in one look-up."""


def imports(person: Person) -> ImportQuerySet:
    """What came in, the newest first."""
    rows: ImportQuerySet = Import.objects.visible_to(person).select_related("person", "circle")
    return rows


def exports(person: Person) -> ExportQuerySet:
    """What went out, the newest first."""
    rows: ExportQuerySet = Export.objects.visible_to(person).select_related("person", "circle")
    return rows


def rows_of(made: Import, *, outcome: str = "") -> QuerySet[ImportRow]:
    """The rows of an import that the person may see, in the list's order; `outcome` narrows them."""
    field = "became" if made.confirmed_at or made.ended_at else "expected"
    rows = ImportRow.objects.filter(import_of=made).order_by("place")
    return rows.filter(**{field: outcome}) if outcome in ImportRow.Outcome.values and outcome else rows


def open_alarms(person: Person) -> QuerySet[CanaryMet]:
    """Marks of exported lists that came back and that nobody has dealt with; for coordinators."""
    return _alarms(person).filter(closed_at=None)


def closed_alarms(person: Person, *, since: datetime) -> QuerySet[CanaryMet]:
    """Those that a coordinator has dealt with since then, the last first; for coordinators."""
    return _alarms(person).filter(closed_at__gt=since).select_related("closed_by__member").order_by("-closed_at")


def _alarms(person: Person) -> QuerySet[CanaryMet]:
    rows = CanaryMet.objects.select_related("member", "person")
    return rows if Role.COORDINATOR in roles_of(person) else rows.none()


def plain_entries(person: Person, circle: Circle, *, type: str, state: str) -> list[Entry]:
    """What the person may take out of a circle with values: at most one more than may leave, so that too many show as such."""
    rows = leaves_plain(_narrowed(person, circle, type=type, state=state), person)
    return list(_plain(rows.order_by("pk")[: MOST_PLAIN + 1]))


def masked_entries(person: Person, circle: Circle, *, type: str, state: str) -> list[MaskedEntry]:
    """The same without values: all that the person may see there, but RED."""
    rows = _narrowed(person, circle, type=type, state=state).order_by("pk")[: MOST_MASKED + 1]
    return [_masked(signal) for signal in rows]


def _narrowed(person: Person, circle: Circle, *, type: str, state: str) -> SignalQuerySet:
    rows: SignalQuerySet = Signal.objects.visible_to(person)
    rows = rows.filter(circle=circle, circle_id__in=circles_of(person.member_id))
    rows = rows.exclude(marking=Marking.RED.value).exclude(state=State.DRAFT.value)
    exact = {"type": type, "state": state}
    return rows.filter(**{field: word for field, word in exact.items() if word})


def leaves_plain(rows: Any, person: Person) -> Any:
    """The query twin of `policy.transfers.may_leave_plain`: what the circle's feed holds now, for who looks after machines."""
    if not roles_of(person) & PLAIN_ROLES:
        return rows.none()
    rows = rows.filter(circle_id__in=circles_of(person.member_id), published_at__isnull=False, lifted=False)
    rows = rows.filter(state__in=[state.value for state in LIVE])
    return rows.exclude(marking=Marking.RED.value).exclude(ceiling=Ceiling.NONE.wire)


def _plain(rows: QuerySet[Signal]) -> Iterator[Entry]:
    signals = list(rows)
    for start in range(0, len(signals), AT_ONCE):
        for dossier in open_dossiers(signals[start : start + AT_ONCE]).values():
            yield Entry(facts_of(dossier), dossier.signal.changed_at)


def _masked(signal: Signal) -> MaskedEntry:
    return MaskedEntry(
        (
            *(signal.reference, signal.masked, signal.type, signal.scope, signal.state, signal.ceiling),
            *(signal.marking, " ".join(signal.techniques), signal.changed_at.date().isoformat()),
        )
    )
