"""The key ring: which keys open sealed cells, which one seals, and the key of the blind indexes.

A file of lines (`index 1 KEY`, `seal 1 KEY`, `seal 2 KEY`; a key is base64 of 32 bytes), its owner's alone, never in the database
and so in none of its backups.  The highest `seal` number seals; all of them open.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from skyddsnat.hub.vault.errors import BadKeyRing
from skyddsnat.hub.vault.mac import mac

KEY: Final = 32
HIGHEST: Final = 255
HEADING: Final = (
    "# Keys of the sealed columns.  Keep a copy apart from every backup of the database, and change it only by\n"
    "# `skyddsnat hub keys`.  Without it signals, notes and second factors cannot be read again by anyone.\n"
)
LOOKED_AT_EVERY: Final = 1.0
"""Seconds between looks at the file: a process that serves takes up a new key within this time."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys in use.  ciphers: by key id.  current: the one that seals."""

    ciphers: dict[int, AESGCM]
    current: int
    index: bytes

    def blind(self, purpose: bytes, text: str) -> str:
        """HMAC-SHA256 as hex: the same for equal texts of one purpose, and of no use without the key."""
        return mac(self.index, purpose + text.encode()).hex()


def ring(*, fresh: bool = False) -> Ring:
    """Today's keys.  fresh: look at the file even if it was looked at a moment ago.  Raises BadKeyRing."""
    if settings.VAULT_KEYS:
        return parse(settings.VAULT_KEYS.replace(";", "\n"))
    return _watched(
        settings.VAULT_KEYS_FILE, fresh=fresh
    )  # the Path itself: a new one each time costs more than the look


@lru_cache(maxsize=4)
def parse(text: str) -> Ring:
    """Read the lines.  Raises BadKeyRing, with the number of a line and never with what it holds."""
    seals: dict[int, bytes] = {}
    index: bytes | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        kind, kid, key = _line(words, number)
        if kind == "index":
            index = key
        elif kid in seals:
            raise BadKeyRing(f"line {number} of the vault's keys names key {kid} again, expected each once")
        else:
            seals[kid] = key
    if index is None or not seals:
        raise BadKeyRing("the vault's keys have no index or no seal line, expected one of each; restore the file")
    return Ring({kid: AESGCM(key) for kid, key in seals.items()}, max(seals), index)


def _line(words: list[str], number: int) -> tuple[str, int, bytes]:
    fault = BadKeyRing(
        f"line {number} of the vault's keys is not `index|seal NUMBER KEY`; restore the file from its copy"
    )
    if len(words) != 3 or words[0] not in {"index", "seal"} or not (words[1].isascii() and words[1].isdigit()):
        raise fault
    try:
        key = base64.b64decode(words[2], validate=True)
    except (ValueError, binascii.Error):
        raise fault from None
    if len(key) != KEY or not 1 <= int(words[1]) <= HIGHEST:
        raise fault
    return words[0], int(words[1]), key


def new_ring() -> str:
    """The text of a ring with fresh keys."""
    return HEADING + "".join(_fresh(kind, 1) for kind in ("index", "seal"))


def make(path: Path) -> None:
    """Write a new ring.  Of two set-ups at once, one makes it and the other finds it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_ring())
        file.flush()
        os.fsync(file.fileno())


def add_key(path: Path) -> int:
    """Add a key, which seals from now on.  Returns its number.  Raises BadKeyRing when all numbers are used up."""
    kid = max(_watched(path, fresh=True).ciphers) + 1
    if kid > HIGHEST:
        raise BadKeyRing(
            f"key {HIGHEST} is in use, expected a number below; retire the old keys and start a new hub's ring"
        )
    _replace(path, path.read_text(encoding="ascii").rstrip("\n") + "\n" + _fresh("seal", kid))
    return kid


def drop_key(path: Path, kid: int) -> None:
    """Take a key out for good: what is still sealed under it can never be opened again."""
    lines = path.read_text(encoding="ascii").splitlines(keepends=True)
    _replace(path, "".join(line for line in lines if line.split()[:2] != ["seal", str(kid)]))


def _fresh(kind: str, number: int) -> str:
    return f"{kind} {number} {base64.b64encode(secrets.token_bytes(KEY)).decode()}\n"


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: a torn file would lose every key."""
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_looked: dict[Path, tuple[float, Ring]] = {}
"""When each file was looked at last, and what it held: a cache, so that not each cell costs a look at the disk."""


def _watched(path: Path, *, fresh: bool) -> Ring:
    seen = _looked.get(path)
    now = time.monotonic()
    if seen is not None and not fresh and now - seen[0] < LOOKED_AT_EVERY:
        return seen[1]
    found = _load(path)
    _looked[path] = (now, found)
    return found


def _load(path: Path) -> Ring:
    try:
        about = path.stat()
        if about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadKeyRing(
                f"the vault's keys {path} have mode {stat.filemode(about.st_mode)}, expected -rw-------; run: chmod 600 {path}"
            )
        return _read(path, about.st_mtime_ns, about.st_ino)
    except OSError as error:
        raise BadKeyRing(
            f"the vault's keys {path} cannot be read ({error.strerror}), expected the file that `skyddsnat hub init` made; "
            "restore it from its copy"
        ) from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _file: int) -> Ring:
    return parse(path.read_text(encoding="ascii", errors="replace"))
