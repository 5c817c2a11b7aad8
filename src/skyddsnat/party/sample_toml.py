"""The text of party.toml with every setting explained, as `skyddsnat party init` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.site.config_table import toml_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySample:
    """What has to be known to write the file; the rest stands in it as a comment with its default.  peers: (id, key in hex)."""

    id: str
    address: str
    data_dir: Path
    key_file: Path
    hub_url: str
    token_file: Path
    log_public_key: str = ""
    ca_file: Path | None = None
    listen: str = ""
    poll_seconds: float | None = None
    peers: Sequence[tuple[str, str]] = ()


def party_toml(sample: PartySample) -> str:
    """The file."""
    return "\n".join([*_party(sample), *_hub(sample), *_peers(sample), *_limits(), ""])


def _party(sample: PartySample) -> list[str]:
    return [
        "# Skyddsnät computing party.  docs/benchmarking/party.md explains each part.",
        "# Paths may be relative to this file's folder.",
        "",
        "[party]",
        "# This party's id in specifications, as the coordinator wrote it down.",
        f"id = {toml_text(sample.id)}",
        "# Where the two other parties reach this one while a round is computed.  Nobody else needs to.",
        f"address = {toml_text(sample.address)}",
        "# The host to listen on, if it is not the one above (a machine behind translation of addresses).",
        f"listen = {toml_text(sample.listen)}" if sample.listen else '# listen = "10.0.0.7"',
        "# Memory of rounds, journal, and the secrets of each round until it is over.  On an encrypted disk; never in a backup.",
        f"data_dir = {toml_text(sample.data_dir)}",
        "# The long-term signing key.  In a folder of its own, for this user alone.",
        f"key_file = {toml_text(sample.key_file)}",
        "",
    ]


def _hub(sample: PartySample) -> list[str]:
    return [
        "[hub]",
        f"url = {toml_text(sample.hub_url)}",
        "# Scope party.  In a file that only the party may read (mode 600), or in SKYDDSNAT_PARTY_TOKEN.",
        f"token_file = {toml_text(sample.token_file)}",
        "# The key of the hub's log, from the coordinator's paper: receipts that members object with are checked by it.",
        f"log_public_key = {toml_text(sample.log_public_key)}" if sample.log_public_key else '# log_public_key = ""',
        "# When the log got another key: the earlier ones, as long as a round is open whose receipts they signed.",
        "# former_log_public_keys = []",
        f"poll_seconds = {sample.poll_seconds:g}" if sample.poll_seconds is not None else "# poll_seconds = 5",
        "# timeout_seconds = 20",
        f"ca_file = {toml_text(sample.ca_file)}" if sample.ca_file else '# ca_file = "hub-ca.pem"',
        "",
    ]


def _peers(sample: PartySample) -> list[str]:
    lines = [
        "# The two other parties' keys, as they told you themselves.  With them no hub can put another in their place.",
    ]
    for name, key in sample.peers:
        lines += ["[[peer]]", f"id = {toml_text(name)}", f"signing_key = {toml_text(key)}", ""]
    return lines if sample.peers else [*lines, "# [[peer]]", '# id = ""', '# signing_key = ""', ""]


def _limits() -> list[str]:
    return [
        "[limits]",
        "# One computation's memory, processor time and time by the clock; and how long it waits for the others to connect.",
        "# memory_mb = 4096",
        "# cpu_seconds = 3600",
        "# wall_seconds = 7200",
        "# connect_seconds = 120",
        "# Attempts that may fail by our own fault, before the round is given up.",
        "# attempts = 3",
        "# How long the other parties are waited for after the time for objections.",
        "# patience_hours = 72",
        "# By how much this clock and the hub's may differ.",
        "# clock_skew_seconds = 120",
    ]
