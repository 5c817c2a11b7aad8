"""The collections of members and circles.  They are made when they are first needed, so that nobody has to think of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.feed.services.publishing import publish
from skyddsnat.hub.members.models import Circle, Member
from skyddsnat.hub.members.queries import coalition
from skyddsnat.policy.vocabulary import CollectionKind
from skyddsnat.protocols.stix import Issuer, base_objects


def issuer() -> Issuer:
    """The coalition as the author of what is published.  Raises Coalition.DoesNotExist before `skyddsnat hub init`."""
    us = coalition()
    return Issuer(namespace=UUID(us.namespace), identity=us.identity, name=us.name, since=us.created_at)


def ensure_inbox(member: Member) -> Collection:
    """The member's inbox, made if it is not there."""
    return _ensure(CollectionKind.INBOX, f"{member.name} inbox", member=member)


def ensure_collections(circle: Circle) -> tuple[Collection, Collection]:
    """The circle's feeds (inform, verified), made if they are not there."""
    return (
        _ensure(CollectionKind.INFORM, f"{circle.name} inform", circle=circle),
        _ensure(CollectionKind.VERIFIED, f"{circle.name} verified", circle=circle),
    )


@transaction.atomic
def _ensure(kind: CollectionKind, title: str, **owner: Any) -> Collection:
    """Markings, authors and our extension's definition come first in each, so that no reference points at nothing."""
    defaults: Any = {"title": lambda: _free(title, owner)}  # looked for only if it is to be made
    found, new = Collection.objects.get_or_create(kind=kind.value, **owner, defaults=defaults)
    if new:
        objects = base_objects(issuer())
        publish(found, objects, now=timezone.now(), fresh={one["id"] for one in objects})
    return found


def _free(title: str, owner: dict[str, Any]) -> str:
    """The title; where a former member or circle had the name before, with the new one's id, for clients pick by title."""
    if not Collection.objects.filter(title=title).exists():
        return title
    return f"{title} ({next(iter(owner.values())).pk})"[:120]
