"""agent.toml as typed values.  Everything is checked at start, and every problem is told at once, in one line each."""

from __future__ import annotations

import base64
import binascii
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from skyddsnat.agent.config_table import Table
from skyddsnat.agent.errors import ConfigError
from skyddsnat.policy.agent_guards import Limits
from skyddsnat.policy.vocabulary import Mandate
from skyddsnat.protocols.rpz import Action, Policy

DEFAULT_PATH = Path("/etc/skyddsnat/agent.toml")
MOST_ADDITIONS, MOST_ADDITIONS_IN_A_DAY = 500, 5000
"""The widest that a file may set the guards: no setting lets thousands of names in at once without two people."""

KEY_ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret lies: in the environment variable if that is set, else in the file.  Read at each use, so that a
    rotated token needs no restart."""

    variable: str
    file: Path | None

    def read(self) -> str | None:
        """The secret, or None if neither place has one."""
        if value := os.environ.get(self.variable, "").strip():
            return value
        if self.file is None:
            return None
        try:
            return self.file.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                [f"{self.file} cannot be read ({type(error).__name__}), expected a file with the secret in one line"]
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConfig:
    """Where the feed comes from and how its signature is known.  public_key: base64 of 32 raw bytes."""

    url: str
    collections: tuple[UUID, ...]
    public_key: str
    token: Secret
    report_token: Secret
    poll_seconds: float
    timeout_seconds: float
    ca_file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConfig:
    """What the operator makes of the feed."""

    policy: Policy
    allow: frozenset[str]
    protect: tuple[str, ...]
    origins: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryConfig:
    """Where the zones go.  address is None for kind "zonefile"."""

    kind: str
    hot_zone: str
    base_zone: str
    zone_dir: Path
    address: str | None
    port: int
    key_name: str
    key_algorithm: str
    key: Secret
    reload_command: tuple[str, ...]
    hot_limit: int
    rebuild_after: timedelta
    publish_interval_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverConfig:
    """One resolver that must have the list.  notify: send it NOTIFY after each change."""

    name: str
    address: str
    port: int
    notify: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyConfig:
    """How it is proved that the list is in force and stops nothing else."""

    canary_domain: str
    must_not_block: tuple[str, ...]
    timeout_seconds: float
    wait_seconds: float
    every_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole file."""

    path: Path
    name: str
    data_dir: Path
    hub: HubConfig
    list: ListConfig
    limits: Limits
    primary: PrimaryConfig
    resolvers: tuple[ResolverConfig, ...]
    verify: VerifyConfig

    @property
    def zones(self) -> tuple[str, str]:
        """Names of the hot and the base zone."""
        return (self.primary.hot_zone, self.primary.base_zone)


def load(path: Path) -> Config:
    """Read and check a file.  Raises ConfigError with every problem found."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = 'run "skyddsnat agent init" to write one, or give --config'
        raise ConfigError([f"{path} cannot be read ({type(error).__name__}); {hint}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} is not valid TOML: {error}"]) from error
    return parse(data, path=path)


def parse(data: Mapping[str, object], *, path: Path) -> Config:
    """The same from parsed TOML; relative paths are relative to the file's folder."""
    problems: list[str] = []
    top = Table(data, where="", problems=problems, folder=path.parent)
    agent = top.table("agent")
    primary = _primary(top.table("primary"))
    config = Config(
        path=path,
        name=agent.matching("name", re.compile(r"[a-z0-9][a-z0-9.-]{0,62}"), "a short name such as alfa-sthlm-1"),
        data_dir=agent.path("data_dir", Path("/var/lib/skyddsnat/agent")),
        hub=_hub(top.table("hub")),
        list=_list(top.table("list", optional=True)),
        limits=_limits(top.table("guards", optional=True)),
        primary=primary,
        resolvers=_resolvers(top),
        verify=_verify(top.table("verify", optional=True), hot_zone=primary.hot_zone),
    )
    agent.finish()
    top.finish()
    if problems:
        raise ConfigError([f"{path} {problem}" for problem in problems])
    return config


def _hub(table: Table) -> HubConfig:
    url = table.text("url").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username):
        table.problem("url", "an address such as https://hub.example")
    elif url and parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        table.problem("url", "https, since only a hub on this machine may be reached without TLS")
    config = HubConfig(
        url=url,
        collections=table.uuids("collections"),
        public_key=_public_key(table),
        token=Secret(variable="SKYDDSNAT_TAXII_TOKEN", file=table.optional_path("token_file")),
        report_token=Secret(variable="SKYDDSNAT_STATS_TOKEN", file=table.optional_path("report_token_file")),
        poll_seconds=table.number("poll_seconds", 2.0, least=0.2, most=3600),
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


def _list(table: Table) -> ListConfig:
    action = Action(table.choice("action", tuple(Action), Action.NX))
    ipv4 = table.address("page_ipv4", IPv4Address)
    ipv6 = table.address("page_ipv6", IPv6Address)
    policy = Policy()
    if action is Action.PAGE and ipv4 is None and ipv6 is None:
        table.problem("action", 'page_ipv4 or page_ipv6 beside action = "page"')
    elif action is Action.PAGE:
        policy = Policy(action=action, ipv4=ipv4, ipv6=ipv6)
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
    limits = Limits(
        head_age=timedelta(
            seconds=table.number("head_age_seconds", usual.head_age.total_seconds(), least=60, most=86400)
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
    table.finish()
    return limits


def _primary(table: Table) -> PrimaryConfig:
    kind = table.choice("kind", ("knot", "zonefile"), "knot")
    is_server = kind == "knot"
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
        publish_interval_seconds=table.number("publish_interval_seconds", 0, least=0, most=60),
    )
    if config.hot_zone and config.hot_zone == config.base_zone:
        table.problem("base_zone", "another name than hot_zone")
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
    )
    table.finish()
    return config


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
