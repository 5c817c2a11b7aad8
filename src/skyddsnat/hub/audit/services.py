"""The only way into the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from skyddsnat.hub.audit.models import Entry

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


def record(
    actor: Actor, action: str, *, kind: str, object_id: object, circle: UUID | None = None, **facts: Any
) -> Entry:
    """Add one entry, inside the caller's transaction, so that a change and its entry stand or fall together.

    action: a verb in past tense with its noun, `signal.verified`.  facts: codes, counts and ids only.
    circle: the circle of the thing, so that auditors of its members can read the entry (audit.queries.visible_to).
    """
    return Entry.objects.create(
        at=timezone.now(),
        member_id=actor.member_id,
        person_id=actor.person_id,
        token=actor.token_id or "",
        action=action,
        kind=kind,
        object_id=str(object_id),
        circle=circle,
        facts=facts,
    )
