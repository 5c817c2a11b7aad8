"""Knot DNS as the primary: the part for an operator's knot.conf, and a whole one for a laboratory."""

from __future__ import annotations

from collections.abc import Iterable

from skyddsnat.agent.samples.places import Key, PrimarySample

RESOLVER_ACL, TRANSFER_ACL = "skyddsnat-resolvers", "skyddsnat-transfer"
QUERY_RULE = "skyddsnat"


def knot_conf(sample: PrimarySample) -> str:
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


def knot_snippet(sample: PrimarySample) -> str:
    """The part that an operator adds to its own knot.conf."""
    acls = _acls(sample)
    names = ", ".join(f"resolver{number}" for number, _ in enumerate(sample.resolvers, start=1))
    remotes = [
        line
        for number, resolver in enumerate(sample.resolvers, start=1)
        for line in (f"  - id: resolver{number}", f'    address: "{resolver}"')
    ]
    zones = [
        line
        for (role, zone), usage in zip(sample.zones, ("100M", "1500M"), strict=True)
        for line in (
            f"  - domain: {zone}",
            f'    file: "{role}.zone"',
            "    template: skyddsnat",
            f"    journal-max-usage: {usage}",
        )
    ]
    return "\n".join(
        [
            "# The agent's key: it may change and read these two zones, from its own address only.",
            "key:",
            *_key(Key(sample.key_name, sample.key_secret, sample.key_algorithm)),
            *(_key(sample.transfer_key) if sample.transfer_key else []),
            "",
            *(["remote:", *remotes, ""] if remotes else []),
            "acl:",
            *(line for lines in acls.values() for line in lines),
            "",
            *query_rule([sample.agent, *(one.address for one in sample.resolvers), *sample.without_key]),
            "# zonefile-sync -1: Knot never rewrites the agent's files.  difference-no-serial: a reload makes the zone equal to",
            "# its file and works out serial and IXFR by itself.",
            "template:",
            "  - id: skyddsnat",
            f'    storage: "{sample.zone_dir}"',
            "    zonefile-load: difference-no-serial",
            "    zonefile-sync: -1",
            "    journal-content: all",
            *([f"    notify: [{names}]"] if remotes else []),
            f"    acl: [{', '.join(acls)}]",
            f"    module: mod-queryacl/{QUERY_RULE}",
            "",
            "zone:",
            *zones,
            "",
        ]
    )


def query_rule(addresses: Iterable[str]) -> list[str]:
    """Who may ask for a name of the zones.  A zone has it as `mod-queryacl/skyddsnat`."""
    allowed = ", ".join(f'"{address}"' for address in dict.fromkeys(addresses))
    return [
        "# Whoever asked for name after name would learn what is listed, and acl rules leave plain queries alone.",
        "mod-queryacl:",
        f"  - id: {QUERY_RULE}",
        f"    address: [{allowed}]",
        "",
    ]


def _key(key: Key) -> list[str]:
    return [f"  - id: {key.name}", f"    algorithm: {key.algorithm}", f"    secret: {key.secret}"]


def _acls(sample: PrimarySample) -> dict[str, list[str]]:
    """Who may do what, by the rule's id."""
    addresses = ", ".join(f'"{address}"' for address in sample.without_key)
    rules = {
        "skyddsnat-agent": [
            f'    address: "{sample.agent}"',
            f"    key: {sample.key_name}",
            "    action: [update, transfer]",
        ]
    }
    if sample.transfer_key is not None:
        rules[TRANSFER_ACL] = [f"    key: {sample.transfer_key.name}", "    action: transfer"]
    if addresses:
        rules[RESOLVER_ACL] = [f"    address: [{addresses}]", "    action: transfer"]
    return {name: [f"  - id: {name}", *lines] for name, lines in rules.items()}


def _plain_zones(sample: PrimarySample) -> list[str]:
    return [
        line
        for name, file in sample.plain_zones
        for line in (f"  - domain: {name}", f'    file: "{file}"', "    zonefile-sync: -1", "    zonefile-load: whole")
    ]
