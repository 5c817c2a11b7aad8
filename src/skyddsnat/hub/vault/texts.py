"""Sealed texts in columns of others' tables, such as allauth's: text instead of bytes, bound to a purpose instead of a row."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from skyddsnat.hub.vault.envelope import seal, unseal
from skyddsnat.hub.vault.errors import CannotOpen, UnknownKey
from skyddsnat.hub.vault.ring import ring

PREFIX: Final = "v1."


def seal_text(text: str, *, purpose: str) -> str:
    """Seal under the current key."""
    keys = ring()
    sealed = seal(keys.ciphers[keys.current], keys.current, text, at=_at(purpose))
    return PREFIX + base64.urlsafe_b64encode(sealed).decode()


def open_text(sealed: str, *, purpose: str) -> str:
    """Open what `seal_text` made for this purpose.  Raises CannotOpen."""
    envelope = _envelope(sealed)
    try:
        return unseal(ring().ciphers, envelope, at=_at(purpose))
    except UnknownKey:
        return unseal(ring(fresh=True).ciphers, envelope, at=_at(purpose))


def key_of_text(sealed: str) -> int:
    """The number of the key that a sealed text is under.  Raises CannotOpen for what was never sealed."""
    return _envelope(sealed)[1]


def _envelope(sealed: str) -> bytes:
    if sealed.startswith(PREFIX):
        try:
            envelope = base64.b64decode(sealed.removeprefix(PREFIX), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            envelope = b""
        if len(envelope) > 1:
            return envelope
    raise CannotOpen(f"got a text that was never sealed, expected {PREFIX!r} and base64")


def _at(purpose: str) -> bytes:
    return f"skyddsnat/1\0{purpose}".encode()
