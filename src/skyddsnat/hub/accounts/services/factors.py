"""Second factors: what happens around them.  allauth itself adds and removes them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person


@transaction.atomic
def forget_factors(person: Person) -> int:
    """Remove all factors of a person who comes in by a new link; returns how many there were."""
    factors = Authenticator.objects.filter(user=person)
    count: int = factors.count()
    factors.delete()
    if count:
        record(Actor.of(person), "factor.all_removed", kind="person", object_id=person.pk, of=person.member_id)
    return count
