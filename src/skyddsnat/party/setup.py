"""Making a party: its long-term key, party.toml, and what the coordinator must be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skyddsnat.party import identity, private_files
from skyddsnat.party.errors import WrongUse
from skyddsnat.party.sample_toml import PartySample, party_toml
from skyddsnat.protocols.benchmark.signing import fingerprint


@dataclass(frozen=True, slots=True)
class Made:
    """What `init` has made.  public: the key (hex).  fingerprint: the same for reading aloud."""

    config: Path
    key_file: Path
    public: str
    fingerprint: str


def make_party(sample: PartySample, config: Path, *, replace: bool = False) -> Made:
    """Write party.toml and make the key; a key that is there is kept.  Raises WrongUse."""
    if config.exists() and not replace:
        raise WrongUse(f"{config} exists, expected a free place; give --force to replace it, or --config")
    text = party_toml(sample).encode()
    config.parent.mkdir(parents=True, exist_ok=True)
    own = identity.load(sample.key_file) if sample.key_file.exists() else identity.create(sample.key_file)
    private_files.make_folder(sample.data_dir)
    private_files.write(config, text)
    return Made(config, sample.key_file, own.public, fingerprint(own.public))
