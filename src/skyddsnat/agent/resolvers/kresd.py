"""A Knot Resolver that was set up before hot let names through (docs/adr/0044): one rule a file, in place of one for both.

With two rules a name that hot lets through passes the operator's own rules as well, policy.FORWARD among them; where only
forwarding leads out, it is not answered at all.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples.kresd import ONE_RULE
from skyddsnat.agent.state.zones import ZoneRole, ZoneRow
from skyddsnat.protocols.rpz import proof_of_order

CONFIGURATION = Path("/etc/knot-resolver/kresd.conf")
"""Debian's place; read only where the agent runs on the resolver's own host."""

ADVICE = (
    "put kresd-skyddsnat.conf, as agent init writes it now, in place of both policy.add(policy.rpz(…)) lines for "
    "skyddsnat-hot.zone and skyddsnat-base.zone: one rule for both files (docs/operator/knot-resolver.md), then restart kresd"
)
FROM_HERE = (
    f"whether {CONFIGURATION} still has a rule for each file cannot be seen from here, and then what hot lets through passes "
    "your own rules too; on that host run: grep -n 'policy.add(policy.rpz' /etc/knot-resolver/*.conf, where no line for "
    f"skyddsnat-hot.zone or skyddsnat-base.zone is expected; {ADVICE}; that part shows itself to this check"
)
_RULE_OF_A_FILE = re.compile(r"policy\.add\s*\(\s*policy\.rpz\b[^\n]*?skyddsnat-(?:hot|base)\.zone")
_COMMENT = re.compile(r"--.*")
TRIES, SECONDS = 3, 2.0
"""A name that is not in the resolver's cache may take it a while."""


def two_rules(resolver: ResolverConfig, zones: Mapping[ZoneRole, ZoneRow]) -> str | None:
    """What to do about it; "" where all is well, None where it is no Knot Resolver or cannot be told."""
    if resolver.kind is not ResolverKind.KNOT_RESOLVER:
        return None
    rules = _rules(CONFIGURATION) if resolver.zone_files is not None else None
    if rules is not None and _RULE_OF_A_FILE.search(rules):
        return f"{CONFIGURATION} has a rule for each file, so that what hot lets through passes your own rules too; {ADVICE}"
    base = zones.get(ZoneRole.BASE)
    if base is None:
        return None
    let_through = _answer(resolver, proof_of_order(base.canary).name)
    if let_through is not None:
        return "" if rules is not None or _shows_one_rule(let_through) else FROM_HERE
    if _answer(resolver, f"{secrets.token_hex(8)}.{base.canary.domain}") is None:
        return None
    return f"it answers other names, and none that hot lets through, so that a lifted name stays dead; {ADVICE}"


def _rules(path: Path) -> str | None:
    """What it is configured to do, without comments; None where that cannot be read."""
    try:
        return _COMMENT.sub("", path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def _shows_one_rule(answer: dns.message.Message) -> bool:
    """Whether our part of kresd.conf, as it is now, has answered: it explains itself in a TXT record beside the answer."""
    return any(ONE_RULE in data.to_text() for rrset in answer.additional for data in rrset)


def _answer(resolver: ResolverConfig, name: str) -> dns.message.Message | None:
    """What says that there is such a name or none, if not at once then at a later try."""
    tries = (_asked(resolver, name) for _ in range(TRIES))
    return next((answer for answer in tries if answer is not None), None)


def _asked(resolver: ResolverConfig, name: str) -> dns.message.Message | None:
    query = dns.message.make_query(f"{name}.", dns.rdatatype.A)
    try:
        answer = dns.query.udp(query, resolver.address, port=resolver.port, timeout=SECONDS)
    except (OSError, dns.exception.DNSException):
        return None
    return answer if answer.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN} else None
