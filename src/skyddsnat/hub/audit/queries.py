"""Who reads the log: every read starts at `visible_to`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from skyddsnat.hub.audit.models import Entry
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

# How the coalition itself is run is open to all of its auditors; what happens inside a circle only to those in it.
OPEN_KINDS = ("coalition", "member", "legal_basis", "rule", "override")


def visible_to(person: Person) -> QuerySet[Entry]:
    """What an auditor reads: what their own member did and what was done to it, its circles, and how the coalition is run.

    Everyone else reads nothing.
    """
    roles = {Role(role) for role in person.roles}
    if not person.is_active or person.member.left_at is not None or not roles & ROLES_THAT_READ[ItemKind.AUDIT]:
        return Entry.objects.none()
    stays = person.member.memberships.filter(left_at=None, circle__closed_at=None)
    owned = person.member.owned_circles.all()
    ours = Q(member_id=person.member_id) | Q(facts__of=person.member_id)
    circles = Q(circle__in=stays.values("circle_id")) | Q(circle__in=owned.values("pk"))
    return Entry.objects.select_related("member", "person").filter(ours | circles | Q(kind__in=OPEN_KINDS))


def filtered(
    rows: QuerySet[Entry], *, action: str = "", member: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Entry]:
    """Entries by action (the whole word, or its noun before the dot), acting member and days, both included."""
    if action:
        rows = rows.filter(Q(action=action) | Q(action__startswith=f"{action}."))
    if member:
        rows = rows.filter(member_id=member)
    if since is not None:
        rows = rows.filter(at__date__gte=since)
    if until is not None:
        rows = rows.filter(at__date__lte=until)
    return rows


def actions(rows: QuerySet[Entry]) -> list[str]:
    """The actions that occur, for the filter."""
    return sorted(rows.order_by().values_list("action", flat=True).distinct())
