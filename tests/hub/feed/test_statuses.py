"""What became of a POST: for a day, and for the member that sent it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Status
from skyddsnat.hub.feed.services import keep_status
from tests.hub.feed.indicators import NOW


def test_only_the_member_that_posted_reads_it(cast):
    one = uuid4()
    keep_status("alfa", one, b'{"status":"complete"}', now=NOW)
    assert feeds.status_for("alfa", one, now=NOW) == '{"status":"complete"}'
    assert feeds.status_for("beta", one, now=NOW) is None
    assert feeds.status_for("alfa", uuid4(), now=NOW) is None


def test_it_is_kept_for_a_day(cast):
    one = uuid4()
    keep_status("alfa", one, b"{}", now=NOW)
    assert feeds.status_for("alfa", one, now=NOW + timedelta(hours=23)) == "{}"
    assert feeds.status_for("alfa", one, now=NOW + timedelta(hours=24)) is None
    keep_status("beta", uuid4(), b"{}", now=NOW + timedelta(hours=25))
    assert not Status.objects.filter(pk=one).exists()
