"""Benchmark keys: one person registers the public halves, a second one of the same organisation compares and confirms."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import BigIntegerField, CharField, Q, QuerySet

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.models import BenchmarkKey
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import person_with, reader_of, roles_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark import sight
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import MemberKind
from skyddsnat.protocols.benchmark import agreement
from skyddsnat.protocols.benchmark.errors import BadRound

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

HEX32: Final = re.compile(r"[0-9a-f]{64}")
ALL_ZERO: Final = "0" * 64


@transaction.atomic
def register_key(
    person: Person, *, use: BenchmarkKey.Use, signing_key: str, opening_key: str, now: datetime
) -> BenchmarkKey:
    """Put a key forward for the person's own organisation; one that waited before is replaced by it.

    signing_key, opening_key: hex of 32 raw bytes; a party has no opening key of long term.
    Raises PolicyRefusal("not_own_lead" | "party_competes" | "bad_key" | "key_used").
    """
    party = use == BenchmarkKey.Use.PARTY
    sight.check_key_owner(reader_of(person), person.member_id, party=party)
    if party:
        sight.check_party_kind(MemberKind(person.member.kind))
        opening_key = ""
    wanted = [signing_key] if party else [signing_key, opening_key]
    if any(not HEX32.fullmatch(key) or key == ALL_ZERO for key in wanted) or len(set(wanted)) != len(wanted):
        raise PolicyRefusal("bad_key")
    if not party:
        _check_opening(opening_key)
    if _known(one=wanted[0], other=wanted[-1]):
        raise PolicyRefusal("key_used", "a key is never registered twice, not even after it was revoked")
    for one in _open(member=person.member_id, use=str(use)):
        if one.confirmed_at is None:
            _end(person, one, now=now, why="replaced")
    key = new_row(
        BenchmarkKey,
        member_id=person.member_id,
        use=str(use),
        signing_key=signing_key,
        opening_key=opening_key,
        registered_by_id=person.pk,
        registered_at=now,
    )
    add_row(key)
    record(
        Actor.of(person),
        "benchmark_key.registered",
        kind="benchmark_key",
        object_id=key.pk,
        use=str(use),
        key=signing_key,
    )
    return key


@transaction.atomic
def confirm_key(person: Person, pk: int, *, now: datetime) -> BenchmarkKey:
    """The second person has compared the fingerprint: from now on the key counts, in place of the one before.

    Raises PolicyRefusal("other_member" | "same_person" | "no_role" | "proposer_gone" | "decided").
    """
    key: BenchmarkKey | None = _locked.one(key=pk)
    if key is None:
        raise BenchmarkKey.DoesNotExist
    first = person_with(key.registered_by_id)
    sight.check_key_second(
        reader_of(person),
        key.member_id,
        registered_by=key.registered_by_id,
        roles_of_first=roles_of(first) if first is not None else frozenset(),
        party=key.use == BenchmarkKey.Use.PARTY,
    )
    if not key.waits:
        raise PolicyRefusal("decided")
    for before in _open(member=key.member_id, use=key.use):
        if before.pk != key.pk:
            _end(person, before, now=now, why="replaced")
    key.confirmed_by, key.confirmed_at = person, now
    key.save(update_fields=["confirmed_by", "confirmed_at"])
    record(
        Actor.of(person),
        "benchmark_key.confirmed",
        kind="benchmark_key",
        object_id=key.pk,
        use=key.use,
        key=key.signing_key,
        by_person=str(key.registered_by_id),
    )
    return key


@transaction.atomic
def revoke_key(person: Person, pk: int, *, now: datetime) -> None:
    """The key counts no more, nor does one that waits: open rounds take no submission under it.

    Raises PolicyRefusal("not_own_lead" | "decided").
    """
    key = BenchmarkKey.objects.select_for_update().get(pk=pk)
    sight.check_key_owner(reader_of(person), key.member_id, party=key.use == BenchmarkKey.Use.PARTY)
    if key.ended_at is not None:
        raise PolicyRefusal("decided")
    _end(person, key, now=now, why="revoked")


def _check_opening(key: str) -> None:
    try:
        agreement.public_key(key, what="the opening key")
    except BadRound as bad:
        raise PolicyRefusal("bad_key", bad.message) from bad


def _to_lock(**which: Any) -> QuerySet[BenchmarkKey]:
    return BenchmarkKey.objects.select_for_update().filter(**which).order_by("pk")


def _with_either() -> QuerySet[BenchmarkKey, tuple[int]]:
    either = [Slot("one", CharField()), Slot("other", CharField())]
    rows = BenchmarkKey.objects.filter(Q(signing_key__in=either) | Q(opening_key__in=either))
    return rows.order_by().values_list("pk")[:1]


_locked = Prepared(lambda: _to_lock(pk=Slot("key", BigIntegerField())))
_open = Prepared(
    lambda: _to_lock(member_id=Slot("member", CharField()), use=Slot("use", CharField()), ended_at__isnull=True)
)
_known = Prepared(_with_either)


def _end(person: Person, key: BenchmarkKey, *, now: datetime, why: str) -> None:
    key.ended_by, key.ended_at = person, now
    key.save(update_fields=["ended_by", "ended_at"])
    record(
        Actor.of(person),
        f"benchmark_key.{why}",
        kind="benchmark_key",
        object_id=key.pk,
        use=key.use,
        key=key.signing_key,
    )
