"""Configuration texts: the agent's own file, and what belongs into Knot's and Unbound's.

`skyddsnat agent init` writes them for an operator; the demo and the tests start real servers from the very same texts, so a
sample that does not work cannot stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.protocols.rpz import ZoneHead, zone_text

RESOLVER_ACL = "skyddsnat-resolvers"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and a port."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        return f"{self.address}@{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnotSample:
    """What Knot must know.

    listen: where it answers.  agent: address that updates come from.  resolvers: addresses that may transfer the zones without
    a key, since Unbound has no TSIG for RPZ; keep them on a management network.  plain_zones: (name, file) of ordinary zones
    to serve beside, for a laboratory.
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
    plain_zones: Sequence[tuple[str, Path]] = ()


def knot_conf(sample: KnotSample) -> str:
    """A whole knot.conf."""
    return "\n".join(
        [
            "# Knot DNS as the primary of the Skyddsnät zones.",
            "server:",
            f'    rundir: "{sample.run_dir}"',
            *([f'    user: "{sample.user}"'] if sample.user else []),
            f'    listen: "{sample.listen}"',
            "",
            "log:",
            "  - target: stderr",
            "    any: info",
            "",
            "database:",
            f'    storage: "{sample.database_dir}"',
            "    journal-db-max-size: 4G",
            "",
            knot_snippet(sample),
            *_plain_zones(sample),
        ]
    )


def knot_snippet(sample: KnotSample) -> str:
    """The part that an operator adds to its own knot.conf."""
    names = ", ".join(f"resolver{number}" for number, _ in enumerate(sample.resolvers, start=1))
    remotes = [
        line
        for number, resolver in enumerate(sample.resolvers, start=1)
        for line in (f"  - id: resolver{number}", f'    address: "{resolver}"')
    ]
    addresses = ", ".join(f'"{address}"' for address in dict.fromkeys(one.address for one in sample.resolvers))
    zones = [
        line
        for zone, file, usage in ((sample.hot_zone, "hot.zone", "100M"), (sample.base_zone, "base.zone", "1500M"))
        for line in (
            f"  - domain: {zone}",
            f'    file: "{file}"',
            "    template: skyddsnat",
            f"    journal-max-usage: {usage}",
        )
    ]
    return "\n".join(
        [
            "# The agent's key: it may change and read these two zones, from its own address only.",
            "key:",
            f"  - id: {sample.key_name}",
            f"    algorithm: {sample.key_algorithm}",
            f"    secret: {sample.key_secret}",
            "",
            *(["remote:", *remotes, ""] if remotes else []),
            "acl:",
            "  - id: skyddsnat-agent",
            f'    address: "{sample.agent}"',
            f"    key: {sample.key_name}",
            "    action: [update, transfer]",
            *([f"  - id: {RESOLVER_ACL}", f"    address: [{addresses}]", "    action: transfer"] if remotes else []),
            "",
            "# zonefile-sync -1: Knot never rewrites the agent's files.  difference-no-serial: a reload makes the zone equal to",
            "# its file and works out serial and IXFR by itself.",
            "template:",
            "  - id: skyddsnat",
            f'    storage: "{sample.zone_dir}"',
            "    zonefile-load: difference-no-serial",
            "    zonefile-sync: -1",
            "    journal-content: all",
            *([f"    notify: [{names}]"] if remotes else []),
            f"    acl: [skyddsnat-agent{f', {RESOLVER_ACL}' if remotes else ''}]",
            "",
            "zone:",
            *zones,
            "",
        ]
    )


def _plain_zones(sample: KnotSample) -> list[str]:
    return [
        line
        for name, file in sample.plain_zones
        for line in (f"  - domain: {name}", f'    file: "{file}"', "    zonefile-sync: -1", "    zonefile-load: whole")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnboundSample:
    """What Unbound must know.

    primary: where Knot answers, None if Unbound reads the agent's files.  agent: address that NOTIFY comes from, which is not
    the primary's.  folder: of the zone files.  The last four are for a laboratory on loopback: where it answers, (zone,
    endpoint) of names that it asks a server on loopback for, its log, and the socket of unbound-control.
    """

    primary: Endpoint | None
    agent: str
    hot_zone: str
    base_zone: str
    folder: Path
    listen: Endpoint | None = None
    stubs: Sequence[tuple[str, Endpoint]] = ()
    log_file: Path | None = None
    control_socket: Path | None = None


def unbound_conf(sample: UnboundSample) -> str:
    """A whole unbound.conf for a laboratory: no privileges, nothing outside its folder, no way out to the internet."""
    listen = sample.listen or Endpoint("127.0.0.1")
    stubs = [
        line
        for zone, server in sample.stubs
        for line in ("stub-zone:", f'    name: "{zone}."', f"    stub-addr: {server}", "")
    ]
    return "\n".join(
        [
            "server:",
            f"    interface: {listen}",
            f"    port: {listen.port}",
            "    do-daemonize: no",
            '    username: ""',
            '    chroot: ""',
            f'    directory: "{sample.folder}"',
            f'    pidfile: "{sample.folder / "unbound.pid"}"',
            *([f'    logfile: "{sample.log_file}"'] if sample.log_file else ["    use-syslog: no"]),
            "    num-threads: 1",
            "    access-control: 127.0.0.0/8 allow",
            "    do-not-query-localhost: no",
            *[f'    local-zone: "{zone}." nodefault' for zone, _ in sample.stubs],
            *[f'    domain-insecure: "{zone}."' for zone, _ in sample.stubs],
            "",
            unbound_snippet(sample),
            *stubs,
            *_remote_control(sample.control_socket),
            "",
        ]
    )


def _remote_control(socket: Path | None) -> list[str]:
    if socket is None:
        return ["remote-control:", "    control-enable: no"]
    return [
        "remote-control:",
        "    control-enable: yes",
        f'    control-interface: "{socket}"',
        "    control-use-cert: no",
    ]


def unbound_snippet(sample: UnboundSample) -> str:
    """The part that an operator adds to its own unbound.conf.  The hot zone stands first: the first match wins."""
    transfer = [] if sample.primary is None else [f"    primary: {sample.primary}", f"    allow-notify: {sample.agent}"]
    prefix = "" if sample.primary is None else "skyddsnat-"
    zones = [
        line
        for role, zone in (("hot", sample.hot_zone), ("base", sample.base_zone))
        for line in (
            "rpz:",
            f"    name: {zone}",
            *transfer,
            f'    zonefile: "{sample.folder / f"{prefix}{role}.zone"}"',
            "    rpz-log: yes",
            f'    rpz-log-name: "{role}"',
            "",
        )
    ]
    return "\n".join(
        [
            "# respip must stand in module-config, or Unbound refuses the rpz clauses.",
            "server:",
            '    module-config: "respip validator iterator"',
            "    log-time-ascii: yes",
            "    log-time-iso: yes",
            "    extended-statistics: yes",
            "",
            *zones,
        ]
    )


def empty_zone(name: str) -> str:
    """A zone file without rows, so that Knot can start before the agent's first publish."""
    return zone_text(ZoneHead(name, 1), ())
