"""New versions of objects get positions that are unique, rising and never taken back."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import orjson
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.feed.services import FeedRefusal, publish
from skyddsnat.policy.vocabulary import Ceiling, Marking, State
from skyddsnat.protocols.stix import MARKING_IDS, to_us, version_us
from skyddsnat.protocols.taxii import PageQuery, VersionFilter
from tests.hub.feed.indicators import NOW, listed, many

ALL = VersionFilter(all=True)


@pytest.fixture
def verified(cast):
    return feeds.feeds(cast.circle.pk)[1]


def newest(collection):
    """What a reader of the whole collection gets, without the base objects."""
    rows = feeds.page(collection.pk, PageQuery()).rows
    return [orjson.loads(row.raw) for row in rows if row.type == "indicator"]


def rows_of(stix_id):
    return list(ObjectVersion.objects.filter(stix_id=stix_id).order_by("added"))


def test_positions_are_whole_milliseconds_and_rise_by_one_step(verified):
    written = publish(verified, many(300), now=NOW)
    positions = [one.added for one in written]
    assert [b - a for a, b in pairwise(positions)] == [1000] * 299
    assert positions[0] % 1000 == 0
    assert newest(verified) == many(300)


def test_there_is_one_counter_for_all_collections(cast, verified):
    inform = feeds.feeds(cast.circle.pk)[0]
    mine = feeds.inbox("alfa")
    stamps = []
    for n in range(5):
        for collection in (verified, inform, mine):
            stamps += [one.added for one in publish(collection, [listed(f"n{n}.example")], now=NOW)]
    assert stamps == sorted(set(stamps))


def test_a_position_is_never_behind_one_that_was_given_before(verified):
    late = publish(verified, [listed("late.example")], now=timezone.now())
    early = publish(verified, [listed("early.example")], now=NOW - timedelta(days=400))
    assert early[0].added > late[0].added


def test_a_rehearsal_of_a_later_month_leaves_no_stamps_that_lie_ahead(verified):
    later = timezone.now() + timedelta(days=100)
    written = publish(verified, [listed("a.example")], now=later)
    assert written[0].added < to_us(timezone.now() + timedelta(seconds=5))
    publish(verified, [listed("b.example")], now=timezone.now())


def test_a_clock_that_fell_behind_stops_the_feed(verified):
    ahead = to_us(timezone.now() + timedelta(hours=1, seconds=30))
    ObjectVersion.objects.create(
        added=ahead, collection=verified, stix_id="identity--x", type="identity", version=1, raw="{}"
    )
    with pytest.raises(FeedRefusal) as refusal:
        publish(verified, [listed("a.example")], now=timezone.now())
    assert refusal.value.code == "clock"


def test_a_repeat_changes_nothing_and_tells_the_old_position(verified):
    first = publish(verified, many(3), now=NOW)
    count = ObjectVersion.objects.count()
    assert publish(verified, many(3), now=NOW) == first
    assert ObjectVersion.objects.count() == count


def test_a_new_version_supersedes_the_old_one(verified):
    old, new = listed("a.example"), listed("a.example", at=NOW + timedelta(seconds=1))
    publish(verified, [old], now=NOW)
    written = publish(verified, [new], now=NOW)
    before, after = rows_of(old["id"])
    assert before.superseded == written[0].added == after.added
    assert after.superseded is None
    assert newest(verified) == [new]
    both = feeds.page(verified.pk, PageQuery(versions=ALL)).rows
    assert [orjson.loads(row.raw) for row in both][-2:] == [old, new]


def test_versions_that_come_together_supersede_each_other(verified):
    steps = [listed("a.example", at=NOW + timedelta(seconds=n)) for n in range(4)]
    publish(verified, steps, now=NOW)
    rows = rows_of(steps[0]["id"])
    assert [row.superseded for row in rows] == [*(row.added for row in rows[1:]), None]


def test_an_old_version_that_comes_late_is_never_the_last(verified):
    old, new = listed("a.example"), listed("a.example", at=NOW + timedelta(seconds=1))
    publish(verified, [new], now=NOW)
    publish(verified, [old], now=NOW)
    late = rows_of(old["id"])[1]
    assert late.superseded == late.added
    assert newest(verified) == [new]


def test_a_late_one_and_a_newer_one_in_one_batch_leave_exactly_one_last(verified):
    first, second, third = (listed("a.example", at=NOW + timedelta(seconds=n)) for n in range(3))
    publish(verified, [second], now=NOW)
    publish(verified, [first, third], now=NOW)
    assert newest(verified) == [third]
    assert len([row for row in rows_of(first["id"]) if row.superseded is None]) == 1


def test_what_is_revoked_stays_revoked(verified):
    publish(verified, [listed("a.example")], now=NOW)
    gone = listed("a.example", at=NOW + timedelta(seconds=1), revoked=True, state=State.WITHDRAWN)
    publish(verified, [gone], now=NOW)
    assert newest(verified) == [gone]
    with pytest.raises(FeedRefusal) as refusal:
        publish(verified, [listed("a.example", at=NOW + timedelta(seconds=2))], now=NOW)
    assert refusal.value.code == "revoked_is_final"


def test_what_is_listed_again_comes_under_a_new_id(verified):
    gone = listed("a.example", at=NOW + timedelta(seconds=1), revoked=True, state=State.WITHDRAWN)
    again = listed("a.example", at=NOW + timedelta(seconds=2), episode=2)
    publish(verified, [listed("a.example"), gone, again], now=NOW)
    assert again["id"] != gone["id"]
    assert newest(verified) == [gone, again]


def test_other_content_under_the_same_version_is_refused_and_not_lost(verified):
    publish(verified, [listed("a.example")], now=NOW)
    other = listed("a.example") | {"name": "something else"}
    with pytest.raises(FeedRefusal) as refusal, transaction.atomic():
        publish(verified, [other], now=NOW)
    assert refusal.value.code == "version_taken"
    with pytest.raises(FeedRefusal), transaction.atomic():
        publish(verified, [listed("b.example"), listed("b.example") | {"name": "x"}], now=NOW)
    assert newest(verified) == [listed("a.example")]


def test_red_is_never_written(verified):
    red = listed("a.example") | {"object_marking_refs": [MARKING_IDS[Marking.RED]]}
    with pytest.raises(FeedRefusal) as refusal:
        publish(verified, [red], now=NOW)
    assert refusal.value.code == "red"


@pytest.mark.parametrize(
    ("kind", "ceiling", "taken"),
    [
        ("verified", Ceiling.BLOCK, True),
        ("verified", Ceiling.OBSERVE, False),
        ("verified", Ceiling.INFORM, False),
        ("inform", Ceiling.BLOCK, True),
        ("inform", Ceiling.INFORM, True),
        ("inform", Ceiling.NONE, False),
        ("inbox", Ceiling.NONE, True),
    ],
)
def test_a_collection_takes_only_what_may_be_done_with_all_of_it(cast, kind, ceiling, taken):
    inform, verified = feeds.feeds(cast.circle.pk)
    collection = {"verified": verified, "inform": inform, "inbox": feeds.inbox("alfa")}[kind]
    thing = listed("a.example", ceiling=ceiling)
    if taken:
        publish(collection, [thing], now=NOW)
        assert newest(collection) == [thing]
    else:
        with pytest.raises(FeedRefusal) as refusal:
            publish(collection, [thing], now=NOW)
        assert refusal.value.code == "ceiling"
    revoked = listed("b.example", ceiling=Ceiling.NONE, revoked=True, state=State.EXPIRED)
    publish(collection, [revoked], now=NOW)


def test_an_observable_without_a_version_is_one_row_however_often_it_comes(cast):
    mine = feeds.inbox("alfa")
    thing = {"type": "url", "spec_version": "2.1", "id": "url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "value": "x"}
    assert version_us(thing) == 0
    publish(mine, [thing], now=NOW)
    publish(mine, [thing], now=NOW)
    assert len(rows_of(thing["id"])) == 1


def test_a_clash_of_positions_fails_loudly_and_swallows_no_object(verified):
    taken = publish(verified, [listed("a.example")], now=NOW)[0].added
    row = ObjectVersion(added=taken, collection=verified, stix_id="x--1", type="x", version=1, raw="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        ObjectVersion.objects.bulk_create([row])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_a_transaction(cast):
    verified = feeds.feeds(cast.circle.pk)[1]
    assert not connection.in_atomic_block
    with pytest.raises(TransactionManagementError):
        publish(verified, [listed("a.example")], now=NOW)


def test_a_thousand_objects_take_a_handful_of_queries(verified, django_assert_max_num_queries):
    publish(verified, many(1000), now=NOW)
    with django_assert_max_num_queries(12):
        publish(verified, many(1000, start=500), now=NOW)
