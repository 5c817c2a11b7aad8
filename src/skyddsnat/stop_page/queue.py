"""Complaints on the disk, from the moment they are acknowledged until the hub has them.  Each is sealed: it may name a person."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from skyddsnat.protocols.complaint import BadComplaint, Complaint, read_complaint, write_complaint
from skyddsnat.site.database import open_durable, transaction
from skyddsnat.stop_page.errors import StopPageError

log = logging.getLogger("skyddsnat.stop_page")

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
KEPT_REFUSED: Final = timedelta(days=30)
"""How long a complaint that the hub does not read waits for a person; the hub takes none that is older."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS complaint(
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, refused INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS done(id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, since when the oldest does, and how many the hub would not read."""

    count: int
    oldest: datetime | None
    refused: int


class Queue:
    """The file.  Every method commits before it returns."""

    def __init__(self, folder: Path, key: bytes, *, clock: Callable[[], datetime]) -> None:
        self._cipher = AESGCM(key)
        self._clock = clock
        self._lock = threading.Lock()
        self._db = open_durable(folder / "queue.sqlite")
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def put(self, complaint: Complaint) -> bool:
        """Keep a complaint.  False if it was taken in before.  Raises sqlite3.Error: then nothing may be acknowledged."""
        nonce = os.urandom(NONCE_BYTES)
        name = str(complaint.id)
        sealed = nonce + self._cipher.encrypt(nonce, write_complaint(complaint), name.encode())
        with self._lock:
            if self._db.execute("SELECT 1 FROM done WHERE id=?", [name]).fetchone():
                return False
            row = [name, int(self._clock().timestamp()), sealed]
            return self._db.execute("INSERT OR IGNORE INTO complaint(id, at, sealed) VALUES(?, ?, ?)", row).rowcount > 0

    def next(self, *, after: int = 0) -> tuple[int, Complaint] | None:
        """The oldest that waits behind this place, with its own place.  One that does not open is put aside for a person."""
        question = "SELECT rowid, id, sealed FROM complaint WHERE refused=0 AND rowid>? ORDER BY rowid LIMIT 1"
        while True:
            with self._lock:
                row = self._db.execute(question, [after]).fetchone()
            if row is None:
                return None
            after, name, sealed = row
            try:
                return after, self._opened(name, sealed)
            except (InvalidTag, BadComplaint):
                log.error(
                    "a complaint in the queue does not open, expected the key that it was sealed with; see status"
                )
                self.refuse(UUID(name))

    def _opened(self, name: str, sealed: bytes) -> Complaint:
        plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        return read_complaint(plain)

    def handed_over(self, id: UUID) -> None:
        """The hub has it: nothing of it stays here but that its id was taken in."""
        with self._lock:
            with transaction(self._db):
                self._db.execute("DELETE FROM complaint WHERE id=?", [str(id)])
                self._db.execute("INSERT OR IGNORE INTO done VALUES(?, ?)", [str(id), int(self._clock().timestamp())])
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def refuse(self, id: UUID) -> None:
        """The hub does not read it: it waits for a person."""
        with self._lock:
            self._db.execute("UPDATE complaint SET refused=1 WHERE id=?", [str(id)])

    def forget_old(self) -> None:
        """Ids that nobody can send a second time any more, and what was refused long ago."""
        before = int((self._clock() - KEPT_REFUSED).timestamp())
        with self._lock:
            self._db.execute("DELETE FROM done WHERE at<?", [before])
            self._db.execute("DELETE FROM complaint WHERE refused=1 AND at<?", [before])

    def waiting(self) -> Waiting:
        """What is there."""
        with self._lock:
            (count, oldest) = self._db.execute("SELECT count(*), min(at) FROM complaint WHERE refused=0").fetchone()
            (refused,) = self._db.execute("SELECT count(*) FROM complaint WHERE refused=1").fetchone()
        return Waiting(count, datetime.fromtimestamp(oldest, UTC) if oldest else None, refused)


def load_key(path: Path) -> bytes:
    """The key.  Raises StopPageError."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise StopPageError(f"{path} is no key ({type(error).__name__}); run: skyddsnat stop-page init") from error
    if len(key) != KEY_BYTES:
        raise StopPageError(f"{path} holds {len(key)} bytes, expected {KEY_BYTES}")
    return key


def make_key(path: Path) -> None:
    """A new key; one that is there is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(os.urandom(KEY_BYTES).hex() + "\n")


QueueError = sqlite3.Error
"""What `put` raises when the disk does not take it."""
