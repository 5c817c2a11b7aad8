"""How each kind of resolver is configured and started in a folder of its own, by the samples that operators get too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import KnownResolver
from skyddsnat.agent.samples import ResolverSample, bind_conf, bridge_conf, kresd_conf, powerdns_conf, unbound_conf
from skyddsnat.demo.processes import Child, Children, find_program

BRIDGE_SECONDS = 60.0

CONFIGURATIONS: dict[ResolverKind, tuple[str, Callable[[ResolverSample], str]]] = {
    ResolverKind.BIND: ("named.conf", bind_conf),
    ResolverKind.UNBOUND: ("unbound.conf", unbound_conf),
    ResolverKind.POWERDNS: ("recursor.yml", powerdns_conf),
    ResolverKind.KNOT_RESOLVER: ("kresd.conf", kresd_conf),
}
"""File name and text of each kind's whole configuration."""


def configure(kind: ResolverKind, folder: Path, sample: ResolverSample) -> None:
    """Write what the server reads."""
    folder.mkdir(parents=True, exist_ok=True)
    name, text_of = CONFIGURATIONS[kind]
    (folder / name).write_text(text_of(sample), encoding="utf-8")
    if kind is ResolverKind.KNOT_RESOLVER:
        for inner in (sample.sockets / "run", folder / "db"):
            inner.mkdir(exist_ok=True)
        (folder / "bridge.conf").write_text(bridge_conf(sample), encoding="utf-8")


def start(kind: ResolverKind, name: str, folder: Path, sample: ResolverSample, children: Children) -> Child:
    """Start it; a Knot Resolver after the bridge that brings it the zones.  Raises ChildFailed."""
    if kind is ResolverKind.KNOT_RESOLVER:
        bridge = children.start(f"{name}-bridge", [find_program("knotd"), "-c", str(folder / "bridge.conf")])
        copies = [sample.copy_of(role) for role, _ in sample.zones]
        children.wait_until(bridge, lambda: all(copy.exists() for copy in copies), seconds=BRIDGE_SECONDS)
    # Knot Resolver writes no time; a service's journal puts one before each line.
    return children.start(name, _command(kind, folder), timed=kind is ResolverKind.KNOT_RESOLVER)


def counted(
    kind: ResolverKind, name: str, folder: Path, sample: ResolverSample, children: Children
) -> Mapping[str, str | list[str]]:
    """What tells this resolver's hits, as it stands in [[count.log]]: a log, or at PowerDNS a command alone."""
    match kind:
        case ResolverKind.POWERDNS:
            return {"counters": [*_control(kind, folder, sample), "get-all"]}
        case ResolverKind.KNOT_RESOLVER:
            return {"hits": [str(children.log_of(name))]}
        case ResolverKind.BIND:
            return {"hits": [str(folder / "rpz.log*")]}
        case _:
            return {"hits": [str(sample.log_file)]}


def known(kind: ResolverKind, name: str, folder: Path, sample: ResolverSample) -> KnownResolver:
    """The resolver as it stands in agent.toml."""
    bridged = kind is ResolverKind.KNOT_RESOLVER
    return KnownResolver(
        name=name,
        endpoint=sample.place,
        kind=kind,
        notify_port=sample.bridge.port if bridged else None,
        control=_control(kind, folder, sample),
        zone_files=folder if bridged else None,
    )


def _command(kind: ResolverKind, folder: Path) -> list[str]:
    match kind:
        case ResolverKind.BIND:
            return [find_program("named"), "-f", "-L", "/dev/stderr", "-n", "1", "-c", str(folder / "named.conf")]
        case ResolverKind.POWERDNS:
            return [find_program("pdns_recursor"), f"--config-dir={folder}"]
        case ResolverKind.KNOT_RESOLVER:
            return [find_program("kresd"), "-n", "-c", str(folder / "kresd.conf"), str(folder)]
        case _:
            return [find_program("unbound"), "-c", str(folder / "unbound.conf")]


def _control(kind: ResolverKind, folder: Path, sample: ResolverSample) -> list[str]:
    """PowerDNS forgets a changed name at once only when it is told to."""
    if kind is not ResolverKind.POWERDNS:
        return []
    return [find_program("rec_control"), f"--config-dir={folder}", f"--socket-dir={sample.sockets}"]
