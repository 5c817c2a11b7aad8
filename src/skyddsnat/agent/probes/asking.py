"""At the probe: look the canaries up by the resolver that this access gives to everybody, and say in a line how that went."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dns.exception
import dns.message
import dns.query
import dns.rdatatype
import dns.resolver
import orjson

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.probes.question import Asked


@dataclass(frozen=True, slots=True)
class Through:
    """The resolver that is asked."""

    address: str
    port: int = 53


def given_resolvers() -> tuple[Through, ...]:
    """The resolvers that this machine was given by its access.  Raises AgentError if there is none."""
    try:
        servers = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration as error:
        raise AgentError(
            "this machine knows no resolver, expected /etc/resolv.conf to name one; give --resolver"
        ) from error
    return tuple(Through(str(server)) for server in servers)


def look(
    asked: Sequence[Asked],
    through: Sequence[Through],
    *,
    access: str,
    timeout: float = 2.0,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bytes:
    """One line of JSON: each canary through each resolver, by a fresh random name, answered or not, and in how many ms."""
    looked = [_look_up(one, resolver, timeout) for one in asked for resolver in through]
    return orjson.dumps({"at": clock().astimezone(UTC).isoformat(), "access": access, "looked": looked}) + b"\n"


def _look_up(asked: Asked, through: Through, timeout: float) -> dict[str, object]:
    started = time.monotonic()
    try:
        query = dns.message.make_query(f"{secrets.token_hex(8)}.{asked.owner}.", dns.rdatatype.A, use_edns=True)
        answer = dns.query.udp(query, through.address, port=through.port, timeout=timeout)
    except (OSError, dns.exception.DNSException):
        return {"owner": asked.owner, "answered": False, "ms": None}
    took = round((time.monotonic() - started) * 1000, 1)
    found = {data.to_text() for rrset in answer.answer if rrset.rdtype == dns.rdatatype.A for data in rrset}
    return {"owner": asked.owner, "answered": str(asked.address) in found, "ms": took}
