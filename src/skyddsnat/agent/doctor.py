"""`skyddsnat agent doctor`: everything that can be checked from here, each with what to do about it."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.benchmark.keys import read_private
from skyddsnat.agent.config import Secret
from skyddsnat.agent.errors import AgentError, ConfigError, WrongUse
from skyddsnat.agent.findings import Finding
from skyddsnat.agent.probes.reports import SILENT_AFTER
from skyddsnat.agent.resolvers.faults import Sight, examine_resolver
from skyddsnat.agent.samples.places import LEAST_SECRET, is_tsig_secret
from skyddsnat.policy.protect import ProtectList
from skyddsnat.protocols.feedhead import BadFeedHead, verify

OLD_LISTS = timedelta(days=180)
LEAST_FREE = 200 * 1024 * 1024


def examine(agent: Agent) -> list[Finding]:
    """All checks, in the order in which they build on each other.  Changes nothing."""
    checks: tuple[Callable[[Agent], Iterator[Finding]], ...] = (
        _secrets,
        _folders,
        _hub,
        _log,
        _guards,
        _zones,
        _primary,
        _resolvers,
        _probes,
        _outputs,
    )
    return [finding for check in checks for finding in check(agent)]


def _secrets(agent: Agent) -> Iterator[Finding]:
    wanted = [
        ("token (scope taxii)", agent.config.hub.token),
        ("report token (scope stats)", agent.config.hub.report_token),
    ]
    if agent.config.primary.is_server:
        wanted.append(("TSIG secret", agent.config.primary.key))
    if agent.config.benchmark.key_file is not None:
        wanted.append(("token (scope shares)", agent.config.benchmark.token))
    for what, secret in wanted:
        advice = _secret_advice(secret, is_key=what.startswith("TSIG"))
        yield Finding(what, not advice, advice)
    benchmark = agent.config.benchmark
    for what, path in (("benchmark key file", benchmark.key_file), ("its passphrase file", benchmark.passphrase_file)):
        if path is not None:
            advice = _private_advice(path, what=what)
            yield Finding(what, not advice, advice)


def _private_advice(path: Path, *, what: str) -> str:
    try:
        read_private(path, what=what)
    except WrongUse as error:
        return str(error)
    return ""


def _secret_advice(secret: Secret, *, is_key: bool) -> str:
    try:
        value = secret.read()
    except ConfigError as error:
        return str(error)
    if value is None:
        return f"missing, expected it in its file or in ${secret.variable}"
    if is_key and not is_tsig_secret(value):
        return f"not base64 of at least {LEAST_SECRET} bytes, expected the secret as the primary has it"
    if secret.file is not None and secret.file.exists() and secret.file.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return f"{secret.file} is open to others; run: chmod 600 {secret.file}"
    return ""


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


def _outputs(agent: Agent) -> Iterator[Finding]:
    """Files beside the zones: whether each has the list in force, and is the one that was written."""
    behind = {output.file for output in agent.outputs.behind(look_at_files=True)}
    for output in agent.config.outputs:
        here = output.file.parent.is_dir()
        advice = 'run "skyddsnat agent publish", or see in status why the running agent has not written it'
        if not here:
            advice = (
                f"{output.file.parent} is missing; make it, writable for the agent and readable for whoever uses it"
            )
        good = here and output.file not in behind
        yield Finding(f"output {output.kind} has the list in force", good, "" if good else advice)
    folder = agent.config.hash_dir
    if folder is not None:
        good = folder.is_dir()
        yield Finding("folder of the hash lists exists", good, "" if good else f"{folder} is missing; make it")


def _hub(agent: Agent) -> Iterator[Finding]:
    for collection in agent.config.hub.collections:
        what = f"feed {str(collection)[:8]} is signed and fresh"
        try:
            head = verify(agent.client.head(collection), key=agent.config.hub.public_key)
        except AgentError as error:
            yield Finding(what, False, str(error))
            continue
        except BadFeedHead as bad:
            yield Finding(what, False, _bad_head(bad))
            continue
        if head.collection != collection:
            advice = (
                f"the hub shows the head of {head.collection} there; the agent takes none of it, ask the hub's operator"
            )
            yield Finding(what, False, advice)
            continue
        age = agent.clock() - head.time
        limits = agent.config.limits
        advice = ""
        if age > limits.head_age or age < -limits.clock_skew:
            advice = f"signed {age.total_seconds():.0f} s ago; check this machine's clock, then ask the hub's operator"
        yield Finding(what, not advice, advice)


def _bad_head(bad: BadFeedHead) -> str:
    if bad.code == "malformed":
        return f"{bad.message}; check url in [hub], and what stands between, then ask the hub's operator"
    return f"{bad.code}: not signed by the key in agent.toml; call the coordinator, do not change it"


def _log(agent: Agent) -> Iterator[Finding]:
    what = "the hub's log goes on from what was seen"
    if not agent.witness.watches:
        advice = "add log_public_key to [hub], with the log's key from the coordinator, so that this agent is a witness"
        yield Finding("the hub's log is witnessed", False, advice)
        return
    try:
        advice = agent.witness.peek()
    except AgentError as error:
        advice = str(error)
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
    """The zones are there; the agent may change and transfer them."""
    if not agent.config.primary.is_server:
        return
    for zone in agent.config.zones:
        advice = ""
        try:
            if agent.publisher.served(zone) is None:
                conf = agent.config.primary
                advice = f'not served; add it to {conf.server_file} and run "{conf.how_to_load(zone)}"'
        except AgentError as error:
            advice = str(error)
        yield Finding(f"primary serves {zone}", not advice, advice)
        if not advice:
            told = "; ".join(agent.publisher.refused(zone))
            yield Finding(f"primary lets the agent change {zone}", not told, told)


def _resolvers(agent: Agent) -> Iterator[Finding]:
    if not agent.config.resolvers:
        yield Finding("resolvers are known", False, "add a [[resolver]] for each; without one nothing is proved")
    zones, served = agent.state.zones.all(), {}
    for role, row in zones.items():
        with suppress(AgentError):  # the primary's own finding tells why
            if (serial := agent.publisher.served(row.zone)) is not None:
                served[role] = serial
    checks = {check.name: check for check in agent.verifier.everything(zones)}
    for resolver in agent.config.resolvers:
        yield from examine_resolver(Sight(resolver, zones, served, checks[resolver.name]))


def _probes(agent: Agent) -> Iterator[Finding]:
    for told in agent.status().probes:
        at = None if told["at"] is None else datetime.fromisoformat(told["at"])
        advice = ""
        if at is None or agent.clock() - at > SILENT_AFTER:
            advice = (
                f"nothing new in {told['access']}.jsonl; is the probe running, and does its report reach probe_dir?"
            )
        elif told["answered"] < told["asked"]:
            advice = (
                "customers there do not get the list: which resolver were they given, and is it a [[resolver]] here?"
            )
        yield Finding(f"probe {told['access']} sees the canaries", not advice, advice)
