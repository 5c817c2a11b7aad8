"""The key that signs feed heads, which every agent has pinned."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.hub import keyfile
from skyddsnat.protocols.feedhead import public_key_text


def ensure_key(path: Path) -> str:
    """Make the key if there is none.  Returns its public half as agents pin it: base64 of 32 bytes.

    Raises ImproperlyConfigured if there is a file that cannot be used; a key in use is never replaced.
    """
    keyfile.make_if_missing(path)
    return public_key_text(load_key(path))


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read the key.  Raises ImproperlyConfigured: no file, readable by others, or no Ed25519 key in it."""
    return keyfile.load(path, what="feed key")
