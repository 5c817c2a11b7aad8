"""`skyddsnat agent doctor`: everything that can be checked from here, each with what to do about it."""

from __future__ import annotations

import base64
import binascii
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rdatatype

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import ResolverConfig, Secret
from skyddsnat.agent.errors import AgentError, ConfigError
from skyddsnat.agent.verify import ResolverCheck
from skyddsnat.policy.protect import ProtectList
from skyddsnat.protocols.feedhead import BadFeedHead, verify

OLD_LISTS = timedelta(days=180)
LEAST_FREE = 200 * 1024 * 1024
LEAST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.  advice: what to do, empty if all is well."""

    what: str
    ok: bool
    advice: str = ""


def examine(agent: Agent) -> list[Finding]:
    """All checks, in the order in which they build on each other.  Changes nothing."""
    checks: tuple[Callable[[Agent], Iterator[Finding]], ...] = (
        _secrets,
        _folders,
        _hub,
        _guards,
        _zones,
        _primary,
        _resolvers,
    )
    return [finding for check in checks for finding in check(agent)]


def _secrets(agent: Agent) -> Iterator[Finding]:
    wanted = [
        ("token (scope taxii)", agent.config.hub.token),
        ("report token (scope stats)", agent.config.hub.report_token),
    ]
    if agent.config.primary.kind == "knot":
        wanted.append(("TSIG secret", agent.config.primary.key))
    for what, secret in wanted:
        advice = _secret_advice(secret, is_key=what.startswith("TSIG"))
        yield Finding(what, not advice, advice)


def _secret_advice(secret: Secret, *, is_key: bool) -> str:
    try:
        value = secret.read()
    except ConfigError as error:
        return str(error)
    if value is None:
        return f"missing, expected it in its file or in ${secret.variable}"
    if is_key and not _is_strong(value):
        return f"not base64 of at least {LEAST_SECRET} bytes, expected the secret from knot.conf"
    if secret.file is not None and secret.file.exists() and secret.file.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return f"{secret.file} is open to others; run: chmod 600 {secret.file}"
    return ""


def _is_strong(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) >= LEAST_SECRET
    except (binascii.Error, ValueError):
        return False


def _folders(agent: Agent) -> Iterator[Finding]:
    data, zones = agent.config.data_dir, agent.config.primary.zone_dir
    open_to_others = bool(data.stat().st_mode & stat.S_IRWXO)
    yield Finding("data_dir is private", not open_to_others, f"run: chmod 700 {data}" if open_to_others else "")
    low = shutil.disk_usage(data).free < LEAST_FREE
    yield Finding("room on the disk", not low, "less than 200 MB left; make room" if low else "")
    broken = agent.journal.broken_at()
    yield Finding(
        "journal is whole",
        broken is None,
        ""
        if broken is None
        else f"line {broken} does not follow from the one before; somebody has changed the journal",
    )
    there = zones.is_dir()
    yield Finding("zone_dir exists", there, "" if there else f"{zones} is missing; make it, readable for the primary")


def _hub(agent: Agent) -> Iterator[Finding]:
    for collection in agent.config.hub.collections:
        what = f"feed {str(collection)[:8]} is signed and fresh"
        try:
            head = verify(agent.client.head(collection), key=agent.config.hub.public_key)
        except AgentError as error:
            yield Finding(what, False, str(error))
            continue
        except BadFeedHead as bad:
            yield Finding(
                what, False, f"{bad.code}: not signed by the key in agent.toml; call the coordinator, do not change it"
            )
            continue
        age = agent.clock() - head.time
        limits = agent.config.limits
        advice = ""
        if age > limits.head_age or age < -limits.clock_skew:
            advice = f"signed {age.total_seconds():.0f} s ago; check this machine's clock, then ask the hub's operator"
        yield Finding(what, not advice, advice)


def _guards(agent: Agent) -> Iterator[Finding]:
    old = agent.clock().date() - ProtectList.build().dated > OLD_LISTS
    yield Finding("protect list is recent", not old, "older than 180 days; install a newer release" if old else "")
    for what, given, advice in (
        ("own names are protected", agent.config.list.protect, "add your own domains to [list] protect"),
        ("lawful names are tested", agent.config.verify.must_not_block, "add names to [verify] must_not_block"),
    ):
        yield Finding(what, bool(given), "" if given else advice)


def _zones(agent: Agent) -> Iterator[Finding]:
    """The files are the truth: whatever restarts serves them."""
    for role, good in agent.publisher.files_are_right().items():
        yield Finding(
            f"file of the {role} zone is as published",
            good,
            ""
            if good
            else 'run "skyddsnat agent publish" or let the running agent mend it; then find out who changed it',
        )


def _primary(agent: Agent) -> Iterator[Finding]:
    if agent.config.primary.kind != "knot":
        return
    for zone in agent.config.zones:
        advice = ""
        try:
            if agent.publisher.served(zone) is None:
                advice = f'not served; add it to knot.conf and run "knotc zone-reload {zone}"'
        except AgentError as error:
            advice = str(error)
        yield Finding(f"primary serves {zone}", not advice, advice)


def _resolvers(agent: Agent) -> Iterator[Finding]:
    if not agent.config.resolvers:
        yield Finding("resolvers are known", False, "add a [[resolver]] for each; without one nothing is proved")
    for check in agent.verifier.everything(agent.state.zones.all()):
        yield Finding(f"resolver {check.name}", check.ok, _resolver_advice(check))
    for resolver in agent.config.resolvers:
        leaking = any(_answers_for_zone(resolver, zone) for zone in agent.config.zones)
        yield Finding(
            f"resolver {resolver.name} keeps the list to itself",
            not leaking,
            "it answers clients from the policy zone itself; set for-downstream: no, or allow-query" if leaking else "",
        )


def _resolver_advice(check: ResolverCheck) -> str:
    if check.ok:
        return ""
    if check.behind and check.fault == "unreached":
        return "no answer; is it running, and may this machine ask it?"
    if check.stopped:
        return f"stops {check.stopped} lawful name(s); if it is not this list, look for another block at that resolver"
    return f"does not answer the canary of {', '.join(check.behind)}; check primary, allow-notify and the order of the zones"


def _answers_for_zone(resolver: ResolverConfig, zone: str) -> bool:
    """Whether the resolver itself is an authority on the zone for clients (reference, Trap 6)."""
    query = dns.message.make_query(f"{zone}.", dns.rdatatype.SOA)
    try:
        answer = dns.query.udp(query, resolver.address, port=resolver.port, timeout=1)
    except (OSError, dns.exception.DNSException):
        return False
    return bool(answer.flags & dns.flags.AA) and bool(answer.answer)
