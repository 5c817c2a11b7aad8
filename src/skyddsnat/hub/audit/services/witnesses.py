"""What agents cosign: each shows the newest checkpoint that it has checked and kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from skyddsnat.hub.audit.models import Checkpoint, Witness
from skyddsnat.hub.audit.models.entry import LONGEST_ID
from skyddsnat.hub.audit.queries.witnesses import SILENT_AFTER
from skyddsnat.hub.audit.services.entries import record
from skyddsnat.protocols import log as merkle
from skyddsnat.protocols.log import BadLog, NoteKey

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

MOST_WITNESSES: Final = 20
"""Of one member: a stolen token must not be able to fill the table."""


class WitnessRefusal(Exception):
    """The cosignature is not taken.  code: a stable word; the message may be shown to the agent."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def take_cosignature(
    actor: Actor, *, member_id: str, agent: str, key: str, size: int, line: str, now: datetime
) -> Witness:
    """Keep a witness's word on the checkpoint of this size.  actor: the machine of `member_id`.

    A new key is logged, so that every member can see which keys speak for whom.
    Raises WitnessRefusal: unknown_checkpoint, bad_cosignature, older, other_member, too_many.
    """
    signed = Checkpoint.objects.filter(pk=size).first()
    if signed is None:
        raise WitnessRefusal(
            "unknown_checkpoint", f"no checkpoint of size {size} was signed, expected one that was fetched"
        )
    try:
        note_key = NoteKey.parse(key)
        body = merkle.Checkpoint.parse(merkle.Note.parse(signed.note).text)
        merkle.read_cosignature(body, line, note_key)
    except BadLog as bad:
        raise WitnessRefusal("bad_cosignature", bad.message) from bad
    with transaction.atomic():
        known = Witness.objects.select_for_update().filter(key=note_key.text()).first()
        if known is None:
            mine = Witness.objects.filter(member_id=member_id)
            if mine.count() >= MOST_WITNESSES:
                mine.filter(
                    cosigned_at__lt=now - SILENT_AFTER
                ).delete()  # no longer counted; nobody else can free their place
            if mine.count() >= MOST_WITNESSES:
                raise WitnessRefusal(
                    "too_many", f"the member has {MOST_WITNESSES} witnesses, expected no more; remove one"
                )
            known = Witness(member_id=member_id, agent=agent, key=note_key.text(), first_seen_at=now, size=0)
            known_as = agent[:LONGEST_ID]  # the key tells them apart
            record(actor, "witness.appeared", kind="witness", object_id=known_as, key=note_key.id.hex())
        if known.member_id != member_id:
            raise WitnessRefusal("other_member", "the key is another member's witness, expected a key of one's own")
        if known.size > size:
            raise WitnessRefusal("older", f"the witness has cosigned {known.size} entries, expected no fewer")
        known.agent, known.size, known.line, known.cosigned_at = agent, size, line, now
        known.save()
    return known


def forget_witness(member_id: str, agent: str) -> None:
    """An agent that is no longer run is no longer counted.  The log keeps which key was its."""
    Witness.objects.filter(member_id=member_id, agent=agent).delete()
