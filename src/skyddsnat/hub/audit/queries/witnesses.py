"""Who has cosigned, and what is settled by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from skyddsnat.hub.audit.models import Witness

SILENT_AFTER: Final = timedelta(days=7)
"""A witness that has not been heard for so long is no longer counted: a member may have taken its agent away."""


def witnesses(*, now: datetime) -> list[Witness]:
    """The witnesses that are heard, by member."""
    return list(
        Witness.objects.select_related("member").filter(cosigned_at__gte=now - SILENT_AFTER, member__left_at=None)
    )


def settled_size(heard: Sequence[Witness]) -> int:
    """The size up to which more than half of the members with a witness have cosigned; 0 if there is none.

    Two such majorities share a member: so no two of them can have been shown different logs without one noticing.
    """
    furthest: dict[str, int] = {}
    for witness in heard:
        furthest[witness.member_id] = max(witness.size, furthest.get(witness.member_id, 0))
    sizes = sorted(furthest.values(), reverse=True)
    return sizes[len(sizes) // 2] if sizes else 0
