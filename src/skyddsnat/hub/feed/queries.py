"""Reads of the feed: by keyset, from rows of ready JSON; no object is built and no JSON parsed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField
from django.db.models.expressions import Combinable

from skyddsnat.hub.among import Among
from skyddsnat.hub.feed.live import LiveSets
from skyddsnat.hub.feed.models import Collection, ObjectVersion, Status
from skyddsnat.hub.members.models import Circle, Member
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot, plain_rows
from skyddsnat.policy.access import may_read_feed
from skyddsnat.protocols.feedhead import SetDigest
from skyddsnat.protocols.taxii import PageQuery, VersionFilter

DAY = timedelta(hours=24)


def collections_for(member_id: str, *, circles: frozenset[UUID] | None = None) -> list[Collection]:
    """What the member's machines may read, by title; what is missing is made first.  circles: if they are known already."""
    mine = circles_of(member_id) if circles is None else circles
    there = _readable(member_id, mine)
    if len(there) < 1 + 2 * len(mine):
        inbox(member_id)
        for circle_id in sorted(mine):
            feeds(circle_id)
        there = _readable(member_id, mine)
    return there


def _readable(member_id: str, circles: frozenset[UUID]) -> list[Collection]:
    rows = Collection.objects.filter(Q(member_id=member_id) | Q(circle_id__in=circles))
    return [row for row in rows if may_read_feed(member_id, circles, row.facts)]


def collection_for(member_id: str, collection_id: UUID, *, circles: frozenset[UUID] | None = None) -> Collection | None:
    """One collection, if the member's machines may read it; None for an unknown one and for one of others alike."""
    mine = circles_of(member_id) if circles is None else circles
    found: Collection | None = _collection.one(id=collection_id)
    return found if found is not None and may_read_feed(member_id, mine, found.facts) else None


_collection = Prepared(lambda: Collection.objects.filter(pk=Slot("id", UUIDField())).order_by())


def inbox(member_id: str) -> Collection:
    """The member's inbox; made if it is missing."""
    from skyddsnat.hub.feed.services.collections import ensure_inbox

    found: Collection | None = _inbox.one(member=member_id)
    return found or ensure_inbox(Member.objects.get(pk=member_id))


_inbox = Prepared(
    lambda: Collection.objects.filter(kind=Collection.Kind.INBOX, member_id=Slot("member", CharField())).order_by()
)


def feeds(circle_id: UUID) -> tuple[Collection, Collection]:
    """The circle's feeds (inform, verified); made if they are missing."""
    from skyddsnat.hub.feed.services.collections import ensure_collections

    rows = {row.kind: row for row in _of_circle(circle=circle_id)}
    inform, verified = rows.get(Collection.Kind.INFORM), rows.get(Collection.Kind.VERIFIED)
    if inform is None or verified is None:
        return ensure_collections(Circle.objects.get(pk=circle_id))
    return inform, verified


_of_circle = Prepared(lambda: Collection.objects.filter(circle_id=Slot("circle", UUIDField())).order_by())


def last_position(collection_id: UUID, *, at: int | None = None) -> int:
    """The highest position in the collection, up to `at` if it is given; 0 for none."""
    row = _last.one(collection=collection_id) if at is None else _last_up_to.one(collection=collection_id, at=at)
    return row[0] if row is not None else 0


def _newest() -> QuerySet[ObjectVersion, tuple[int]]:
    """Read from the end of an index; an aggregate over the collection would say the same."""
    rows = ObjectVersion.objects.filter(collection_id=Slot("collection", UUIDField()))
    return rows.order_by("-added").values_list("added")


_last = Prepared(lambda: _newest()[:1])
_last_up_to = Prepared(lambda: _newest().filter(added__lte=Slot("at", BigIntegerField()))[:1])


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One version, ready to be served."""

    added: int
    type: str
    raw: str


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One version without its content."""

    added: int
    stix_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Page[R: (ObjectRow, ManifestRow)]:
    """Rows by rising position.  following: position of the last one where more follow, else None."""

    rows: list[R]
    following: int | None


def page(collection_id: UUID, query: PageQuery) -> Page[ObjectRow]:
    """A page of objects.  What agents ask, the next ones as they are now, is prepared for each length of a page."""
    if query == PageQuery(limit=query.limit, after=query.after):
        rows = _next.of(query.limit).plain(collection=collection_id, after=query.after)
    else:
        rows = plain_rows(_asked(collection_id, query, after=query.after).values_list("added", "type", "raw"))
    opened = ObjectVersion._meta.get_field("raw").opener()
    return _page([ObjectRow(added, type, opened(raw, added)) for added, type, raw in rows], query.limit)


