"""Objects, manifests and versions, and the way in for a member's own reports."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.taxii.answers import answer, etag_of, is_known, span, unchanged
from skyddsnat.hub.taxii.envelope import check_body, read_envelope
from skyddsnat.hub.taxii.intake import take_in
from skyddsnat.hub.taxii.refusals import NOT_FOUND, NOTHING_IS_DELETED, READ_ONLY, Refused, bad_request
from skyddsnat.hub.taxii.views.collections import readable
from skyddsnat.policy.access import may_write_feed
from skyddsnat.protocols import taxii
from skyddsnat.protocols.stix import STIX_ID, position_time, stix_time_us

OF_ONE_OBJECT = frozenset({"spec_version", "version"})
OF_VERSIONS = frozenset({"spec_version"})
EVERYDAY = frozenset({"marking-definition", "identity", "extension-definition"})
"""Types that say nothing of a signal; a page of them alone is no reading to be logged."""


def page(request: HttpRequest, reader: MachineReader, collection_id: str) -> HttpResponse:
    """A page of objects."""
    collection = readable(reader, collection_id)
    return _objects(request, reader, collection, _asked(request))


def one(request: HttpRequest, reader: MachineReader, collection_id: str, object_id: str) -> HttpResponse:
    """One object; 404 if the collection has never held it, an empty page if only the filters hide it."""
    collection = readable(reader, collection_id)
    query = replace(_asked(request, OF_ONE_OBJECT), ids=frozenset({_held(collection, object_id)}))
    return _objects(request, reader, collection, query)


def manifest(request: HttpRequest, reader: MachineReader, collection_id: str) -> HttpResponse:
    """The same page as that of the objects, without their content."""
    collection = readable(reader, collection_id)
    query = _asked(request)
    etag = etag_of(feeds.last_position(collection.pk))
    if is_known(request, etag):
        return unchanged(etag)
    found = feeds.manifest(collection.pk, query)
    entries = [taxii.manifest_entry(row.stix_id, added=row.added, version=row.version) for row in found.rows]
    body = taxii.manifest(entries, following=found.following)
    return answer(request, body, headers={"ETag": etag, **span([row.added for row in found.rows])})


def versions(request: HttpRequest, reader: MachineReader, collection_id: str, object_id: str) -> HttpResponse:
    """All versions of one object."""
    collection = readable(reader, collection_id)
    query = replace(
        _asked(request, OF_VERSIONS),
        ids=frozenset({_held(collection, object_id)}),
        versions=taxii.VersionFilter(all=True),
    )
    etag = etag_of(feeds.last_position(collection.pk))
    if is_known(request, etag):
        return unchanged(etag)
    found = feeds.manifest(collection.pk, query)
    texts = [stix_time_us(row.version) if row.version else position_time(row.added) for row in found.rows]
    body = taxii.versions(texts, following=found.following)
    return answer(request, body, headers={"ETag": etag, **span([row.added for row in found.rows])})


def post(request: HttpRequest, reader: MachineReader, collection_id: str) -> HttpResponse:
    """Take in what a member's machine reports, object by object."""
    check_body(request)
    collection = readable(reader, collection_id)
    if not may_write_feed(reader.member_id, collection.facts):
        raise Refused(READ_ONLY)
    status = take_in(reader, collection, read_envelope(request), now=timezone.now())
    return answer(request, status, status=202)


def delete(request: HttpRequest, reader: MachineReader, collection_id: str, object_id: str) -> HttpResponse:
    """Nothing is deleted from a feed: a withdrawal is a new version."""
    readable(reader, collection_id)
    raise Refused(NOTHING_IS_DELETED)


def _held(collection: Collection, object_id: str) -> str:
    if not STIX_ID.fullmatch(object_id) or not feeds.holds(collection.pk, object_id):
        raise Refused(NOT_FOUND)
    return object_id


def _asked(request: HttpRequest, matchable: frozenset[str] | None = None) -> taxii.PageQuery:
    parameters = {name: [str(value) for value in values] for name, values in request.GET.lists()}
    try:
        return taxii.read_query(parameters) if matchable is None else taxii.read_query(parameters, matchable=matchable)
    except taxii.BadQuery as fault:
        raise Refused(bad_request(fault.message)) from None


def _objects(
    request: HttpRequest, reader: MachineReader, collection: Collection, query: taxii.PageQuery
) -> HttpResponse:
    # The ETag is read before the page: read after it, a write in between would be passed by for ever.
    etag = etag_of(feeds.last_position(collection.pk))
    if is_known(request, etag):
        return unchanged(etag)
    found = feeds.page(collection.pk, query)
    if request.method == "GET":
        _note_reading(reader, collection, found)
    body = taxii.envelope([row.raw for row in found.rows], following=found.following)
    return answer(request, body, headers={"ETag": etag, **span([row.added for row in found.rows])})


def _note_reading(reader: MachineReader, collection: Collection, found: feeds.Page[feeds.ObjectRow]) -> None:
    """One entry a page, before it leaves.  A poll that brings nothing writes nothing: agents ask every two seconds."""
    if any(row.type not in EVERYDAY for row in found.rows):
        record(
            Actor(member_id=reader.member_id, token_id=reader.token_id),
            "feed.read",
            kind="collection",
            object_id=collection.pk,
            first=found.rows[0].added,
            last=found.rows[-1].added,
            count=len(found.rows),
        )
