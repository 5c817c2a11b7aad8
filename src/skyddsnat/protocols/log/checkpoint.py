"""Checkpoints (https://c2sp.org/tlog-checkpoint) and what witnesses add to them (https://c2sp.org/tlog-cosignature).

A checkpoint's text has three lines: the log's origin, how many entries it has, and its root in base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from skyddsnat.protocols.log.errors import BadLog
from skyddsnat.protocols.log.note import COSIGNATURE_V1, ED25519, Note, NoteKey, NoteSigner, sign_note

_TEXT: Final = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself.  root: 32 bytes."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the three lines.  Raises BadLog(malformed): any other byte is a fault, so that one text has one meaning."""
        found = _TEXT.fullmatch(text)
        try:
            root = base64.b64decode(found["root"], validate=True) if found else b""
        except binascii.Error:
            root = b""
        if found is None or base64.b64encode(root).decode("ascii") != found["root"]:
            raise BadLog("malformed", "the checkpoint was not read, expected origin, size and root, a line each")
        return cls(found["origin"], int(found["size"]), root)


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """The signed note.  The signer's name is the origin."""
    if signer.name != checkpoint.origin or signer.algorithm != ED25519:
        raise BadLog("other_log", "the key speaks for another log, expected the checkpoint's origin")
    return sign_note(checkpoint.text(), signer)


def read_checkpoint(note: str, key: NoteKey) -> Checkpoint:
    """The checkpoint, if the pinned key has signed it.  Raises BadLog: malformed, other_log, bad_signature."""
    read = Note.parse(note)
    checkpoint = Checkpoint.parse(read.text)
    if checkpoint.origin != key.name:
        raise BadLog("other_log", "the checkpoint is of another log than the pinned key's; ask the hub's operator")
    claimed = read.by(key)
    if not claimed:
        raise BadLog("bad_signature", "the checkpoint is not signed by the pinned key; ask the hub's operator")
    if not all(key.verify(signature, read.text.encode()) for signature in claimed):
        raise BadLog("bad_signature", "the checkpoint's signature does not fit its text")
    return checkpoint


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's word: "at this time the newest checkpoint I saw of this log was this one, and it fits all earlier ones"."""

    key: NoteKey
    at: datetime


def cosign(checkpoint: Checkpoint, witness: NoteSigner, *, now: datetime) -> str:
    """The witness's signature line.  Call it only for what was checked against the checkpoint before, and kept."""
    if witness.algorithm != COSIGNATURE_V1:
        raise BadLog("malformed", "the witness's key is of another kind, expected one for cosignatures")
    seconds = int(now.timestamp())
    signature = witness.private.sign(_cosigned(checkpoint.text(), seconds))
    return witness.line(seconds.to_bytes(8, "big") + signature)


def read_cosignature(checkpoint: Checkpoint, line: str, key: NoteKey) -> Cosignature:
    """Check a witness's line: that one and nothing beside it, for it is kept and handed on.

    Raises BadLog: malformed, bad_signature.
    """
    note = Note.parse(f"{checkpoint.text()}\n{line}")
    claimed = note.by(key)
    alone = note.text == checkpoint.text() and len(note.signatures) == len(claimed) == 1
    if key.algorithm != COSIGNATURE_V1 or not alone or len(claimed[0]) != 72:
        raise BadLog("malformed", "the cosignature was not read, expected one line of cosignature/v1 by this key")
    seconds = int.from_bytes(claimed[0][:8], "big")
    if seconds >= 2**33 or not key.verify(claimed[0][8:], _cosigned(checkpoint.text(), seconds)):
        raise BadLog("bad_signature", "the cosignature does not fit the checkpoint")
    return Cosignature(key, datetime.fromtimestamp(seconds, UTC))


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
