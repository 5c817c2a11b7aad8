"""The only way into the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.services.clerk import clerk


class Acting(Protocol):
    """Who acts, as the log needs to know: `members.actor.Actor` is one."""

    @property
    def member_id(self) -> str | None: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def token_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done, as `record` takes it."""

    action: str
    kind: str
    object_id: object
    circle: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def record(
    actor: Acting, action: str, *, kind: str, object_id: object, circle: UUID | None = None, **facts: Any
) -> Entry:
    """Add one entry, inside the caller's transaction, so that a change and its entry stand or fall together.

    action: a verb in past tense with its noun, `signal.verified`.  facts: codes, counts and ids only; one that names a person
    goes under a key of `leaves.FACTS_OF_PEOPLE`.
    circle: the circle of the thing, so that auditors of its members can read the entry (audit.queries.visible_to).
    """
    deed = Deed(action=action, kind=kind, object_id=object_id, circle=circle, facts=facts)
    entry = _entry(actor, deed, at=timezone.now())
    entry.seal()
    add_row(entry)
    transaction.on_commit(clerk.wake)
    return entry


def entries_of(done: Iterable[tuple[Acting, Deed]]) -> list[Entry]:
    """An entry for each deed, in their order and by the same rules, for a caller that adds them with its own rows at once
    (hub.adding.add_tables), in the same transaction.
    """
    at = timezone.now()
    entries = [_entry(actor, deed, at=at) for actor, deed in done]
    for entry in entries:
        entry.seal()
    if entries:
        transaction.on_commit(clerk.wake)
    return entries


def _entry(actor: Acting, deed: Deed, *, at: datetime) -> Entry:
    return new_row(
        Entry,
        at=at,
        member_id=actor.member_id,
        person_id=actor.person_id,
        token=actor.token_id or "",
        action=deed.action,
        kind=deed.kind,
        object_id=str(deed.object_id),
        circle=deed.circle,
        facts=dict(deed.facts),
    )
