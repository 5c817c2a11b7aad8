"""Portable block rows.  Only `CNAME .` and A/AAAA local data: a CNAME to a target is ignored by Knot Resolver
(reference/dns-enforcement.md "Portable block rows").  What lets a name through stands in passthru.py."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from skyddsnat.policy.coverage import Listed, is_url
from skyddsnat.policy.vocabulary import Scope

LONGEST_NAME = 253
"""Octets of a domain name in text, without the last dot (RFC 1035)."""

CANARY_NETWORK = 198 << 24 | 18 << 16
"""198.18.0.0/15, set aside for benchmarks (RFC 2544): no lawful name resolves to it by accident."""


class Action(StrEnum):
    """What a stopped look-up is answered with.  OBSERVE: no look-up is stopped; only the canary stands in the zones."""

    NX = "nx"
    PAGE = "page"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The answer for every entry: no such name, the addresses of the stop page, or the answer that it would have anyway."""

    action: Action = Action.NX
    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None

    def __post_init__(self) -> None:
        if self.action is Action.PAGE and self.ipv4 is None and self.ipv6 is None:
            raise ValueError('action "page" without an address; expected the stop page\'s IPv4 or IPv6 address')

    @property
    def stops(self) -> bool:
        """Whether any look-up is stopped at all."""
        return self.action is not Action.OBSERVE

    @property
    def data(self) -> tuple[tuple[str, str], ...]:
        """(record type, data) of each row."""
        if self.action is Action.NX:
            return (("CNAME", "."),)
        if not self.stops:
            return ()
        addresses = (("A", self.ipv4), ("AAAA", self.ipv6))
        return tuple((kind, str(address)) for kind, address in addresses if address is not None)

    @property
    def line(self) -> str:
        """The policy in one line, part of a list's content hash."""
        return " ".join(["policy", self.action.value, *(text for pair in self.data for text in pair)])


class Record(NamedTuple):
    """One row of a policy zone; `owner` is relative to the zone."""

    owner: str
    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class Canary:
    """A row that proves that a resolver has taken this very version.

    token: random per publish, letters and digits.  A look-up of any name under `owner` answers `address`, which depends on
    the token, so that neither a cache nor an older version can give the right answer.
    """

    token: str
    domain: str

    @property
    def owner(self) -> str:
        return f"{self.token}.{self.domain}"

    @property
    def address(self) -> IPv4Address:
        digest = hashlib.sha256(self.token.encode()).digest()
        return IPv4Address(CANARY_NETWORK | int.from_bytes(digest[:3]) & 0x1FFFF)

    @property
    def record(self) -> Record:
        return Record(f"*.{self.owner}", "A", str(self.address))


def owners(entry: Listed) -> tuple[str, ...]:
    """The owner names of an entry: an exact row does not cover names below it, so a whole domain takes two.

    Raises ValueError for a URL: it is never widened to its domain.
    """
    if is_url(entry.name):
        raise ValueError("a URL was to become a DNS name, expected domains alone; see policy.entries.Entries.domains")
    return (entry.name, f"*.{entry.name}") if entry.scope is Scope.SUBDOMAINS else (entry.name,)


def fits(entry: Listed, *, zone: str) -> bool:
    """Whether the entry's longest owner name fits below the zone's.  A URL stands in no zone."""
    return is_url(entry.name) or len(owners(entry)[-1]) + 1 + len(zone) <= LONGEST_NAME


def zone_records(entries: Iterable[Listed], *, policy: Policy, canary: Canary) -> frozenset[Record]:
    """All rows of one zone, apart from SOA and NS."""
    data = policy.data
    rows = {Record(owner, *pair) for entry in entries for owner in owners(entry) for pair in data}
    rows.add(canary.record)
    return frozenset(rows)
