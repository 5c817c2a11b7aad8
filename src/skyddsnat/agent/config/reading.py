"""agent.toml as typed values.  Everything is checked at start, and every problem is told at once, in one line each."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from skyddsnat.agent.config.values import (
    ACCESS,
    AGENT_NAME,
    KEY_ALGORITHMS,
    MOST_ADDITIONS,
    MOST_ADDITIONS_IN_A_DAY,
    PERSON,
    BenchmarkConfig,
    Config,
    HubConfig,
    ListConfig,
    OutputConfig,
    OutputKind,
    PrimaryConfig,
    ResolverConfig,
    Secret,
    VerifyConfig,
)
from skyddsnat.agent.counting.settings import read_count
from skyddsnat.agent.errors import ConfigError
from skyddsnat.agent.resolvers.kinds import LEAST_INTERVAL, ResolverKind
from skyddsnat.policy.agent_guards import Limits
from skyddsnat.policy.vocabulary import Mandate
from skyddsnat.protocols.log import BadLog, NoteKey
from skyddsnat.protocols.rpz import Action, Policy
from skyddsnat.site.config_table import Table, read_toml


def load(path: Path) -> Config:
    """Read and check a file.  Raises ConfigError with every problem found."""
    return parse(read_toml(path, program="agent", refusal=ConfigError), path=path)


def parse(data: Mapping[str, object], *, path: Path) -> Config:
    """The same from parsed TOML; relative paths are relative to the file's folder."""
    problems: list[str] = []
    top = Table(data, where="", problems=problems, folder=path.parent)
    agent = top.table("agent")
    guards = top.table("guards", optional=True)
    resolvers = _resolvers(top)
    primary = _primary(top.table("primary"), resolvers)
    config = Config(
        path=path,
        name=agent.matching("name", AGENT_NAME, "a short name such as alfa-sthlm-1"),
        data_dir=agent.path("data_dir", Path("/var/lib/skyddsnat/agent")),
        hub=_hub(top.table("hub")),
        list=_list(top.table("list", optional=True)),
        limits=_limits(guards),
        approvers=_approvers(guards),
        primary=primary,
        resolvers=resolvers,
        verify=_verify(top.table("verify", optional=True), hot_zone=primary.hot_zone),
        benchmark=_benchmark(top.table("benchmark", optional=True)),
        count=read_count(top.table("count", optional=True), resolvers={one.name: one.kind for one in resolvers}),
        outputs=_outputs(top),
        hash_dir=_hash_dir(top.table("hashes", optional=True)),
    )
    agent.finish()
    top.finish()
    if problems:
        raise ConfigError([f"{path} {problem}" for problem in problems])
    return config


def _hub(table: Table) -> HubConfig:
    config = HubConfig(
        url=table.hub_url(),
        collections=table.uuids("collections"),
        public_key=_public_key(table),
        log_key=_log_key(table),
        token=Secret(variable="SKYDDSNAT_TAXII_TOKEN", file=table.optional_path("token_file")),
        report_token=Secret(variable="SKYDDSNAT_STATS_TOKEN", file=table.optional_path("report_token_file")),
        poll_seconds=table.number("poll_seconds", 2.0, least=0.2, most=3600),
        witness_seconds=table.number("witness_seconds", 30.0, least=1, most=3600),
        timeout_seconds=table.number("timeout_seconds", 10.0, least=0.5, most=300),
        ca_file=table.optional_path("ca_file"),
    )
    table.finish()
    return config


def _public_key(table: Table) -> str:
    text = table.text("public_key")
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if text and len(key) != 32:
        table.problem("public_key", "32 bytes in base64, as the coordinator gives it out")
    return text


def _log_key(table: Table) -> NoteKey | None:
    text = table.text("log_public_key", "")
    if not text:
        return None
    try:
        return NoteKey.parse(text)
    except BadLog:
        table.problem("log_public_key", "the log's key as the coordinator gives it out, name+id+base64")
        return None


def _list(table: Table) -> ListConfig:
    action = Action(table.choice("action", tuple(Action), Action.NX))
    ipv4 = table.address("page_ipv4", IPv4Address)
    ipv6 = table.address("page_ipv6", IPv6Address)
    policy = Policy()
    if action is Action.PAGE and ipv4 is None and ipv6 is None:
        table.problem("action", 'page_ipv4 or page_ipv6 beside action = "page"')
    elif action is Action.PAGE:
        policy = Policy(action=action, ipv4=ipv4, ipv6=ipv6)
    elif action is Action.OBSERVE:
        policy = Policy(action=action)
    origins = table.texts("block_origins", tuple(Mandate))
    if not set(origins) <= set(Mandate):
        table.problem("block_origins", 'only "police" and "hotline"')
    config = ListConfig(
        policy=policy,
        allow=frozenset(table.names("allow")),
        protect=table.names("protect"),
        origins=frozenset(origins),
    )
    table.finish()
    return config


