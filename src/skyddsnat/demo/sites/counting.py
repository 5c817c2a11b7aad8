"""The operators count last month's hits and hand their figures in, by the commands that an operator uses.

The demo's agents were made a moment ago, and a name is counted by the list that was in force that day.  So each agent's first
list is told to be a little older than the month whose logs are invented here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from typing import Any

from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.demo.sites.lookups import WRITERS, write_month
from skyddsnat.demo.sites.networks import SUBSCRIPTIONS
from skyddsnat.demo.sites.site import Site
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.protocols.stix import to_us

HITS_EACH = 0.27
"""Hits of a subscription in the month."""


def last_month(now: datetime) -> Period:
    """The month whose figures are due."""
    return Period.holding(now.date(), Frequency.MONTH).previous


def that_count(sites: Mapping[str, Site]) -> Iterator[Site]:
    """Operators whose resolver writes a line for a hit."""
    return (site for site in sites.values() if site.network.kind in WRITERS)


def prepare(site: Site, month: Period) -> None:
    """Let there be a month to count: a log, and a list that was in force."""
    _age_first_list(site, datetime.combine(month.first_day - timedelta(days=7), time(), UTC))
    member = site.network.member
    hits = round(SUBSCRIPTIONS[member] * HITS_EACH)
    write_month(
        site.past_log,
        site.network.kind,
        [entry.name for entry in site.listed(newest=False)],
        month,
        hits=hits,
        seed=member,
    )


def count_and_hand_in(site: Site, month: Period) -> dict[str, Any]:
    """What `skyddsnat agent submit --json` says, after `skyddsnat agent count`.  Raises ChildFailed."""
    site.command("count")
    return site.command("submit", "--period", str(month))


def _age_first_list(site: Site, moment: datetime) -> None:
    with closing(sqlite3.connect(site.state_folder / "state.sqlite", timeout=10)) as state, state:
        oldest = "SELECT MIN(published_at) FROM lists"
        state.execute(f"UPDATE lists SET published_at = ? WHERE published_at = ({oldest})", [to_us(moment)])  # noqa: S608
