"""PowerDNS Recursor 5: a file for recursor.d, and a whole recursor.yml for a laboratory."""

from __future__ import annotations

import json

from skyddsnat.agent.samples.places import ResolverSample
from skyddsnat.protocols.rpz.zone import BLOCK_TTL


def powerdns_snippet(sample: ResolverSample) -> str:
    """The part that an operator puts into recursor.d.  Needs a primary.

    packetcache: an answer that is kept there is given before the zones are asked, so for as long a new entry would not count.
    """
    primary = sample.primary
    if primary is None:
        raise ValueError("PowerDNS has no primary to transfer from; expected one")
    notifiers = ", ".join(_text(one) for one in dict.fromkeys((primary.address, sample.agent)))
    return "\n".join(
        [
            "# Skyddsnät's two policy zones; hot stands first: the first zone that knows a name decides.",
            "incoming:",
            f"  allow_notify_from: [{notifiers}]",
            f"  allow_notify_for: [{', '.join(_text(zone) for _, zone in sample.zones)}]",
            "recursor:",
            "  extended_resolution_errors: true",
            "  rpzs:",
            *(line for role, zone in sample.zones for line in _zone(sample, role, zone)),
            "# An answer in the packet cache is given before the policy zones are asked: keep it short.",
            "packetcache:",
            f"  ttl: {BLOCK_TTL}",
            f"  negative_ttl: {BLOCK_TTL}",
            "logging:",
            "  rpz_changes: true",
            "",
        ]
    )


def powerdns_conf(sample: ResolverSample) -> str:
    """A whole recursor.yml for a laboratory: nothing outside its folder, no way out to the internet."""
    whole = [
        powerdns_snippet(sample),
        "dnssec:",
        "  validation: off",
        "outgoing:",
        "  dont_query: []",
    ]
    text = "\n".join([*whole, ""])
    for head, lines in (
        ("incoming:", [f"  listen: [{_text(sample.place.with_colon)}]", "  allow_from: ['127.0.0.0/8']"]),
        (
            "recursor:",
            [
                f"  socket_dir: {_text(str(sample.sockets))}",
                "  daemon: false",
                "  threads: 1",
                "  security_poll_suffix: ''",
                *(["  forward_zones:"] if sample.stubs else []),
                *(
                    line
                    for zone, server in sample.stubs
                    for line in (f"    - zone: {_text(zone)}", f"      forwarders: [{_text(server.with_colon)}]")
                ),
            ],
        ),
    ):
        text = text.replace(f"{head}\n", "\n".join([head, *lines, ""]), 1)
    return text


def _zone(sample: ResolverSample, role: str, zone: str) -> list[str]:
    assert sample.primary is not None  # noqa: S101  the caller has looked
    key = sample.key
    copy = _text(str(sample.copy_of(role)))
    refresh = [] if sample.refresh_seconds is None else [f"      refresh: {sample.refresh_seconds}"]
    signed = (
        [f"      tsig: {{name: {_text(key.name)}, algo: {key.algorithm}, secret: {_text(key.secret)}}}"] if key else []
    )
    return [
        f"    - name: {_text(zone)}",
        f"      addresses: [{_text(sample.primary.with_colon)}]",
        *signed,
        f"      seedFile: {copy}",
        f"      dumpFile: {copy}",
        *(["      axfrTimeout: 120"] if role == "base" else []),
        "      extendedErrorCode: 15",
        "      extendedErrorExtra: 'Blocked by operator policy'",
        *refresh,
    ]


def _text(value: str) -> str:
    """A YAML string; JSON's are among them."""
    return json.dumps(value)
