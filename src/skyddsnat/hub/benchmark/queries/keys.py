"""Benchmark keys, as their own organisation sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField

from skyddsnat.hub.benchmark.models import BenchmarkKey
from skyddsnat.hub.members.queries import reader_of, roles_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark.sight import check_key_owner, check_key_second
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person


def keys_of(person: Person) -> QuerySet[BenchmarkKey]:
    """All keys of the person's own organisation, the newest first; none for someone who is not let in."""
    who = reader_of(person)
    rows = BenchmarkKey.objects.select_related("registered_by__member", "confirmed_by", "ended_by", "member")
    return rows.filter(member_id=who.member) if who.member is not None else rows.none()


def keys_in_use(person: Person) -> list[BenchmarkKey]:
    """Those that count or wait to be confirmed.  Asked for each page."""
    who = reader_of(person)
    return _in_use(member=who.member) if who.member is not None else []


_in_use = Prepared(lambda: BenchmarkKey.objects.filter(member_id=Slot("member", CharField()), ended_at=None))


def counting(member_ids: list[str], use: BenchmarkKey.Use) -> dict[str, BenchmarkKey]:
    """The confirmed keys by organisation."""
    rows = BenchmarkKey.objects.filter(member_id__in=member_ids, use=use, ended_at=None, confirmed_at__isnull=False)
    return {row.member_id: row for row in rows}


def may_confirm(person: Person, key: BenchmarkKey) -> bool:
    """Whether the person can be the key's second hand."""
    if not key.waits:
        return False
    try:
        check_key_second(
            reader_of(person),
            key.member_id,
            registered_by=key.registered_by_id,
            roles_of_first=roles_of(key.registered_by),
            party=key.use == BenchmarkKey.Use.PARTY,
        )
    except PolicyRefusal:
        return False
    return True


def may_register(person: Person, *, party: bool) -> bool:
    """Whether the person registers and revokes keys of its organisation."""
    try:
        check_key_owner(reader_of(person), person.member_id, party=party)
    except PolicyRefusal:
        return False
    return True