def _limits(table: Table) -> Limits:
    usual = Limits()
    return Limits(
        head_age=timedelta(
            seconds=table.number("head_age_seconds", usual.head_age.total_seconds(), least=60, most=86400)
        ),
        clock_skew=timedelta(
            seconds=table.number("clock_skew_seconds", usual.clock_skew.total_seconds(), least=1, most=3600)
        ),
        additions=table.whole("additions", usual.additions, least=0, most=MOST_ADDITIONS),
        additions_share=table.number("additions_percent", usual.additions_share * 100, least=0, most=20) / 100,
        additions_in_a_day=table.whole(
            "additions_in_a_day", usual.additions_in_a_day, least=0, most=MOST_ADDITIONS_IN_A_DAY
        ),
        additions_in_a_day_share=table.number(
            "additions_in_a_day_percent", usual.additions_in_a_day_share * 100, least=0, most=50
        )
        / 100,
        removals=usual.removals,  # withdrawals up to this number always pass: not the operator's to lower
        removals_share=table.number("removals_percent", usual.removals_share * 100, least=0, most=50) / 100,
    )


def _approvers(table: Table) -> tuple[str, ...]:
    names = table.texts("approvers", ())
    people = {" ".join(name.split()).casefold() for name in names}
    if names and (len(people) < 2 or not all(PERSON.fullmatch(" ".join(name.split())) for name in names)):
        table.problem("approvers", "two people's names or more, since it takes two to approve")
    table.finish()
    return names


def _primary(table: Table, resolvers: tuple[ResolverConfig, ...]) -> PrimaryConfig:
    kind = table.choice("kind", ("knot", "bind", "zonefile"), "knot")
    is_server = kind != "zonefile"
    interval = max((LEAST_INTERVAL.get(resolver.kind, 0.0) for resolver in resolvers), default=0.0)
    config = PrimaryConfig(
        kind=kind,
        hot_zone=table.name("hot_zone"),
        base_zone=table.name("base_zone"),
        zone_dir=table.path("zone_dir", Path("/var/lib/skyddsnat/zones")),
        address=table.host("address") if is_server else None,
        port=table.whole("port", 53, least=1, most=65535) if is_server else 0,
        key_name=table.text("key_name", "agent") if is_server else "",
        key_algorithm=table.choice("key_algorithm", KEY_ALGORITHMS, KEY_ALGORITHMS[0]) if is_server else "",
        key=Secret(variable="SKYDDSNAT_TSIG_SECRET", file=table.optional_path("key_file") if is_server else None),
        reload_command=table.texts("reload_command", ()),
        hot_limit=table.whole("hot_limit", 2000, least=0, most=100_000),
        rebuild_after=timedelta(hours=table.number("rebuild_hours", 24, least=1, most=168)),
        publish_interval_seconds=table.number("publish_interval_seconds", interval, least=0, most=60),
    )
    if config.hot_zone and config.hot_zone == config.base_zone:
        table.problem("base_zone", "another name than hot_zone")
    if kind == "bind" and config.reload_command:
        table.problem("reload_command", "none with BIND, which would give up the agent's updates for an older file")
    table.finish()
    return config


def _resolvers(top: Table) -> tuple[ResolverConfig, ...]:
    found = []
    for table in top.tables("resolver"):
        found.append(
            ResolverConfig(
                name=table.text("name"),
                address=table.host("address"),
                port=table.whole("port", 53, least=1, most=65535),
                notify=table.flag("notify", default=True),
                kind=ResolverKind(table.choice("kind", tuple(ResolverKind), ResolverKind.OTHER)),
                notify_port=table.whole("notify_port", 0, least=1, most=65535) or None,
                control=table.texts("control", ()),
                zone_files=table.optional_path("zone_files"),
            )
        )
        table.finish()
    if len({resolver.name for resolver in found}) != len(found):
        top.problem("resolver", "a different name for each resolver")
    return tuple(found)


def _verify(table: Table, *, hot_zone: str) -> VerifyConfig:
    config = VerifyConfig(
        canary_domain=table.name("canary_domain", f"canary.{hot_zone}" if hot_zone else ""),
        must_not_block=table.names("must_not_block"),
        timeout_seconds=table.number("timeout_seconds", 1.0, least=0.1, most=10),
        wait_seconds=table.number("wait_seconds", 15.0, least=0.5, most=120),
        every_seconds=table.number("every_seconds", 60.0, least=1, most=3600),
        probes=table.texts("probes", ()),
        probe_dir=table.path("probe_dir", Path("/var/lib/skyddsnat/probes")),
    )
    if len(set(config.probes)) != len(config.probes) or not all(map(ACCESS.fullmatch, config.probes)):
        table.problem("probes", 'different short names of access types, such as ["mobile", "fixed"]')
    table.finish()
    return config


def _benchmark(table: Table) -> BenchmarkConfig:
    config = BenchmarkConfig(
        key_file=table.optional_path("key_file"),
        passphrase_file=table.optional_path("passphrase_file"),
        token=Secret(variable="SKYDDSNAT_SHARES_TOKEN", file=table.optional_path("token_file")),
    )
    table.finish()
    return config


def _outputs(top: Table) -> tuple[OutputConfig, ...]:
    found = []
    for table in top.tables("output"):
        found.append(
            OutputConfig(
                kind=table.choice("kind", tuple(OutputKind), OutputKind.DOMAINS),
                file=table.path("file", Path()),
                reload_command=table.texts("reload_command", ()),
            )
        )
        if found[-1].file == Path():
            table.problem("file", "the path of the file to write")
        table.finish()
    if len({output.file for output in found}) != len(found):
        top.problem("output", "a different file for each output")
    return tuple(found)


def _hash_dir(table: Table) -> Path | None:
    folder = table.optional_path("folder")
    table.finish()
    return folder
