"""Who reads the log: every read starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from skyddsnat.hub.audit.models import Entry
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

# How the coalition itself is run is open to all of its auditors; what happens inside a circle only to those in it.
OPEN_KINDS = ("coalition", "member", "legal_basis", "rule", "override", "leak")


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
    rows: QuerySet[Entry],
    *,
    action: str = "",
    kind: str = "",
    member: str = "",
    person: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Entry]:
    """Entries by action (the whole word, or its noun before the dot), kind of thing, who acted, and days, both included."""
    if kind:
        rows = rows.filter(kind=kind)
    if person:
        rows = rows.filter(person_id=person)
    if action:
        rows = rows.filter(Q(action=action) | Q(action__startswith=f"{action}."))
    if member:
        rows = rows.filter(member_id=member)
    if since is not None:
        rows = rows.filter(at__date__gte=since)
    if until is not None:
        rows = rows.filter(at__date__lte=until)
    return rows


@dataclass(frozen=True, slots=True)
class Choices:
    """What occurs in the reader's part of the log, for the filter.  members, people: (id, name); people of the own member."""

    actions: tuple[str, ...]
    kinds: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]


LOOKED_THROUGH: Final = 5_000
"""Entries from which the filter takes its choices: a long log must not make its page slow."""


def choices(rows: QuerySet[Entry], reader: Person) -> Choices:
    """The filter's choices, from the newest rows: they tell no more than the rows themselves."""
    fields = ("action", "kind", "member_id", "member__name", "person_id", "person__name")
    found = set(rows.order_by("-id").values_list(*fields)[:LOOKED_THROUGH])
    return Choices(
        actions=tuple({action for action, *_ in found}),
        kinds=tuple({kind for _, kind, *_ in found}),
        members=_by_name({(member, name) for _, _, member, name, *_ in found if member}),
        people=_by_name(
            {(person, name) for *_, member, _, person, name in found if person and member == reader.member_id}
        ),
    )


def _by_name(pairs: Iterable[tuple[object, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((str(key), name) for key, name in pairs), key=lambda pair: pair[1]))


def waiting_entries() -> datetime | None:
    """Since when an entry waits for its place in the tree; None while none does."""
    row = Entry.objects.filter(leaf_index=None).order_by("id").values_list("at", flat=True).first()
    found: datetime | None = row
    return found
