"""C2SP signed notes: a text, an empty line, and signature lines `— <name> <base64(key id | signature)>`.

https://c2sp.org/signed-note.  The first byte of a key names its algorithm; we know 0x01 (Ed25519 of a log) and 0x04 (Ed25519
cosignature/v1) and pass over lines of others, so that 0x06 (ML-DSA-44) can be added beside them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skyddsnat.protocols.log.errors import BadLog

ED25519: Final = 0x01
COSIGNATURE_V1: Final = 0x04
LONGEST_NOTE: Final = 100_000
"""Bytes; a checkpoint with the cosignatures of five hundred witnesses is below it."""

_NAME: Final = re.compile(r"[^\s+]{1,200}")
_LINE: Final = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Whose signature is believed.  algorithm: ED25519 or COSIGNATURE_V1.  public: 32 raw bytes."""

    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def text(self) -> str:
        """The key as people copy it: `<name>+<key id in hex>+<base64 of algorithm and key>`."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Read a key's text.  Raises BadLog(malformed)."""
        name, plus, rest = text.strip().partition("+")
        given_id, second, encoded = rest.partition("+")
        raw = _raw(encoded)
        named = _NAME.fullmatch(name) and name.isprintable()  # people compare it letter by letter
        if not plus or not second or not named or len(raw) != 33 or raw[0] not in _KNOWN:
            raise BadLog("malformed", "the log's key was not read, expected name+id+base64 as the hub prints it")
        key = cls(name, raw[0], raw[1:])
        if key.id.hex() != given_id.lower():
            raise BadLog("malformed", "the log's key does not fit its own id, expected an exact copy")
        return key

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key has signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


_KNOWN = frozenset({ED25519, COSIGNATURE_V1})


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A key that signs.  name: whom it speaks for, without space and plus."""

    name: str
    private: Ed25519PrivateKey
    algorithm: int = ED25519

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise BadLog("malformed", f"got the name {self.name!r} for a key, expected one without space and plus")

    @property
    def key(self) -> NoteKey:
        """The public half."""
        return NoteKey(self.name, self.algorithm, self.private.public_key().public_bytes_raw())

    def line(self, signature: bytes) -> str:
        """The signature as a line of a note."""
        return f"— {self.name} {_base64(self.key.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it came.  text: what is signed, with its last line feed.  signatures: (name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Read a note.  Raises BadLog(malformed)."""
        body, empty, lines = note.rpartition("\n\n")
        if len(note) > LONGEST_NOTE or not empty or not body or not lines.endswith("\n"):
            raise BadLog("malformed", "the note was not read, expected a text, an empty line and signature lines")
        signatures = []
        for line in lines[:-1].split("\n"):
            found = _LINE.fullmatch(line)
            raw = _raw(found["signature"]) if found else b""
            if found is None or len(raw) <= 4:
                raise BadLog("malformed", "a signature line was not read, expected — name base64")
            signatures.append((found["name"], raw[:4], raw[4:]))
        return cls(body + "\n", tuple(signatures))

    def by(self, key: NoteKey) -> list[bytes]:
        """The signatures that claim to be this key's."""
        return [value for name, key_id, value in self.signatures if name == key.name and key_id == key.id]


def sign_note(text: str, signer: NoteSigner) -> str:
    """The text with the signer's line behind it."""
    return f"{text}\n{signer.line(signer.private.sign(text.encode()))}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
