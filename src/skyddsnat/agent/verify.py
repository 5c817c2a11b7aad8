"""Proof at each resolver: it answers the canary of the version in force, and it stops no name that must not be stopped.

A look-up under the canary is for a fresh random name each time, so that no cache can answer for the list, and the answer is
an address that no other version gives, so that a dead forwarder or a built-in zone cannot pass for a block.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.state.zones import ZoneRole, ZoneRow
from skyddsnat.protocols.rpz import Canary, Policy, proof_of_order

UNREACHED = "unreached"
CANARY_MISSING = "canary_missing"
LAWFUL_STOPPED = "lawful_name_stopped"
BASE_DECIDES = "base_decides_before_hot"
"""What hot lets through, base blocks all the same: lifts wait for base there."""

KNOWN_LABEL = "known"
"""Asked under a canary at each full look, so that a resolver which keeps answers has one to keep when the canary is replaced."""

MOST_AT_ONCE = 16

_TELLING = frozenset({dns.rcode.NOERROR, dns.rcode.NXDOMAIN})
_ADDRESSES = frozenset({dns.rdatatype.A, dns.rdatatype.AAAA})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverCheck:
    """What one resolver showed.

    fault: "" or a code.  behind: zones whose canary it has not answered.  stopped: how many must-not-block names it refused.
    unanswered: how many it could not resolve for other reasons.  serial: of the hot zone, proved by its canary.
    """

    name: str
    ok: bool
    fault: str
    checked_at: datetime
    serial: int | None
    behind: tuple[ZoneRole, ...] = ()
    stopped: int = 0
    unanswered: int = 0


class Verifier:
    """Asks every resolver, all at the same time."""

    def __init__(
        self,
        resolvers: Sequence[ResolverConfig],
        *,
        must_not_block: Sequence[str],
        timeout: float,
        clock: Callable[[], datetime],
        fresh_label: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._resolvers = tuple(resolvers)
        self._must_not_block = tuple(must_not_block)
        self._timeout = timeout
        self._clock = clock
        self._fresh_label = fresh_label

    @property
    def size(self) -> int:
        """How many resolvers there are."""
        return len(self._resolvers)

    def canaries(self, zones: Mapping[ZoneRole, ZoneRow], *, only: Iterable[str] | None = None) -> list[ResolverCheck]:
        """Canaries alone: quick, for right after a publish."""
        return self._ask(zones, full=False, only=only)

    def everything(self, zones: Mapping[ZoneRole, ZoneRow]) -> list[ResolverCheck]:
        """Canaries and the names that must not be blocked."""
        return self._ask(zones, full=True, only=None)

    def lingering(self, gone: Sequence[Canary], zones: Mapping[ZoneRole, ZoneRow]) -> list[str]:
        """Resolvers that still answer a replaced canary, or do not answer at all: what it stood for is not free there yet.

        Nor is it where base decides before hot, which lets it through.
        """
        if not gone or not self._resolvers:
            return []
        with ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, len(self._resolvers))) as pool:
            free = list(pool.map(lambda resolver: self._is_free(resolver, gone, zones), self._resolvers))
        return [resolver.name for resolver, is_free in zip(self._resolvers, free, strict=True) if not is_free]

    def _is_free(self, resolver: ResolverConfig, gone: Sequence[Canary], zones: Mapping[ZoneRole, ZoneRow]) -> bool:
        for canary in gone:
            answer = self._query(resolver, f"{KNOWN_LABEL}.{canary.owner}")
            if answer is None or str(canary.address) in _addresses(answer):
                return False
        return not self._base_decides(resolver, zones)

    def _base_decides(self, resolver: ResolverConfig, zones: Mapping[ZoneRole, ZoneRow]) -> bool:
        """Whether it answers by base for a name that hot lets through."""
        if (base := zones.get(ZoneRole.BASE)) is None:
            return False
        answer = self._query(resolver, proof_of_order(base.canary).name)
        return answer is not None and str(base.canary.address) in _addresses(answer)

    def _ask(self, zones: Mapping[ZoneRole, ZoneRow], *, full: bool, only: Iterable[str] | None) -> list[ResolverCheck]:
        wanted = None if only is None else set(only)
        chosen = [resolver for resolver in self._resolvers if wanted is None or resolver.name in wanted]
        if not chosen:
            return []
        with ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, len(chosen))) as pool:
            return list(pool.map(lambda resolver: self._check(resolver, zones, full=full), chosen))

    def _check(self, resolver: ResolverConfig, zones: Mapping[ZoneRole, ZoneRow], *, full: bool) -> ResolverCheck:
        seen = self._canaries(resolver, zones)
        answers: list[bool | None] = []
        if full and None not in seen.values():
            answers = [self._lawful(resolver, name, zones) for name in self._must_not_block]
            seen |= self._lost(resolver, zones)
        behind = tuple(role for role in zones if not seen.get(role))
        reached = None not in seen.values()
        stopped = answers.count(False)
        base_decides = full and reached and self._base_decides(resolver, zones)
        faults = (
            (UNREACHED, not reached),
            (LAWFUL_STOPPED, stopped),
            (CANARY_MISSING, behind),
            (BASE_DECIDES, base_decides),
        )
        fault = next((code for code, there in faults if there), "")
        hot = zones.get(ZoneRole.HOT)
        return ResolverCheck(
            name=resolver.name,
            ok=not fault,
            fault=fault,
            checked_at=self._clock(),
            serial=hot.serial if hot is not None and ZoneRole.HOT not in behind else None,
            behind=behind,
            stopped=stopped,
            unanswered=answers.count(None),
        )

    def _canaries(self, resolver: ResolverConfig, zones: Mapping[ZoneRole, ZoneRow]) -> dict[ZoneRole, bool | None]:
        """By zone; stops at the first that is not answered at all, so that a dead resolver costs one timeout."""
        seen: dict[ZoneRole, bool | None] = {}
        for role, zone in zones.items():
            seen[role] = self._canary(resolver, zone)
            if seen[role] is None:
                break
        return seen

    def _lost(self, resolver: ResolverConfig, zones: Mapping[ZoneRole, ZoneRow]) -> dict[ZoneRole, None]:
        """The zones whose known name it leaves unanswered: one that dies in the middle of a look has not shown what it stops."""
        known = {role: self._query(resolver, f"{KNOWN_LABEL}.{zone.canary.owner}") for role, zone in zones.items()}
        return {role: None for role, answer in known.items() if answer is None}

    def _canary(self, resolver: ResolverConfig, zone: ZoneRow) -> bool | None:
        """Whether the canary is answered; None if the resolver is not reached."""
        answer = self._query(resolver, f"{self._fresh_label()}.{zone.canary.owner}")
        return None if answer is None else str(zone.canary.address) in _addresses(answer)

    def _lawful(self, resolver: ResolverConfig, name: str, zones: Mapping[ZoneRole, ZoneRow]) -> bool | None:
        """Whether a lawful name gets through; None if it can not be told: a resolver without a way out blocks nothing.

        Where the stop page has an IPv6 address alone, only a look-up of that kind shows it.
        """
        policies = [zone.policy for zone in zones.values()]
        unseen = any(policy.ipv6 is not None and policy.ipv4 is None for policy in policies)
        answers = [self._query(resolver, name, kind) for kind in ("A", "AAAA")[: 1 + unseen]]
        told = [answer for answer in answers if answer is not None and answer.rcode() in _TELLING]
        if any(
            answer.rcode() == dns.rcode.NXDOMAIN or _addresses(answer) & _page_addresses(policies) for answer in told
        ):
            return False
        return True if len(told) == len(answers) else None

    def _query(self, resolver: ResolverConfig, name: str, kind: str = "A") -> dns.message.Message | None:
        query = dns.message.make_query(f"{name}.", kind, use_edns=True)
        try:
            return dns.query.udp(query, resolver.address, port=resolver.port, timeout=self._timeout)
        except (OSError, dns.exception.DNSException):
            return None


def _addresses(answer: dns.message.Message) -> set[str]:
    return {data.to_text() for rrset in answer.answer if rrset.rdtype in _ADDRESSES for data in rrset}


def _page_addresses(policies: Iterable[Policy]) -> set[str]:
    return {str(one) for policy in policies for one in (policy.ipv4, policy.ipv6) if one is not None}
