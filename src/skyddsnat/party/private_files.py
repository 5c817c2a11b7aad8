"""Files that only the party's own user may read: written durably, refused when others can reach them, overwritten at the end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from skyddsnat.party.errors import WrongUse
from skyddsnat.site.files import write_private
from skyddsnat.site.journal import sync_folder

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def make_folder(path: Path) -> Path:
    """A folder for us alone, made if it is not there.  Raises WrongUse if it is there and others can enter it."""
    if not path.exists():
        path.mkdir(parents=True, mode=FOLDER_MODE)
        sync_folder(path.parent)
    check_folder(path)
    return path


def check_folder(path: Path) -> None:
    """Raises WrongUse unless the folder is a real one, ours, and closed to everybody else."""
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise WrongUse(f"{path} is no folder, expected one of this user's own")
    _check(path, found, FOLDER_MODE)


def read(path: Path, *, longest: int) -> bytes:
    """A file's bytes.  Raises WrongUse when others may read or change it, OSError when it is not there."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > longest:
            raise WrongUse(f"{path} is not what was expected: a file of at most {longest} bytes")
        _check(path, found, FILE_MODE)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read()
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Write all or nothing and wait until it is on the disk."""
    write_private(path, content)


def destroy(path: Path) -> None:
    """Overwrite a file and take it away.  A disk may still keep old blocks: the unit's folder belongs on an encrypted one."""
    try:
        size = os.lstat(path).st_size
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as out:
        out.write(bytes(size))
        out.flush()
        os.fsync(out.fileno())
    path.unlink()
    sync_folder(path.parent)


def _check(path: Path, found: os.stat_result, mode: int) -> None:
    if found.st_uid != os.geteuid():
        raise WrongUse(f"{path} belongs to another user, expected this one's; look who put it there")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise WrongUse(
            f"{path} is open to others (mode {stat.S_IMODE(found.st_mode):o}), expected {mode:o}; "
            f"close it with chmod {mode:o}, and ask who may have read it"
        )
