"""What became of a POST."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from skyddsnat.hub.feed.models import Status

KEPT = timedelta(hours=24)


def keep_status(member_id: str, status_id: UUID, document: bytes, *, now: datetime) -> Status:
    """Keep the answer for a day, for the member that sent the objects, and drop what is older."""
    Status.objects.filter(at__lt=now - KEPT).delete()
    return Status.objects.create(id=status_id, member_id=member_id, at=now, document=document.decode())
