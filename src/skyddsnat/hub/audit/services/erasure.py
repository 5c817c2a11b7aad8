"""Personal details leave the log; the tree stays whole, because it only ever held a commitment to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from skyddsnat.hub.audit.leaves import FACTS_OF_PEOPLE, KINDS_OF_PEOPLE
from skyddsnat.hub.audit.models import Entry, LogState
from skyddsnat.hub.audit.models.entry import opened
from skyddsnat.hub.audit.services.entries import record

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

ERASED = "log.details_erased"


def erase_person_details(actor: Actor, person_id: UUID, *, of: str) -> int:
    """Remove who it was, and the salt, from every entry by or about a person.  Returns from how many.

    The entry that says so counts them and names them by a digest, so that details which vanish in another way are found.
    of: the person's member.
    """
    named = Q()
    for key in FACTS_OF_PEOPLE:
        named |= Q(**{f"facts__{key}": str(person_id)})
    with transaction.atomic():
        LogState.objects.select_for_update().get_or_create(pk=1)
        about = Q(person_id=person_id) | Q(kind__in=KINDS_OF_PEOPLE, object_id=str(person_id)) | named
        rows = list(Entry.objects.filter(about, erased_by=None).order_by("pk"))
        if not rows:
            return 0
        told = record(
            actor,
            ERASED,
            kind="erasure",
            object_id=uuid4(),
            of=of,
            entries=len(rows),
            sha256=erasure_digest(row.personal for row in rows),
        )
        for row in rows:
            row.person_id, row.salt, row.erased_by = None, b"", told
            row.object_id = "" if row.kind in KINDS_OF_PEOPLE else row.object_id
            row.facts = {key: value for key, value in row.facts.items() if key not in FACTS_OF_PEOPLE}
        fields = ["person", "salt", "erased_by", "object_id", "facts"]
        opened().bulk_update(rows, fields, batch_size=100)
    return len(rows)


def erasure_digest(commitments: Iterable[str]) -> str:
    """What names the erased entries: SHA-256 (hex) over their commitments, sorted, a line each."""
    return hashlib.sha256("\n".join(sorted(commitments)).encode()).hexdigest()
