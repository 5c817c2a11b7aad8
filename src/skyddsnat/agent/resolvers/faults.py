"""The usual mistakes at a resolver, from what can be seen of it: its answers, its serials, its control program and its files.

Each check is one question, and its advice names the setting in the words of that kind of resolver (reference, "Traps").
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rdatatype

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.findings import Finding, found
from skyddsnat.agent.resolvers import control, kresd
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.resolvers.notified import notify_answer
from skyddsnat.agent.resolvers.serials import held_serial
from skyddsnat.agent.state.zones import ZoneRole, ZoneRow
from skyddsnat.agent.verify import BASE_DECIDES, UNREACHED, ResolverCheck
from skyddsnat.protocols.rpz.passthru import PASSTHRU
from skyddsnat.protocols.rpz.zone import BLOCK_TTL

NOTIFY_SETTING = {
    ResolverKind.BIND: "allow-notify in both zones",
    ResolverKind.UNBOUND: "allow-notify in both rpz clauses",
    ResolverKind.POWERDNS: "incoming.allow_notify_from, and the zones in incoming.allow_notify_for",
    ResolverKind.KNOT_RESOLVER: "the bridge's acl for notify, and notify_port in agent.toml",
    ResolverKind.OTHER: "what it takes NOTIFY from",
}
TRANSFER_SETTING = {
    ResolverKind.BIND: "the key in its primaries clause (name, algorithm and secret as at the primary)",
    ResolverKind.UNBOUND: "that the primary lets its address transfer without a key, and its primary setting",
    ResolverKind.POWERDNS: "addresses and tsig of the zone in recursor.rpzs",
    ResolverKind.KNOT_RESOLVER: "the bridge's log, and the key of its remote",
    ResolverKind.OTHER: "its key and the primary's transfer rules",
}
POLICY_SETTING = {
    ResolverKind.BIND: "list the zone in response-policy, with neither policy nor disabled behind it",
    ResolverKind.UNBOUND: "take rpz-action-override and tags out of the rpz clause",
    ResolverKind.POWERDNS: "take defpol and tags out of recursor.rpzs",
    ResolverKind.KNOT_RESOLVER: "add policy.rpz(…) for the file, hot before base and both before other rules",
    ResolverKind.OTHER: "switch the policy zone on",
}

ORDER_SETTING = {
    ResolverKind.BIND: "list the hot zone first in response-policy, with no policy behind it",
    ResolverKind.UNBOUND: "put the hot zone's rpz clause first, without rpz-action-override",
    ResolverKind.POWERDNS: "list the hot zone first in recursor.rpzs, without defpol",
    ResolverKind.KNOT_RESOLVER: "ask hot before base, as docs/operator/knot-resolver.md does",
    ResolverKind.OTHER: "have it ask the hot zone first",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a resolver.  served: the primary's serials, as far as they could be read."""

    resolver: ResolverConfig
    zones: Mapping[ZoneRole, ZoneRow]
    served: Mapping[ZoneRole, int]
    check: ResolverCheck


def examine_resolver(sight: Sight) -> Iterator[Finding]:
    """All checks of one resolver.  A resolver that answers nothing gets none but that."""
    name, check = sight.resolver.name, sight.check
    if check.fault == UNREACHED:
        yield found(f"resolver {name}", "no answer; is it running, and may this machine ask it?")
        return
    yield found(f"resolver {name}", _stops(check))
    if sight.resolver.notify:
        yield found(f"resolver {name} takes NOTIFY", _notify(sight))
    for role, zone in sight.zones.items():
        yield found(f"resolver {name} has the {role} zone in force", _zone(sight, role, zone))
    yield found(f"resolver {name} lets hot decide before base", _order(sight))
    yield found(f"resolver {name} keeps the list to itself", _leak(sight))
    for what, advice in (
        ("keeps block answers as long as the list says", _ttl(sight)),
        ("forgets answers in time", _packet_cache(sight)),
        ("reads every row", _ignored(sight)),
        ("sends on what hot lets through", kresd.two_rules(sight.resolver, sight.zones)),
    ):
        if advice is not None:
            yield found(f"resolver {name} {what}", advice)


def _stops(check: ResolverCheck) -> str:
    if not check.stopped:
        return ""
    return f"stops {check.stopped} lawful name(s); if it is not this list, look for another block at that resolver"


def _notify(sight: Sight) -> str:
    """A refusal tells its cause; so does silence, since the resolver does answer look-ups."""
    setting = NOTIFY_SETTING[sight.resolver.kind]
    for zone in sight.zones.values():
        answer = notify_answer(sight.resolver, zone.zone)
        if answer == "NOERROR":
            continue
        told = "does not answer" if answer is None else f"answers {answer} to"
        return f"it {told} the agent's NOTIFY for {zone.zone}; give this machine's address to {setting}"
    return ""


