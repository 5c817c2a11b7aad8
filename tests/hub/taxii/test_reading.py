"""Reading over TAXII: pages, filters, unchanged polls, the log of readings, and what a request costs."""

from __future__ import annotations

import logging
from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed.services import heads, issuer, publish
from skyddsnat.policy.vocabulary import State
from skyddsnat.protocols.stix import base_objects, position_time
from tests.hub.feed.indicators import NOW, listed, many
from tests.hub.taxii.conftest import read


def later(name, seconds, **changes):
    return listed(name, at=NOW + timedelta(seconds=seconds), **changes)


def test_discovery_leads_to_the_root_and_the_collections(machine):
    mine = machine("alfa")
    found = read(mine.get("/taxii2/"))
    assert found["default"] == found["api_roots"][0] == "http://testserver/taxii2/skyddsnat/"
    root = read(mine.get("/taxii2/skyddsnat/"))
    assert root["versions"] == ["application/taxii+json;version=2.1"]
    assert root["max_content_length"] == 10 * 1024 * 1024
    collections = read(mine.get("collections/"))["collections"]
    for collection in collections:
        assert read(mine.get(f"collections/{collection['id']}/")) == collection
    assert len({collection["title"] for collection in collections}) == 5


def test_a_collection_begins_with_what_its_objects_refer_to(machine, verified):
    assert machine("alfa").objects(verified.pk) == base_objects(issuer())


def test_objects_are_served_exactly_as_they_were_published(machine, verified):
    things = many(30)
    publish(verified, things, now=NOW)
    assert machine("alfa").objects(verified.pk)[7:] == things


def test_the_headers_tell_the_first_and_the_last_position(machine, verified):
    written = publish(verified, many(3), now=NOW)
    for what in ("objects", "manifest"):
        response = machine("alfa").get(f"collections/{verified.pk}/{what}/?match[type]=indicator")
        assert response["X-TAXII-Date-Added-First"] == position_time(written[0].added)
        assert response["X-TAXII-Date-Added-Last"] == position_time(written[-1].added)
        assert len(response["X-TAXII-Date-Added-Last"]) == len("2026-11-24T12:00:00.123456Z")


def test_an_empty_page_is_200_with_an_empty_object(machine, verified):
    last = machine("alfa").get(f"collections/{verified.pk}/objects/")["X-TAXII-Date-Added-Last"]
    for what in ("objects", "manifest"):
        response = machine("alfa").get(f"collections/{verified.pk}/{what}/?added_after={last}")
        assert response.status_code == 200
        assert response.content == b"{}"
        assert "X-TAXII-Date-Added-Last" not in response


def test_added_after_is_exclusive(machine, verified):
    written = publish(verified, many(3), now=NOW)
    got = machine("alfa").objects(verified.pk, f"?added_after={position_time(written[1].added)}")
    assert got == many(3)[2:]
    got = machine("alfa").objects(verified.pk, f"?added_after={position_time(written[1].added - 1)}")
    assert got == many(3)[1:]


def test_ties_do_not_exist_so_a_timestamp_is_a_position(machine, verified):
    """300 objects in one batch, pages of 50, cursor = Date-Added-Last: other servers lose most of them."""
    publish(verified, many(300), now=NOW)
    mine, after, got = machine("alfa"), "1970-01-01T00:00:00Z", []
    for _ in range(20):  # a cursor that stands still must fail here and not run for ever
        response = mine.get(f"collections/{verified.pk}/objects/?limit=50&added_after={after}")
        page = read(response).get("objects", [])
        if not page:
            break
        got += page
        after = response["X-TAXII-Date-Added-Last"][:-4] + "Z"  # cut to milliseconds, as some clients do
    assert got[7:] == many(300)


def test_one_object_and_its_versions(machine, verified):
    publish(verified, [listed("a.example"), listed("b.example")], now=NOW)
    publish(verified, [later("a.example", 1)], now=NOW)
    stix_id = listed("a.example")["id"]
    mine = machine("alfa")
    assert mine.objects(verified.pk, f"{stix_id}/") == [later("a.example", 1)]
    assert mine.objects(verified.pk, f"{stix_id}/?match[version]=all") == [listed("a.example"), later("a.example", 1)]
    assert mine.objects(verified.pk, f"{stix_id}/?match[version]=first") == [listed("a.example")]
    assert mine.objects(verified.pk, f"{stix_id}/?match[version]={NOW:%Y-%m-%dT%H:%M:%S}Z") == [listed("a.example")]
    assert mine.objects(verified.pk, f"{stix_id}/?match[spec_version]=2.0") == []
    response = mine.get(f"collections/{verified.pk}/objects/{stix_id}/versions/")
    assert read(response) == {"versions": ["2026-11-24T12:00:00.000Z", "2026-11-24T12:00:01.000Z"]}
    assert response["X-TAXII-Date-Added-Last"] > response["X-TAXII-Date-Added-First"]
    manifest = read(mine.get(f"collections/{verified.pk}/manifest/?match[id]={stix_id}&match[version]=all"))["objects"]
    assert [row["version"] for row in manifest] == read(response)["versions"]


