"""The only way into a round's transcript: each entry names the one before, and stands in the audit log by its hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.models import Round, TranscriptEntry
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.protocols.benchmark import canonical, transcript

_last = Prepared(
    lambda: (
        TranscriptEntry.objects.filter(round_id=Slot("round", CharField())).order_by("-n").values_list("n", "hash")[:1]
    )
)


def append(actor: Actor, round_: Round, *, by: str, kind: str, content: Any, now: datetime) -> TranscriptEntry:
    """Add an entry, inside the caller's transaction; the caller holds the round's row."""
    last = _last.one(round=round_.pk)
    # The protocol's chain needs of the last entry its number and its hash only.
    n, prev = (0, transcript.FIRST) if last is None else (last[0] + 1, last[1])
    entry = transcript.Entry(n, prev, now, by, kind, content)
    text = canonical.dumps(entry.document()).decode()
    row = new_row(TranscriptEntry, round_id=round_.pk, n=n, kind=kind, by=by, at=now, text=text, hash=entry.hash)
    add_row(row)
    record(actor, "round.entered", kind="round", object_id=round_.pk, n=n, what=kind, hash=entry.hash)
    return row
