"""Whether a resolver takes the agent's NOTIFY.  A yes proves little, since PowerDNS says yes and does nothing within 5 s of its
last refresh; a no, or silence, is a mistake in somebody's configuration."""

from __future__ import annotations

import dns.exception
import dns.message
import dns.query
import dns.rcode

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.primaries.notify import notify_message

TRIES, SECONDS = 2, 1.0


def notify_answer(resolver: ResolverConfig, zone: str) -> str | None:
    """What it answers to a NOTIFY, such as "NOERROR" or "REFUSED"; None if nothing comes."""
    message = dns.message.from_wire(notify_message(zone))
    for _ in range(TRIES):
        try:
            answer = dns.query.udp(message, resolver.address, port=resolver.told_at, timeout=SECONDS)
        except (OSError, dns.exception.DNSException):
            continue
        return dns.rcode.to_text(answer.rcode())
    return None