@pytest.mark.parametrize("stix_id", ["indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "x", "%00", "indicator--"])
def test_an_object_that_was_never_there_is_not_found(machine, verified, stix_id):
    for way in ("", "versions/"):
        assert machine("alfa").get(f"collections/{verified.pk}/objects/{stix_id}/{way}").status_code == 404


def test_a_withdrawal_travels_like_an_addition(machine, verified):
    publish(verified, [listed("a.example")], now=NOW)
    mine = machine("alfa")
    seen = mine.get(f"collections/{verified.pk}/objects/")["X-TAXII-Date-Added-Last"]
    gone = later("a.example", 1, revoked=True, state=State.WITHDRAWN)
    publish(verified, [gone], now=NOW)
    assert mine.objects(verified.pk, f"?added_after={seen}") == [gone]
    assert mine.objects(verified.pk)[7:] == [gone]
    again = later("a.example", 2, episode=2)
    publish(verified, [again], now=NOW)
    assert again["id"] != gone["id"]
    assert mine.objects(verified.pk)[7:] == [gone, again]


def test_an_unchanged_poll_asks_four_things_however_much_there_is(machine, verified, django_assert_num_queries):
    """Token, circles, collection, highest position: a thousand agents ask every two seconds."""
    address, mine = f"collections/{verified.pk}/objects/", machine("alfa")
    for count in (1, 30):
        publish(verified, many(count, start=count), now=NOW)
        etag = mine.get(address)["ETag"]
        with django_assert_num_queries(4):
            assert mine.get(address, If_None_Match=etag).status_code == 304


def test_an_unchanged_poll_is_304_until_anything_is_written(machine, verified):
    mine, stix_id = machine("alfa"), base_objects(issuer())[0]["id"]
    ways = ["objects/", "objects/?limit=2", "manifest/", f"objects/{stix_id}/", f"objects/{stix_id}/versions/"]
    for way in ways:
        etag = mine.get(f"collections/{verified.pk}/{way}")["ETag"]
        response = mine.get(f"collections/{verified.pk}/{way}", If_None_Match=etag)
        assert response.status_code == 304
        assert response.content == b""
        assert response["ETag"] == etag
        assert response["Vary"] == "Accept, Authorization, Accept-Encoding"
    publish(verified, [listed("a.example")], now=NOW)
    for way in ways:
        assert mine.get(f"collections/{verified.pk}/{way}", If_None_Match=etag).status_code == 200


def readings():
    return list(Entry.objects.filter(action="feed.read"))


def test_each_page_that_is_read_is_logged_once_and_without_values(machine, verified, inform):
    written = publish(verified, many(25), now=NOW)
    mine = machine("alfa")
    mine.objects(verified.pk, "?limit=20")
    first, last = readings()[0].facts["first"], readings()[0].facts["last"]
    assert readings()[0].facts == {"first": first, "last": last, "count": 20}
    assert (readings()[0].member_id, readings()[0].object_id) == ("alfa", str(verified.pk))
    assert readings()[0].token
    assert last == written[12].added
    mine.objects(verified.pk, f"{many(1)[0]['id']}/")
    assert len(readings()) == 2


def test_a_poll_that_brings_nothing_writes_nothing(machine, verified):
    publish(verified, many(3), now=NOW)
    mine = machine("alfa")
    response = mine.get(f"collections/{verified.pk}/objects/")
    last, etag = response["X-TAXII-Date-Added-Last"], response["ETag"]
    before = len(readings())
    polls = [
        (f"objects/?added_after={last}", {}),
        (f"objects/?added_after={last}", {"If_None_Match": etag}),
        ("objects/?match[type]=marking-definition", {}),
        ("manifest/", {}),
        ("digest/", {}),
    ]
    with CaptureQueriesContext(connection) as queries:
        for path, headers in polls:
            assert mine.get(f"collections/{verified.pk}/{path}", **headers).status_code in {200, 304}
        mine.ask("HEAD", f"collections/{verified.pk}/objects/")
    assert [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "DECLARE"))] == []
    assert len(readings()) == before


@pytest.mark.parametrize(
    ("path", "headers", "most"),
    [
        ("/taxii2/", {}, 3),  # token, circles; the coalition's name
        ("collections/", {}, 3),  # token, circles; collections
        ("collections/{}/", {}, 3),
        ("collections/{}/objects/?added_after=2090-01-01T00:00:00Z", {}, 5),  # … collection, highest position, page
        ("collections/{}/objects/", {"If_None_Match": "*"}, 4),
        ("collections/{}/manifest/", {}, 5),
        ("collections/{}/objects/", {}, 6),  # … and the entry in the log
        ("collections/{}/head/", {}, 4),
    ],
)
def test_what_a_request_costs(machine, verified, feed_key, path, headers, most):
    publish(verified, many(50), now=NOW)
    mine = machine("alfa")
    for warm in ("collections/", f"collections/{verified.pk}/head/"):
        assert mine.get(warm).status_code == 200
    heads._sign.cache_clear()  # as in each new second
    with CaptureQueriesContext(connection) as queries:
        assert mine.get(path.format(verified.pk), **headers).status_code in {200, 304}
    assert len(queries) <= most, [query["sql"] for query in queries]


def test_no_value_reaches_the_log_of_the_server(machine, verified, caplog):
    publish(verified, [listed("secret.example")], now=NOW)
    caplog.set_level(logging.DEBUG, logger="skyddsnat")
    caplog.set_level(logging.DEBUG, logger="django.request")
    mine = machine("alfa")
    mine.objects(verified.pk)
    mine.get(f"collections/{verified.pk}/objects/?match[version]=secret.example")
    mine.get(f"collections/{verified.pk}/objects/secret.example/")
    assert orjson.dumps(mine.objects(verified.pk)).count(b"secret.example") == 1
    entries = orjson.dumps([entry.facts for entry in Entry.objects.all()])
    assert b"secret.example" not in entries
