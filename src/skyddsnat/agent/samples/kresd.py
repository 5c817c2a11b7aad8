"""Knot Resolver 5: it reads files, so a small Knot DNS beside it, the bridge, transfers the zones and writes them out."""

from __future__ import annotations

from skyddsnat.agent.samples.knot import QUERY_RULE, query_rule
from skyddsnat.agent.samples.places import ResolverSample

ONE_RULE = "one rule for both zones"
"""What it says of a test name that hot lets through: so the doctor sees from elsewhere that this part of kresd.conf is in use."""

LISTENING = {"0.0.0.0": ("0.0.0.0", "::")}  # noqa: S104


def kresd_snippet(sample: ResolverSample) -> str:
    """The part that an operator adds to kresd.conf.  `true` has it watch the file, for which it needs lua-cqueues.

    One rule asks both: a name that hot lets through is not asked of base, and goes on to the operator's own rules.  As two
    rules it would pass those too, policy.FORWARD among them (reference, "The four resolvers").
    """
    return "\n".join(
        [
            "-- Skyddsnät's two policy zones; hot stands first.  Start kresd when the bridge has written both files.",
            "-- Needs the package lua-cqueues, or changes to the files are not seen.",
            "log_groups({'policy'})",
            "log_level('notice')",
            "do",
            "    local blocked = policy.DENY_MSG('blocked', kres.extended_error.BLOCKED)",
            *(f"    local {role} = policy.rpz(blocked, '{sample.copy_of(role)}', true)" for role, _ in sample.zones),
            "    policy.add(function (request, query)",
            "        local action = hot(request, query) or base(request, query)",
            "        if action ~= policy.PASS then return action end  -- what hot lets through goes on to your own rules",
            "    end)",
            "    -- Test names that hot lets through end here, so that the agent's doctor sees this rule from elsewhere.",
            f"    policy.add(policy.suffix(policy.DENY_MSG('{ONE_RULE}'), {{ todname('canary.{sample.hot_zone}') }}))",
            "end",
            "",
        ]
    )


def kresd_conf(sample: ResolverSample) -> str:
    """A whole configuration for a laboratory: no way out to the internet."""
    return "\n".join(
        [
            f"net.listen('{sample.place.address}', {sample.place.port}, {{ kind = 'dns' }})",
            "trust_anchors.remove('.')",
            "cache.size = 10 * MB",
            kresd_snippet(sample),
            *(
                f"policy.add(policy.suffix(policy.STUB('{server}'), {{ todname('{zone}') }}))"
                for zone, server in sample.stubs
            ),
            "",
        ]
    )


def bridge_snippet(sample: ResolverSample) -> str:
    """knot.conf of the bridge, beside the operator's own `server` and `database`: transfers with the key, writes the files."""
    primary = sample.primary
    if primary is None:
        raise ValueError("the bridge has no primary to transfer from; expected one")
    key = sample.key
    told = ", ".join(f'"{one}"' for one in dict.fromkeys((sample.agent, primary.address)))
    return "\n".join(
        [
            "# The bridge between the primary and Knot Resolver, on the resolver's own host.",
            *(
                ["key:", f"  - id: {key.name}", f"    algorithm: {key.algorithm}", f"    secret: {key.secret}", ""]
                if key
                else []
            ),
            "remote:",
            "  - id: skyddsnat-primary",
            f'    address: "{primary}"',
            *([f"    key: {key.name}"] if key else []),
            "",
            "acl:",
            "  - id: skyddsnat-notify",
            f"    address: [{told}]",
            "    action: notify",
            "",
            *query_rule([sample.agent, primary.address]),
            "# zonefile-sync 0: each change is written to the file at once, by rename, where Knot Resolver sees it.",
            "template:",
            "  - id: skyddsnat",
            f'    storage: "{sample.folder}"',
            "    master: skyddsnat-primary",
            "    acl: skyddsnat-notify",
            f"    module: mod-queryacl/{QUERY_RULE}",
            "    zonefile-sync: 0",
            "    zonefile-load: none",
            "    journal-content: none",
            "",
            "zone:",
            *(
                line
                for role, zone in sample.zones
                for line in (
                    f"  - domain: {zone}",
                    f'    file: "{sample.copy_of(role).name}"',
                    "    template: skyddsnat",
                )
            ),
            "",
        ]
    )


def bridge_conf(sample: ResolverSample) -> str:
    """A whole knot.conf of a bridge."""
    listening = LISTENING.get(sample.bridge.address, (sample.bridge.address,))
    places = ", ".join(f'"{address}@{sample.bridge.port}"' for address in listening)
    return "\n".join(
        [
            "server:",
            f'    rundir: "{sample.sockets / "run"}"',
            f"    listen: [{places}]",
            "",
            "log:",
            "  - target: stderr",
            "    any: info",
            "",
            "database:",
            f'    storage: "{sample.folder / "db"}"',
            "",
            bridge_snippet(sample),
        ]
    )
