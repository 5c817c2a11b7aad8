"""Keys that sign for the hub: Ed25519, each in a file of its own, never in the database and so in none of its backups."""

from __future__ import annotations

import base64
import binascii
import os
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.core.exceptions import ImproperlyConfigured


def make_if_missing(path: Path) -> None:
    """Make the key if there is none; a key in use is never replaced."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # O_EXCL: of two set-ups at once, one makes the key and the other fails instead of replacing it.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def load(path: Path, *, what: str) -> Ed25519PrivateKey:
    """Read the key.  what: "feed key", say.

    Raises ImproperlyConfigured: no file, readable by others, or no Ed25519 key in it.
    """
    try:
        about = path.stat()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{what} {path} cannot be read ({error.strerror}), expected a file; run: skyddsnat hub migrate"
        ) from error
    if about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(
            f"{what} {path} has mode {stat.filemode(about.st_mode)}, expected -rw-------; run: chmod 600 {path}"
        )
    return _read(path, about.st_mtime_ns, what)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, what: str) -> Ed25519PrivateKey:
    raw = path.read_bytes().strip()
    try:
        if raw.startswith(b"-----BEGIN"):
            key = load_pem_private_key(raw, password=None)
            if isinstance(key, Ed25519PrivateKey):
                return key
        else:
            return Ed25519PrivateKey.from_private_bytes(base64.b64decode(raw, validate=True))
    except (ValueError, TypeError, binascii.Error):
        pass
    raise ImproperlyConfigured(f"{what} {path} holds no Ed25519 key, expected PEM (PKCS 8) or base64 of 32 bytes")
