"""The form of a sealed cell: version | key id | nonce (12) | ciphertext and tag, AES-256-GCM.  No I/O.

What is authenticated beside the text: version, key id, table, column and row.  A cell that is moved to another row, column or
table therefore does not open (reference: security § Encryption at rest).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from skyddsnat.hub.vault.errors import CannotOpen, UnknownKey

VERSION: Final = 1
NONCE: Final = 12
HEAD: Final = 2
SHORTEST: Final = HEAD + NONCE + 16

Ciphers = Mapping[int, AESGCM]


def place(table: str, column: str) -> bytes:
    """Where a cell stands, but for its row: worked out once for each column."""
    return f"skyddsnat/1\0{table}\0{column}\0".encode()


def seal(cipher: AESGCM, kid: int, text: str, *, at: bytes) -> bytes:
    """Encrypt under one key.  at: the cell's whole place, row included."""
    (cell,) = seal_many(cipher, kid, [(text, b"")], at=at)
    return cell


def seal_many(cipher: AESGCM, kid: int, cells: Sequence[tuple[str, bytes]], *, at: bytes) -> list[bytes]:
    """The same for cells of one column.  cells: text and row of each.  at: their place without the row."""
    head, encrypt = bytes((VERSION, kid)), cipher.encrypt
    start, nonces = head + at, os.urandom(NONCE * len(cells))
    found: list[bytes] = []
    for place, (text, row) in enumerate(cells):
        nonce = nonces[place * NONCE : (place + 1) * NONCE]
        found.append(head + nonce + encrypt(nonce, text.encode(), start + row))
    return found


def unseal(ciphers: Ciphers, envelope: bytes, *, at: bytes) -> str:
    """Decrypt what `seal` made for this very place.  Raises CannotOpen; UnknownKey for a key that is not in the ring."""
    head = envelope[:HEAD]
    if len(envelope) < SHORTEST or head[0] != VERSION:
        raise CannotOpen(
            "got bytes that are no sealed cell, expected version 1, a key id, a nonce and a text with its tag"
        )
    cipher = ciphers.get(head[1])
    if cipher is None:
        raise UnknownKey(f"got a cell under key {head[1]}, expected one of {sorted(ciphers)}; restore the key file")
    try:
        return cipher.decrypt(envelope[HEAD : HEAD + NONCE], envelope[HEAD + NONCE :], head + at).decode()
    except (InvalidTag, ValueError):
        raise CannotOpen(
            "got a cell that was not sealed for this place, expected table, column and row as sealed"
        ) from None
