"""HMAC-SHA256 under a key that serves for long: the key is worked into the hash once, and each text costs half as much."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC


def mac(key: bytes, text: bytes) -> bytes:
    """The 32 bytes that `hmac.digest` gives too."""
    found = _begun(key).copy()
    found.update(text)
    return found.finalize()


@lru_cache(maxsize=8)
def _begun(key: bytes) -> HMAC:
    return HMAC(key, SHA256())