def _zone(sight: Sight, role: ZoneRole, zone: ZoneRow) -> str:
    """By the canary; where that is missing, the serial tells whether the transfer or the policy is at fault."""
    if role not in sight.check.behind:
        return ""
    kind = sight.resolver.kind
    held, served = held_serial(sight.resolver, role=role, zone=zone.zone), sight.served.get(role)
    transfer = f"check {TRANSFER_SETTING[kind]}"
    if held is not None and held == served:
        return f"it holds serial {held} of {zone.zone} and does not block by it; {POLICY_SETTING[kind]}"
    if held is not None:
        return f"it holds serial {held} of {zone.zone} and the primary serves {served}: the transfer fails; {transfer}"
    return (
        f"it does not answer the canary of {zone.zone}; {transfer}; if its log shows the transfer, then "
        f"{POLICY_SETTING[kind]}"
    )


def _order(sight: Sight) -> str:
    """What hot lets through must not be stopped by base: lifted names are free by that alone until base has followed."""
    if sight.check.fault != BASE_DECIDES:
        return ""
    return f"base blocks what hot lets through, so that lifts wait for base; {ORDER_SETTING[sight.resolver.kind]}"


def _leak(sight: Sight) -> str:
    """Whether it is an authority on a policy zone for clients (trap 6).  BIND may be one for the agent, by our snippet."""
    if sight.resolver.kind is ResolverKind.BIND:
        return ""
    for zone in sight.zones.values():
        answer = _ask(sight.resolver, zone.zone, dns.rdatatype.SOA)
        if answer is not None and answer.flags & dns.flags.AA and answer.answer:
            return "it answers clients from the policy zone itself; set for-downstream: no, or allow-query"
    return ""


def _ttl(sight: Sight) -> str | None:
    """BIND caps a block answer's life at 5 s unless told otherwise (trap 10): four times the look-ups, and other figures."""
    for role, zone in sight.zones.items():
        if role in sight.check.behind:
            continue
        answer = _ask(sight.resolver, f"{secrets.token_hex(8)}.{zone.canary.owner}", dns.rdatatype.A)
        lives = [rrset.ttl for rrset in answer.answer] if answer is not None else []
        if lives and min(lives) < BLOCK_TTL:
            setting = (
                f"write max-policy-ttl {BLOCK_TTL} behind each zone in response-policy"
                if sight.resolver.kind is ResolverKind.BIND
                else "look for a cap on TTL in its configuration"
            )
            return f"a block answer lives {min(lives)} s instead of {BLOCK_TTL}, which multiplies what is counted; {setting}"
        return ""
    return None


def _packet_cache(sight: Sight) -> str | None:
    """PowerDNS answers from its packet cache before it asks the zones (trap 8), by default for a day."""
    if sight.resolver.kind is not ResolverKind.POWERDNS:
        return None
    kept: dict[str, int] = {}
    for setting in ("ttl", "negative_ttl"):
        told = "\n".join(control.run(sight.resolver, "get-parameter", f"packetcache.{setting}") or ())
        if match := re.search(rf"\b{setting}: (\d+)", told):
            kept[setting] = int(match[1])
    too_long = [f"packetcache.{setting} is {seconds} s" for setting, seconds in kept.items() if seconds > BLOCK_TTL]
    if not too_long:
        return "" if kept else None
    return f"{' and '.join(too_long)}, so that an answer outlives a new entry; set that to {BLOCK_TTL}"


def _ignored(sight: Sight) -> str | None:
    """Rows that Knot Resolver leaves out with one line in its log (trap 3): a CNAME to a name that means nothing to it."""
    if sight.resolver.kind is not ResolverKind.KNOT_RESOLVER or sight.resolver.zone_files is None:
        return None
    rows = 0
    for role in sight.zones:
        path = sight.resolver.zone_files / f"skyddsnat-{role}.zone"
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                rows += sum(1 for line in lines if _is_ignored(line.split()))
        except OSError:
            return f"{path} cannot be read; is the bridge running, and does it write there?"
    if not rows:
        return ""
    return (
        f"{rows} row(s) point to another name, which Knot Resolver ignores, so those names stay open; find out who adds rows "
        "to these zones beside the agent"
    )


def _is_ignored(words: list[str]) -> bool:
    return "CNAME" in words[1:] and words[-1] not in {".", PASSTHRU}


def _ask(resolver: ResolverConfig, name: str, kind: dns.rdatatype.RdataType) -> dns.message.Message | None:
    try:
        return dns.query.udp(dns.message.make_query(f"{name}.", kind), resolver.address, port=resolver.port, timeout=1)
    except (OSError, dns.exception.DNSException):
        return None
