"""The collections of members and circles.  They are made when they are first needed, so that nobody has to think of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import CharField, QuerySet
from django.utils import timezone

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.feed.services.publishing import publish
from skyddsnat.hub.members.models import Circle, Member
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot
from skyddsnat.policy.vocabulary import CollectionKind
from skyddsnat.protocols.stix import Issuer, base_objects


def issuer() -> Issuer:
    """The coalition as the author of what is published.  Raises Coalition.DoesNotExist before `skyddsnat hub init`."""
    us = coalition()
    return Issuer(namespace=UUID(us.namespace), identity=us.identity, name=us.name, since=us.created_at)


def ensure_inbox(member: Member) -> Collection:
    """The member's inbox, made if it is not there."""
    return _ensure(CollectionKind.INBOX, member)


def ensure_collections(circle: Circle) -> tuple[Collection, Collection]:
    """The circle's feeds (inform, verified), made if they are not there."""
    return (
        _ensure(CollectionKind.INFORM, circle),
        _ensure(CollectionKind.VERIFIED, circle),
    )


@transaction.atomic
def _ensure(kind: CollectionKind, owner: Member | Circle) -> Collection:
    """Markings, authors and our extension's definition come first in each, so that no reference points at nothing."""
    field = "member" if isinstance(owner, Member) else "circle"
    there = _of.of(field)
    found: Collection | None = there.one(kind=kind.value, owner=owner.pk)
    if found is not None:
        return found
    title = _title(owner, kind)
    made = new_row(Collection, kind=kind.value, title=title, **{f"{field}_id": owner.pk})
    try:
        with transaction.atomic():
            add_row(made)
    except IntegrityError:
        other: Collection | None = there.one(kind=kind.value, owner=owner.pk)
        if other is None:
            raise
        return other  # made meanwhile
    objects = base_objects(issuer())
    publish(made, objects, now=timezone.now(), fresh={one["id"] for one in objects})
    return made


def _of_owner(field: str) -> QuerySet[Collection]:
    owner: Any = Collection._meta.get_field(field)
    return Collection.objects.filter(
        kind=Slot("kind", CharField()), **{field: Slot("owner", owner.target_field)}
    ).order_by()


_of = PreparedIn[str](_of_owner)


def _title(owner: Member | Circle, kind: CollectionKind) -> str:
    """What clients pick by, so no two have the same: with the id where the name, or a former owner's, gives one that is there.

    The name gives way where there is no room for all: a member's may be as long as the title.
    """
    longest = Collection._meta.get_field("title").max_length or 0
    for end in (f" {kind.value}", f" {kind.value} ({owner.pk})"):
        title = owner.name[: longest - len(end)].rstrip() + end
        if not _titled(title=title):
            break
    return title


_titled = Prepared(lambda: Collection.objects.filter(title=Slot("title", CharField())).values_list("pk").order_by())
