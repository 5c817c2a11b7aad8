"""The party's long-term signing key: what the members pinned, and what no worker ever sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.party import private_files
from skyddsnat.party.errors import WrongUse
from skyddsnat.protocols.benchmark.signing import public_hex

LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this party is."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """Hex of 32 raw bytes, as the specification names it."""
        return public_hex(self.key)


def create(path: Path) -> Identity:
    """Make a key in a folder of its own.  Raises WrongUse if one is there: a key is never replaced by the way."""
    private_files.make_folder(path.parent)
    if path.exists():
        raise WrongUse(f"{path} exists; move it away yourself if you really want another identity")
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private_files.write(path, raw)
    return Identity(key)


def load(path: Path) -> Identity:
    """The key.  Raises WrongUse when it is missing, no Ed25519 key, or open to others."""
    try:
        private_files.check_folder(path.parent)
        key = serialization.load_pem_private_key(private_files.read(path, longest=LONGEST), password=None)
    except FileNotFoundError:
        raise WrongUse(f'{path} is not there, expected the party\'s key; run "skyddsnat party init"') from None
    except (ValueError, TypeError):
        raise WrongUse(f"{path} was not read, expected the Ed25519 key that init wrote") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongUse(f"{path} holds another kind of key, expected Ed25519")
    return Identity(key)
