"""A list that follows its feed is the one that all rows would give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.coverage import Listed, urls_of
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Canary, Compiler, Policy, Row, compile_list, zone_records

NOW = datetime(2026, 8, 1, tzinfo=UTC)
ZONES = ("hot.rpz.test", "base.rpz.test")
NAMES = ("test", "a.test", "b.a.test", "c.b.a.test", "b.test", "xa.test", f"{'l' * 60}." * 4 + "test")
URLS = ("https://a.test/", "http://b.a.test/x.a.test", "https://192.0.2.1/test")
ENDS = st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(minutes=1), NOW + timedelta(days=1)])
ROWS = st.builds(Row, st.sampled_from(NAMES), st.sampled_from(Scope), ENDS) | st.builds(
    Row, st.sampled_from(URLS), st.just(Scope.EXACT), ENDS
)
ALLOWED = st.sets(st.sampled_from((*NAMES[1:4], *URLS)), max_size=2).map(frozenset)
FEEDS = st.dictionaries(st.integers(0, 9).map(str), ROWS)
STEPS = st.lists(st.dictionaries(st.integers(0, 9).map(str), st.none() | ROWS), max_size=6)


@given(FEEDS, STEPS, ALLOWED)
def test_changes_lead_to_the_list_of_the_whole(
    feed: dict[str, Row], steps: list[dict[str, Row | None]], allow: frozenset[str]
) -> None:
    compiler = Compiler(feed, now=NOW, policy=Policy(), zones=ZONES, allow=allow)
    for step in steps:
        compiler.change(step, now=NOW)
        feed = {key: row for key, row in (feed | step).items() if row is not None}
        assert compiler.list == compile_list(feed.values(), now=NOW, policy=Policy(), zones=ZONES, allow=allow)


@given(FEEDS, ALLOWED)
def test_urls_change_nothing_of_the_domains_and_domains_nothing_of_the_urls(
    feed: dict[str, Row], allow: frozenset[str]
) -> None:
    whole, domains = (
        compile_list(rows, now=NOW, policy=Policy(), zones=ZONES, allow=allow).entries
        for rows in (feed.values(), [row for row in feed.values() if row.name in NAMES])
    )
    assert whole.domains == domains
    alive = {row.name for row in feed.values() if row.until is None or row.until > NOW}
    assert {name for name, _ in urls_of(whole)} == (alive & {*URLS}) - allow


@pytest.mark.parametrize("url", URLS)
def test_a_url_can_be_no_row_of_a_zone(url: str) -> None:
    with pytest.raises(ValueError, match="a URL was to become a DNS name"):
        zone_records([Listed(url, Scope.EXACT)], policy=Policy(), canary=Canary("c1", "canary.test"))
