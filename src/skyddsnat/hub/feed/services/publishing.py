"""New versions of objects, in commit order: the only way into the feed (reference: sharing-and-taxii § 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection
from django.db.models import CharField, F, UUIDField
from django.utils import timezone

from skyddsnat.hub.adding import add_tables, in_parts, new_row
from skyddsnat.hub.among import Among
from skyddsnat.hub.feed.lock import take_commit_order_lock
from skyddsnat.hub.feed.models import Collection, ObjectVersion
from skyddsnat.hub.feed.services.clock import FARTHEST_AHEAD, how_far_ahead, newest_position
from skyddsnat.hub.feed.services.gate import FeedRefusal, check_object
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.protocols.feedhead import object_hash
from skyddsnat.protocols.stix import to_us, version_us

NONE: Final[frozenset[str]] = frozenset()
STEP: Final = 1_000
"""Microseconds between positions.  Whole milliseconds: a client that cuts the header to them would read one page for ever."""


class Written(NamedTuple):
    """An object's place in the feed.  version_us: what names the version.  added: its position; of a repeat, the one it had."""

    stix_id: str
    version_us: int
    added: int


@dataclass(slots=True)
class _Version:
    """An object as it is to be written.  raw: its JSON."""

    thing: Mapping[str, Any]
    stix_id: str
    version: int
    raw: str

    @classmethod
    def of(cls, thing: Mapping[str, Any]) -> _Version:
        """Read and written once, however often it is asked for."""
        return cls(thing, thing["id"], version_us(thing), orjson.dumps(thing).decode())


@dataclass(slots=True)
class _Held:
    """The versions of one id: position of each, and whether the newest is revoked."""

    added: dict[int, int] = field(default_factory=dict)
    newest: int = -1
    revoked: bool = False

    def take(self, *, version: int, added: int, revoked: bool) -> None:
        self.added[version] = added
        if version > self.newest:
            self.newest, self.revoked = version, revoked


def publish(
    collection: Collection, objects: Sequence[Mapping[str, Any]], *, now: datetime, fresh: Set[str] = NONE
) -> list[Written]:
    """Write versions of objects; the answers come in the same order.  fresh: ids that have just been made, not to be looked up.

    Call it last in the transaction, behind all row locks.  A version that is there already is left as it is.  Positions follow
    the machine's clock, never ahead of it for `now` alone: a rehearsal of a later month must leave no stamps that lie ahead.
    Raises FeedRefusal: red, ceiling, revoked_is_final, version_taken (another content under the same id and version), clock.
    """
    for thing in objects:
        check_object(collection, thing)
    take_commit_order_lock()
    position = _last_position(now)
    versions = [_Version.of(thing) for thing in objects]
    held = _held(collection, (one.stix_id for one in versions if one.stix_id not in fresh))
    before = {stix_id: there.added[there.newest] for stix_id, there in held.items()}
    rows: dict[tuple[str, int], ObjectVersion] = {}
    written: list[Written] = []
    for one in versions:
        stix_id, version = one.stix_id, one.version
        there = held.setdefault(stix_id, _Held())
        if version not in there.added:
            position += STEP
            rows[stix_id, version] = _row(collection, one, added=position, there=there)
            if there.added:
                _supersede_here(rows, stix_id, there, version=version, added=position)
            there.take(version=version, added=position, revoked=one.thing.get("revoked") is True)
        written.append(Written(stix_id, version, there.added[version]))
    _refuse_other_content(collection, versions, rows)
    _supersede_there(before, rows.values())
    add_tables(_with_what_they_say(list(rows.values()), versions))
    return written


def _last_position(now: datetime) -> int:
    """The position behind which the next ones come."""
    clock = timezone.now()
    last = newest_position()
    far = how_far_ahead(now=clock, last=last)
    if far is not None and not far.confirmed:
        raise FeedRefusal(
            "clock",
            f"the last position {last} lies more than {FARTHEST_AHEAD} ahead of the clock, which catches up at "
            f"{far.ends:%Y-%m-%d %H:%M} UTC; set the clock, or run: skyddsnat hub clock",
        )
    start: int = max(last, to_us(min(now, clock)))
    return start // STEP * STEP


