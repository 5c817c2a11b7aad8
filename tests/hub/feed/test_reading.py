"""Pages by keyset: the same cost at the end as at the start, and every filter on columns."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.db import connection

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.feed.services import publish
from skyddsnat.protocols.stix import version_us
from skyddsnat.protocols.taxii import PageQuery, VersionFilter
from tests.hub.feed.indicators import NOW, listed, many


@pytest.fixture
def verified(cast):
    return feeds.feeds(cast.circle.pk)[1]


def ids(collection, **query):
    return [row.stix_id for row in feeds.manifest(collection.pk, PageQuery(**query)).rows]


def walk(collection, limit, **query):
    """Everything, page by page."""
    after, found = -1, []
    while True:
        page = feeds.page(collection.pk, PageQuery(after=after, limit=limit, **query))
        assert len(page.rows) <= limit
        found += page.rows
        if page.following is None:
            return found
        assert page.following == page.rows[-1].added
        after = page.following


@pytest.mark.parametrize("limit", [1, 7, 50, 57, 58, 1000])
def test_pages_of_any_size_give_everything_once_and_in_order(verified, limit):
    things = many(50)
    publish(verified, things, now=NOW)
    rows = walk(verified, limit, types=frozenset({"indicator"}))
    assert [orjson.loads(row.raw) for row in rows] == things
    positions = [row.added for row in walk(verified, limit)]
    assert positions == sorted(set(positions))
    assert len(positions) == 57


def test_a_last_page_that_is_exactly_full_says_that_no_more_follow(verified):
    assert feeds.page(verified.pk, PageQuery(limit=7)).following is None
    assert feeds.page(verified.pk, PageQuery(limit=6)).following is not None


def test_filters_mean_what_the_standard_says(verified):
    first = [listed(f"n{n}.example") for n in range(3)]
    second = listed("n1.example", at=NOW + timedelta(seconds=1))
    third = listed("n1.example", at=NOW + timedelta(seconds=2))
    publish(verified, [*first, second, third], now=NOW)
    target = second["id"]

    def versions(**words):
        rows = feeds.manifest(verified.pk, PageQuery(ids=frozenset({target}), versions=VersionFilter(**words))).rows
        return [row.version for row in rows]

    one, two, three = version_us(first[1]), version_us(second), version_us(third)
    assert versions(last=True) == [three]
    assert versions(first=True) == [one]
    assert versions(first=True, last=True) == [one, three]
    assert versions(all=True) == [one, two, three]
    assert versions(moments=frozenset({two})) == [two]
    assert versions(moments=frozenset({two, one + 1})) == [two]
    assert versions(moments=frozenset({two}), last=True) == [two, three]
    assert ids(verified, ids=frozenset({target, first[0]["id"], "indicator--none"})) == [first[0]["id"], target]
    assert len(ids(verified, types=frozenset({"marking-definition"}))) == 4
    assert ids(verified, types=frozenset({"malware"})) == []
    assert ids(verified, spec_versions=frozenset({"2.0"})) == []
    assert len(ids(verified, spec_versions=frozenset({"2.0", "2.1"}))) == 10


def test_an_object_without_a_version_goes_by_its_position(cast):
    mine = feeds.inbox("alfa")
    thing = {"type": "url", "spec_version": "2.1", "id": "url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "value": "x"}
    added = publish(mine, [thing], now=NOW)[0].added
    assert ids(mine, versions=VersionFilter(moments=frozenset({added}))) == [thing["id"]]


def test_collections_never_mix(cast, verified):
    inform = feeds.feeds(cast.circle.pk)[0]
    publish(verified, [listed("a.example")], now=NOW)
    publish(inform, [listed("b.example")], now=NOW)
    assert listed("b.example")["id"] not in ids(verified)
    assert listed("a.example")["id"] not in ids(inform)


def test_a_page_is_one_seek_in_one_index(cast, verified):
    """The planner must neither sort nor scan, or a page at a million objects costs more than at a thousand."""
    inform = feeds.feeds(cast.circle.pk)[0]
    for collection, size in ((inform, 1000), (verified, 20)):  # a small feed beside a large one
        publish(collection, many(size), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or what it knows of the table is chance
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are read whole otherwise
    rows = ObjectVersion.objects.filter(collection=verified, added__gt=5, superseded=None).order_by("added")[:10]
    plan = rows.values_list("added", "raw").explain()
    assert "feed_live" in plan
    assert "SCAN feed" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_page_is_one_query_and_parses_nothing(verified, django_assert_num_queries, monkeypatch):
    publish(verified, many(20), now=NOW)
    monkeypatch.setattr(orjson, "loads", None)
    with django_assert_num_queries(1):
        assert len(feeds.page(verified.pk, PageQuery(limit=10)).rows) == 10
