"""What is taken out by a person is logged before it leaves."""

from __future__ import annotations

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor


@transaction.atomic
def log_taken_out(actor: Actor, what: str, *, form: str, count: int) -> None:
    """what: `series`, or the id of a report format.  count: figures or lines that leave."""
    record(actor, "statistics.taken_out", kind="statistics", object_id=what, form=form, count=count)
