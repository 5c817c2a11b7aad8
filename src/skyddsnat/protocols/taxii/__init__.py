"""TAXII 2.1 (OASIS Standard, 10 June 2021) without I/O: media types, queries, cursors and the resources of its answers.

media.py      Accept, Content-Type, Accept-Encoding and If-None-Match, parsed with their parameters
query.py      added_after, limit, next and match[…]
cursor.py     a position as `next`
resources.py  discovery, collections, envelopes, manifests, versions, statuses, errors
"""

from skyddsnat.protocols.taxii.cursor import read_cursor, write_cursor
from skyddsnat.protocols.taxii.media import (
    TAXII_TYPE,
    accepts_gzip,
    accepts_taxii,
    is_taxii,
    matches_etag,
)
from skyddsnat.protocols.taxii.query import BadQuery, PageQuery, VersionFilter, read_query
from skyddsnat.protocols.taxii.resources import (
    API_VERSION,
    CollectionFacts,
    Failure,
    Success,
    api_root,
    collection,
    collections,
    discovery,
    envelope,
    error,
    manifest,
    manifest_entry,
    status,
    versions,
)

__all__ = [
    "API_VERSION",
    "TAXII_TYPE",
    "BadQuery",
    "CollectionFacts",
    "Failure",
    "PageQuery",
    "Success",
    "VersionFilter",
    "accepts_gzip",
    "accepts_taxii",
    "api_root",
    "collection",
    "collections",
    "discovery",
    "envelope",
    "error",
    "is_taxii",
    "manifest",
    "manifest_entry",
    "matches_etag",
    "read_cursor",
    "read_query",
    "status",
    "versions",
    "write_cursor",
]
