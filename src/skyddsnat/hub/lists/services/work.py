"""The hub's own work on imports, in short batches: look at rows, take them in, drop their values.

A batch is one transaction: what became of its rows, their signals and how far the import has come are written together, or not at
all.  So a killed worker loses nothing and repeats nothing, and the next one goes on where the import says.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import DateTimeField, F, Q, QuerySet
from django.utils import timezone

from skyddsnat.hub.lists.limits import BATCH_SECONDS, LEASE, LEAST_IN_A_BATCH, MOST_IN_A_BATCH
from skyddsnat.hub.lists.models import Import
from skyddsnat.hub.lists.services.incoming import end
from skyddsnat.hub.lists.services.rows import check_rows, drop_rows, take_rows
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.errors import PolicyRefusal

ACTIVE = (Import.State.CHECKING, Import.State.RUNNING)


@dataclass(slots=True)
class Worker:
    """One pair of hands.  size: rows in the next batch, fitted to how long the last one took."""

    name: UUID = field(default_factory=uuid4)
    size: int = 50

    def work(self, *, seconds: float, only: UUID | None = None) -> bool:
        """Work on what is due for about so long, with a rest after each batch.  Returns whether there was anything to do."""
        made = self._take(only)
        if made is None:
            return False
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            if not self.step(made):
                break
            took = time.monotonic() - began
            self._fit(took)
            time.sleep(min(took, 0.5) if only is None else 0)
        self._give_back(made)
        return True

    def step(self, pk: UUID) -> bool:
        """One batch of an import that this worker has in hand.  Returns whether there is more to do now."""
        now = timezone.now()
        with transaction.atomic():
            rows = Import.objects.select_for_update(of=("self",)).select_related("member", "circle", "person__member")
            made = rows.filter(pk=pk, lease=self.name).first()
            if made is None:
                return False
            made.lease_until = now + LEASE
            try:
                with transaction.atomic():
                    more = self._batch(made, now)
            except PolicyRefusal as refused:  # the person, or the member, may not any longer
                end(made, Import.State.CANCELLED, now=now, stopped_by=refused.code)
                return False
            made.save()
            return more

    def _batch(self, made: Import, now: datetime) -> bool:
        if made.ended_at is not None:
            return drop_rows(made, self.size)
        if made.state == Import.State.CHECKING:
            return check_rows(made, self.size, now=now)
        return take_rows(made, self.size, now=now)

    def _take(self, only: UUID | None) -> UUID | None:
        """Take the import in hand that has waited longest."""
        now = timezone.now()
        if not _waiting.number({"now": now}, most=1):
            return None
        with transaction.atomic():
            rows = _due(now)
            if only is not None:
                rows = rows.filter(pk=only)
            found = (
                rows.select_for_update(skip_locked=True)
                .order_by(F("worked_at").asc(nulls_first=True), "created_at")
                .first()
            )
            if found is None:
                return None
            found.lease, found.lease_until, found.worked_at = self.name, now + LEASE, now
            found.save(update_fields=["lease", "lease_until", "worked_at"])
            return UUID(str(found.pk))

    def _give_back(self, pk: UUID) -> None:
        Import.objects.filter(pk=pk, lease=self.name).update(lease=None, lease_until=None)

    def _fit(self, took: float) -> None:
        fitting = round(self.size * BATCH_SECONDS / max(took, 0.001))
        self.size = max(LEAST_IN_A_BATCH, min(MOST_IN_A_BATCH, fitting, 2 * self.size))


def _due(now: datetime | Slot) -> QuerySet[Import]:
    """Imports that nobody has in hand, and in which something can be done now."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ripe = Q(not_before=None) | Q(not_before__lte=now)
    due = Q(state__in=ACTIVE) & ripe | Q(ended_at__isnull=False, handled__lt=F("total"))
    return Import.objects.filter(free & due)


# Asked each second by each of the hub's processes, mostly for nothing: that shall neither build SQL nor hold the database.
_waiting = Prepared(lambda: _due(Slot("now", DateTimeField())).order_by().values_list("pk"))
