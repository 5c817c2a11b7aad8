"""Whose figures a person may see: the query twin of policy.statistics.sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.access import Reader
from skyddsnat.policy.statistics.sight import SEES_OWN

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person


def sees_figures(who: Reader) -> bool:
    """Whether the reader sees the figures of its own member at all."""
    return who.member is not None and bool(who.roles & SEES_OWN)


def visible_figures(rows: QuerySet[Any], person: Person) -> Any:
    """The own member's, for those of its roles that see them."""
    who = reader_of(person)
    return rows.filter(member_id=who.member) if sees_figures(who) else rows.none()