def _held(collection: Collection, ids: Iterable[str]) -> dict[str, _Held]:
    held: dict[str, _Held] = {}
    for stix_id, version, added, revoked in _versions(collection, {*ids}):
        held.setdefault(stix_id, _Held()).take(version=version, added=added, revoked=revoked)
    return held


def _versions(collection: Collection, ids: Set[str]) -> Iterable[tuple[str, int, int, bool]]:
    """Of none there is nothing to ask; of one, which most acts publish, the query is prepared."""
    if not ids:
        return []
    if len(ids) == 1:
        return _versions_of_one(collection=collection.pk, id=next(iter(ids)))
    rows = ObjectVersion.objects.filter(Among(F("stix_id"), ids, beside={"collection_id": collection.pk}))
    return rows.values_list("stix_id", "version", "added", "revoked")


_versions_of_one = Prepared(
    lambda: (
        ObjectVersion.objects.filter(collection_id=Slot("collection", UUIDField()), stix_id=Slot("id", CharField()))
        .order_by()
        .values_list("stix_id", "version", "added", "revoked")
    )
)


def _row(collection: Collection, one: _Version, *, added: int, there: _Held) -> ObjectVersion:
    thing, version = one.thing, one.version
    if there.revoked and version > there.newest:
        raise FeedRefusal("revoked_is_final", "a version behind a revoked one, expected a new id (the episode's)")
    return new_row(
        ObjectVersion,
        added=added,
        collection_id=collection.pk,
        stix_id=one.stix_id,
        type=thing["type"],
        version=version,
        spec=thing.get("spec_version", "2.1"),
        superseded=added if version < there.newest else None,  # an old version that comes late is never the last
        revoked=thing.get("revoked") is True,
        raw=one.raw,
    )


def _with_what_they_say(
    rows: Sequence[ObjectVersion], versions: Iterable[_Version]
) -> Iterator[Sequence[ObjectVersion]]:
    """The rows with their hashes, each part's worked out while the part before is taken in."""
    things = {(one.stix_id, one.version): one.thing for one in versions}
    for some in in_parts(rows):
        for row in some:
            row.said = object_hash(things[row.stix_id, row.version])
        yield some


def _supersede_here(
    rows: dict[tuple[str, int], ObjectVersion], stix_id: str, there: _Held, *, version: int, added: int
) -> None:
    """Mark the version of this very batch that the new one replaces."""
    before = rows.get((stix_id, there.newest))
    if before is not None and before.superseded is None and version > there.newest:
        before.superseded = added


def _supersede_there(before: Mapping[str, int], rows: Iterable[ObjectVersion]) -> None:
    """Mark the rows in the database that the new ones replace.  before: position of the newest version there, by id."""
    firsts: dict[str, int] = {}
    for row in rows:
        if row.stix_id in before and row.superseded != row.added:  # not an old version that came late
            firsts.setdefault(row.stix_id, row.added)
    if firsts:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE feed_objectversion SET superseded = %s WHERE added = %s AND superseded IS NULL",
                [(added, before[stix_id]) for stix_id, added in firsts.items()],
            )


def _refuse_other_content(
    collection: Collection,
    versions: Sequence[_Version],
    rows: Mapping[tuple[str, int], ObjectVersion],
) -> None:
    """A version names one content for ever: a second one under its name would be lost without a word."""
    raws = {key: row.raw for key, row in rows.items()}
    repeats = {one.stix_id for one in versions if (one.stix_id, one.version) not in raws}
    if repeats:
        there = ObjectVersion.objects.filter(Among(F("stix_id"), repeats, beside={"collection_id": collection.pk}))
        raws |= {(row.stix_id, row.version): row.raw for row in there}
    for one in versions:
        if raws[one.stix_id, one.version] != one.raw:
            raise FeedRefusal(
                "version_taken", "other content under an id and version that exist, expected a later `modified`"
            )
