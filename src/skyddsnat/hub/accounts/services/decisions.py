"""Confirming what was proposed of the coalition itself, with the letters and the code that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.accounts.services.invitations import new_code
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person, Proposal
from skyddsnat.policy.second_hand import Matter


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was done.  code: to be told to `person`, by who confirmed it; shown once."""

    proposal: Proposal
    person: Person | None = None
    code: str = ""


@transaction.atomic
def confirm(actor: Actor, proposal: UUID, *, now: datetime) -> Confirmed:
    """Be the second hand.  Raises as members.services.confirm."""
    found, done = members.confirm(actor, proposal, now=now)
    if not isinstance(done, Person):
        return Confirmed(found)
    if found.matter == Matter.ROLES.value:
        notices.about_access(done, "roles", by=actor)
        return Confirmed(found, done)
    return Confirmed(found, done, new_code(actor, done))