def _live(limit: int) -> QuerySet[ObjectVersion, tuple[int, str, str]]:
    rows = _asked(Slot("collection", UUIDField()), PageQuery(limit=limit), after=Slot("after", BigIntegerField()))
    return rows.values_list("added", "type", "raw")


_next = PreparedIn[int](_live)


def manifest(collection_id: UUID, query: PageQuery) -> Page[ManifestRow]:
    """A page of the same objects without their content."""
    rows = _asked(collection_id, query, after=query.after).values_list("added", "stix_id", "version")
    return _page([ManifestRow(*row) for row in rows], query.limit)


def _page[R: (ObjectRow, ManifestRow)](rows: list[R], limit: int) -> Page[R]:
    """One row more than asked for tells that more follow; nothing is counted."""
    return Page(rows[:limit], rows[limit - 1].added if len(rows) > limit else None)


def holds(collection_id: UUID, stix_id: str) -> bool:
    """Whether the collection has any version of the object."""
    return ObjectVersion.objects.filter(collection_id=collection_id, stix_id=stix_id).exists()


def held_versions(collection_id: UUID, ids: Iterable[str]) -> dict[str, dict[int, str]]:
    """The JSON of all versions of these objects, by id and version.  ids: at most some hundred."""
    found: dict[str, dict[int, str]] = {}
    rows = ObjectVersion.objects.filter(Among(F("stix_id"), ids, beside={"collection_id": collection_id}))
    opened = ObjectVersion._meta.get_field("raw").opener()
    for stix_id, version, raw, added in rows.values_list("stix_id", "version", "raw", "added"):
        found.setdefault(stix_id, {})[version] = opened(raw, added)
    return found


def ids_in_feeds(circles: Iterable[UUID], ids: Iterable[str]) -> set[str]:
    """Those of the ids that stand in a feed of one of the circles.  ids: at most some hundred."""
    rows = ObjectVersion.objects.filter(Among(F("stix_id"), ids), collection__circle_id__in=set(circles))
    return set(rows.values_list("stix_id", flat=True))


def _asked(collection_id: UUID | Slot, query: PageQuery, *, after: int | Slot) -> QuerySet[ObjectVersion]:
    rows = ObjectVersion.objects.filter(collection_id=collection_id, added__gt=after)
    rows = rows.filter(_versions(query.versions))
    if query.ids:
        rows = rows.filter(stix_id__in=query.ids)
    if query.types:
        rows = rows.filter(type__in=query.types)
    if query.spec_versions:
        rows = rows.filter(spec__in=query.spec_versions)
    return rows.order_by("added")[: query.limit + 1]


def _versions(wanted: VersionFilter) -> Q | Combinable:
    if wanted.all:
        return Q()
    found = Q()
    if wanted.last:
        found |= Q(superseded=None)
    if wanted.first:
        older = ObjectVersion.objects.filter(
            collection_id=OuterRef("collection_id"), stix_id=OuterRef("stix_id"), version__lt=OuterRef("version")
        )
        found |= Q(~Exists(older))
    if wanted.moments:
        # An object without a version of its own goes by its position (protocols.taxii.manifest_entry).
        found |= Q(version__in=wanted.moments) | Q(version=0, added__in=wanted.moments)
    return found


@dataclass(frozen=True, slots=True)
class DigestAt:
    """The set's digest as of a position of the collection."""

    position: int
    set: SetDigest


def digest(collection_id: UUID, *, at: int) -> DigestAt:
    """The digest of the live indicators as of `at`: the newest version of each at that position, revoked ones left out.

    What was live at a position never changes, because positions are in commit order; so each answer is worked out once.
    """
    return digest_at(collection_id, last_position(collection_id, at=at))


@lru_cache(maxsize=256)
def digest_at(collection_id: UUID, position: int) -> DigestAt:
    """The same as of one of the collection's positions."""
    return DigestAt(position, _live_sets.digest(collection_id, position))


_live_sets = LiveSets()


def status_for(member_id: str, status_id: UUID, *, now: datetime) -> str | None:
    """What became of a POST, as JSON: to the member that sent it and for a day; else None."""
    rows = Status.objects.filter(pk=status_id, member_id=member_id, at__gt=now - DAY)
    return rows.values_list("document", flat=True).first()
