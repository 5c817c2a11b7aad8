"""[count] of agent.toml: which logs are read, and whose look-ups are none of a customer's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.site.config_table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """The logs of one resolver.

    hits, queries: file patterns.  counters: a command that prints what the resolver counts itself.  zone: of times that are
    written without an offset.
    """

    resolver: str
    kind: ResolverKind
    hits: tuple[str, ...]
    queries: tuple[str, ...]
    counters: tuple[str, ...]
    zone: tzinfo

    @property
    def by_counter(self) -> bool:
        """Whether its hits are known from its counters alone."""
        return not self.hits

    @property
    def tells_client(self) -> bool:
        """Whether a hit of it says who asked."""
        return self.kind is not ResolverKind.KNOT_RESOLVER and not self.by_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class CountConfig:
    """All of it.

    settle: how long after its end a day waits for lines that come late.  subscriptions: None if not told; block_ttl: seconds.
    stop_page: folder of the stop page's counters, None where there is no stop page.
    """

    logs: tuple[LogConfig, ...]
    ignored: tuple[IPv4Network | IPv6Network, ...]
    settle: timedelta
    subscriptions: int | None
    block_ttl: int
    stop_page: Path | None


def read_count(table: Table, *, resolvers: Mapping[str, ResolverKind]) -> CountConfig:
    """From the parsed table; problems are noted in it.  resolvers: their kinds, by name."""
    config = CountConfig(
        logs=tuple(_log(one, resolvers) for one in table.tables("log")),
        ignored=_networks(table),
        settle=timedelta(minutes=table.number("settle_minutes", 60, least=0, most=1440)),
        subscriptions=table.whole("subscriptions", 0, least=0, most=10**9) or None,
        block_ttl=table.whole("block_ttl", 60, least=0, most=604_800),
        stop_page=table.optional_path("stop_page_counts"),
    )
    if len({log.resolver for log in config.logs}) != len(config.logs):
        table.problem("log", "one [[count.log]] for each resolver, with all its files")
    table.finish()
    return config


def _log(table: Table, resolvers: Mapping[str, ResolverKind]) -> LogConfig:
    resolver = table.text("resolver")
    kind = resolvers.get(resolver, ResolverKind.OTHER)
    if resolver and kind is ResolverKind.OTHER:
        table.problem("resolver", "the name of a [[resolver]] whose kind is bind, unbound, knot-resolver or powerdns")
    config = LogConfig(
        resolver=resolver,
        kind=kind,
        hits=table.texts("hits", ()),
        queries=table.texts("queries", ()),
        counters=table.texts("counters", ()),
        zone=_zone(table),
    )
    if kind is ResolverKind.POWERDNS and not (config.hits or config.counters):
        table.problem("hits", 'file patterns where our script logs its hits, or counters = ["rec_control", "get-all"]')
    elif kind is not ResolverKind.POWERDNS and not config.hits:
        table.problem("hits", 'file patterns, such as ["/var/log/named/rpz.log*"]')
    if kind is ResolverKind.KNOT_RESOLVER and (config.queries or config.counters):
        table.problem("queries", "hits alone: Knot Resolver tells no look-ups in a form that could be counted")
    table.finish()
    return config


def _zone(table: Table) -> tzinfo:
    name = table.text("timezone", "UTC")
    try:
        return UTC if name == "UTC" else ZoneInfo(name)  # UTC needs no database of zones
    except (ZoneInfoNotFoundError, ValueError):
        table.problem("timezone", "a time zone such as Europe/Stockholm")
        return UTC


def _networks(table: Table) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(text) for text in table.texts("ignore_clients", ()))
    except ValueError:
        table.problem("ignore_clients", 'addresses or networks, such as ["192.0.2.53", "2001:db8:53::/64"]')
        return ()
