"""Which serial of a policy zone a resolver holds.  Each kind tells it in its own way, and some only on their own host.

A serial proves that the transfer works; that the zone is used, only the canary proves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rdatatype

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.resolvers import control
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.state.zones import ZoneRole

HEAD_LINES = 20
"""A zone's SOA stands in one of the first lines of its file."""

_SOA = re.compile(r"\sSOA\s+\S+\s+\S+\s+\(?\s*(\d+)\b")


def held_serial(resolver: ResolverConfig, *, role: ZoneRole, zone: str) -> int | None:
    """The serial, or None where it cannot be told from here."""
    match resolver.kind:
        case ResolverKind.BIND:
            return _asked(resolver, zone)
        case ResolverKind.UNBOUND:
            return _listed(control.run(resolver, "list_auth_zones") or (), zone)
        case ResolverKind.POWERDNS:
            return _in_head(control.run(resolver, "dump-rpz", zone, "-", lines=HEAD_LINES) or ())
        case ResolverKind.KNOT_RESOLVER if resolver.zone_files is not None:
            return _in_head(head_of(resolver.zone_files / f"skyddsnat-{role}.zone"))
        case _:
            return None


def head_of(path: Path) -> list[str]:
    """The first lines of a zone file; none if it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            return list(islice(lines, HEAD_LINES))
    except OSError:
        return []


def _asked(resolver: ResolverConfig, zone: str) -> int | None:
    """By an SOA query that only the holder of the zone may answer: without AA the answer is the primary's, passed on."""
    query = dns.message.make_query(f"{zone}.", dns.rdatatype.SOA)
    try:
        answer = dns.query.udp(query, resolver.address, port=resolver.port, timeout=1)
    except (OSError, dns.exception.DNSException):
        return None
    if not answer.flags & dns.flags.AA:
        return None
    return next((int(rrset[0].serial) for rrset in answer.answer if rrset.rdtype == dns.rdatatype.SOA), None)


def _listed(lines: Iterable[str], zone: str) -> int | None:
    """unbound-control: `name.<tab>serial 7`, or `name.<tab>no serial`."""
    for line in lines:
        name, _, rest = line.partition("\t")
        if name.rstrip(".") == zone and (found := re.search(r"\bserial (\d+)", rest)):
            return int(found[1])
    return None


def _in_head(lines: Iterable[str]) -> int | None:
    return next((int(found[1]) for line in lines if (found := _SOA.search(line))), None)
