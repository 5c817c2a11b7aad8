"""What the clock demands of imports: what was cut off or never confirmed ends, and old outcomes go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.lists.limits import OUTCOMES_KEPT, WAITS_FOR_CONFIRMATION
from skyddsnat.hub.lists.models import Import, ImportRow
from skyddsnat.hub.lists.services.incoming import end
from skyddsnat.hub.members.actor import HUB

READ_WITHIN = timedelta(minutes=10)
"""An upload that is not written down by then never will be: its request is gone."""

CLEARED_AT_ONCE = 5_000


def tend(now: datetime) -> int:
    """Returns how many imports were ended.  Their values are dropped by whoever works next."""
    late = {
        Import.State.RECEIVING: (READ_WITHIN, "cut_off"),
        Import.State.READY: (WAITS_FOR_CONFIRMATION, "not_confirmed"),
    }
    ended = 0
    for state, (patience, why) in late.items():
        for pk in list(Import.objects.filter(state=state, created_at__lt=now - patience).values_list("pk", flat=True)):
            with transaction.atomic():
                made = Import.objects.select_for_update().filter(pk=pk, state=state).first()
                if made is not None:
                    end(made, Import.State.CANCELLED, now=now, stopped_by=why)
                    record(
                        HUB,
                        "import.cancelled",
                        kind="import",
                        object_id=made.pk,
                        of=made.member_id,
                        rows=made.total,
                        why=why,
                    )
                    ended += 1
    _forget(now)
    return ended


def _forget(now: datetime) -> None:
    old = ImportRow.objects.filter(import_of__ended_at__lt=now - OUTCOMES_KEPT)
    while some := list(old.values_list("pk", flat=True)[:CLEARED_AT_ONCE]):
        ImportRow.objects.filter(pk__in=some).delete()
