"""Replacing a file so that a reader, or a crash, sees the old content or the new and nothing between."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from skyddsnat.site.journal import sync_folder


def replace_file(path: Path, content: bytes, *, mode: int) -> None:
    """Write beside, wait for the disk, rename.  The file's time grows by a whole second at least: some readers look at no more.

    Raises OSError; then the old content stands, and nothing half-written is left to take its room.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        with beside.open("xb") as out:  # where others may write too, a link of theirs is not followed
            os.fchmod(out.fileno(), mode)
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _grow_older(beside, than=path)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def write_private(path: Path, content: bytes, *, replace: bool = True) -> None:
    """All or nothing, readable by its owner alone, and on the disk before this returns.  Raises FileExistsError.

    Always in a new file: one that somebody else has laid beside beforehand would be theirs to read.
    """
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    if replace:
        os.replace(beside, path)
    else:
        try:
            os.link(beside, path)
        finally:
            beside.unlink()
    sync_folder(path.parent)


def why_no_folder(path: Path) -> str:
    """Why no file can be written in this folder, which need not be there yet; "" if it can."""
    there = next(place for place in (path, *path.parents) if place.exists())
    if not there.is_dir():
        return f"{there} is a file"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"this account may not write to {there}"


def _grow_older(file: Path, *, than: Path) -> None:
    if not than.exists():
        return
    fresh, before = file.stat(), than.stat()
    if int(fresh.st_mtime) <= int(before.st_mtime):
        os.utime(file, (fresh.st_atime, int(before.st_mtime) + 1))
