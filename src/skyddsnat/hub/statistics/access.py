"""Whose figures a person may see: the query twin of policy.statistics.sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.statistics.sight import SEES_OWN

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person


def visible_figures(rows: QuerySet[Any], person: Person) -> Any:
    """The own member's, for those of its roles that see them."""
    who = reader_of(person)
    if who.member is None or not who.roles & SEES_OWN:
        return rows.none()
    return rows.filter(member_id=who.member)
