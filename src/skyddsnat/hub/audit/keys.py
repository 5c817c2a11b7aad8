"""The key that signs the log's checkpoints, and the hub's memory of the newest one it has signed.

Both lie beside each other in files.  The memory is what keeps the hub honest when its database is put back to an earlier day:
it refuses to sign a second history of entries that it has already vouched for.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from skyddsnat.hub import keyfile
from skyddsnat.hub.audit.models import LogState
from skyddsnat.hub.prepared import Prepared
from skyddsnat.protocols.log import BadLog, Checkpoint, Note, NoteKey, NoteSigner, read_checkpoint


def ensure_log_key() -> NoteKey:
    """Make the key if there is none.  Returns the public half, which agents pin."""
    keyfile.make_if_missing(settings.LOG_KEY_FILE)
    return signer().key


def signer() -> NoteSigner:
    """The log's key with the log's name.  Raises ImproperlyConfigured if the key cannot be used."""
    return NoteSigner(origin(), keyfile.load(settings.LOG_KEY_FILE, what="log key"))


def public_text() -> str:
    """The public half for people to copy; "" on a hub that has no key yet."""
    try:
        return signer().key.text()
    except ImproperlyConfigured:
        return ""


def origin() -> str:
    """The log's name, fixed once: the hub may move to another address, its log stays the same."""
    state: LogState | None = _state.one()
    if state is None:
        state, _made = LogState.objects.get_or_create(pk=1)
    if not state.origin:
        state.origin = f"{urlsplit(settings.BASE_URL).netloc}/log"
        LogState.objects.filter(pk=1, origin="").update(origin=state.origin)
    return state.origin


_state = Prepared(lambda: LogState.objects.filter(pk=1).order_by())


def _memory() -> Path:
    return Path(settings.LOG_KEY_FILE).with_suffix(".signed")


def remembered(key: NoteKey) -> Checkpoint | None:
    """The newest checkpoint that this machine has signed; None for a log that has just begun.  Raises BadLog."""
    try:
        note = _memory().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return read_checkpoint(note, key)
    except BadLog as bad:
        raise BadLog(
            bad.code,
            f"{_memory()} holds no checkpoint of this log's key, expected the newest one; find out who changed it",
        ) from bad


def remember(note: str) -> None:
    """Keep a checkpoint on the disk, in place of an older one.

    Two processes that have signed one after the other may come here the other way round: the newer one stays.
    """
    path = _memory()
    with _one_at_a_time(path.with_suffix(".lock")):
        if _size(path) > _size_of(note):
            return
        fresh = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _size(path: Path) -> int:
    """Of the checkpoint in the file; 0 where there is none, or what is none."""
    try:
        return _size_of(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, BadLog):
        return 0


def _size_of(note: str) -> int:
    return Checkpoint.parse(Note.parse(note).text).size


def forget() -> None:
    """Drop the memory, for a log that begins anew."""
    _memory().unlink(missing_ok=True)
