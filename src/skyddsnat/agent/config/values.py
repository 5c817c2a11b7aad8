"""What agent.toml says, as typed values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from skyddsnat.agent.counting.settings import CountConfig
from skyddsnat.agent.errors import ConfigError
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.policy.agent_guards import Limits
from skyddsnat.protocols.log import NoteKey
from skyddsnat.protocols.rpz import Policy
from skyddsnat.site.secret import read_secret

DEFAULT_PATH = Path("/etc/skyddsnat/agent.toml")
MOST_ADDITIONS, MOST_ADDITIONS_IN_A_DAY = 500, 5000
"""The widest that a file may set the guards: no setting lets thousands of names in at once without two people."""

AGENT_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")

PERSON = re.compile(r"[^\W\d_][\w .,'@-]{1,79}")
"""How a person's name looks."""

ACCESS = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""How an access type is named: it becomes the name of a file."""

KEY_ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret lies: in the environment variable if that is set, else in the file.  Read at each use, so that a
    rotated token needs no restart."""

    variable: str
    file: Path | None

    def read(self) -> str | None:
        """The secret, or None if neither place has one.  Raises ConfigError for a file that is none or cannot be read."""
        return read_secret(self.variable, self.file, refusal=ConfigError)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConfig:
    """Where the feed comes from and how its signature is known.  public_key: base64 of 32 raw bytes.

    log_key: of the hub's log, None in a file from before there was one.
    """

    url: str
    collections: tuple[UUID, ...]
    public_key: str
    log_key: NoteKey | None
    token: Secret
    report_token: Secret
    poll_seconds: float
    witness_seconds: float
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
    """Where the zones go.  kind: "knot", "bind" or "zonefile"; address is None for the last."""

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

    @property
    def is_server(self) -> bool:
        """Whether a server takes updates and tells its serial."""
        return self.address is not None

    @property
    def server_file(self) -> str:
        """What the server's own configuration is called."""
        return "named.conf" if self.kind == "bind" else "knot.conf"

    def how_to_load(self, zone: str) -> str:
        """What an operator runs after a change in it."""
        return "rndc reconfig" if self.kind == "bind" else f"knotc zone-reload {zone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverConfig:
    """One resolver that must have the list.

    notify: send it NOTIFY after each change.  notify_port: where, if not where it answers: the bridge of a Knot Resolver.
    control: its control program as the agent may run it.  zone_files: folder of a Knot Resolver's zone files, if they are here.
    """

    name: str
    address: str
    port: int
    notify: bool
    kind: ResolverKind = ResolverKind.OTHER
    notify_port: int | None = None
    control: tuple[str, ...] = ()
    zone_files: Path | None = None

    @property
    def told_at(self) -> int:
        """The port that NOTIFY goes to."""
        return self.port if self.notify_port is None else self.notify_port


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyConfig:
    """How it is proved that the list is in force and stops nothing else.  probes: access types that have one (`probes/`)."""

    canary_domain: str
    must_not_block: tuple[str, ...]
    timeout_seconds: float
    wait_seconds: float
    every_seconds: float
    probes: tuple[str, ...]
    probe_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkConfig:
    """For handing in to rounds of confidential benchmarking.  key_file: None where this site hands in nothing."""

    key_file: Path | None
    passphrase_file: Path | None
    token: Secret


class OutputKind(StrEnum):
    """A form of the list for what is not a resolver with policy zones (docs/operator/outputs.md)."""

    DNSDIST = "dnsdist"
    DOMAINS = "domains"
    HOSTS = "hosts"
    SQUID_DOMAINS = "squid-domains"
    SQUID_URLS = "squid-urls"
    URLS = "urls"
    JSON = "json"

    @property
    def takes_urls(self) -> bool:
        """Whether URL signals are part of it."""
        return self in {OutputKind.SQUID_URLS, OutputKind.URLS, OutputKind.JSON}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputConfig:
    """One file made from the list in force, and what to run when it has changed; `{file}` in that becomes its path."""

    kind: OutputKind
    file: Path
    reload_command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole file.  approvers: who may let a held list through; empty: whoever gives a name."""

    path: Path
    name: str
    data_dir: Path
    hub: HubConfig
    list: ListConfig
    limits: Limits
    approvers: tuple[str, ...]
    primary: PrimaryConfig
    resolvers: tuple[ResolverConfig, ...]
    verify: VerifyConfig
    benchmark: BenchmarkConfig
    count: CountConfig
    outputs: tuple[OutputConfig, ...] = ()
    hash_dir: Path | None = None
    """Where hash lists lie; None where this site looks no hashes up."""

    @property
    def zones(self) -> tuple[str, str]:
        """Names of the hot and the base zone."""
        return (self.primary.hot_zone, self.primary.base_zone)
