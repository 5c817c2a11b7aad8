"""Configuration texts of the servers around the agent.

`skyddsnat agent init` writes them for an operator; the demo and the tests start real servers from the very same texts, so a
sample that does not work cannot stay.
"""

from __future__ import annotations

from skyddsnat.agent.samples.bind import (
    bind_conf,
    bind_logging,
    bind_options,
    bind_primary_conf,
    bind_primary_snippet,
    bind_snippet,
)
from skyddsnat.agent.samples.knot import knot_conf, knot_snippet
from skyddsnat.agent.samples.kresd import bridge_conf, bridge_snippet, kresd_conf, kresd_snippet
from skyddsnat.agent.samples.places import (
    BRIDGE_PORT,
    Endpoint,
    Key,
    PrimarySample,
    ResolverSample,
    empty_zone,
)
from skyddsnat.agent.samples.powerdns import powerdns_conf, powerdns_snippet
from skyddsnat.agent.samples.powerdns_hits import powerdns_lua
from skyddsnat.agent.samples.unbound import unbound_conf, unbound_snippet

__all__ = [
    "BRIDGE_PORT",
    "Endpoint",
    "Key",
    "PrimarySample",
    "ResolverSample",
    "bind_conf",
    "bind_logging",
    "bind_options",
    "bind_primary_conf",
    "bind_primary_snippet",
    "bind_snippet",
    "bridge_conf",
    "bridge_snippet",
    "empty_zone",
    "knot_conf",
    "knot_snippet",
    "kresd_conf",
    "kresd_snippet",
    "powerdns_conf",
    "powerdns_lua",
    "powerdns_snippet",
    "unbound_conf",
    "unbound_snippet",
]
