"""The only way into a round's transcript: each entry names the one before, and stands in the audit log by its hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.models import Round, TranscriptEntry
from skyddsnat.hub.members.actor import Actor
from skyddsnat.protocols.benchmark import canonical, transcript


def append(actor: Actor, round_: Round, *, by: str, kind: str, content: Any, now: datetime) -> TranscriptEntry:
    """Add an entry, inside the caller's transaction; the caller holds the round's row."""
    last = TranscriptEntry.objects.filter(round=round_).order_by("-n").first()
    # The protocol's chain needs of the last entry its number and its hash only.
    n, prev = (0, transcript.FIRST) if last is None else (last.n + 1, last.hash)
    entry = transcript.Entry(n, prev, now, by, kind, content)
    row = TranscriptEntry(
        round=round_, n=n, kind=kind, by=by, at=now, text=canonical.dumps(entry.document()).decode(), hash=entry.hash
    )
    row.save(force_insert=True)
    record(actor, "round.entered", kind="round", object_id=round_.pk, n=n, what=kind, hash=entry.hash)
    return row
