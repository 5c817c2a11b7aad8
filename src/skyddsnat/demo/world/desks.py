"""Desks as they look in the middle of a working week: read until yesterday, and a few filters of one's own or a colleague's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.models import Desk
from skyddsnat.hub.signals.services.desk import save_filter
from skyddsnat.policy.bulk import Place

SINCE = timedelta(hours=20)
FILTERS: tuple[tuple[str, Place, str, dict[str, Any], bool], ...] = (
    ("sofia", Place.QUEUE, "Lediga domäner", {"type": "domain", "hold": "free"}, True),
    ("sofia", Place.LIST, "Löper snart ut", {"state": "verified", "sort": "expiry"}, True),
    ("helen", Place.QUEUE, "Free URLs", {"type": "url", "hold": "free"}, False),
    ("maja", Place.LIST, "Ifrågasatta", {"state": "disputed"}, True),
    ("grace", Place.LIST, "Ours, verified", {"own": True, "state": "verified"}, False),
)


def arrange(people: Mapping[str, Person], *, now: datetime) -> None:
    """Give everyone a desk."""
    Desk.objects.bulk_create([Desk(person=person, read_before=now - SINCE) for person in people.values()])
    for who, place, name, choices, shared in FILTERS:
        save_filter(people[who], place, name=name, choices=choices, shared=shared, now=now)
