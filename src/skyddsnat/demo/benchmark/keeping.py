"""Where the demo keeps what members and parties hold themselves: key files, seeds, party folders.  None of it reaches the hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from skyddsnat.demo.benchmark import parties
from skyddsnat.demo.benchmark.member import DemoMember
from skyddsnat.demo.places import write_private
from skyddsnat.demo.ports import free_port
from skyddsnat.demo.world.comparing import Comparing
from skyddsnat.demo.world.organisations import OPERATORS
from skyddsnat.protocols.benchmark import keyfile
from skyddsnat.protocols.benchmark.signing import public_hex

PASSPHRASE = "en demo har inga hemligheter"  # noqa: S105 - stated on purpose: the figures are invented
AGENTS = "agents.json"


def keep(comparing: Comparing, folder: Path) -> dict[str, Any]:
    """Write everything below the folder; returns what credentials.json tells of it under `benchmark`."""
    rows = []
    for name in OPERATORS:
        path = folder / "keys" / f"{name}.json"
        write_private(path, json.dumps(keyfile.document(comparing.keys[name], PASSPHRASE), indent=2) + "\n")
        rows.append({"id": name, "key_file": str(path), "signing_key": comparing.keys[name].signing_key})
    agents = {name: {"seed": keys.seed.hex(), "token": comparing.tokens[name]} for name, keys in comparing.keys.items()}
    write_private(folder / AGENTS, json.dumps(agents) + "\n")
    told = []
    for name, key in comparing.party_keys.items():
        parties.keep(folder / "parties", name, key, comparing.party_tokens[name])
        config = str(folder / "parties" / name / "party.toml")
        told.append(
            {"id": name, "address": f"127.0.0.1:{free_port()}", "signing_key": public_hex(key), "config": config}
        )
    return {"passphrase": PASSPHRASE, "members": rows, "parties": told}


def agents(folder: Path, base_url: str) -> dict[str, DemoMember]:
    """The members' agents as they were kept."""
    rows = json.loads((folder / AGENTS).read_text(encoding="utf-8"))
    return {name: DemoMember(name, bytes.fromhex(row["seed"]), row["token"], base_url) for name, row in rows.items()}
