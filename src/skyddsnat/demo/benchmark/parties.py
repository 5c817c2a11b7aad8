"""The three computing parties: real `skyddsnat party run` processes, each with its own folder, key, token and port."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.demo.places import write_private
from skyddsnat.demo.processes import SKYDDSNAT, Child, ChildFailed, Children
from skyddsnat.party.private_files import make_folder, write
from skyddsnat.party.sample_toml import PartySample
from skyddsnat.party.setup import make_party

KILLED = -9


@dataclass(slots=True)
class Parties:
    """All three.  folder: of the demo's parties; rows: as credentials.json has them; running: by id."""

    folder: Path
    children: Children
    rows: Sequence[Mapping[str, Any]]
    running: dict[str, Child] = field(default_factory=dict)

    def config(self, name: str) -> Path:
        """The party's own file."""
        return self.folder / name / "party.toml"

    def start(self, *, hub_url: str, log_public_key: str, poll_seconds: float) -> None:
        """Write each party's set-up as it is now, and start all three."""
        for row in self.rows:
            name = str(row["id"])
            place = self.folder / name
            sample = PartySample(
                id=name,
                address=str(row["address"]),
                data_dir=place / "data",
                key_file=place / "keys" / "party.key",
                hub_url=hub_url,
                token_file=place / "party.token",
                log_public_key=log_public_key,
                poll_seconds=poll_seconds,
                peers=[(str(one["id"]), str(one["signing_key"])) for one in self.rows if one is not row],
            )
            make_party(sample, self.config(name), replace=True)
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Start one, as its administrator does, but for --approve-all, which is for demos alone."""
        command = [*SKYDDSNAT, "party", "run", "--approve-all", "--config", str(self.config(name))]
        self.running[name] = self.children.start(f"party-{name}", command)

    def kill(self, name: str) -> None:
        """End it without a chance to put anything in order."""
        child = self.running.pop(name)
        child.process.kill()
        child.process.wait()
        self.children.running.remove(child)

    def status(self, name: str) -> dict[str, Any]:
        """What `skyddsnat party status --json` says.  Raises ChildFailed."""
        return self.ask("status", "--json", "--config", str(self.config(name)))

    def ask(self, *arguments: str) -> dict[str, Any]:
        """One command's JSON; exit codes 0, 1 and 3 are answers.  Raises ChildFailed."""
        done = subprocess.run([*SKYDDSNAT, "party", *arguments], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 3) or not done.stdout.strip():
            raise ChildFailed(
                f"`skyddsnat party {arguments[0]}` ended with code {done.returncode}: {done.stderr.strip()}"
            )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def keep(folder: Path, name: str, key: Ed25519PrivateKey, token: str) -> None:
    """Put a party's long-term key and its token where they belong; the folder is new."""
    place = make_folder(folder / name)
    raw = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write(make_folder(place / "keys") / "party.key", raw)
    write_private(place / "party.token", token + "\n")
