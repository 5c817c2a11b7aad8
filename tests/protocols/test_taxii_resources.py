"""The bodies of TAXII's answers."""

from __future__ import annotations

import json
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.stix import read_moment
from skyddsnat.protocols.taxii import (
    Failure,
    Success,
    envelope,
    error,
    manifest,
    manifest_entry,
    read_cursor,
    status,
    versions,
)

objects = st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(), max_size=3), max_size=5)


@given(objects, st.none() | st.integers(0, 10**17))
def test_an_envelope_is_the_same_objects_and_more_never_comes_without_next(things, following):
    body = json.loads(envelope([json.dumps(thing, ensure_ascii=False) for thing in things], following=following))
    assert body.get("objects", []) == things
    assert ("next" in body) == ("more" in body) == (following is not None and bool(things))
    if "next" in body:
        assert read_cursor(body["next"]) == following


def test_an_empty_page_is_an_empty_object():
    assert envelope([], following=None) == manifest([], following=None) == versions([], following=None) == b"{}"


def test_a_manifest_pages_like_the_objects():
    added = read_moment("2026-11-24T12:00:00.123Z")
    entry = manifest_entry("indicator--x", added=added, version=read_moment("2026-11-20T00:00:00Z"))
    assert entry == {
        "id": "indicator--x",
        "date_added": "2026-11-24T12:00:00.123000Z",
        "version": "2026-11-20T00:00:00.000Z",
        "media_type": "application/stix+json;version=2.1",
    }
    assert manifest_entry("url--x", added=added, version=0)["version"] == entry["date_added"]
    body = json.loads(manifest([entry], following=added))
    assert body["more"] is True
    assert read_cursor(body["next"]) == added


def test_a_status_counts_what_it_lists():
    good, bad = Success("indicator--a", 0, "taken in"), Failure("indicator--b", 1_000, "pattern was not read")
    body = json.loads(status(uuid4(), requested=2_000, successes=[good], failures=[bad, bad]))
    assert (body["status"], body["total_count"], body["pending_count"]) == ("complete", 3, 0)
    assert (body["success_count"], body["failure_count"]) == (len(body["successes"]), len(body["failures"])) == (1, 2)
    assert body["failures"][0] == {
        "id": "indicator--b",
        "version": "1970-01-01T00:00:00.001Z",
        "message": "pattern was not read",
    }


def test_an_error_is_a_taxii_message():
    assert json.loads(error("Not found", 404)) == {"title": "Not found", "http_status": "404"}
