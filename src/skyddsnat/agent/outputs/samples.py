"""What belongs into the configuration of dnsdist and of Squid.  The tests start real servers from these very texts."""

from __future__ import annotations

import json
from pathlib import Path

from skyddsnat.protocols.rpz import Action, Policy
from skyddsnat.protocols.rpz.zone import BLOCK_TTL

LOOK_SECONDS = 1
"""How often dnsdist looks whether the file is another one."""

EDE_BLOCKED = 15
"""Blocked (RFC 8914): by the policy of whoever runs the server."""


def dnsdist_snippet(file: Path, *, policy: Policy | None = None) -> str:
    """Lua for dnsdist.conf, ahead of rules that answer or forward."""
    answer = [f"addAction(skyddsnatListed, RCodeAction(DNSRCode.NXDOMAIN, {{ttl={BLOCK_TTL}}}))"]
    if policy is not None and policy.action is Action.PAGE:
        addresses = ", ".join(json.dumps(data) for _, data in policy.data)
        answer = [
            f"addAction(skyddsnatListed, SpoofAction({{{addresses}}}, {{ttl={BLOCK_TTL}}}))",
            "-- Whatever is asked besides has no data, so that no HTTPS record leads around the page.",
            f"addAction(skyddsnatListed, RCodeAction(DNSRCode.NOERROR, {{ttl={BLOCK_TTL}}}))",
        ]
    return "\n".join(
        [
            "-- Skyddsnat: the list in force.  The file is read again by itself when the agent has replaced it.",
            f"local skyddsnatList = newCDBKVStore({json.dumps(str(file))}, {LOOK_SECONDS})",
            "local skyddsnatListed = OrRule({",
            "  KeyValueStoreLookupRule(skyddsnatList, KeyValueLookupKeyQName(false)),      -- a name alone",
            "  KeyValueStoreLookupRule(skyddsnatList, KeyValueLookupKeySuffix(1, true)),   -- a whole domain",
            "})",
            f'addAction(skyddsnatListed, SetExtendedDNSErrorAction({EDE_BLOCKED}, "Blocked by operator policy"))',
            *answer,
            "",
        ]
    )


def squid_snippet(*, domains: Path, urls: Path) -> str:
    """Lines for squid.conf, ahead of the rules that allow."""
    return "\n".join(
        [
            "# Skyddsnat: the list in force.  Reload with: squid -k reconfigure",
            f'acl skyddsnat_domains dstdomain -n "{domains}"',
            f'acl skyddsnat_urls url_regex "{urls}"',
            "http_access deny skyddsnat_domains",
            "http_access deny skyddsnat_urls",
            "",
        ]
    )
