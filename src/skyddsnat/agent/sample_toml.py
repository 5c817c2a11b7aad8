"""The text of agent.toml with every setting explained, as `skyddsnat agent init` writes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from skyddsnat.agent.samples import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSample:
    """What has to be known to write the file; all else stands in it as a comment with its default.

    collections: (id, title).  primary: None where a resolver reads the zone files itself.  resolvers: (name, endpoint).
    """

    name: str
    data_dir: Path
    hub_url: str
    collections: Sequence[tuple[UUID, str]]
    public_key: str
    token_file: Path
    report_token_file: Path
    hot_zone: str
    base_zone: str
    zone_dir: Path
    primary: Endpoint | None
    key_file: Path | None
    resolvers: Sequence[tuple[str, Endpoint]]
    must_not_block: Sequence[str] = ()
    protect: Sequence[str] = ()
    key_name: str = "agent"
    key_algorithm: str = "hmac-sha256"


def agent_toml(sample: AgentSample) -> str:
    """The file.  Values that only this site has are filled in; the rest is commented out and shows the default."""
    return "\n".join(
        [
            "# Skyddsnät agent.  docs/agent.md explains each part; `skyddsnat agent doctor` checks the whole.",
            "# Times are in seconds unless a name says otherwise.  Paths may be relative to this file's folder.",
            "",
            "[agent]",
            "# How this agent is called on the hub's pages.  One name for each agent of your organisation.",
            f"name = {_text(sample.name)}",
            "# State, journal and lock.  Nobody but the agent needs to read it.",
            f"data_dir = {_text(sample.data_dir)}",
            "",
            *_hub(sample),
            *_list(sample),
            *_guards(),
            *_primary(sample),
            *_resolvers(sample),
            *_verify(sample),
        ]
    )


def _hub(sample: AgentSample) -> list[str]:
    return [
        "[hub]",
        f"url = {_text(sample.hub_url)}",
        "# The verified collections that this site enforces.",
        "collections = [",
        *[f"  {_text(collection)},  # {_comment(title)}" for collection, title in sample.collections],
        "]",
        "# The key that signs the feed.  Compare it with the one that the coordinator gave you by another way than the hub.",
        f"public_key = {_text(sample.public_key)}",
        "# Secrets lie in files that only the agent may read (mode 600), or in SKYDDSNAT_TAXII_TOKEN and SKYDDSNAT_STATS_TOKEN.",
        f"token_file = {_text(sample.token_file)}  # scope taxii: reads the feed",
        f"report_token_file = {_text(sample.report_token_file)}  # scope stats: hands in this agent's health",
        "# poll_seconds = 2",
        "# timeout_seconds = 10",
        '# ca_file = "hub-ca.pem"  # if the hub\'s certificate is from an authority of your own',
        "",
    ]


def _list(sample: AgentSample) -> list[str]:
    return [
        "[list]",
        '# What a stopped look-up is answered with: "nx" (no such name), or "page" with the stop page\'s addresses.',
        '# action = "nx"',
        '# page_ipv4 = "192.0.2.80"',
        '# page_ipv6 = "2001:db8::80"',
        "# Names that you never block, whatever the feed says.  If one lies below a listed whole domain, that domain stays out.",
        "# allow = []",
        "# Your own names: a list that touches one is held.",
        f"protect = {_texts(sample.protect)}",
        "# Whose verdicts may block here.  Leave out hotline if you have not signed the coalition's rule for it.",
        '# block_origins = ["police", "hotline"]',
        "",
    ]


def _guards() -> list[str]:
    return [
        "[guards]",
        "# A list beyond these is held until two named people approve it.  A step passes within the number or the percentage.",
        "# head_age_seconds = 3600     # older word from the hub is not taken",
        "# additions = 50",
        "# additions_percent = 5",
        "# additions_in_a_day = 500    # so that a large change cannot drip in",
        "# additions_in_a_day_percent = 20",
        "# removals_percent = 20       # twenty removals always pass",
        "",
    ]


def _primary(sample: AgentSample) -> list[str]:
    server = [
        "# No primary: a resolver reads the files.  Tell how it is made to do so; {zone} becomes the zone's name.",
        "",
    ]
    if sample.primary is not None:
        server = [
            f"address = {_text(sample.primary.address)}",
            f"port = {sample.primary.port}",
            f"key_name = {_text(sample.key_name)}",
            f"key_algorithm = {_text(sample.key_algorithm)}",
            "# The TSIG secret in base64, one line, or $SKYDDSNAT_TSIG_SECRET.",
            f"key_file = {_text(sample.key_file or '')}",
            "# For large changes, if the agent may use Knot's control socket:",
        ]
    return [
        "[primary]",
        '# "knot": a Knot DNS that takes signed updates.  "zonefile": files only.',
        f"kind = {_text('knot' if sample.primary is not None else 'zonefile')}",
        "# Two zones, hot listed first at every resolver: hot takes the news in milliseconds, base holds the rest.",
        f"hot_zone = {_text(sample.hot_zone)}",
        f"base_zone = {_text(sample.base_zone)}",
        f"zone_dir = {_text(sample.zone_dir)}  # files hot.zone and base.zone; the primary must be able to read them",
        *[line for line in server if line],
        '# reload_command = ["knotc", "zone-reload", "{zone}"]'
        if sample.primary is not None
        else '# reload_command = ["unbound-control", "auth_zone_reload", "{zone}"]',
        "# hot_limit = 2000               # more new names at once go straight to base",
        "# rebuild_hours = 24             # how often base takes in what hot has gathered",
        "# publish_interval_seconds = 0   # 6 with PowerDNS Recursor, which ignores a NOTIFY within 5 s of the last",
        "",
    ]


def _resolvers(sample: AgentSample) -> list[str]:
    return [
        "# Every resolver that answers your customers.  The agent sends it NOTIFY and proves by a canary that it has the list.",
        *[
            line
            for name, endpoint in sample.resolvers
            for line in (
                "[[resolver]]",
                f"name = {_text(name)}",
                f"address = {_text(endpoint.address)}",
                f"port = {endpoint.port}",
                "# notify = true",
                "",
            )
        ],
    ]


def _verify(sample: AgentSample) -> list[str]:
    return [
        "[verify]",
        "# Lawful names that are looked up at every resolver after each publish; if one is stopped, the agent goes back.",
        f"must_not_block = {_texts(sample.must_not_block)}",
        f"# canary_domain = {_text(f'canary.{sample.hot_zone}')}",
        "# timeout_seconds = 1",
        "# wait_seconds = 15    # how long publish waits for every resolver",
        "# every_seconds = 60",
        "",
    ]


def _text(value: object) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(str(value), ensure_ascii=False)


def _comment(title: str) -> str:
    """A hub's title as the rest of a line: it must not become a line of its own."""
    return "".join(letter if letter.isprintable() else " " for letter in title)[:120]


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
