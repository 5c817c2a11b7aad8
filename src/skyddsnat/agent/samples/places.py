"""What every sample speaks of: addresses, keys, and what a resolver must know."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.protocols.rpz import ZoneHead, zone_text

BRIDGE_PORT = 5300
"""Where the small Knot DNS beside each Knot Resolver is told of news; 53 is the resolver's own."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and a port."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        return f"{self.address}@{self.port}"

    @property
    def with_colon(self) -> str:
        """As PowerDNS writes it."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


LEAST_SECRET = 16
"""Bytes of a TSIG secret."""


def is_tsig_secret(text: str) -> bool:
    """Whether it is base64 of enough bytes."""
    try:
        return len(base64.b64decode(text, validate=True)) >= LEAST_SECRET
    except (binascii.Error, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Key:
    """A TSIG key.  secret: base64."""

    name: str
    secret: str
    algorithm: str = "hmac-sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimarySample:
    """What a primary must know, Knot DNS or BIND.

    listen: where it answers.  agent: address that updates come from.  resolvers: where news is told, by the primary too.
    transfer_key: signs the resolvers' transfers.  keyless: addresses that may transfer without it, since Unbound has no TSIG
    for RPZ; keep them on a management network.  None is all of `resolvers`.  plain_zones: (name, file) of ordinary zones to
    serve beside, for a laboratory.
    """

    listen: Endpoint
    agent: str
    hot_zone: str
    base_zone: str
    zone_dir: Path
    key_name: str
    key_algorithm: str
    key_secret: str
    resolvers: Sequence[Endpoint]
    run_dir: Path
    database_dir: Path
    user: str | None = None
    transfer_key: Key | None = None
    keyless: Sequence[str] | None = None
    plain_zones: Sequence[tuple[str, Path]] = ()

    @property
    def zones(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(role, name)."""
        return (("hot", self.hot_zone), ("base", self.base_zone))

    @property
    def without_key(self) -> tuple[str, ...]:
        """Addresses that transfer without a key, each once."""
        given = [one.address for one in self.resolvers] if self.keyless is None else self.keyless
        return tuple(dict.fromkeys(given))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverSample:
    """What a resolver must know, whatever its kind.

    primary: where the zones are transferred from, None if it reads the agent's files.  agent: address that NOTIFY comes from,
    which is not the primary's.  key: signs the transfers; Unbound has no use for it.  folder: of its copies of the zones.
    bridge: where the Knot DNS beside a Knot Resolver listens.

    The rest is for a laboratory on loopback: where it answers, (zone, endpoint) of names that it asks a server there for, its
    log, the socket of its control program, and how often PowerDNS looks for news by itself.
    """

    primary: Endpoint | None
    agent: str
    hot_zone: str
    base_zone: str
    folder: Path
    key: Key | None = None
    bridge: Endpoint = Endpoint("0.0.0.0", BRIDGE_PORT)  # noqa: S104  it transfers from the primary alone, by key
    listen: Endpoint | None = None
    stubs: Sequence[tuple[str, Endpoint]] = ()
    log_file: Path | None = None
    control_socket: Path | None = None
    refresh_seconds: int | None = None

    @property
    def zones(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(role, name), hot first: at every resolver the first zone that knows a name decides."""
        return (("hot", self.hot_zone), ("base", self.base_zone))

    @property
    def sockets(self) -> Path:
        """Folder of its sockets in a laboratory: the system takes no path of more than some hundred characters."""
        return self.control_socket.parent if self.control_socket else self.folder

    @property
    def place(self) -> Endpoint:
        """Where it answers in a laboratory."""
        return self.listen or Endpoint("127.0.0.1")

    def copy_of(self, role: str) -> Path:
        """Its copy of a zone; of the agent's own files where it reads those."""
        return self.folder / (f"{role}.zone" if self.primary is None else f"skyddsnat-{role}.zone")


def empty_zone(name: str) -> str:
    """A zone file without rows, so that a server can start before the agent's first publish."""
    return zone_text(ZoneHead(name, 1), ())
