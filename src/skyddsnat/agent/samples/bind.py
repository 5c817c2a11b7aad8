"""BIND: as a resolver with both policy zones, as the primary of them, and whole files for a laboratory."""

from __future__ import annotations

from collections.abc import Iterable

from skyddsnat.agent.samples.places import Key, PrimarySample, ResolverSample
from skyddsnat.protocols.rpz.zone import BLOCK_TTL


def bind_snippet(sample: ResolverSample) -> str:
    """What an operator includes at the top of named.conf: the key and both zones.  Needs a primary."""
    return "\n".join(
        [
            "// Skyddsnät's two policy zones.  Include this file at the top of named.conf, the one for options inside options.",
            *_key(sample.key),
            *(line for role, zone in sample.zones for line in _secondary(sample, role, zone)),
        ]
    )


def bind_options(sample: ResolverSample) -> str:
    """What stands inside `options { … };`: the policy itself.

    max-policy-ttl: without it BIND caps block answers at 5 seconds.  allow-query in the zones lets the agent, and nobody
    else, read their serials.
    """
    return "\n".join(
        [
            "// Inside options { … }; hot stands first: the first zone that knows a name decides.",
            "response-policy {",
            *(f'    zone "{zone}" log yes ede blocked max-policy-ttl {BLOCK_TTL};' for _, zone in sample.zones),
            "} qname-wait-recurse no min-update-interval 0 servfail-until-ready yes break-dnssec yes;",
            "",
        ]
    )


def bind_logging() -> str:
    """What stands inside `logging { … };`: each stopped look-up as a line that the agent can count."""
    return "\n".join(
        [
            "// Inside logging { … };",
            'channel skyddsnat { file "rpz.log" versions 3 size 20m; print-time iso8601-utc; print-category yes;',
            "    print-severity yes; severity info; };",
            "category rpz { skyddsnat; };",
            "",
        ]
    )


def bind_conf(sample: ResolverSample) -> str:
    """A whole named.conf for a laboratory: nothing outside its folder, no way out to the internet."""
    place = sample.place
    return "\n".join(
        [
            bind_snippet(sample),
            *_laboratory(sample.folder, f"listen-on port {place.port} {{ {place.address}; }};"),
            "    recursion yes;",
            "    allow-query { 127.0.0.0/8; };",
            "    empty-zones-enable no;",
            *_ways_out(sample),
            bind_options(sample),
            "};",
            "logging {",
            bind_logging(),
            "};",
            "",
        ]
    )


def bind_primary_snippet(sample: PrimarySample) -> str:
    """What an operator includes in the named.conf of a primary.

    The zones are BIND's own: it keeps the agent's updates in its journal and its file, and must never be given the agent's.
    """
    key = Key(sample.key_name, sample.key_secret, sample.key_algorithm)
    granted = [f"key {one.name};" for one in (key, sample.transfer_key) if one is not None]
    told = " ".join(f"{one.address} port {one.port};" for one in sample.resolvers)
    allowed = " ".join([*granted, *(f"{address};" for address in sample.without_key)])
    return "\n".join(
        [
            "// The agent changes and reads these two zones with its key.  Each file is an empty zone to begin with, such as",
            "// `skyddsnat agent init` writes, and then BIND's own; BIND must be able to write to its folder.",
            *_key(key),
            *_key(sample.transfer_key),
            *(
                line
                for role, zone in sample.zones
                for line in (
                    f'zone "{zone}" {{',
                    "    type primary;",
                    f'    file "{sample.database_dir / f"skyddsnat-{role}.zone"}";',
                    f"    update-policy {{ grant {key.name} zonesub ANY; }};",
                    f"    allow-transfer {{ {allowed} }};",
                    f"    allow-query {{ {allowed} }};",
                    *([f"    also-notify {{ {told} }};"] if told else []),
                    "    notify explicit;",
                    "};",
                )
            ),
            "",
        ]
    )


def bind_primary_conf(sample: PrimarySample) -> str:
    """A whole named.conf of a primary for a laboratory."""
    return "\n".join(
        [
            bind_primary_snippet(sample),
            *_laboratory(sample.run_dir, f"listen-on port {sample.listen.port} {{ {sample.listen.address}; }};"),
            "    recursion no;",
            "};",
            *(f'zone "{name}" {{ type primary; file "{file}"; }};' for name, file in sample.plain_zones),
            "",
        ]
    )


def _secondary(sample: ResolverSample, role: str, zone: str) -> Iterable[str]:
    primary = sample.primary
    if primary is None:
        raise ValueError("BIND has no primary to transfer from; expected one")
    signed = f" key {sample.key.name}" if sample.key else ""
    return (
        f'zone "{zone}" {{',
        "    type secondary;",
        f"    primaries {{ {primary.address} port {primary.port}{signed}; }};",
        f'    file "{sample.copy_of(role)}";',
        "    masterfile-format raw;",
        f"    allow-query {{ {sample.agent}; }};",
        f"    allow-notify {{ {sample.agent}; }};",
        "    allow-transfer { none; };",
        "    notify no;",
        "};",
    )


def _key(key: Key | None) -> list[str]:
    if key is None:
        return []
    return [f'key "{key.name}" {{ algorithm {key.algorithm}; secret "{key.secret}"; }};']


def _ways_out(sample: ResolverSample) -> list[str]:
    """Every question goes to the laboratory's own servers; BIND would look for the roots otherwise."""
    places = " ".join(f"{one.address} port {one.port};" for one in dict.fromkeys(server for _, server in sample.stubs))
    return ["    forward only;", f"    forwarders {{ {places} }};"] if places else []


def _laboratory(folder: object, listen: str) -> list[str]:
    return [
        "controls { };",
        "options {",
        f'    directory "{folder}";',
        f'    pid-file "{folder}/named.pid";',
        f'    session-keyfile "{folder}/session.key";',
        f"    {listen}",
        "    listen-on-v6 { none; };",
        "    dnssec-validation no;",
    ]
