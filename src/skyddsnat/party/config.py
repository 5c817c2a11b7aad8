"""party.toml as typed values.  Everything is checked at start, and every problem is told at once, in one line each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from skyddsnat.party.errors import ConfigError
from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.log import BadLog, NoteKey
from skyddsnat.site.config_table import Table, expected_of_url, read_toml
from skyddsnat.site.secret import read_secret

DEFAULT_PATH = Path("/etc/skyddsnat-party/party.toml")
TOKEN_VARIABLE = "SKYDDSNAT_PARTY_TOKEN"  # noqa: S105 - the name of a variable

_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Where the hub's token lies: in the environment if it is set there, else in the file.  Read at each use."""

    file: Path | None

    def read(self) -> str | None:
        """The token, or None if neither place has one.  Raises ConfigError."""
        return read_secret(TOKEN_VARIABLE, self.file, refusal=ConfigError)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConfig:
    """The hub.  log_keys: under one of them a receipt that a member objects with must be signed; without any, each counts."""

    url: str
    token: Token
    ca_file: Path | None
    log_keys: tuple[NoteKey, ...]
    poll_seconds: float
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsConfig:
    """What one computation may use, and how long the party waits.

    memory_mb: address space of the worker.  cpu_seconds, wall_seconds: of one attempt.  connect_seconds: until the peers are
    there.  attempts: that may fail by our own fault.  patience: for the other parties, after the objection window.
    skew: by which this machine's clock may be wrong.
    """

    memory_mb: int
    cpu_seconds: int
    wall_seconds: float
    connect_seconds: float
    attempts: int
    patience: timedelta
    skew: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole file.

    address: where the two peers reach this party's worker.  listen: the host that the worker listens on where it is not that of
    `address` (behind a translation of addresses).  peers: pinned keys (hex) by party id.
    """

    path: Path
    id: str
    data_dir: Path
    key_file: Path
    address: str
    listen: str
    hub: HubConfig
    peers: Mapping[str, str]
    limits: LimitsConfig


def load(path: Path) -> Config:
    """Read and check a file.  Raises ConfigError with every problem found."""
    return parse(read_toml(path, program="party", refusal=ConfigError), path=path)


def parse(data: Mapping[str, object], *, path: Path) -> Config:
    """The same from parsed TOML; relative paths are relative to the file's folder."""
    problems: list[str] = []
    top = Table(data, where="", problems=problems, folder=path.parent)
    party = top.table("party")
    config = Config(
        path=path,
        id=party.matching("id", re.compile(fields.IDENTIFIER), "the id that the coordinator gave you, such as solros"),
        data_dir=party.path("data_dir", Path("/var/lib/skyddsnat/party")),
        key_file=party.path("key_file", path.parent / "party-keys" / "party.key"),
        address=_address(party),
        listen=party.text("listen", ""),
        hub=_hub(top.table("hub")),
        peers=_peers(top),
        limits=_limits(top.table("limits", optional=True)),
    )
    party.finish()
    top.finish()
    if problems:
        raise ConfigError([f"{path} {problem}" for problem in problems])
    return config


def is_address(text: str) -> bool:
    """Whether it is host:port as the two peers can use it; an IPv6 address stands in brackets."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and 1 <= int(found["port"]) <= 65535


def is_hub_url(url: str) -> bool:
    """Whether the hub may be reached there: https, or http on this machine."""
    return not expected_of_url(url)


def _address(table: Table) -> str:
    text = table.text("address")
    if text and not is_address(text):
        table.problem("address", "host:port under which the two other parties reach this one")
    return text


def _hub(table: Table) -> HubConfig:
    url = table.text("url").rstrip("/")
    if url and not is_hub_url(url):
        table.problem("url", "an address such as https://hub.example; http only for a hub on this machine")
    config = HubConfig(
        url=url,
        token=Token(file=table.optional_path("token_file")),
        ca_file=table.optional_path("ca_file"),
        log_keys=_log_keys(table),
        poll_seconds=table.number("poll_seconds", 5.0, least=0.05, most=3600),
        timeout_seconds=table.number("timeout_seconds", 20.0, least=0.5, most=300),
    )
    table.finish()
    return config


def _log_keys(table: Table) -> tuple[NoteKey, ...]:
    """The key of today, and earlier ones, under which receipts of rounds that are still open may be signed."""
    today = table.text("log_public_key", "")
    found = []
    for key, texts in (
        ("log_public_key", [today] if today else []),
        ("former_log_public_keys", table.texts("former_log_public_keys", ())),
    ):
        for text in texts:
            try:
                found.append(NoteKey.parse(text))
            except BadLog:
                table.problem(key, "the log's key as the coordinator gives it out, name+id+base64")
    return tuple(found)


def _peers(top: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in top.tables("peer"):
        name = table.matching("id", re.compile(fields.IDENTIFIER), "the id of another party")
        found[name] = table.matching("signing_key", re.compile(fields.HEX32), "its public key, 64 hex digits")
        table.finish()
    return found


def _limits(table: Table) -> LimitsConfig:
    limits = LimitsConfig(
        memory_mb=table.whole("memory_mb", 4096, least=256, most=1_000_000),
        cpu_seconds=table.whole("cpu_seconds", 3600, least=1, most=86_400),
        wall_seconds=table.number("wall_seconds", 7200, least=1, most=172_800),
        connect_seconds=table.number("connect_seconds", 120, least=0.5, most=3600),
        attempts=table.whole("attempts", 3, least=1, most=20),
        patience=timedelta(hours=table.number("patience_hours", 72, least=0, most=24 * 60)),
        skew=timedelta(seconds=table.number("clock_skew_seconds", 120, least=0, most=3600)),
    )
    table.finish()
    return limits
