"""The example files of deploy/agent, from the same texts that `init` writes: `python -m skyddsnat.agent.examples FOLDER`.

Addresses are those of documentation (RFC 5737); secrets are places to fill in.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.agent.samples import Endpoint, KnotSample, UnboundSample, knot_conf, unbound_snippet

HOT, BASE = "hot.rpz.skyddsnat.example", "base.rpz.skyddsnat.example"
PRIMARY, AGENT = Endpoint("192.0.2.10"), "192.0.2.11"
RESOLVERS = (("sthlm-1", Endpoint("192.0.2.21")), ("gbg-1", Endpoint("192.0.2.22")))
ZONES = Path("/var/lib/skyddsnat/zones")
ETC = Path("/etc/skyddsnat")
NOT_A_KEY = f"{'A' * 43}="
"""32 zero bytes in base64: of the right form, and good for nothing."""


def examples() -> dict[str, str]:
    """File name to text."""
    return {"agent.toml.example": _agent(), "knot.conf.example": _knot(), "unbound.conf.example": _unbound()}


def _agent() -> str:
    return agent_toml(
        AgentSample(
            name="alfa-sthlm-1",
            data_dir=Path("/var/lib/skyddsnat/agent"),
            hub_url="https://hub.skyddsnat.example",
            collections=[(UUID("00000000-0000-4000-8000-000000000001"), "as `skyddsnat agent init` lists them")],
            public_key=NOT_A_KEY,
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


def _knot() -> str:
    return knot_conf(
        KnotSample(
            listen=PRIMARY,
            agent=AGENT,
            hot_zone=HOT,
            base_zone=BASE,
            zone_dir=ZONES,
            key_name="agent",
            key_algorithm="hmac-sha256",
            key_secret=f"{NOT_A_KEY}  # the line in /etc/skyddsnat/tsig.key",
            resolvers=[endpoint for _, endpoint in RESOLVERS],
            run_dir=Path("/run/knot"),
            database_dir=Path("/var/lib/knot"),
            user="knot:knot",
        )
    )


def _unbound() -> str:
    return unbound_snippet(
        UnboundSample(primary=PRIMARY, agent=AGENT, hot_zone=HOT, base_zone=BASE, folder=Path("/var/lib/unbound"))
    )


def main(folder: Path) -> None:
    """Write the files."""
    for name, text in examples().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
