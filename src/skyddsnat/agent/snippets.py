"""What belongs into the configuration of each server around the agent, by its kind: one snippet a place.

`init` writes them, deploy/agent and docs/operator show them, and the tests start servers from the same texts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.agent import samples
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples import PrimarySample, ResolverSample

COPIES = {
    ResolverKind.BIND: Path("/var/cache/bind"),
    ResolverKind.UNBOUND: Path("/var/lib/unbound"),
    ResolverKind.POWERDNS: Path("/var/lib/pdns-recursor"),
    ResolverKind.KNOT_RESOLVER: Path("/var/lib/kresd-rpz"),
}
"""Where each kind keeps its copies of the zones: folders that it may write to with Debian's packages, or that its page makes."""

READS_FILES = frozenset({ResolverKind.UNBOUND, ResolverKind.KNOT_RESOLVER})
"""Kinds that can do without a primary."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """One file.  place: where an operator puts it."""

    name: str
    place: str
    text: str


Maker = Callable[[ResolverSample], str]

_RESOLVERS: dict[ResolverKind, tuple[tuple[str, str, Maker], ...]] = {
    ResolverKind.BIND: (
        ("bind-skyddsnat.conf", "included at the top of named.conf", samples.bind_snippet),
        ("bind-skyddsnat-options.conf", "included inside options { … }", samples.bind_options),
        ("bind-skyddsnat-logging.conf", "included inside logging { … }", lambda _: samples.bind_logging()),
    ),
    ResolverKind.UNBOUND: (("unbound-skyddsnat.conf", "in /etc/unbound/unbound.conf.d", samples.unbound_snippet),),
    ResolverKind.POWERDNS: (
        ("powerdns-skyddsnat.yml", "in /etc/powerdns/recursor.d", samples.powerdns_snippet),
        ("powerdns-skyddsnat.lua", "as lua_dns_script, so that hits are logged", lambda _: samples.powerdns_lua()),
    ),
    ResolverKind.KNOT_RESOLVER: (
        ("kresd-skyddsnat.conf", "in /etc/knot-resolver/kresd.conf, before other policies", samples.kresd_snippet),
        ("bridge-skyddsnat.conf", "in /etc/knot/knot.conf on the resolver's own host", samples.bridge_snippet),
    ),
}


def resolver_snippets(kind: ResolverKind, sample: ResolverSample) -> list[Snippet]:
    """What a resolver of this kind needs; nothing for a kind that the agent does not know.

    Without a primary the files are the agent's own, and no bridge is needed.
    """
    return [
        Snippet(name, place, make(sample))
        for name, place, make in _RESOLVERS.get(kind, ())
        if sample.primary is not None or make is not samples.bridge_snippet
    ]


def primary_snippet(kind: str, sample: PrimarySample) -> Snippet:
    """What the primary needs, "knot" or "bind"."""
    if kind == "bind":
        text = samples.bind_primary_snippet(sample)
        return Snippet("bind-primary-skyddsnat.conf", "included at the top of named.conf", text)
    return Snippet("knot-skyddsnat.conf", "in /etc/knot/knot.conf", samples.knot_snippet(sample))
