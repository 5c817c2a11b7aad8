"""Each published list stands in the log by its digest."""

from __future__ import annotations

import pytest
from django.utils import timezone

from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.services import sequence
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.hub.feed.services import logged, publish, signed_head
from skyddsnat.hub.feed.services.logged import log_heads, logged_head
from skyddsnat.protocols.feedhead import FORMAT, FeedHead
from skyddsnat.protocols.log import read_entry
from tests.hub.feed.indicators import listed


def test_what_the_head_says_is_what_the_log_says(cast, settings, tmp_path):
    settings.FEED_KEY_FILE = tmp_path / "feed.key"
    ensure_key(settings.FEED_KEY_FILE)
    _, verified = feeds.feeds(cast.circle.pk)
    assert log_heads() == 2  # a new collection names its issuer
    publish(verified, [listed("a.example"), listed("b.example")], now=timezone.now())
    assert log_heads() == 1
    entry = Entry.objects.filter(action="feed.head_published").latest("id")
    head = FeedHead.parse(signed_head(verified, now=timezone.now()).head)
    assert entry.object_id == str(verified.pk)
    assert entry.circle == cast.circle.pk
    assert {key: entry.facts[key] for key in ("format", "position", "count", "sha256", "content")} == {
        "format": "skyddsnat/feed-head/2",
        "position": head.position,
        "count": head.count,
        "sha256": head.sha256,
        "content": head.content,
    }


def test_only_what_has_changed_is_logged_again(cast, db):
    inform, verified = feeds.feeds(cast.circle.pk)
    assert [log_heads(), log_heads()] == [2, 0]
    publish(verified, [listed("a.example")], now=timezone.now())
    publish(feeds.inbox("alfa"), [], now=timezone.now())
    assert [log_heads(), log_heads()] == [1, 0]
    publish(verified, [listed("b.example")], now=timezone.now())
    publish(inform, [listed("b.example")], now=timezone.now())
    assert [log_heads(), log_heads()] == [2, 0]
    assert Entry.objects.filter(action="feed.head_published").count() == 5


def test_a_hub_that_is_stopped_between_two_lists_logs_both_when_it_is_back(cast, monkeypatch):
    """Each entry says that all is logged up to the newest position: alone it would hide the other list for ever."""
    feeds.feeds(cast.circle.pk)
    written, record = [], logged.record

    def stopped(*told, **facts):
        if written:
            raise KeyboardInterrupt
        written.append(record(*told, **facts))

    with monkeypatch.context() as then:
        then.setattr(logged, "record", stopped)
        with pytest.raises(KeyboardInterrupt):
            log_heads()
    assert [log_heads(), log_heads()] == [2, 0]


def test_what_an_earlier_release_logged_by_other_digests_is_logged_once_more(cast, settings, tmp_path, monkeypatch):
    """Agents hold the list by today's digests: to them an entry by others would contradict what is the same."""
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    ensure_log_key()
    _, verified = feeds.feeds(cast.circle.pk)
    publish(verified, [listed("a.example")], now=timezone.now())
    position = feeds.last_position(verified.pk)
    with monkeypatch.context() as then:
        then.setattr(logged, "FORMAT", "skyddsnat/feed-head/1")
        assert [log_heads(), log_heads()] == [2, 0]
        sequence()
        before = logged_head(verified.pk, position)
    assert logged_head(verified.pk, position) is None
    assert [log_heads(), log_heads()] == [2, 0]
    sequence()
    now = logged_head(verified.pk, position)
    assert None not in (before, now)
    assert now.index > before.index
    assert read_entry(now.text.encode())["facts"]["format"] == FORMAT
