"""What is counted, and that nothing is counted twice."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skyddsnat.agent.config import load
from skyddsnat.agent.counting import collect, engine
from skyddsnat.agent.counting.collect import Stopped
from skyddsnat.agent.counting.days import count
from skyddsnat.agent.counting.store import CountStore, day_number
from skyddsnat.agent.state import State
from skyddsnat.policy.statistics.words import Gap, Share
from tests.agent.counting.conftest import CANARY, Logs, bind, kresd, unbound

ANNA, BO, MONITOR = "192.0.2.101", "2001:db8::b0", "192.0.2.53"


def test_a_client_asking_for_one_entry_within_five_minutes_counts_once(logs: Logs) -> None:
    logs.write(
        "bind-1",
        bind(logs.at("10:00:01"), ANNA, "wild.test"),
        bind(logs.at("10:00:02"), ANNA, "WILD.TeSt", "AAAA"),
        bind(logs.at("10:04:59"), ANNA, "a.b.wild.test", "HTTPS"),
        bind(logs.at("10:05:00"), ANNA, "wild.test"),
        bind(logs.at("10:00:01"), BO, "wild.test"),
    )
    logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.lookups, counts.entries, counts.clients) == (5, 3, 1, 2)


def test_a_client_that_asks_two_resolvers_counts_once(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at("10:00:01"), ANNA, "wild.test"))
    logs.write("unbound-1", unbound(logs.at("10:00:03"), ANNA, "wild.test"))
    logs.count()
    assert (logs.counts().hits, logs.counts().lookups) == (2, 1)


def test_a_resolver_that_tells_no_client_counts_queries_alone_and_says_so(logs: Logs) -> None:
    logs.write("kresd-1", kresd(logs.at("10:00:01"), "wild.test"), kresd(logs.at("10:00:01"), "wild.test", "AAAA"))
    outcome = logs.count()
    assert (logs.counts().hits, logs.counts().lookups) == (2, 0)
    assert Gap.NO_CLIENTS in logs.counts().gaps
    (resolver,) = (one for one in outcome.days[0].resolvers if one.resolver == "kresd-1")
    assert resolver.lookups is None


def test_what_is_no_customer_s_look_up_is_left_out_and_shown(logs: Logs) -> None:
    logs.write(
        "unbound-1",
        unbound(logs.at(), ANNA, "wild.test"),
        unbound(logs.at(), ANNA, CANARY),
        unbound(logs.at(), MONITOR, "wild.test"),
        unbound(logs.at(), "2001:db8:53::17", "wild.test"),
        unbound(logs.at(), ANNA, "wild.test", action="rpz-passthru"),
        unbound(logs.at(), ANNA, "malware-of-another-policy.test"),
        unbound(logs.at(), ANNA, "under.only.shop.test"),
        unbound(logs.at(), ANNA, "notwild.test"),
    )
    logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.lookups) == (1, 1)
    assert (counts.read, counts.canaries, counts.ignored, counts.passed, counts.elsewhere) == (8, 1, 2, 1, 3)


def test_what_unbound_looks_up_by_itself_nobody_has_asked_for(logs: Logs) -> None:
    """With `prefetch` it asks before an answer grows old, and logs the stopped end of an alias without a client."""
    line = unbound(logs.at(), ANNA, "wild.test")
    logs.write("unbound-1", line, line.replace(f"{ANNA}@5353", ""))
    outcome = logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.ignored, counts.unparsed, outcome.ok) == (1, 1, 0, True)


def test_a_line_that_is_not_understood_is_counted_and_shown(logs: Logs) -> None:
    logs.write(
        "bind-1",
        f"{logs.at():%Y-%m-%dT%H:%M:%SZ} rpz: info: client @0x1 {ANNA}#1 (x.test): rpz QNAME rewrite x.test failed",
        "general: info: an ordinary line",
        bind(logs.at(), ANNA, "wild.test"),
    )
    outcome = logs.count()
    assert (outcome.unparsed, outcome.ok) == (1, False)
    assert (logs.counts().unparsed, logs.counts().hits) == (1, 1)
    assert Gap.LINES_UNREAD in logs.counts().gaps


def test_hits_without_a_time_belong_to_no_day_and_are_told(logs: Logs) -> None:
    logs.write("kresd-1", "[policy][46655.00]   DENY_MSG applied for wild.test. A")
    outcome = logs.count()
    assert (outcome.collected.undated, outcome.ok, logs.counts().hits) == (1, False, 0)


def test_idn_and_exact_entries(logs: Logs) -> None:
    logs.write(
        "unbound-1",
        unbound(logs.at(), ANNA, "www.XN--RKSMRGS-5wao1o.test"),
        unbound(logs.at(), ANNA, "only.shop.test"),
    )
    logs.count()
    assert (logs.counts().hits, logs.counts().entries) == (2, 2)


def test_counting_again_changes_nothing(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"), bind(logs.at(), BO, "wild.test"))
    logs.count()
    once = logs.counts()
    logs.count()
    logs.count(again_from=logs.day)
    assert logs.counts() == once


def test_a_settled_day_is_not_read_again(logs: Logs) -> None:
    log = logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count(now=logs.at("02:00:00", days=1))
    long_ago = logs.at("23:00:00").timestamp()
    os.utime(log, (long_ago, long_ago))
    outcome = logs.count(now=logs.at("02:00:00", days=2))
    assert (outcome.days, logs.counts().hits) == ([], 1)
    assert logs.counts().gaps >= {Gap.DAYS_MISSING}


def test_a_clock_that_ran_ahead_for_one_run_leaves_no_day_uncounted(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count(now=logs.at(days=500))
    logs.write("bind-1", bind(logs.at(days=1), ANNA, "wild.test"))
    logs.count(now=logs.at(days=3))
    logs.write("bind-1", bind(logs.at(days=4), ANNA, "wild.test"))
    logs.count(now=logs.at(days=6))
    config = load(logs.site.config_file)
    with closing(CountStore.open(config.data_dir)) as store:
        first = day_number(logs.day)
        assert [one.day - first for one in store.days(first, first + 10)] == [0, 1, 4]


def test_names_that_somebody_makes_up_below_an_entry_fill_no_memory_and_change_no_figure(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client may ask for as many names below a listed one as it likes: each is another hit until it is its entry's."""
    flood = [unbound(logs.at(), ANNA, f"x{number}.wild.test") for number in range(40)]
    others = [
        *(unbound(logs.at("12:06:00"), ANNA, "wild.test"), unbound(logs.at(), BO, "only.shop.test")),
        *(unbound(logs.at(), BO, "under.only.shop.test"), unbound(logs.at(), BO, "elsewhere.test")),
    ]
    logs.write("unbound-1", *flood[:20], *others, *flood[20:])
    left: list[int] = []
    squeeze = engine.Engine.squeeze

    def watched(self: engine.Engine, expression: Any) -> None:
        squeeze(self, expression)
        left.extend(self._db.execute("SELECT count(*) FROM hits").fetchone() or ())

    with monkeypatch.context() as small:
        small.setattr(collect, "AT_ONCE", 5)
        small.setattr(engine, "MANY", 10)
        small.setattr(engine.Engine, "squeeze", watched)
        logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.lookups, counts.clients, counts.elsewhere, counts.entries) == (42, 3, 2, 2, 2)
    assert len(left) > 2
    assert max(left) <= 4
    logs.count(again_from=logs.day)
    assert logs.counts() == counts


def test_a_stopped_run_keeps_nothing(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    config = load(logs.site.config_file)
    state, store = State.open(config.data_dir), CountStore.open(config.data_dir)

    def look(_read: int, _size: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        count(config, state.lists, store, now=datetime.now(UTC), look=look)
    assert store.horizon() is None
    state.close()
    store.close()
    logs.count()
    assert logs.counts().hits == 1


def test_the_context_of_a_figure(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count()
    counts = logs.counts()
    assert (counts.versions, counts.entries_mean, counts.resolvers) == (1, 3, Share.SOME)
    assert counts.gaps >= {Gap.RESOLVERS_MISSING, Gap.DAYS_MISSING}


def test_a_name_withdrawn_since_is_still_counted_for_the_days_it_was_listed(logs: Logs) -> None:
    site = logs.site
    site.clock.move(days=-1)
    for listing in [*site.hub.listings]:
        site.hub.withdraw(listing)
    agent = site.agent()
    agent.pull()
    agent.step()
    agent.close()
    site._open.clear()
    site.clock.move(days=1)
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count()
    assert logs.counts().hits == 1
    assert timedelta(days=9) < datetime.now(UTC) - logs.at() < timedelta(days=12)
