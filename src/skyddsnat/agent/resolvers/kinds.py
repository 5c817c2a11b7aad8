"""The kinds of resolver that the agent knows something of.  Any other gets NOTIFY and the canary's look-ups all the same."""

from __future__ import annotations

from enum import StrEnum


class ResolverKind(StrEnum):
    """As it stands in agent.toml."""

    BIND = "bind"
    UNBOUND = "unbound"
    POWERDNS = "powerdns"
    KNOT_RESOLVER = "knot-resolver"
    OTHER = "other"


LEAST_INTERVAL = {ResolverKind.POWERDNS: 6.0}
"""Seconds between two publishes that a kind needs: PowerDNS answers a NOTIFY within 5 s of its last refresh and does nothing
(reference, "NOTIFY timing rules")."""
