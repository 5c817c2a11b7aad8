"""The digest of the live set at a position, and the head that the hub signs."""

from __future__ import annotations

import base64
import hashlib
import stat
from datetime import timedelta

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key, load_key
from skyddsnat.hub.feed.services import publish, signed_head
from skyddsnat.policy.vocabulary import State
from skyddsnat.protocols.feedhead import BadFeedHead, public_key_text, verify
from skyddsnat.protocols.stix import version_us
from skyddsnat.protocols.taxii import PageQuery, VersionFilter
from tests.hub.feed.indicators import NOW, listed, many


@pytest.fixture
def verified(cast):
    return feeds.feeds(cast.circle.pk)[1]


@pytest.fixture
def key(settings, tmp_path):
    settings.FEED_KEY_FILE = tmp_path / "keys" / "feed.key"
    return ensure_key(settings.FEED_KEY_FILE)


def independent_digest(collection, at):
    """Replay everything up to a position as a reader would, and sum it by hand."""
    newest = {}
    for row in feeds.page(collection.pk, PageQuery(versions=VersionFilter(all=True))).rows:
        thing = orjson.loads(row.raw)
        known = newest.get(thing["id"])
        if row.added <= at and (known is None or version_us(thing) > version_us(known)):
            newest[thing["id"]] = thing
    live = [t for t in newest.values() if t["type"] == "indicator" and not t.get("revoked", False)]
    rows = ""
    for part in sorted({thing["id"][-3:] for thing in live}):
        lines = sorted(f"{thing['id']}|{version_us(thing)}" for thing in live if thing["id"].endswith(part))
        rows += f"{part} {len(lines)} {hashlib.sha256('\n'.join(lines).encode()).hexdigest()}\n"
    return len(live), hashlib.sha256(rows.encode()).hexdigest()


steps = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans()),  # name, version, revoked
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps)
def test_the_digest_at_every_position_equals_an_independent_replay(cast, steps):
    collection = feeds.inbox("beta")
    start = feeds.last_position(collection.pk)
    taken, revoked, positions = set(), set(), [start]
    # Ids are made unique to this example by the position at which it starts.
    for name, version, gone in steps:
        if (name, version) in taken or name in revoked:
            continue
        taken.add((name, version))
        state = State.WITHDRAWN if gone else State.VERIFIED
        thing = listed(f"n{name}-{start}.example", at=NOW + timedelta(seconds=version), revoked=gone, state=state)
        positions.append(publish(collection, [thing], now=NOW)[0].added)
        if gone:
            revoked.add(name)
    for position in positions:
        found = feeds.digest(collection.pk, at=position)
        assert (found.set.count, found.set.sha256) == independent_digest(collection, position)
        assert found.position == position


def test_a_digest_between_two_positions_is_that_of_the_one_below(verified):
    first, second = publish(verified, many(2), now=NOW)
    assert feeds.digest(verified.pk, at=second.added - 1) == feeds.digest(verified.pk, at=first.added)
    assert feeds.digest(verified.pk, at=10**17) == feeds.digest(verified.pk, at=second.added)
    assert feeds.digest(verified.pk, at=0).position == 0


def test_what_was_live_at_a_position_never_changes(verified):
    position = publish(verified, [listed("a.example")], now=NOW)[0].added
    before = feeds.digest(verified.pk, at=position)
    publish(verified, [listed("a.example", at=NOW + timedelta(seconds=1)), listed("b.example")], now=NOW)
    feeds.digest_at.cache_clear()
    assert feeds.digest(verified.pk, at=position) == before


def test_a_digest_is_worked_out_once(verified):
    publish(verified, many(5), now=NOW)
    at = feeds.last_position(verified.pk)
    feeds.digest(verified.pk, at=at)
    with CaptureQueriesContext(connection) as queries:
        feeds.digest(verified.pk, at=at)
    assert len(queries) == 1  # the position alone


def test_the_head_is_signed_over_exactly_what_is_served(verified, key):
    publish(verified, many(5), now=NOW)
    now = timezone.now()
    head = verify(signed_head(verified, now=now).document(), key=key)
    assert head.collection == verified.pk
    assert head.position == feeds.page(verified.pk, PageQuery()).rows[-1].added
    assert (head.count, head.sha256) == independent_digest(verified, head.position)
    assert head.time == now.replace(microsecond=0)


def test_the_heads_time_is_fresh_and_its_position_never_stale(verified, key):
    now = timezone.now()
    first = verify(signed_head(verified, now=now).document(), key=key)
    publish(verified, [listed("a.example")], now=NOW)
    second = verify(signed_head(verified, now=now).document(), key=key)
    assert second.position > first.position
    assert second.count == first.count + 1
    later = verify(signed_head(verified, now=now + timedelta(seconds=1)).document(), key=key)
    assert later.time == second.time + timedelta(seconds=1)


def test_a_quiet_head_costs_one_query_and_one_signature_a_second(verified, key, django_assert_num_queries):
    now = timezone.now().replace(microsecond=0)
    first = signed_head(verified, now=now)
    with django_assert_num_queries(1):
        assert signed_head(verified, now=now + timedelta(microseconds=400)) is first


def test_an_empty_collection_has_a_head_too(cast, key):
    head = verify(signed_head(feeds.inbox("alfa"), now=timezone.now()).document(), key=key)
    assert head.count == 0
    assert head.sha256 == hashlib.sha256(b"").hexdigest()


def test_a_tampered_head_is_not_believed(verified, key):
    document = signed_head(verified, now=timezone.now()).document()
    document["head"] = document["head"].replace("count 0", "count 1")
    with pytest.raises(BadFeedHead):
        verify(document, key=key)


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path):
    path = tmp_path / "a" / "feed.key"
    public = ensure_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ensure_key(path) == public
    assert len(base64.b64decode(public)) == 32


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "feed.key"
    ensure_key(path)
    path.chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        load_key(path)


def test_a_missing_key_and_a_file_that_holds_none_are_told_apart(tmp_path):
    path = tmp_path / "feed.key"
    with pytest.raises(ImproperlyConfigured, match="skyddsnat hub migrate"):
        load_key(path)
    path.write_text("nothing")
    path.chmod(0o600)
    with pytest.raises(ImproperlyConfigured, match="no Ed25519 key"):
        ensure_key(path)
    assert path.read_text() == "nothing"


def test_raw_base64_is_a_key_too(tmp_path):
    path = tmp_path / "feed.key"
    key = Ed25519PrivateKey.generate()
    path.write_bytes(base64.b64encode(key.private_bytes_raw()) + b"\n")
    path.chmod(0o600)
    assert public_key_text(load_key(path)) == public_key_text(key)
