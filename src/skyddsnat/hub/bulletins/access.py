"""The query twin of `policy.access.may_read` for bulletins, and the way from rows to the rule's own types."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.access import ROLES_THAT_READ, Item, ItemKind
from skyddsnat.policy.vocabulary import Marking

if TYPE_CHECKING:
    from skyddsnat.hub.bulletins.models import Practice
    from skyddsnat.hub.members.models import Person


def item_of(practice: Practice, *, now: datetime) -> Item:
    """The practice as the rule of access sees it: one that has ended is its member's own again, until it is renewed."""
    return Item(
        kind=ItemKind.BULLETIN,
        circle=practice.circle_id,
        marking=Marking(practice.marking),
        published=practice.ends_at > now,
        submitters=frozenset({practice.member_id}),
    )


def visible_practices(rows: QuerySet[Any], person: Person, *, now: datetime) -> Any:
    """The rows that `may_read` allows the person, without those that were taken back.  No practice is CLEAR or RED."""
    reader = reader_of(person)
    if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.BULLETIN]:
        return rows.none()
    here = Q(circle_id__in=reader.circles)
    published = Q(ends_at__gt=now) & (Q(marking=Marking.GREEN.value) | here)
    own = Q(ends_at__lte=now, member_id=reader.member) & here
    return rows.filter(published | own, withdrawn_at=None).exclude(marking=Marking.RED.value)


def published_in(circle_id: UUID) -> int:
    """How many practices a member that joins the circle would receive (settings.CIRCLE_CONTENTS)."""
    from skyddsnat.hub.bulletins.models import Practice

    rows = Practice.objects.filter(circle_id=circle_id, withdrawn_at=None, ends_at__gt=timezone.now())
    return int(rows.count())
