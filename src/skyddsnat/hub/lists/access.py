"""Who may know of a list that came in or went out: people of the same member who read signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Marking

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def visible_imports(rows: QuerySet[Any], person: Person) -> Any:
    """Imports of the person's own member; RED ones only to whoever brought them."""
    reader = reader_of(person)
    if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return rows.none()
    return rows.filter(Q(member_id=reader.member) & (~Q(marking=Marking.RED.value) | Q(person_id=reader.person)))


def visible_exports(rows: QuerySet[Any], person: Person) -> Any:
    """Exports of the person's own member."""
    reader = reader_of(person)
    if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return rows.none()
    return rows.filter(member_id=reader.member)
