"""The example files of deploy/agent and the snippets in docs/operator, from the same texts that `init` writes:
`python -m skyddsnat.agent.examples deploy/agent docs/operator`.

Addresses are those of documentation (RFC 5737); secrets are places to fill in, with what `init` has written to
/etc/skyddsnat/tsig.key and transfer.key.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import indent
from uuid import UUID

from skyddsnat.agent.outputs.samples import dnsdist_snippet, squid_snippet
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.sample_toml import AgentSample, KnownResolver, agent_toml
from skyddsnat.agent.samples import BRIDGE_PORT, Endpoint, Key, PrimarySample, ResolverSample, knot_conf
from skyddsnat.agent.snippets import COPIES, Snippet, primary_snippet, resolver_snippets

HOT, BASE = "hot.rpz.skyddsnat.example", "base.rpz.skyddsnat.example"
PRIMARY, AGENT = Endpoint("192.0.2.10"), "192.0.2.11"
RESOLVERS = (
    KnownResolver(name="sthlm-1", endpoint=Endpoint("192.0.2.21"), kind=ResolverKind.UNBOUND),
    KnownResolver(name="gbg-1", endpoint=Endpoint("192.0.2.22"), kind=ResolverKind.BIND),
    KnownResolver(name="malmo-1", endpoint=Endpoint("192.0.2.23"), kind=ResolverKind.POWERDNS),
    KnownResolver(
        name="kiruna-1", endpoint=Endpoint("192.0.2.24"), kind=ResolverKind.KNOT_RESOLVER, notify_port=BRIDGE_PORT
    ),
)
ZONES = Path("/var/lib/skyddsnat/zones")
OUTPUTS = Path("/var/lib/skyddsnat/outputs")
ETC = Path("/etc/skyddsnat")
NOT_A_KEY = f"{'A' * 43}="
"""32 zero bytes in base64: of the right form, and good for nothing."""
KINDS = tuple(one.kind for one in RESOLVERS)
_BLOCK = re.compile(
    r"(?P<mark>^(?P<indent> *)<!-- snippet: (?P<name>\S+) -->)\n(?P=indent)```\n.*?^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


def examples() -> dict[str, str]:
    """File name to text."""
    found = {"agent.toml.example": _agent(), "knot.conf.example": knot_conf(_primary("knot"))}
    return found | {f"{name}.example": text for name, text in snippets().items() if name != "knot-skyddsnat.conf"}


def snippets() -> dict[str, str]:
    """Every snippet by its name."""
    made = [primary("knot"), primary("bind"), *(snippet for kind in KINDS for snippet in resolver(kind))]
    return {snippet.name: snippet.text for snippet in made} | {
        "dnsdist-skyddsnat.conf": dnsdist_snippet(OUTPUTS / "dnsdist.cdb"),
        "squid-skyddsnat.conf": squid_snippet(domains=OUTPUTS / "squid.domains", urls=OUTPUTS / "squid.urls"),
    }


def with_snippets(page: str) -> str:
    """The page with each fenced block after a `<!-- snippet: NAME -->` as the program writes it now."""
    known = snippets()

    def block(match: re.Match[str]) -> str:
        text = indent(f"```\n{known[match['name']].rstrip()}\n```", match["indent"])
        return f"{match['mark']}\n{text}"

    return _BLOCK.sub(block, page)


def primary(kind: str) -> Snippet:
    """The snippet of a primary."""
    return primary_snippet(kind, _primary(kind))


def resolver(kind: ResolverKind) -> list[Snippet]:
    """The snippets of a resolver."""
    key = None if kind is ResolverKind.UNBOUND else Key("transfer", NOT_A_KEY)
    sample = ResolverSample(primary=PRIMARY, agent=AGENT, hot_zone=HOT, base_zone=BASE, folder=COPIES[kind], key=key)
    return resolver_snippets(kind, sample)


def _agent() -> str:
    return agent_toml(
        AgentSample(
            name="alfa-sthlm-1",
            data_dir=Path("/var/lib/skyddsnat/agent"),
            hub_url="https://hub.skyddsnat.example",
            collections=[(UUID("00000000-0000-4000-8000-000000000001"), "as `skyddsnat agent init` lists them")],
            public_key=NOT_A_KEY,
            log_public_key="",
            token_file=ETC / "taxii.token",
            report_token_file=ETC / "stats.token",
            hot_zone=HOT,
            base_zone=BASE,
            zone_dir=ZONES,
            primary=PRIMARY,
            key_file=ETC / "tsig.key",
            resolvers=RESOLVERS,
            must_not_block=["www.alfa-operator.example", "www.example.com"],
            protect=["alfa-operator.example"],
        )
    )


def _primary(kind: str) -> PrimarySample:
    return PrimarySample(
        listen=PRIMARY,
        agent=AGENT,
        hot_zone=HOT,
        base_zone=BASE,
        zone_dir=ZONES,
        key_name="agent",
        key_algorithm="hmac-sha256",
        key_secret=NOT_A_KEY,
        transfer_key=Key("transfer", NOT_A_KEY),
        resolvers=[one.told_at for one in RESOLVERS],
        keyless=[one.endpoint.address for one in RESOLVERS if one.kind is ResolverKind.UNBOUND],
        run_dir=Path("/run/knot"),
        database_dir=Path("/var/lib/bind" if kind == "bind" else "/var/lib/knot"),
        user="knot:knot",
    )


def main(deploy: Path, pages: Path) -> None:
    """Write the files, and the snippets in the pages."""
    for name, text in examples().items():
        (deploy / name).write_text(text, encoding="utf-8")
    for path in pages.glob("*.md"):
        path.write_text(with_snippets(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
