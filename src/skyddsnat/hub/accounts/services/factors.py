"""Second factors: what happens around them.  allauth itself adds and removes them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person


@transaction.atomic
def forget_factors(actor: Actor, person: Person) -> int:
    """Remove all factors of a person who comes in by a new link, or is let in no more; returns how many there were."""
    factors = Authenticator.objects.filter(user=person)
    count: int = factors.count()
    factors.delete()
    if count:
        record(actor, "factor.all_removed", kind="person", object_id=person.pk, of=person.member_id)
    return count
